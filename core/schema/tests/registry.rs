//! What a registry answers, down to code and pointer.

use regulars_model::{Fault, limits};
use regulars_schema::{Entity, Registry, StoredSchema, compile};
use serde_json::{Value as Json, json};

fn faults(result: Result<(), Vec<Fault>>) -> Vec<(String, String)> {
    let faults = result.err().unwrap_or_default();
    faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(pointer, code)| ((*pointer).into(), (*code).into())).collect()
}

fn refused(schema: &Json) -> (String, String) {
    match compile(schema) {
        Ok(_) => panic!("{schema} was taken"),
        Err(faults) => (faults[0].pointer.clone(), faults[0].code.clone()),
    }
}

fn stored(entity: Entity, namespace: &str, version: i64, schema: Json) -> StoredSchema {
    StoredSchema { entity, namespace: namespace.into(), version, schema }
}

#[test]
fn every_fault_of_an_event_is_named_at_its_place() {
    let registry = Registry::new(&[]).unwrap();
    let event = json!({
        "kind": "purchase", "occurred_at": "2026-05-03 15:00", "amount": -1, "currency": "yuan",
        "colour": "red", "source_id": "1", "store": 7,
        "lines": [{"sku": "a", "amount": 1.5}, {"price": 2}],
        "tenders": [{"kind": "cash"}],
    });
    let mut found = faults(registry.check_event("purchase", &event));
    found.sort();
    let expected = pairs(&[
        ("/amount", "out_of_range"),
        ("/colour", "unknown_field"),
        ("/currency", "wrong_format"),
        ("/lines/0/amount", "wrong_type"),
        ("/lines/1/price", "unknown_field"),
        ("/occurred_at", "wrong_format"),
        ("/source", "missing"),
        ("/store", "wrong_type"),
        ("/tenders/0/amount", "missing"),
    ]);
    assert_eq!(found, expected);
}

#[test]
fn what_a_kind_requires() {
    let registry = Registry::new(&[]).unwrap();
    let missing = |kind: &str| {
        let mut found = faults(registry.check_event(kind, &json!({"kind": kind})));
        found.sort();
        found.into_iter().map(|(pointer, _)| pointer).collect::<Vec<_>>()
    };
    assert_eq!(missing("purchase"), ["/amount", "/currency"]);
    assert_eq!(missing("refund"), ["/amount", "/currency", "/refers_to"]);
    assert_eq!(missing("void"), ["/refers_to"]);
    assert_eq!(missing("consent"), ["/data"]);
    assert_eq!(missing("visit"), [""; 0]);
    let closed = json!({"kind": "consent", "data": {"channel": "sms", "purpose": "marketing", "state": "granted", "x": 1}});
    assert_eq!(
        faults(registry.check_event("consent", &closed)),
        pairs(&[("/data/x", "unknown_field")])
    );
}

#[test]
fn a_purchase_of_nothing_and_the_largest_amount_are_valid_and_one_more_is_not() {
    let registry = Registry::new(&[]).unwrap();
    let check = |amount: i64| {
        let event = json!({"kind": "purchase", "amount": amount, "currency": "USD"});
        faults(registry.check_event("purchase", &event))
    };
    assert_eq!(check(0), []);
    assert_eq!(check(limits::MONEY_MINOR_MAX), []);
    assert_eq!(check(limits::MONEY_MINOR_MAX + 1), pairs(&[("/amount", "out_of_range")]));
}

#[test]
fn the_highest_version_of_a_namespace_is_in_force() {
    let schema = |most: i64| json!({"properties": {"size": {"type": "integer", "maximum": most}}});
    let registry = Registry::new(&[
        stored(Entity::Customer, "rings", 2, schema(70)),
        stored(Entity::Customer, "rings", 1, schema(9)),
        stored(Entity::Event, "rings", 3, schema(5)),
    ])
    .unwrap();
    assert_eq!(registry.latest(Entity::Customer, "rings").unwrap().0, 2);
    assert_eq!(faults(registry.check_custom_fields("rings", &json!({"size": 52}))), []);
    let wrong = registry.check_custom_fields("rings", &json!({"size": 71}));
    assert_eq!(faults(wrong), pairs(&[("/size", "out_of_range")]));
    let unknown = registry.check_custom_fields("ring", &json!({})).unwrap_err();
    assert_eq!(unknown[0].code, "unknown_namespace");
    assert!(unknown[0].message.en.ends_with("put here: rings"), "{}", unknown[0].message);
}

#[test]
fn a_further_kind_is_known_by_its_schema_and_keeps_to_the_envelope() {
    let fitting = json!({"type": "object", "required": ["size"], "additionalProperties": false,
        "properties": {"size": {"type": "integer"}}});
    let registry = Registry::new(&[
        stored(Entity::Event, "fitting", 1, fitting),
        stored(Entity::Event, "note", 1, json!({"properties": {"text": {"maxLength": 3}}})),
    ])
    .unwrap();
    assert!(registry.knows_event_kind("fitting") && registry.knows_event_kind("purchase"));
    assert!(!registry.knows_event_kind("dance"));
    assert_eq!(
        faults(registry.check_event("dance", &json!({"kind": "dance"}))),
        pairs(&[("/kind", "unknown_kind")])
    );
    let event = json!({"kind": "fitting", "data": {"size": "52"}, "price": 1});
    assert_eq!(
        faults(registry.check_event("fitting", &event)),
        pairs(&[("/price", "unknown_field"), ("/data/size", "wrong_type")])
    );
    let bare = registry.check_event("fitting", &json!({"kind": "fitting"}));
    assert_eq!(faults(bare), pairs(&[("/data/size", "missing")]));
    // A built-in kind may be narrowed too.
    let long = json!({"kind": "note", "data": {"text": "four"}});
    assert_eq!(faults(registry.check_event("note", &long)), pairs(&[("/data/text", "too_long")]));
}

#[test]
fn messages_say_what_was_expected_and_found_and_stay_short() {
    let validator = compile(&json!({"properties": {
        "a": {"enum": ["low", "high"]}, "b": {"type": ["string", "null"]}, "a/b~c": {"maxLength": 2},
    }}))
    .ok()
    .unwrap();
    let value = json!({"a": "x".repeat(1_000), "b": 7, "a/b~c": "abc"});
    let mut faults = validator.check(&value).unwrap_err();
    faults.sort_by(|one, two| one.pointer.cmp(&two.pointer));
    let texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let cut = "x".repeat(59);
    assert_eq!(
        texts,
        [
            format!("/a: expected one of \"low\", \"high\", found \"{cut}…"),
            "/a~1b~0c: expected at most 2 characters, found \"abc\"".to_owned(),
            "/b: expected null or text, found 7".to_owned(),
        ]
    );
}

#[test]
fn at_most_twenty_faults_are_given() {
    let validator = compile(&json!({"items": {"type": "integer"}})).ok().unwrap();
    assert_eq!(validator.check(&json!(vec!["x"; 500])).unwrap_err().len(), 20);
}

#[test]
fn what_is_not_a_schema_of_ours_is_refused() {
    let draft_7 = json!({"$schema": "http://json-schema.org/draft-07/schema#"});
    assert_eq!(refused(&draft_7).1, "other_dialect");
    assert_eq!(refused(&json!({"properties": {"a": {"type": "money"}}})).0, "/properties/a/type");
    assert_eq!(refused(&json!(7)).0, "");
    let external = json!({"properties": {"a": {"$ref": "https://example.com/a.json"}}});
    assert_eq!(refused(&external), ("/properties/a/$ref".into(), "external_reference".into()));
    let nowhere = json!({"items": {"$ref": "#/$defs/a"}});
    assert_eq!(refused(&nowhere).1, "unresolved_reference");
    let file = json!({"$ref": "other.json#/a"});
    assert_eq!(refused(&file).1, "external_reference");
    let large = json!({"description": "x".repeat(70_000)});
    assert_eq!(refused(&large).1, "too_large");
    let backtracking = json!({"pattern": "(a)\\1"});
    assert_eq!(refused(&backtracking).0, "/pattern");
    let huge = json!({"pattern": "((a{100}){100}){100}"});
    assert_eq!(refused(&huge).0, "/pattern");
}

#[test]
fn a_schema_that_never_ends_or_explodes_is_refused() {
    let itself = json!({"$ref": "#"});
    assert_eq!(refused(&itself).1, "recursive_reference");
    let tree =
        json!({"$defs": {"t": {"properties": {"l": {"$ref": "#/$defs/t"}}}}, "$ref": "#/$defs/t"});
    assert_eq!(refused(&tree).1, "recursive_reference");
    let circle =
        json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"allOf": [{"$ref": "#/$defs/a"}]}}});
    assert_eq!(refused(&circle).1, "recursive_reference");
    let mut doubling = json!({"$defs": {"d30": {"type": "string"}}, "$ref": "#/$defs/d0"});
    let mut chain = json!({"$defs": {"d2000": {"type": "string"}}, "$ref": "#/$defs/d0"});
    for i in 0..2_000 {
        let next = json!({"$ref": format!("#/$defs/d{}", i + 1)});
        if i < 30 {
            doubling["$defs"][format!("d{i}")] = json!({"anyOf": [next, next]});
        }
        chain["$defs"][format!("d{i}")] = next;
    }
    assert_eq!(refused(&doubling).1, "too_large");
    assert_eq!(refused(&chain).1, "too_large");
    // Words that only look like references are data.
    assert!(compile(&json!({"enum": [{"$ref": "#"}], "examples": [{"$id": "x"}]})).is_ok());
}

#[test]
fn a_pattern_takes_linear_time() {
    let validator = compile(&json!({"pattern": "^(a+)+$"})).ok().unwrap();
    let hostile = format!("{}b", "a".repeat(200_000));
    let start = std::time::Instant::now();
    assert!(validator.check(&json!(hostile)).is_err());
    assert!(start.elapsed() < std::time::Duration::from_secs(5));
}
