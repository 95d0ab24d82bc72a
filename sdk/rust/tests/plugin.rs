//! A plugin that uses every shape, asked through the words of the contract.

use regulars_model::{
    Call as ModelCall, Cause as ModelCause, Condition, Decider, Decision as ModelDecision, Effect,
    Instant as ModelInstant, Lifecycle, PluginFault, Row, Value,
    decide::{Assignee as ModelAssignee, Comparison, PluginFaultCode, Subject},
};
use regulars_sdk::prelude::*;
use std::sync::Arc;

plugin!("tests/plugin.toml");

#[decide]
fn every_shape(call: &Call, out: &mut Decision) {
    match call.cause {
        Cause::Event(events::TABLE_BOOKED) => booked(call, out),
        Cause::Event(events::PURCHASE) => purchased(call, out),
        Cause::Wake("panic") => panic!("asked to"),
        _ => {}
    }
}

fn purchased(call: &Call, out: &mut Decision) {
    let (settings, spend) = (call.settings, call.inputs.spend);
    let high = spend.is_over(settings.high_above) && call.inputs.visits.is_from(2);
    if !high || !call.customer.consent_marketing.is(true) {
        return;
    }
    let was = call.customer.tier.get().unwrap_or(*settings.default_tier);
    let why = (spend, settings.high_above, was);
    out.set_field(fields::TIER, Tier::High).because(texts::SPENT, why);
    out.set_lifecycle(lifecycle::INTERESTED).because(texts::PLAIN, ());
    out.add_tag(tags::VIP).because(texts::PLAIN, ());
    out.remove_tag(tags::NEWCOMER).because(texts::PLAIN, ());
    out.wake("again", *call.now + Duration::days(1)).because(texts::PLAIN, ());
    out.cancel_wake("once").because(texts::PLAIN, ());
    out.task(tasks::WRITE_LETTER, &call.now.to_string())
        .title(texts::TOO_LOW, (settings.high_above,))
        .due_at(*call.now + Duration::hours(2))
        .assignee(Assignee::AssignedStaff)
        .because(texts::SPENT, why);
    out.message(messages::OFFER, "offer-1")
        .variables((settings.greeting, spend))
        .not_before(*call.now + Duration::hours(1))
        .because(texts::PLAIN, ());
    out.voucher(vouchers::FREE_CUP, "cup-1")
        .variables((spend,))
        .expires_at(*call.now + Duration::days(30))
        .because(texts::PLAIN, ());
    out.points(accounts::STARS, "stars-1", -3).because(texts::PLAIN, ());
    out.custom(custom::RESERVE_TABLE, "table-1").variables(("window",)).because(texts::PLAIN, ());
    out.append_event(events::TIER_REACHED, "high")
        .amount(spend)
        .data(("soon", call.inputs.visits))
        .because(texts::SPENT, why);
    out.append_event(events::SEEN, "once").because(texts::PLAIN, ());
    out.clear_lifecycle().because(texts::PLAIN, ());
}

fn booked(call: &Call, out: &mut Decision) {
    let note = call.event.data_note;
    if note.is_not("later") && call.customer.lifecycle.is("lead") {
        let steps: Vec<Step> = call.settings.steps.iter().collect();
        let notes: Vec<&str> = steps.iter().map(|step| step.note).collect();
        let second = steps[1];
        assert_eq!(second.kind, StepKind::CaseStudy);
        if let Some(note) = note.known() {
            out.set_field(fields::LAST_NOTE, note).because(texts::NOTED, (note,));
        }
        out.set_field(fields::NOTES, notes).because(texts::PLAIN, ());
        out.set_field(fields::SEEN_ON, Date::from_days(20_000)).because(texts::PLAIN, ());
        let next = Next { after: second.after, note: second.note };
        out.set_field(fields::NEXT, next).because(texts::PLAIN, ());
        out.clear_field(fields::TIER).because(texts::NOTED, (note,));
    }
}

#[check_settings]
fn check(settings: &Settings, out: &mut Complaints) {
    if *settings.r#type && settings.high_above < Money::from_minor(100) {
        out.complain(settings.high_above).because(texts::TOO_LOW, (settings.high_above,));
    }
}

const NOW: ModelInstant = ModelInstant(1_777_773_600_000_000);

fn row(cause: ModelCause) -> Row {
    let manifest = native().manifest().clone();
    Row {
        cause,
        now: NOW,
        offset_seconds: 28_800,
        settings: 0,
        // categories, first_visit, spend, usual, visits
        inputs: vec![
            Value::List(vec!["tea".into()]),
            Value::Null,
            Value::Int(60_000),
            "latte".into(),
            Value::Int(2),
        ],
        // assigned, consent.marketing, last_note, tier, lifecycle, other-plugin.band
        customer: vec![
            Value::Bool(true),
            Value::Bool(true),
            Value::Null,
            Value::Null,
            "lead".into(),
            "high".into(),
        ],
        event: vec![Value::Null; manifest.event_reads().len()],
    }
}

fn event(kind: &str) -> ModelCause {
    ModelCause::Event(kind.into())
}

fn ask(rows: Vec<Row>) -> Vec<Result<ModelDecision, PluginFault>> {
    let plugin = native();
    let defaults = plugin.manifest().default_settings();
    let currency = "CNY".parse().expect("a currency");
    let settings = plugin.manifest().read_settings(&defaults, currency).expect("defaults");
    plugin.decide(&ModelCall { settings: vec![settings], rows })
}

fn ask_one(row: Row) -> ModelDecision {
    ask(vec![row]).remove(0).expect("a decision")
}

fn name(text: &str) -> Arc<str> {
    text.into()
}

#[test]
fn effects_arrive_with_their_reasons() {
    let effects = ask_one(row(event("purchase"))).effects;
    let spent = vec![Value::Int(60_000), Value::Int(50_000), "low".into()];
    assert_eq!(effects[0].effect, Effect::SetField { field: name("tier"), value: "high".into() });
    assert_eq!((&*effects[0].reason.text, &effects[0].reason.args), ("spent", &spent));
    assert_eq!(effects[1].effect, Effect::SetLifecycle { to: Lifecycle::Interested });
    assert_eq!(effects[2].effect, Effect::AddTag { tag: name("vip") });
    assert_eq!(effects[3].effect, Effect::RemoveTag { tag: name("newcomer") });
    assert_eq!(
        effects[4].effect,
        Effect::Wake { key: name("again"), at: NOW.plus(86_400_000_000) }
    );
    assert_eq!(effects[5].effect, Effect::CancelWake { key: name("once") });
    let Effect::Task(task) = &effects[6].effect else { panic!("{:?}", effects[6]) };
    assert_eq!((&*task.kind, &*task.key), ("write-letter", "2026-05-03T02:00:00Z"));
    assert_eq!((&*task.title.text, task.title.args[0].clone()), ("too_low", Value::Int(50_000)));
    assert_eq!(task.due_at, NOW.plus(7_200_000_000));
    assert_eq!(task.assignee, ModelAssignee::AssignedStaff);
    let Effect::Message(message) = &effects[7].effect else { panic!("{:?}", effects[7]) };
    assert_eq!((&*message.template, &*message.key), ("offer", "offer-1"));
    assert_eq!(message.variables, ["Welcome".into(), Value::Int(60_000)]);
    assert_eq!(message.not_before, NOW.plus(3_600_000_000));
    assert_eq!(message.expires_at, NOW.plus(7 * 86_400_000_000));
    let Effect::Voucher(voucher) = &effects[8].effect else { panic!("{:?}", effects[8]) };
    assert_eq!((&*voucher.template, &*voucher.key), ("free-cup", "cup-1"));
    assert_eq!(voucher.variables, [Value::Int(60_000)]);
    assert_eq!(voucher.expires_at, NOW.plus(30 * 86_400_000_000));
    let Effect::Points(points) = &effects[9].effect else { panic!("{:?}", effects[9]) };
    assert_eq!((&*points.account, points.amount, points.expires_at), ("stars", -3, None));
    let Effect::Custom(custom) = &effects[10].effect else { panic!("{:?}", effects[10]) };
    assert_eq!((&*custom.template, &custom.variables[0]), ("reserve-table", &"window".into()));
    let Effect::AppendEvent(reached) = &effects[11].effect else { panic!("{:?}", effects[11]) };
    assert_eq!((&*reached.kind, &*reached.key), ("tier-reached", "high"));
    assert_eq!(
        (reached.amount, &reached.data),
        (Some(60_000), &vec!["soon".into(), Value::Int(2)])
    );
    let Effect::AppendEvent(seen) = &effects[12].effect else { panic!("{:?}", effects[12]) };
    assert_eq!((&*seen.kind, seen.amount, seen.data.len()), ("seen", None, 0));
    assert_eq!(effects[13].effect, Effect::ClearLifecycle);
    assert_eq!(effects.len(), 14);
}

#[test]
fn every_comparison_is_kept_and_names_its_setting() {
    let mut poor = row(event("purchase"));
    poor.inputs[2] = Value::Int(50_000);
    let decision = ask_one(poor);
    assert!(decision.effects.is_empty());
    let spend = Condition {
        subject: Subject::Input(name("spend")),
        comparison: Comparison::Over,
        threshold: Value::Int(50_000),
        setting: Some(name("high_above")),
        held: false,
    };
    assert_eq!(decision.conditions, std::slice::from_ref(&spend));
    let held = ask_one(row(event("purchase"))).conditions;
    let visits = Condition {
        subject: Subject::Input(name("visits")),
        comparison: Comparison::From,
        threshold: Value::Int(2),
        setting: None,
        held: true,
    };
    let consent = Condition {
        subject: Subject::Customer(name("consent.marketing")),
        comparison: Comparison::Equal,
        threshold: Value::Bool(true),
        setting: None,
        held: true,
    };
    assert_eq!(held, [Condition { held: true, ..spend }, visits, consent]);
}

#[test]
fn texts_lists_and_records_are_read_and_written() {
    let mut booked = row(event("table-booked"));
    booked.event[1] = "window seat".into();
    let decision = ask_one(booked);
    let values: Vec<_> = decision
        .effects
        .iter()
        .map(|effect| match &effect.effect {
            Effect::SetField { field, value } => (&**field, Some(value.clone())),
            Effect::ClearField { field } => (&**field, None),
            other => panic!("{other:?}"),
        })
        .collect();
    let next = Value::Record(
        [(name("after"), Value::Int(129_600_000_000)), (name("note"), "second".into())].into(),
    );
    assert_eq!(
        values,
        [
            ("last_note", Some("window seat".into())),
            ("notes", Some(Value::List(vec!["first".into(), "second".into()]))),
            ("seen_on", Some(Value::Int(20_000))),
            ("next", Some(next)),
            ("tier", None),
        ]
    );
    assert_eq!(decision.conditions[0].subject, Subject::Event(name("data.note")));
    assert_eq!(decision.conditions[0].threshold, "later".into());
    assert_eq!(decision.conditions[1].subject, Subject::Customer(name("lifecycle")));
}

#[test]
fn an_absent_text_equals_nothing_and_may_be_told_of() {
    let decision = ask_one(row(event("table-booked")));
    assert!(decision.conditions[0].held);
    assert_eq!(decision.effects.len(), 4);
    assert_eq!(decision.effects[3].reason.args, [Value::Null]);
}

#[test]
fn a_row_that_panics_does_not_touch_the_others() {
    let rows = vec![
        row(event("purchase")),
        row(ModelCause::Wake("panic".into())),
        row(ModelCause::Expiry),
    ];
    let answers = ask(rows);
    assert_eq!(answers[0].as_ref().unwrap().effects.len(), 14);
    let fault = answers[1].as_ref().unwrap_err();
    assert_eq!((fault.code, fault.message.en.as_str()), (PluginFaultCode::Panicked, "asked to"));
    assert_eq!(answers[2], Ok(ModelDecision::default()));
}

#[test]
fn settings_are_checked_by_schema_and_by_the_rule() {
    assert_eq!(native().complaints("{}"), [""; 0]);
    assert_eq!(native().complaints(r#"{"high_above": "0.50", "type": false}"#), [""; 0]);
    let refused = native().complaints(r#"{"high_above": "0.50"}"#);
    assert_eq!(refused.len(), 1);
    assert!(refused[0].starts_with("/high_above: 0.50") && refused[0].ends_with("is too low."));
    let unknown = native().complaints(r#"{"hihg_above": "0.50"}"#);
    assert!(unknown[0].contains("has no setting `hihg_above`"), "{unknown:?}");
}
