//! Each operation, tried by each role, answers as the engine's list says.

use regulars_api::openapi::{Described, operations};
use regulars_engine::{
    Role,
    authorise::{Action, Reach},
};
use regulars_tests::{App, Call};
use serde_json::{Value as Json, json};

pub const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

pub fn path_of(operation: &Described, id: &str) -> String {
    let prefix = match operation.path.split('/').nth(2) {
        Some("customers") => "cus_",
        Some("tasks") => "tsk_",
        Some("outbox") => "msg_",
        Some("what-if") => "job_",
        Some("keys") => "key_",
        Some("staff") => "stf_",
        Some("sessions") => "ses_",
        Some("drafts") => "drf_",
        Some("decisions") => "dec_",
        Some("issues") => "isu_",
        _ => "",
    };
    let id = if prefix.is_empty() { "nobody".to_owned() } else { format!("{prefix}{id}") };
    let path = operation.path.replace("{id}", &id).replace("{code}", "store-9");
    let path = path
        .replace("{entity}", "customer")
        .replace("{namespace}", "sizes")
        .replace("{name}", "rows");
    match operation.id.as_str() {
        "explain" => format!("{path}?field=spend-tiers.tier"),
        "count_by" => format!("{path}?by=lifecycle"),
        _ => path,
    }
}

/// A body that reads, so that only the role can be what is refused first.
pub fn body_of(id: &str) -> Json {
    let phone = json!({"kind": "phone", "value": "13800138000"});
    match id {
        "add_identity" | "retire_identity" => phone,
        "move_identity" => {
            json!({"kind": "card", "value": "7", "to": "cus_01890a5d-ac96-774b-bcce-b302099a8058"})
        }
        "record_consent" => json!({"channel": "sms", "purpose": "marketing", "action": "grant"}),
        "append_event" | "preview_event" => {
            json!({"customer": {"identities": [phone]}, "kind": "visit"})
        }
        "complete_task" => json!({"outcome": "reached"}),
        "postpone_task" => json!({"due_at": "2027-01-01T00:00:00Z"}),
        "message_failed" => json!({"reason": "no such number"}),
        "put_unit" => json!({"name": "Store 9", "kind": "store"}),
        "put_plugin_units" => json!({"enabled": true}),
        "put_table" => json!([]),
        "create_draft" => json!({"plugin": "nobody", "title": "none"}),
        "roll_out_draft" => json!({"units": ["nowhere"]}),
        "create_issue" => json!({"plugin": "nobody", "per_minute": 60}),
        "start_what_if" => json!({"plugin": "nobody", "set": {}}),
        "create_staff" => json!({"login": "x", "name": "X", "role": "cashier"}),
        "put_staff" => json!({"name": "X", "role": "cashier"}),
        "hand_over" => json!({"to": [format!("stf_{ID}")]}),
        "change_password" => json!({"current": "a", "new": "b"}),
        "put_password_rule" => json!({"max_age_days": null}),
        "create_key" => json!({"name": "till", "role": "cashier"}),
        _ => json!({}),
    }
}

/// The operation on the one with this id.
pub fn call<'a>(app: &'a App, operation: &Described, id: &str, key: &str) -> Call<'a> {
    let path = path_of(operation, id);
    let call = app.call(&operation.method, &path).key(key).header("if-match", "\"1\"");
    match (operation.method.as_str(), operation.id.as_str()) {
        ("GET", _) => call,
        (_, "append_many") => call.bytes("application/x-ndjson", b"{}\n"),
        (_, "install_plugin") => call.bytes("application/vnd.regulars.plugin", b"none"),
        (_, id) => call.json(body_of(id)),
    }
}

#[test]
fn each_role_may_do_what_the_list_says_and_nothing_else() {
    let app = App::sqlite();
    let mut keys: Vec<(Role, String)> = Role::ALL
        .into_iter()
        .filter(|(_, role)| *role != Role::Member)
        .map(|(_, role)| (role, app.key(role, &[])))
        .collect();
    let path = format!("/v1/customers/{}/member-token", app.customer());
    keys.push((Role::Member, app.post(&path, json!({})).expect(201).text("/token")));
    let mut tried = 0;
    for operation in operations().into_iter().filter(|operation| operation.keyed) {
        let name = operation.id.trim_end_matches("_by_post");
        let action = Action::find(name).unwrap();
        for (role, key) in &keys {
            let answer = call(&app, &operation, ID, key).send();
            if action.is_open_to(*role) {
                assert!(
                    ![401, 403, 415, 500].contains(&answer.status),
                    "{name} by {role:?}: {}",
                    answer.body
                );
            } else {
                let answer = answer.refused(403, "forbidden");
                assert!(answer.text("/detail").contains(role.name()));
            }
            tried += 1;
        }
    }
    assert!(tried >= keys.len() * Action::ALL.len());
}

#[test]
fn who_acts_for_some_units_only_changes_nothing_of_the_whole() {
    let app = App::sqlite();
    let key = app.key(Role::Admin, &["organisation"]);
    let mut refused = 0;
    for operation in operations().into_iter().filter(|operation| operation.keyed) {
        let action = Action::find(operation.id.trim_end_matches("_by_post")).unwrap();
        let answer = call(&app, &operation, ID, &key).send();
        if action.reach() == Reach::All {
            answer.refused(403, "forbidden");
            refused += 1;
        } else {
            assert!(![401, 500].contains(&answer.status), "{}: {}", operation.id, answer.body);
        }
    }
    assert!(refused > 10);
}
