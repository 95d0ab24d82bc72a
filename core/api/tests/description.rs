//! The API description: generated from the handlers, kept in `schemas/openapi.json`, and in step
//! with the engine's list of who may do what.

use regulars_api::openapi::{UNKEPT, document, operations};
use regulars_engine::authorise::Action;
use serde_json::Value as Json;
use std::{collections::BTreeSet, fs, path::PathBuf};

#[test]
fn the_kept_description_is_the_one_the_handlers_give() {
    let kept = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../schemas/openapi.json");
    if std::env::var_os("REGULARS_BLESS").is_some() {
        fs::write(&kept, document()).unwrap();
    }
    let on_disk = fs::read_to_string(&kept).unwrap_or_default();
    assert!(
        on_disk == document(),
        "schemas/openapi.json is not what the handlers say; write it anew with \
         REGULARS_BLESS=1 cargo test -p regulars-api --test description"
    );
}

/// A route by POST that does the same as one by PATCH is the same action.
const BY_POST: &str = "_by_post";

#[test]
fn every_keyed_operation_has_its_roles_and_every_role_its_operation() {
    let described: BTreeSet<String> = operations()
        .into_iter()
        .filter(|operation| operation.keyed)
        .map(|operation| operation.id.trim_end_matches(BY_POST).to_owned())
        .collect();
    let authorised: BTreeSet<String> =
        Action::ALL.iter().map(|action| action.name().to_owned()).collect();
    assert_eq!(described, authorised);
}

#[test]
fn only_these_answer_without_a_key() {
    let open: Vec<String> = operations()
        .into_iter()
        .filter(|operation| !operation.keyed)
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    assert_eq!(
        open,
        [
            "GET /problems/{code}",
            "GET /v1/health",
            "GET /v1/openapi.json",
            "POST /v1/provider-log-ins",
            "POST /v1/provider-log-ins/finish",
            "GET /v1/ready",
            "POST /v1/sessions"
        ]
    );
}

#[test]
fn every_operation_is_told_in_full() {
    let document: Json = serde_json::from_str(&document()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(ids.insert(operation["operationId"].to_string()), "{name}: its id twice");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{name}");
            let parameters = operation["parameters"].as_array().unwrap();
            let has = |header: &str| parameters.iter().any(|one| one["name"] == header);
            assert!(has("Accept-Language"), "{name}");
            let is_kept = method == "post" && !UNKEPT.contains(&path.as_str());
            assert_eq!(has("idempotency-key"), is_kept, "{name}");
            assert_eq!(
                operation.get("requestBody").is_some(),
                {
                    let responses = operation["responses"].as_object().unwrap();
                    responses.contains_key("415")
                },
                "{name}"
            );
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let text = document();
    let document: Json = serde_json::from_str(&text).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for part in text.split("\"#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name}");
    }
}
