use super::{
    Answer, Layout, NONE, NULL, Reason, RowEffect,
    codec::{Codec, Reader, Writer},
};
use crate::{
    Call, Cause, Instant, Manifest, PluginFault, Row, Shape, Value,
    decide::{self, PluginFaultCode},
    shape::Choice,
    text::Bilingual,
};
use proptest::prelude::*;
use std::{collections::BTreeMap, sync::Arc};

const MANIFEST: &str = r#"
id = "sample"
version = "1.0.0"
abi = "regulars:plugin@1.0.0-rc.1"
runtime = "rhai"
entry = "sample.rhai"
title = { en = "Sample", zh-CN = "样例" }
on = { events = ["purchase"] }
reads = { customer = ["sample.band", "other.level"], event = ["data.colour", "line.sku"] }

[inputs.visits]
count = "event"
events = ["purchase"]

[settings.high_from]
type = "integer"
default = 3
label = { en = "High from", zh-CN = "高" }

[fields.band]
type = "choice"
values = ["high", "low"]
label = { en = "Band", zh-CN = "档" }

[grants]
tasks = ["call-back"]
tags = ["vip"]

[messages.offer]
purpose = "marketing"
channels = ["sms"]
variables = { visits = { type = "integer" } }
label = { en = "Offer", zh-CN = "优惠" }

[texts.by_visits]
en = "{visits} visits, at least {settings.high_from}"
zh-CN = "{visits} 次, 至少 {settings.high_from}"
args = ["visits", "settings.high_from"]
"#;

fn layout() -> Layout {
    Layout::new(&Manifest::parse(MANIFEST).unwrap())
}

fn call() -> Call {
    let row = |visits: i64, level: Value| Row {
        cause: Cause::Event("purchase".into()),
        now: Instant(visits),
        offset_seconds: 28_800,
        settings: 0,
        inputs: vec![Value::Int(visits)],
        customer: vec![level, Value::text("low")],
        event: vec![
            Value::Bool(true),
            Value::List(vec![Value::text("a"), Value::text("purchase")]),
        ],
    };
    let settings: Arc<[Value]> = vec![Value::Int(3)].into();
    Call { settings: vec![settings], rows: vec![row(5, Value::Int(7)), row(6, Value::Null)] }
}

fn set_band(row: u32, value: i64) -> RowEffect {
    let effect = super::Effect::SetField { field: 0, value };
    RowEffect { row, reason: Reason { text: 0, args: 1 + 2 }, effect }
}

/// Every answer below has this list after the call's three.
fn answer(effects: Vec<RowEffect>) -> Answer {
    Answer { lists: vec![vec![5, 3]], effects, ..Answer::default() }
}

fn code(result: &Result<decide::Decision, PluginFault>) -> Option<PluginFaultCode> {
    result.as_ref().err().map(|fault| fault.code)
}

#[test]
fn values_stand_by_position_and_texts_once() {
    let encoded = layout().encode(&call());
    assert_eq!(encoded.symbols, ["purchase", "7", "true", "a"]);
    assert_eq!(encoded.lists, [vec![3], vec![3, 0], vec![3, 0]]);
    assert_eq!(encoded.settings, [0]);
    assert_eq!(encoded.words, [5, 1, 1, 2, 1, 6, NULL, 1, 2, 2]);
    assert_eq!(encoded.rows[1].now, 6);
}

#[test]
fn a_row_shorter_than_declared_is_filled_with_nulls() {
    let mut call = call();
    call.rows.truncate(1);
    call.rows[0].event.clear();
    assert_eq!(layout().encode(&call).words, [5, 1, 1, NULL, NULL]);
}

#[test]
fn an_effect_reads_back_with_its_reason() {
    let (layout, call) = (layout(), call());
    let encoded = layout.encode(&call);
    let decisions = layout.decode(&call, &encoded, answer(vec![set_band(1, 0)]));
    assert_eq!(decisions[0], Ok(decide::Decision::default()));
    let decided = decisions[1].as_ref().unwrap();
    let json = serde_json::to_value(&decided.effects).unwrap();
    let expected = serde_json::json!([{
        "effect": "set_field", "field": "band", "value": "high",
        "reason": {"text": "by_visits", "args": [5, 3]},
    }]);
    assert_eq!(json, expected);
}

#[test]
fn a_fault_of_one_row_is_not_the_others() {
    let (layout, call) = (layout(), call());
    let encoded = layout.encode(&call);
    for wrong in [
        set_band(0, 2),
        set_band(0, NULL),
        RowEffect { reason: Reason { text: NONE, args: NONE }, ..set_band(0, 1) },
        RowEffect { reason: Reason { text: 1, args: NONE }, ..set_band(0, 1) },
        RowEffect { reason: Reason { text: 0, args: 9 }, ..set_band(0, 1) },
        RowEffect { effect: super::Effect::AddTag(1), ..set_band(0, 1) },
        RowEffect { effect: super::Effect::CancelWake(99), ..set_band(0, 1) },
        RowEffect { effect: super::Effect::Wake { key: 0, at: NULL }, ..set_band(0, 1) },
    ] {
        let decisions = layout.decode(&call, &encoded, answer(vec![wrong, set_band(1, 1)]));
        assert_eq!(code(&decisions[0]), Some(PluginFaultCode::InvalidAnswer), "{wrong:?}");
        assert!(decisions[1].is_ok());
    }
}

#[test]
fn an_effect_of_no_row_is_everyones_fault() {
    let (layout, call) = (layout(), call());
    let decisions = layout.decode(&call, &layout.encode(&call), answer(vec![set_band(2, 0)]));
    assert!(decisions.iter().all(|one| code(one) == Some(PluginFaultCode::InvalidAnswer)));
}

#[test]
fn counts_and_keys_are_limited() {
    let (layout, call) = (layout(), call());
    let encoded = layout.encode(&call);
    let many = vec![set_band(0, 0); crate::limits::EFFECTS_PER_ROW_MAX + 1];
    let decisions = layout.decode(&call, &encoded, answer(many));
    assert_eq!(code(&decisions[0]), Some(PluginFaultCode::LimitExceeded));
    let mut long =
        answer(vec![RowEffect { effect: super::Effect::CancelWake(4), ..set_band(0, 0) }]);
    long.symbols = vec!["k".repeat(crate::limits::EFFECT_KEY_CHARS_MAX + 1)];
    let decisions = layout.decode(&call, &encoded, long);
    assert_eq!(code(&decisions[0]), Some(PluginFaultCode::LimitExceeded));
}

#[test]
fn a_complaint_points_at_its_setting() {
    let layout = layout();
    let encoded = layout.encode_settings(&[Value::Int(3)]);
    let complaint = super::Complaint { setting: 0, reason: Reason { text: 0, args: 1 } };
    let answer = super::Complaints {
        symbols: Vec::new(),
        lists: vec![vec![NULL, 3]],
        complaints: vec![complaint],
    };
    let faults = layout.decode_complaints(&encoded, answer).unwrap();
    assert_eq!(faults[0].pointer, "/high_from");
    assert_eq!(faults[0].message.en, "null visits, at least 3");
}

fn any_shape() -> impl Strategy<Value = Shape> {
    let words = ["low", "mid", "high"];
    let choice = |word: &&str| Choice { value: (*word).to_owned(), label: Bilingual::default() };
    let leaf = prop_oneof![
        Just(Shape::Boolean),
        Just(Shape::Integer { minimum: None, maximum: None }),
        Just(Shape::Window),
        Just(Shape::Text { max_chars: None }),
        Just(Shape::Choice { values: words.iter().map(choice).collect() }),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let record = prop::collection::btree_map("[a-c]", inner.clone(), 0..3);
        prop_oneof![
            inner.prop_map(|items| Shape::List { items: Box::new(items), max_items: None }),
            record.prop_map(|fields| Shape::Record { fields }),
        ]
    })
}

fn value_of(shape: &Shape) -> BoxedStrategy<Value> {
    match shape {
        Shape::Boolean => any::<bool>().prop_map(Value::Bool).boxed(),
        Shape::Text { .. } => ".{0,8}".prop_map(|text| Value::text(&text)).boxed(),
        Shape::Choice { values } => {
            let words: Vec<_> = values.iter().map(|choice| choice.value.clone()).collect();
            prop::sample::select(words).prop_map(|word| Value::text(&word)).boxed()
        }
        Shape::List { items, .. } => {
            prop::collection::vec(value_of(items), 0..4).prop_map(Value::List).boxed()
        }
        Shape::Record { fields } => {
            let named = fields.iter().map(|(name, shape)| {
                let name: Arc<str> = name.as_str().into();
                value_of(shape).prop_map(move |value| (Arc::clone(&name), value))
            });
            let named: Vec<_> = named.collect();
            named.prop_map(|all| Value::Record(BTreeMap::from_iter(all))).boxed()
        }
        // The one word that is taken stands for null.
        _ => prop_oneof![Just(Value::Null), (NULL + 1..=i64::MAX).prop_map(Value::Int)].boxed(),
    }
}

proptest! {
    #[test]
    fn values_of_every_shape_read_back(
        (shape, value) in any_shape().prop_flat_map(|shape| (Just(shape.clone()), value_of(&shape)))
    ) {
        let codec = Codec::of(&shape);
        let mut writer = Writer::default();
        let word = writer.word(&codec, &value);
        // Half of the texts and lists stand in the call, the rest in the answer.
        let symbols = writer.symbols.split_at(writer.symbols.len() / 2);
        let lists = writer.lists.split_at(writer.lists.len() / 2);
        let reader = Reader::new([symbols.0, symbols.1], [lists.0, lists.1]);
        prop_assert_eq!(reader.value(&codec, word).unwrap(), value);
    }
}
