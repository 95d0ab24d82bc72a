use super::*;
use crate::{Outcome, Work, decided::Request};
use regulars_model::{Cause, Reason, event::Rank};

fn key(at: i64) -> EventKey {
    let (source, source_id) = ("test".into(), at.to_string().into());
    EventKey { at: Instant(at), rank: Rank::Event, source, source_id }
}

/// The tier is set to so much; none takes it away.
fn decided(at: i64, tier: Option<i64>) -> Decided {
    let field: Arc<str> = "tier".into();
    let effect = match tier {
        Some(tier) => Effect::SetField { field, value: Value::Int(tier) },
        None => Effect::ClearField { field },
    };
    Decided {
        key: key(at),
        plugin: "tiers".to_owned(),
        plugin_version: "1.0.0".to_owned(),
        settings_version: 1,
        epoch: 1,
        priority: 0,
        cause: Cause::Event(kind::PURCHASE.into()),
        event_id: None,
        request: Request::default(),
        effects: vec![Outcome { effect, reason: Reason::default(), outcome: Work::Applied }],
        conditions: Vec::new(),
        fault: None,
        history: false,
    }
}

fn through(at: i64) -> State {
    State { through: Some(key(at)), ..State::default() }
}

/// From, to and since of the only field that moved.
fn only(corrected: &Corrected) -> (Value, Value, i64) {
    let [moved] = &*corrected.fields else { panic!("{corrected:?}") };
    assert_eq!((moved.plugin.as_str(), &*moved.field), ("tiers", "tier"));
    (moved.from.clone(), moved.to.clone(), moved.since.0)
}

#[test]
fn what_was_told_and_what_is_told_now_are_compared_up_to_where_the_state_had_come() {
    let old = [decided(10, Some(1)), decided(30, Some(2))];
    let added = vec![decided(20, Some(2)), decided(30, Some(3)), decided(50, Some(4))];
    let revision = Revision { voided: vec![1], added };
    let found = corrected(&through(40), &old, &revision, &[]);
    assert_eq!(only(&found), (Value::Int(2), Value::Int(3), 20));
    let nothing = Revision { voided: Vec::new(), added: vec![decided(50, Some(4))] };
    assert!(corrected(&through(40), &old, &nothing, &[]).is_empty());
    assert!(corrected(&State::default(), &old, &revision, &[]).is_empty());
}

#[test]
fn a_value_that_is_what_it_was_but_came_earlier_is_told_with_its_instant() {
    let old = [decided(30, Some(2))];
    let revision = Revision { voided: vec![0], added: vec![decided(20, Some(2))] };
    let found = corrected(&through(40), &old, &revision, &[]);
    assert_eq!(only(&found), (Value::Int(2), Value::Int(2), 20));
}

#[test]
fn what_is_decided_alike_by_another_version_corrects_nothing() {
    let old = [decided(30, Some(2))];
    let again = Decided { settings_version: 2, ..decided(30, Some(2)) };
    let revision = Revision { voided: vec![0], added: vec![again] };
    assert!(corrected(&through(40), &old, &revision, &[]).is_empty());
}

#[test]
fn an_entry_in_its_turn_amends_from_what_stood_before_it() {
    let mut was = through(40);
    was.fold(&decided(30, Some(3)));
    let added = [decided(50, Some(2)), decided(60, None), decided(70, Some(9))];
    assert_eq!(only(&amended(&was, &added, &key(60))), (Value::Int(2), Value::Null, 60));
    assert!(amended(&was, &added, &key(65)).is_empty());
}

#[test]
fn which_of_several_of_one_instant_was_first_corrects_nothing() {
    let of = |source_id: &str, tier| {
        let key = EventKey { source_id: source_id.into(), ..key(30) };
        Decided { key, ..decided(30, Some(tier)) }
    };
    let old = [of("b", 1)];
    let revision = Revision { voided: vec![0], added: vec![of("a", 1)] };
    assert!(corrected(&through(40), &old, &revision, &[]).is_empty());
    let revision = Revision { voided: vec![0], added: vec![of("a", 1), of("b", 2)] };
    assert_eq!(
        only(&corrected(&through(40), &old, &revision, &[])),
        (Value::Int(1), Value::Int(2), 30)
    );
}
