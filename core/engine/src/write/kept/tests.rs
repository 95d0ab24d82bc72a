use crate::{
    Ctx,
    ctx::World,
    problem::Code,
    record::Loaded,
    write::{change::decision_row, read_decision},
};
use regulars_model::{
    Cause, Condition, CustomerId, Effect, EventId, EventKey, Instant, PluginFault, Reason, Value,
    decide::{Comparison, PluginFaultCode, Subject},
    event::Rank,
    text::Bilingual,
};
use regulars_rules::{Decided, Outcome, Work, decided::Request};
use regulars_store::DecisionRow;
use uuid::Uuid;

fn keep(decided: &Decided) -> DecisionRow {
    let (world, _) = World::at(Instant(7_000_000));
    let now = world.now();
    let ctx = Ctx::of_engine(now);
    let customer = Loaded::new(CustomerId(Uuid::from_u128(1)), now);
    decision_row(decided, &customer, &world, &ctx)
}

/// With a condition of every kind.
fn decided(rank: Rank, (source, source_id): (&str, &str), cause: Cause) -> Decided {
    let at = Instant(5_000_000);
    let effect = Effect::SetField { field: "band".into(), value: "low".into() };
    let reason = Reason { text: "band_low".into(), args: vec![Value::Int(1)] };
    let subjects = [
        Subject::Input("visits".into()),
        Subject::Customer("stamps.band".into()),
        Subject::Event("amount".into()),
        Subject::Now,
    ];
    let condition = |(place, subject)| Condition {
        subject,
        comparison: Comparison::UpTo,
        threshold: if place == 0 { Value::Null } else { Value::Int(place as i64) },
        setting: (place == 1).then(|| "low_up_to".into()),
        held: place % 2 == 0,
    };
    Decided {
        key: EventKey { at, rank, source: source.into(), source_id: source_id.into() },
        plugin: "stamps".to_owned(),
        plugin_version: "1.2.0".to_owned(),
        settings_version: 3,
        epoch: 9,
        priority: 0,
        event_id: matches!(cause, Cause::Event(_)).then(|| EventId(Uuid::from_u128(2))),
        cause,
        request: Request {
            now: at,
            offset_seconds: 28_800,
            inputs: [("visits".into(), Value::Int(1))].into(),
            ..Request::default()
        },
        effects: vec![Outcome { effect, reason, outcome: Work::Applied }],
        conditions: subjects.into_iter().enumerate().map(condition).collect(),
        fault: None,
        history: true,
    }
}

#[test]
fn what_is_read_is_what_was_decided_whatever_the_entry() {
    let fault = PluginFault { code: PluginFaultCode::Panicked, message: Bilingual::same("line 3") };
    for decided in [
        decided(Rank::Event, ("till", "17"), Cause::Event("purchase".into())),
        decided(Rank::Wake, ("stamps", "newcomer"), Cause::Wake("newcomer".into())),
        decided(Rank::Expiry, ("stamps", ""), Cause::Expiry),
        decided(Rank::Settings, ("", ""), Cause::Settings),
        // An entry that is not what its cause implies is kept as it is.
        decided(Rank::Wake, ("another", "newcomer"), Cause::Wake("newcomer".into())),
        Decided { priority: -5, ..decided(Rank::Expiry, ("stamps", ""), Cause::Expiry) },
        Decided {
            effects: Vec::new(),
            conditions: Vec::new(),
            fault: Some(fault),
            ..decided(Rank::Expiry, ("stamps", ""), Cause::Expiry)
        },
    ] {
        assert_eq!(read_decision(&keep(&decided)).unwrap(), decided);
    }
}

#[test]
fn what_the_columns_say_is_not_said_again() {
    let kept = keep(&decided(Rank::Expiry, ("stamps", ""), Cause::Expiry));
    assert_eq!(kept.request, r#"{"offset_seconds":28800,"inputs":{"visits":1}}"#);
    assert!(kept.result.starts_with(r#"{"effects":[{"effect":"set_field","#), "{}", kept.result);
    let conditions = r#""conditions":[[["input","visits"],"up_to",null,null,true],"#;
    assert!(kept.result.contains(conditions), "{}", kept.result);
}

#[test]
fn the_rows_of_the_first_versions_are_read() {
    let decided = decided(Rank::Event, ("till", "17"), Cause::Event("purchase".into()));
    let json = |value: serde_json::Value| value.to_string();
    let row = DecisionRow {
        request: json(serde_json::json!({
            "now": "1970-01-01T00:00:05Z", "offset_seconds": 28_800, "inputs": { "visits": 1 },
        })),
        result: json(serde_json::json!({
            "key": { "at": "1970-01-01T00:00:05Z", "rank": "event",
                     "source": "till", "source_id": "17" },
            "plugin": "stamps", "plugin_version": "1.2.0", "settings_version": 3, "epoch": 9,
            "priority": 0, "cause": "event", "name": "purchase",
            "effects": decided.effects, "conditions": decided.conditions,
        })),
        ..keep(&decided)
    };
    assert_eq!(read_decision(&row).unwrap(), decided);
}

#[test]
fn a_row_that_makes_no_sense_is_not_read() {
    let kept = keep(&decided(Rank::Expiry, ("stamps", ""), Cause::Expiry));
    for broken in [
        DecisionRow { result: "{".to_owned(), ..kept.clone() },
        DecisionRow { request: "[]".to_owned(), ..kept.clone() },
        DecisionRow { cause: r#"{"cause":"moon"}"#.to_owned(), ..kept.clone() },
    ] {
        assert_eq!(read_decision(&broken).unwrap_err().code, Code::Internal);
    }
}
