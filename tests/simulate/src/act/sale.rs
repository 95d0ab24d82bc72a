//! What happens in stores and gets told by tills: at once, later, in another order, twice.

use crate::{
    chain::SHOPS,
    check,
    command::Command,
    expected::CURRENCY,
    failure::{Broken, Held},
    known::{Fact, Key, MARKETING, key},
    simulation::{Answer, Simulation, Underway},
    weather::Coming,
};
use regulars_engine::{
    Code,
    request::{CustomerRef, EventDraft, IdentityDraft, NewCustomer},
    view::{EventRecorded, Reply},
};
use regulars_generate::chain::Trade;
use regulars_model::{
    IdentityKind, Instant, Line,
    duration::{DAY_US, HOUR_US, MINUTE_US},
    event::{SourceRef, kind},
};
use serde_json::{Map, Value as Json, json};

const CATEGORIES: [&str; 3] = ["furniture/sofa", "furniture/sofa/corner", "furniture/table"];

impl Simulation<'_> {
    pub(super) fn something_happens(&mut self) -> Held {
        let person = self.somebody();
        let at = self.when(person);
        let draft = self.event(person, at);
        // An offline till keeps it for later.
        if self.known.people[person].id.is_some() && self.dice.percent(12) {
            self.drawer.push((person, draft));
            return Ok(());
        }
        self.deliver(person, draft)
    }

    /// Some come often; and where a server stands still over somebody, that is when they come.
    pub(super) fn somebody(&mut self) -> usize {
        if let Some(underway) = &self.underway
            && self.dice.percent(40)
        {
            return *self.dice.pick(&underway.about);
        }
        let all = self.plan.customers as i64;
        let (one, other) = (self.dice.between(0, all), self.dice.between(0, all));
        one.min(other) as usize
    }

    /// Mostly now; at the instant of something else, late, or by a till whose clock is ahead.
    fn when(&mut self, person: usize) -> Instant {
        let now = self.now();
        let back =
            |dice: &mut regulars_generate::dice::Dice, most| now.minus(dice.between(0, most));
        match self.dice.between(0, 100) {
            0..72 => now,
            72..80 => {
                let known: Vec<Instant> =
                    self.known.people[person].facts.values().map(|fact| fact.at).collect();
                if known.is_empty() { now } else { *self.dice.pick(&known) }
            }
            80..90 => back(&mut self.dice, 3 * DAY_US),
            90..97 => back(&mut self.dice, 45 * DAY_US),
            _ => now.plus(self.dice.between(MINUTE_US, 3 * HOUR_US)),
        }
    }

    fn event(&mut self, person: usize, at: Instant) -> EventDraft {
        let trade = match self.dice.percent(85) {
            true => Trade::ALL[person % Trade::ALL.len()],
            false => *self.dice.pick(&Trade::ALL),
        };
        let shops: Vec<&str> =
            SHOPS.iter().filter(|shop| shop.trade == trade).map(|shop| shop.code).collect();
        let store = *self.dice.pick(&shops);
        let throw = self.dice.between(0, 100);
        let plain = self.draft(person, kind::VISIT, at, store);
        match (trade, throw) {
            (_, 0..10) => self.correction(person, plain, kind::REFUND),
            (_, 10..16) => self.correction(person, plain, kind::VOID),
            (_, 16..22) => self.consent_event(plain),
            (Trade::Furniture, 22..60) => {
                self.about(EventDraft { kind: "inquiry".to_owned(), ..plain })
            }
            (Trade::Furniture, 60..70) => self.about(EventDraft {
                kind: kind::QUOTE.to_owned(),
                amount: Some(100),
                currency: Some(CURRENCY.to_owned()),
                ..plain
            }),
            (Trade::Furniture | Trade::Jewellery, 70..76) => plain,
            _ => self.purchase(plain, trade),
        }
    }

    fn draft(&mut self, person: usize, kind: &str, at: Instant, store: &str) -> EventDraft {
        let number = self.next_number();
        let person = &self.known.people[person];
        let card = IdentityDraft { kind: IdentityKind::Card, value: person.card.clone() };
        EventDraft {
            customer: match person.id {
                Some(id) => CustomerRef { id: Some(id), ..CustomerRef::default() },
                None => CustomerRef { identities: vec![card], create: true, id: None },
            },
            kind: kind.to_owned(),
            occurred_at: Some(at),
            store: Some(store.to_owned()),
            staff: None,
            source: Some(format!("till-{store}")),
            source_id: Some(format!("{number:07}")),
            refers_to: None,
            amount: None,
            currency: None,
            paid: None,
            tenders: Vec::new(),
            lines: Vec::new(),
            data: Map::new(),
        }
    }

    fn purchase(&mut self, plain: EventDraft, trade: Trade) -> EventDraft {
        let usual = match trade {
            Trade::Jewellery => 500_000,
            Trade::Cafe => 3_000,
            Trade::Furniture => 800_000,
        };
        let amount = if self.dice.percent(3) { 0 } else { self.dice.skewed(usual) };
        let category = match trade {
            Trade::Furniture => *self.dice.pick(&CATEGORIES),
            _ => "other",
        };
        let line = Line {
            sku: "x".to_owned(),
            category: category.to_owned(),
            quantity_milli: 1_000,
            amount,
        };
        let currency = if self.dice.percent(3) { "USD" } else { CURRENCY };
        EventDraft {
            kind: kind::PURCHASE.to_owned(),
            amount: Some(amount),
            currency: Some(currency.to_owned()),
            lines: vec![line],
            ..plain
        }
    }

    /// Of a purchase that is known, or still in a drawer; sometimes of one that nobody has. It is told
    /// by the store that sold it.
    fn correction(&mut self, person: usize, plain: EventDraft, kind: &str) -> EventDraft {
        let is_purchase = |draft: &&EventDraft| draft.kind == kind::PURCHASE;
        let known = self.known.people[person].facts.values().map(|fact| &fact.draft);
        let kept = self.drawer.iter().filter(|(of, _)| *of == person).map(|(_, draft)| draft);
        let bought: Vec<EventDraft> = known.chain(kept).filter(is_purchase).cloned().collect();
        if bought.is_empty() {
            return plain;
        }
        let of = self.dice.pick(&bought).clone();
        let source_id = match self.dice.percent(4) {
            true => "nobody-s".to_owned(),
            false => of.source_id.unwrap_or_default(),
        };
        let source = of.source.unwrap_or_default();
        let refers_to = SourceRef { source: source.into(), source_id: source_id.into() };
        let part = self.dice.between(1, 3);
        let amount = of.amount.filter(|_| kind == kind::REFUND).map(|amount| amount / part);
        EventDraft {
            kind: kind.to_owned(),
            store: of.store,
            refers_to: Some(refers_to),
            currency: amount.and(of.currency),
            amount,
            ..plain
        }
    }

    fn consent_event(&mut self, plain: EventDraft) -> EventDraft {
        let state = *self.dice.pick(&["granted", "granted", "withdrawn", "asked"]);
        let channel = *self.dice.pick(&["sms", "wechat"]);
        let said = json!({"channel": channel, "purpose": MARKETING, "state": state});
        let data = said.as_object().cloned().unwrap_or_default();
        EventDraft { kind: kind::CONSENT.to_owned(), data, ..plain }
    }

    fn about(&mut self, plain: EventDraft) -> EventDraft {
        let category = *self.dice.pick(&CATEGORIES);
        EventDraft {
            data: Map::from_iter([("category".to_owned(), Json::from(category))]),
            ..plain
        }
    }

    /// Whoever is not known yet is made known first by some, and by the event itself by others.
    pub(super) fn deliver(&mut self, person: usize, mut draft: EventDraft) -> Held {
        let server = self.any_server();
        if self.known.people[person].id.is_none() && self.dice.percent(50) {
            self.create(server, person, draft.store.clone())?;
            let id = self.known.people[person].id;
            draft.customer = CustomerRef { id, ..CustomerRef::default() };
        }
        if self.known.people[person].id.is_none() {
            let answer = self.insist(server, &Command::Append(draft.clone()))??;
            return self.recorded(server, person, draft, &answer);
        }
        let number = self.next_number();
        let mut coming = self.weather();
        if self.servers.len() > 1 && self.underway.is_none() && self.dice.percent(3) {
            coming = Coming::Pause;
        }
        match self.send(server, &Command::Append(draft.clone()), number, coming)? {
            Answer::Given(answer) => self.recorded(server, person, draft, &answer),
            Answer::Refused(problem) => Err(problem.into()),
            Answer::Lost => self.is_unsure(person, draft),
            Answer::Underway(stopped) => {
                self.summary.pauses += 1;
                self.known.people[person].unsure.insert(key(&draft), draft.clone());
                let (sends, about) = (Some((person, draft)), vec![person]);
                self.underway = Some(Underway { server, stopped, sends, about });
                Ok(())
            }
        }
    }

    /// A till sends it again some time.
    pub fn is_unsure(&mut self, person: usize, draft: EventDraft) -> Held {
        self.touch_lost(person);
        self.known.people[person].unsure.insert(key(&draft), draft.clone());
        self.drawer.push((person, draft));
        Ok(())
    }

    fn create(&mut self, server: usize, person: usize, home: Option<String>) -> Held {
        let card = self.known.people[person].card.clone();
        let draft = NewCustomer {
            identities: vec![IdentityDraft { kind: IdentityKind::Card, value: card }],
            home_store: home.clone(),
            ..NewCustomer::default()
        };
        let reply = self.insist(server, &Command::Create(draft))??;
        let created: Json = serde_json::from_str(&reply.body).unwrap_or_default();
        let id = created["id"].as_str().and_then(|id| id.parse().ok());
        let id = id.ok_or_else(|| odd("a new customer has an id", &reply))?;
        self.now_known(person, id, home);
        Ok(())
    }

    fn now_known(&mut self, person: usize, id: regulars_model::CustomerId, home: Option<String>) {
        self.known.people[person].id = Some(id);
        self.known.people[person].first_home = home;
        self.known.by_id.insert(id, person);
    }

    /// What a till is told: that it is there, or that it was before.
    pub fn recorded(
        &mut self,
        server: usize,
        person: usize,
        draft: EventDraft,
        reply: &Reply,
    ) -> Held {
        let about = format!("{} of {}", draft.source_id.as_deref().unwrap_or_default(), draft.kind);
        let recorded: EventRecorded = serde_json::from_str(&reply.body)
            .map_err(|_| odd("an event that is recorded is answered with", reply))?;
        let id = recorded.customer_id.ok_or_else(|| odd("whose event it is is told", reply))?;
        if self.known.people[person].id.is_none() {
            self.now_known(person, id, draft.store.clone());
        }
        // A repeat writes nothing.
        match recorded.repeated {
            true => self.touch_lost(person),
            false => self.touch(person, server),
        }
        let own = &mut self.known.people[person];
        Broken::unless_equal("an event is recorded with its customer", &about, &own.id, &Some(id))?;
        let fact = Fact { id: recorded.event.id, at: recorded.event.occurred_at, draft };
        let key: Key = key(&fact.draft);
        let was_unsure = own.unsure.remove(&key).is_some();
        match own.facts.get(&key) {
            Some(known) => Broken::unless_equal(
                "a repeat is given the first answer",
                &about,
                &(true, known.id, known.at),
                &(recorded.repeated, fact.id, fact.at),
            ),
            None => {
                let holds = !recorded.repeated || was_unsure;
                own.facts.insert(key, fact);
                let expected = "what is new is no repeat";
                Broken::unless(holds, "no source id twice", about, expected, recorded.repeated)
            }
        }
    }

    pub(super) fn send_from_drawer(&mut self) -> Held {
        if self.drawer.is_empty() {
            return Ok(());
        }
        let place = self.dice.between(0, self.drawer.len() as i64) as usize;
        let (person, draft) = self.drawer.swap_remove(place);
        self.deliver(person, draft)
    }

    pub fn empty_drawer(&mut self) -> Held {
        for (person, draft) in std::mem::take(&mut self.drawer) {
            let server = self.any_server();
            let answer = self.insist(server, &Command::Append(draft.clone()))??;
            self.recorded(server, person, draft, &answer)?;
            check::touched(self)?;
        }
        Ok(())
    }

    /// What is known already: the same once more, or something else under its number.
    pub(super) fn send_again(&mut self) -> Held {
        let person = self.somebody();
        let known: Vec<EventDraft> =
            self.known.people[person].facts.values().map(|fact| fact.draft.clone()).collect();
        if known.is_empty() {
            return Ok(());
        }
        self.summary.repeats += 1;
        let mut draft = self.dice.pick(&known).clone();
        if self.dice.percent(70) {
            return self.deliver(person, draft);
        }
        draft.occurred_at = draft.occurred_at.map(|at| at.plus(1));
        let server = self.any_server();
        self.touch_lost(person);
        let about = key(&draft).1;
        match self.insist(server, &Command::Append(draft))? {
            Err(problem) if problem.code == Code::SourceIdReused => Ok(()),
            other => {
                let (invariant, expected) = ("no source id twice", "source_id_reused");
                Broken::unless(false, invariant, about, expected, other)
            }
        }
    }
}

pub(super) fn odd(invariant: &'static str, reply: &Reply) -> Broken {
    Broken {
        invariant,
        about: "an answer".to_owned(),
        expected: "that".to_owned(),
        found: format!("{reply:?}"),
    }
}
