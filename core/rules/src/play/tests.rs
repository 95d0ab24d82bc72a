use super::{Home, Mode, Person, Played, Start, drive, onward};
use crate::{Log, Rule, Rulebook, State, Work, testing::manifest};
use jiff::tz::TimeZone;
use regulars_model::{
    BusinessDay, Call, Decider, Decision, Effect, Event, EventId, Fault, Instant, Lifecycle,
    PluginFault, Reason, Value,
    decide::Reasoned,
    event::{Body, kind},
};
use std::sync::Arc;

/// Votes for the same stage whatever happens.
struct Voter(Lifecycle);

impl Decider for Voter {
    fn decide(&self, call: &Call) -> Vec<Result<Decision, PluginFault>> {
        let effect = Effect::SetLifecycle { to: self.0 };
        let vote = Reasoned { effect, reason: Reason::default() };
        let decision = Decision { effects: vec![vote], conditions: Vec::new() };
        call.rows.iter().map(|_| Ok(decision.clone())).collect()
    }

    fn check_settings(&self, _: &[Value]) -> Result<Vec<Fault>, PluginFault> {
        Ok(Vec::new())
    }
}

fn voter(id: &str, priority: i32, stage: Lifecycle) -> Arc<Rule> {
    let more = format!("on.priority = {priority}\ngrants.lifecycle = [\"{}\"]", stage.name());
    let manifest = Arc::new(manifest(id, &more));
    let settings = serde_json::Map::new();
    let currencies = ["CNY".parse().unwrap()];
    let decider = Arc::new(Voter(stage));
    Arc::new(Rule::new(manifest, [0; 32], decider, 1, &settings, &currencies, None).unwrap())
}

fn purchase() -> Event {
    Event {
        id: EventId(uuid::Uuid::from_u128(1)),
        kind: kind::PURCHASE.into(),
        occurred_at: Instant(0),
        recorded_at: Instant(0),
        round: 1,
        business_day: BusinessDay(0),
        offset_seconds: 0,
        unit_id: None,
        staff_id: None,
        source: "test".into(),
        source_id: "1".into(),
        refers_to: None,
        amount: None,
        currency: None,
        body: Body::default(),
        flags: Vec::new(),
    }
}

fn play(rules: Vec<Arc<Rule>>, by_hand: Option<Lifecycle>) -> Played {
    let start = Start {
        tag: 0,
        person: Person {
            id: regulars_model::CustomerId(uuid::Uuid::nil()),
            home: Home {
                unit_id: None,
                currency: "CNY".parse().unwrap(),
                zone: TimeZone::UTC,
                cutoff_hour: 0,
            },
            homes_before: Vec::new(),
            assigned: false,
            lifecycle: by_hand,
        },
        state: State::default(),
        log: Log::new(vec![purchase()], true),
        epoch: 1,
        until: Instant(0),
        mode: Mode::Live,
    };
    let (player, _) = onward(Arc::new(Rulebook::always(rules)), start, &[purchase()], &[]);
    let mut played = None;
    drive(std::iter::once(player), 1, |player| played = Some(player.finish()));
    played.unwrap()
}

/// What became of each plugin's vote.
fn votes(played: &Played) -> Vec<(&str, Work)> {
    let votes = played.decided.iter();
    votes.map(|decided| (decided.plugin.as_str(), decided.effects[0].outcome)).collect()
}

#[test]
fn who_loses_the_vote_is_recorded_whoever_is_asked_first() {
    for (first, second, stage) in [(0, 10, Lifecycle::Lost), (10, 0, Lifecycle::Dormant)] {
        let rules =
            vec![voter("a", first, Lifecycle::Dormant), voter("b", second, Lifecycle::Lost)];
        let played = play(rules, None);
        assert_eq!(played.state.lifecycle(), stage);
        let outcome = |priority| if priority == 10 { Work::Applied } else { Work::LostVote };
        assert_eq!(votes(&played), [("a", outcome(first)), ("b", outcome(second))]);
    }
}

#[test]
fn among_equal_priorities_the_first_by_name_wins() {
    let played =
        play(vec![voter("b", 5, Lifecycle::Lost), voter("a", 5, Lifecycle::Dormant)], None);
    assert_eq!(played.state.lifecycle(), Lifecycle::Dormant);
    assert_eq!(votes(&played), [("b", Work::LostVote), ("a", Work::Applied)]);
}

#[test]
fn a_stage_set_by_hand_stands_above_every_vote() {
    let played = play(vec![voter("a", 5, Lifecycle::Lost)], Some(Lifecycle::Interested));
    assert_eq!(votes(&played), [("a", Work::LostVote)]);
}
