//! `top`: the scenarios of `tests/inputs/favourite`, answered in Rust, and that what is kept as it goes
//! on equals what is read off the events, in whatever order they arrive.

use proptest::{collection::vec, prelude::*};
use regulars_model::{
    BusinessDay, Call, Decider, Decision, Effect, Event, EventId, Fault, Instant, Line, Manifest,
    PluginFault, Reason, Row, Value,
    decide::Reasoned,
    duration::{DAY_US, MINUTE_US},
    event::{Body, SourceRef},
    input::WindowRef,
};
use regulars_rules::{
    Decided, Log, Rule, Rulebook, State,
    play::{Home, Mode, Person, Start, drive, needs_history, onward, revise},
    scenario::run_path,
};
use std::{path::PathBuf, sync::Arc};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/inputs/favourite")
}

fn manifest() -> Manifest {
    let toml = std::fs::read_to_string(folder().join("plugin.toml")).expect("a manifest");
    Manifest::parse(&toml).expect("in order")
}

/// Each input goes into the field of its name, as in the script beside the manifest.
struct Favourite(Vec<Arc<str>>);

impl Favourite {
    fn of(manifest: &Manifest) -> Arc<dyn Decider> {
        Arc::new(Favourite(manifest.input_names().map(Arc::from).collect()))
    }

    fn answer(&self, row: &Row) -> Decision {
        let kept = self.0.iter().zip(&row.inputs).map(|(name, value)| keep(name, value));
        Decision { effects: kept.collect(), conditions: Vec::new() }
    }
}

fn keep(name: &Arc<str>, value: &Value) -> Reasoned {
    let (field, value) = (name.clone(), value.clone());
    if value.is_null() {
        let reason = Reason { text: "nothing".into(), args: Vec::new() };
        return Reasoned { effect: Effect::ClearField { field }, reason };
    }
    let reason = Reason { text: "most".into(), args: vec![value.clone()] };
    Reasoned { effect: Effect::SetField { field, value }, reason }
}

impl Decider for Favourite {
    fn decide(&self, call: &Call) -> Vec<Result<Decision, PluginFault>> {
        call.rows.iter().map(|row| Ok(self.answer(row))).collect()
    }

    fn check_settings(&self, _: &[Value]) -> Result<Vec<Fault>, PluginFault> {
        Ok(Vec::new())
    }
}

#[test]
fn the_scenarios_pass() {
    let manifest = Arc::new(manifest());
    let decider = Favourite::of(&manifest);
    run_path(&folder().join("scenarios"), &manifest, &decider).assert_passed();
}

/// The favourite of late looks so far back that it must be the one of all time.
fn rulebook() -> Arc<Rulebook> {
    let mut manifest = manifest();
    let recent = manifest.inputs.get_mut("recent_drink").expect("it is declared");
    recent.window = WindowRef::Fixed(36_500 * DAY_US);
    let decider = Favourite::of(&manifest);
    let settings = manifest.default_settings();
    let currencies = ["CNY".parse().expect("a currency")];
    let rule = Rule::new(Arc::new(manifest), [0; 32], decider, 1, &settings, &currencies, None);
    let Ok(rule) = rule else { panic!("the defaults are in order") };
    Arc::new(Rulebook::always(vec![Arc::new(rule)]))
}

/// One customer, as a server keeps it.
#[derive(Default)]
struct Customer {
    events: Vec<Event>,
    state: State,
    decisions: Vec<Decided>,
}

impl Customer {
    /// Takes new events, in a play that makes totals anew only where it must.
    fn take(&mut self, rulebook: &Arc<Rulebook>, new: &[Event]) {
        let complete = needs_history(rulebook, &self.state, None, 1, &self.events, new);
        self.events.extend_from_slice(new);
        let log = Log::new(self.events.clone(), complete);
        let start = start(&self.state, log);
        let (player, from) = onward(rulebook.clone(), start, new, &self.decisions);
        drive(std::iter::once(player), 1, |player| {
            let played = player.finish();
            self.state = played.state;
            let mut revision = revise(&self.decisions, from.as_ref(), played.decided);
            revision.voided.sort_unstable();
            for position in revision.voided.into_iter().rev() {
                self.decisions.remove(position);
            }
            self.decisions.extend(revision.added);
        });
    }

    /// At each change: the drink as it is kept, and as it is read off the events.
    fn readings(&self) -> impl Iterator<Item = [Option<&Value>; 2]> {
        let inputs = self.decisions.iter().map(|decided| &decided.request.inputs);
        inputs.map(|inputs| ["drink", "recent_drink"].map(|name| inputs.get(name)))
    }
}

/// From a state that was stored and read back.
fn start(state: &State, log: Log) -> Start {
    let stored = serde_json::to_string(state).expect("JSON");
    let person = Person {
        id: regulars_model::CustomerId(uuid::Uuid::nil()),
        home: Home {
            unit_id: None,
            currency: "CNY".parse().expect("a currency"),
            zone: jiff::tz::TimeZone::UTC,
            cutoff_hour: 0,
        },
        homes_before: Vec::new(),
        assigned: false,
        lifecycle: None,
    };
    Start {
        tag: 0,
        person,
        state: serde_json::from_str(&stored).expect("a state"),
        log,
        epoch: 1,
        until: Instant(DAY_US),
        mode: Mode::Live,
    }
}

#[derive(Clone, Debug)]
struct Happened {
    kind: &'static str,
    minute: i64,
    /// The number of the event that a refund or a void is of, when there is one.
    of: usize,
    /// SKU and quantity.
    lines: Vec<(&'static str, i64)>,
}

fn happened() -> impl Strategy<Value = Happened> {
    let kind = prop_oneof![6 => Just("purchase"), 3 => Just("refund"), 1 => Just("void")];
    let sku = prop_oneof![Just("latte"), Just("mocha"), Just("tea"), Just("")];
    let quantity = prop_oneof![Just(1_000_i64), Just(2_000), Just(350), Just(0)];
    // Few minutes, so that many fall on the same.
    (kind, 0..10_i64, 0..10_usize, vec((sku, quantity), 0..4))
        .prop_map(|(kind, minute, of, lines)| Happened { kind, minute, of, lines })
}

/// A history, and an order for it to arrive in.
fn history() -> impl Strategy<Value = (Vec<Happened>, Vec<usize>)> {
    vec(happened(), 1..10).prop_flat_map(|all| {
        let order: Vec<usize> = (0..all.len()).collect();
        (Just(all), Just(order).prop_shuffle())
    })
}

fn event((index, one): (usize, &Happened)) -> Event {
    let occurred_at = Instant(one.minute * MINUTE_US);
    let name = |index: usize| -> Arc<str> { format!("{index:02}").into() };
    let refers_to = SourceRef { source: "till".into(), source_id: name(one.of) };
    let lines = one.lines.iter().map(|(sku, quantity_milli)| Line {
        sku: (*sku).to_owned(),
        category: "drink".to_owned(),
        quantity_milli: *quantity_milli,
        amount: 0,
    });
    Event {
        id: EventId(uuid::Uuid::from_u128(index as u128)),
        kind: one.kind.into(),
        occurred_at,
        recorded_at: occurred_at,
        round: 1,
        business_day: BusinessDay(0),
        offset_seconds: 0,
        unit_id: None,
        staff_id: None,
        source: "till".into(),
        source_id: name(index),
        refers_to: (one.kind != "purchase").then_some(refers_to),
        amount: None,
        currency: None,
        body: Body { lines: lines.collect(), ..Body::default() },
        flags: Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_arrival_gives_what_the_events_give((all, order) in history()) {
        let rulebook = rulebook();
        let events: Vec<Event> = all.iter().enumerate().map(event).collect();
        let (mut whole, mut apart) = (Customer::default(), Customer::default());
        whole.take(&rulebook, &events);
        for index in order {
            apart.take(&rulebook, std::slice::from_ref(&events[index]));
            prop_assert!(apart.readings().all(|[kept, read]| kept == read));
        }
        prop_assert!(whole.readings().all(|[kept, read]| kept == read));
        prop_assert_eq!(&whole.state.totals, &apart.state.totals);
        prop_assert_eq!(&whole.state.fields, &apart.state.fields);
    }
}
