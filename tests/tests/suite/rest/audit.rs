//! /v1/audit: what each action leaves behind.

use super::shop::{MEDIA_TYPE, trust, version};
use regulars_engine::{Trail, authorise::Action};
use regulars_model::{AuditId, Instant, JobId, duration::MINUTE_US, limits::FAULTS_IN_A_ROW_MAX};
use regulars_store::{AuditQuery, AuditRow, Chain, JobRow, JobState, Store};
use regulars_tests::{Answer, App, START, on_both, root};
use serde_json::{Value as Json, json};
use std::{collections::BTreeSet, path::PathBuf};

const PLUGIN: &str = "/v1/plugins/spend-tiers";

/// Does one action after the other, and looks each time at what was entered.
pub struct Walk<'a> {
    app: &'a App,
    tried: BTreeSet<&'static str>,
}

/// Those the walk is about, beside the one it installs.
pub fn plugins() -> Vec<PathBuf> {
    vec![root().join("plugins/cafe-frequency"), root().join("tests/tables")]
}

impl<'a> Walk<'a> {
    pub fn over_all(app: &'a App) -> Walk<'a> {
        let mut walk = Walk { app, tried: BTreeSet::new() };
        walk.house();
        walk.plugins();
        let customer = walk.customers();
        walk.work(&customer);
        walk.reading(&customer);
        walk.bulk();
        walk.people();
        walk.end_of_the_plugin();
        walk
    }

    fn entries(&self, action: &str) -> Vec<Json> {
        self.app.get(&format!("/v1/audit?limit=200&action={action}")).expect(200).items().clone()
    }

    /// The one entry that this leaves; of what it says, kind, record, before and after are looked at.
    #[track_caller]
    fn leaves(
        &mut self,
        action: Action,
        expected: Json,
        act: impl FnOnce(&App) -> Answer,
    ) -> Answer {
        self.leaves_all(action, &[expected], act)
    }

    #[track_caller]
    fn leaves_all(
        &mut self,
        action: Action,
        expected: &[Json],
        act: impl FnOnce(&App) -> Answer,
    ) -> Answer {
        let name = action.name();
        self.tried.insert(name);
        let before = self.entries(name).len();
        let answer = act(self.app);
        assert!(answer.status < 300, "{name}: {}", answer.body);
        let mut entries = self.entries(name);
        entries.truncate(entries.len() - before);
        entries.reverse();
        assert_eq!(entries.len(), expected.len(), "{name}: {entries:?}");
        for (entry, expected) in entries.iter().zip(expected) {
            for (member, value) in expected.as_object().unwrap() {
                assert_eq!(entry[member], *value, "{member} of {name}: {entry}");
            }
            for member in ["before", "after"] {
                assert_eq!(
                    entry.get(member).is_some(),
                    expected.get(member).is_some(),
                    "{name}: {entry}"
                );
            }
            assert_eq!(entry["at"], json!(self.app.now()), "{name}");
            assert_eq!(entry["outcome"], "done");
            assert_eq!(entry["actor"]["name"], "test");
            assert_eq!(entry["actor"]["role"], "admin");
            let origin = &entry["origin"];
            assert_eq!((&origin["by"], &origin["address"]), (&json!("rest"), &json!("127.0.0.1")));
            assert!(origin["agent"].as_str().unwrap().starts_with("ureq/"), "{origin}");
            assert!(origin["key"].as_str().unwrap().starts_with("key_"), "{origin}");
            assert!(entry["request"].as_str().unwrap().starts_with("urn:uuid:"));
        }
        answer
    }

    /// Who does what was done already changes nothing.
    #[track_caller]
    fn leaves_nothing(&self, action: Action, act: impl FnOnce(&App) -> Answer) {
        let before = self.entries(action.name()).len();
        let answer = act(self.app);
        assert!(answer.status < 300, "{}", answer.body);
        assert_eq!(self.entries(action.name()).len(), before, "{}", action.name());
    }

    fn house(&mut self) {
        let unit = |name: &str| json!({"name": name, "kind": "store"});
        let made = json!({"code": "store-1", "name": "One", "kind": "store", "parent": "organisation",
            "time_zone": "Asia/Shanghai", "currency": "CNY", "cutoff_hour": 0,
            "assignment": "by-hand"});
        let expected = json!({"kind": "unit", "record": "store-1", "after": made});
        self.leaves(Action::PutUnit, expected, |app| app.put("/v1/units/store-1", unit("One")));
        let expected =
            json!({"kind": "unit", "before": {"name": "One"}, "after": {"name": "First"}});
        self.leaves(Action::PutUnit, expected, |app| app.put("/v1/units/store-1", unit("First")));
        self.leaves_nothing(Action::PutUnit, |app| app.put("/v1/units/store-1", unit("First")));
        let schema = json!({"type": "object", "properties": {"ring": {"type": "integer"}}});
        let expected = json!({"kind": "schema", "record": "customer/sizes", "after": schema});
        let put = |schema: &Json| {
            let schema = schema.clone();
            move |app: &App| app.put("/v1/schemas/customer/sizes", schema)
        };
        self.leaves(Action::PutSchema, expected, put(&schema));
        self.leaves_nothing(Action::PutSchema, put(&schema));
        let wider = json!({"type": "object", "properties": {"ring": {"type": "number"}}});
        let (was, is) = (json!({"type": "integer"}), json!({"type": "number"}));
        let [was, is] = [was, is].map(|ring| json!({"properties": {"ring": ring}}));
        self.leaves(Action::PutSchema, json!({"before": was, "after": is}), put(&wider));
        let may = json!({"name": "till", "role": "cashier", "units": [], "actions": null, "expires_at": null});
        let expected = json!({"kind": "key", "after": may});
        let key = self.leaves(Action::CreateKey, expected, |app| {
            app.post("/v1/keys", json!({"name": "till", "role": "cashier"}))
        });
        let entries = self.entries("create_key");
        assert_eq!(entries[0]["record"], key.json["id"]);
        let shown = key.text("/key");
        assert!(!json!(entries).to_string().contains(&shown[4..]), "the key itself is told");
        let expected = json!({"kind": "key", "record": key.at("/id"), "before": {"revoked_at": null},
            "after": {"revoked_at": self.app.now()}});
        let revoke =
            |app: &App| app.call("DELETE", &format!("/v1/keys/{}", key.text("/id"))).send();
        self.leaves(Action::RevokeKey, expected, revoke);
        self.leaves_nothing(Action::RevokeKey, revoke);
    }

    fn people(&mut self) {
        let expected = json!({"kind": "staff",
            "after": {"login": "li", "name": "Li", "role": "cashier", "units": [], "must_change_password": true, "disabled_at": null,
                "subject": null, "issuer": null, "has_password": true}});
        let body = json!({"login": "li", "name": "Li", "role": "cashier"});
        let made = self.leaves(Action::CreateStaff, expected, |app| app.post("/v1/staff", body));
        let id = made.text("/id");
        let path = format!("/v1/staff/{id}");
        let (was, is) = (json!({"role": "cashier"}), json!({"role": "sales_guide"}));
        let expected = json!({"kind": "staff", "record": id, "before": was, "after": is});
        let guide = json!({"name": "Li", "role": "sales_guide"});
        let put = |app: &App| app.put(&path, guide.clone());
        self.leaves(Action::PutStaff, expected, put);
        self.leaves_nothing(Action::PutStaff, put);
        let changed = json!({"kind": "staff", "record": id, "after": {"password": "changed"}});
        let set = |app: &App| app.post(&format!("{path}/password"), json!({}));
        let first = self.leaves(Action::SetPassword, changed.clone(), set).text("/password");
        let body = json!({"login": "li", "password": first});
        let session = self.app.post("/v1/sessions", body.clone()).expect(201);
        let new = json!({"current": first, "new": "correct-horse-battery-staple"});
        self.tried.insert(Action::ChangePassword.name());
        self.app
            .call("POST", "/v1/password")
            .key(&session.text("/token"))
            .json(new)
            .send()
            .expect(200);
        let entry = self.entries("change_password").remove(0);
        assert_eq!((&entry["after"], &entry["actor"]["name"]), (&changed["after"], &json!("Li")));
        assert_eq!(
            (&entry["origin"]["session"], entry["origin"].get("key")),
            (session.at("/id"), None)
        );
        let over = json!({"sessions_ended_at": self.app.now()});
        let expected = json!({"kind": "session", "record": session.text("/id"), "after": over});
        let end = format!("/v1/sessions/{}", session.text("/id"));
        self.leaves(Action::EndSession, expected, |app| app.call("DELETE", &end).send());
        let body = json!({"login": "li", "password": "correct-horse-battery-staple"});
        self.app.post("/v1/sessions", body).expect(201);
        let expected = json!({"kind": "staff", "record": id, "after": over});
        let end = format!("/v1/sessions?staff={id}");
        self.leaves(Action::EndSessions, expected, |app| app.call("DELETE", &end).send());
        let [none, some] = [Json::Null, json!(90)].map(|days| json!({"max_age_days": days}));
        let expected = json!({"kind": "password_rule", "record": "organisation", "before": none, "after": some});
        let put = |rule: &Json| {
            let rule = rule.clone();
            move |app: &App| app.put("/v1/password-rule", rule)
        };
        self.leaves(Action::PutPasswordRule, expected, put(&some));
        self.leaves_nothing(Action::PutPasswordRule, put(&some));
        let customer = self.app.customer();
        self.tried.insert(Action::MakeMemberToken.name());
        let token =
            self.app.post(&format!("/v1/customers/{customer}/member-token"), json!({})).expect(201);
        let entry = self.entries("make_member_token").remove(0);
        assert_eq!(
            (&entry["record"], &entry["after"]["expires_at"]),
            (&json!(customer), token.at("/expires_at"))
        );
        assert!(!entry.to_string().contains(&token.text("/token")[4..]), "{entry}");
        let other = self
            .app
            .post("/v1/staff", json!({"login": "wu", "name": "Wu", "role": "cashier"}))
            .expect(201)
            .text("/id");
        let after = json!({"to": [other], "customers": 0, "tasks": 0});
        let expected = json!({"kind": "staff", "record": id, "after": after});
        self.leaves(Action::HandOver, expected, |app| {
            app.post(&format!("{path}/hand-over"), json!({"to": [other]}))
        });
    }

    fn plugins(&mut self) {
        let install = |file: Vec<u8>| {
            move |app: &App| app.call("POST", "/v1/plugins").bytes(MEDIA_TYPE, &file).send()
        };
        let entry = |more: Json| {
            let mut entry = json!({"kind": "plugin", "record": "spend-tiers"});
            entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            entry
        };
        let hash = |app: &App| app.get(PLUGIN).expect(200).at("/hash").clone();
        let first = version("1.0.0", &[]);
        self.tried.insert(Action::InstallPlugin.name());
        install(first.clone())(self.app).expect(201);
        let one = hash(self.app);
        let made = self.entries("install_plugin")[0]["after"].clone();
        assert_eq!((&made["version"], &made["hash"]), (&json!("1.0.0"), &one));
        self.leaves_nothing(Action::InstallPlugin, install(first));
        let change = json!({"low_above": "10.00"});
        let expected = entry(json!({"before": {"values": {}}, "after": {"values": change}}));
        self.leaves(Action::ChangeSettings, expected, |app| {
            app.call("PATCH", &format!("{PLUGIN}/settings")).json(change.clone()).send()
        });
        let back = json!({"low_above": null});
        let expected = entry(json!({"before": {"values": change}, "after": {"values": {}}}));
        self.leaves(Action::ChangeSettings, expected, |app| {
            app.post(&format!("{PLUGIN}/settings/patch"), back.clone())
        });
        let change = json!({"low_above": "20.00"});
        let expected = entry(json!({"before": {}, "after": {"overrides": {"store-1": change}}}));
        self.leaves(Action::ChangeUnitSettings, expected, |app| {
            app.call("PATCH", &format!("{PLUGIN}/units/store-1/settings"))
                .json(change.clone())
                .send()
        });
        let expected = entry(json!({"before": {"overrides": {"store-1": change}}, "after": {}}));
        self.leaves(Action::ChangeUnitSettings, expected, |app| {
            app.post(&format!("{PLUGIN}/units/store-1/settings/patch"), back.clone())
        });
        let expected = entry(json!({"before": {"units": []}, "after": {"units": ["store-1"]}}));
        self.leaves(Action::PutPluginUnits, expected, |app| {
            app.put(&format!("{PLUGIN}/units"), json!({"enabled": true, "units": ["store-1"]}))
        });
        self.app.put(&format!("{PLUGIN}/units"), json!({"enabled": true})).expect(200);
        let second = version(
            "1.1.0",
            &[("is_over(call.settings.high_above)", "is_from(call.settings.high_above)")],
        );
        install(second)(self.app).expect(201);
        let two = hash(self.app);
        let newest = self.entries("install_plugin")[0].clone();
        assert_eq!(newest["before"], json!({"version": "1.0.0", "hash": one}));
        assert_eq!(newest["after"], json!({"version": "1.1.0", "hash": two}));
        let expected = entry(json!({
            "before": {"version": "1.1.0", "hash": two}, "after": {"version": "1.0.0", "hash": one},
        }));
        self.leaves(Action::RollbackPlugin, expected, |app| {
            app.post(&format!("{PLUGIN}/rollback"), json!({}))
        });
        self.drafts();
        self.issues();
        let families = "/v1/plugins/families/tables/families";
        let rows = json!([{"sku": "latte", "family": "coffee", "worth": "3.00", "sweet": true}]);
        self.tried.insert(Action::PutTable.name());
        let put = self.app.put(families, rows).expect(200);
        let entries = self.entries("put_table");
        assert_eq!((entries.len(), &entries[0]["record"]), (1, &json!("families")));
        assert_eq!(entries[0]["after"], json!({"tables": {"families": put.at("/hash")}}));
    }

    /// One entry about the plugin.
    fn steps(&mut self, action: Action, act: impl FnOnce(&App) -> Answer) -> Json {
        self.tried.insert(action.name());
        let before = self.entries(action.name()).len();
        act(self.app).expect(200);
        let entries = self.entries(action.name());
        assert_eq!(entries.len(), before + 1, "{entries:?}");
        assert_eq!(
            (&entries[0]["kind"], &entries[0]["record"]),
            (&json!("plugin"), &json!("spend-tiers"))
        );
        entries[0].clone()
    }

    fn drafts(&mut self) {
        let draft = |entry: Json| {
            let mut expected = json!({"kind": "draft"});
            expected.as_object_mut().unwrap().extend(entry.as_object().unwrap().clone());
            expected
        };
        let body = json!({"plugin": "spend-tiers", "title": "More", "set": {"low_above": "5.00"}});
        let make = |app: &App| app.post("/v1/drafts", body.clone()).expect(201);
        self.tried.insert(Action::CreateDraft.name());
        let id = make(self.app).text("/id");
        let made = &self.entries("create_draft")[0];
        assert_eq!((&made["kind"], &made["record"]), (&json!("draft"), &json!(id)));
        assert_eq!(
            (&made["after"]["state"], &made["after"]["set"]),
            (&json!("draft"), &body["set"])
        );
        let step = |id: &str, step: &str, body: Json| {
            let path = format!("/v1/drafts/{id}/{step}");
            move |app: &App| app.post(&path, body)
        };
        let same = draft(json!({"before": {}, "after": {}}));
        self.leaves(Action::CheckDraft, same, step(&id, "check", json!({})));
        let out = json!({"units": ["store-1"]});
        let told = self.steps(Action::RollOutDraft, step(&id, "rollout", out));
        let trial = &told["after"]["trial"];
        assert_eq!((&trial["draft"], &trial["units"]), (&json!(id), &json!(["store-1"])));
        let told = self.steps(Action::AbortDraft, step(&id, "abort", json!({})));
        assert_eq!(told["before"]["trial"]["draft"], json!(id));
        let id = make(self.app).text("/id");
        let told = self.steps(Action::PublishDraft, step(&id, "publish", json!({})));
        assert_eq!(
            (&told["before"], &told["after"]),
            (&json!({"values": {}}), &json!({"values": body["set"]}))
        );
        let told = self.steps(Action::RollBackDraft, step(&id, "rollback", json!({})));
        assert_eq!(
            (&told["before"], &told["after"]),
            (&json!({"values": body["set"]}), &json!({"values": {}}))
        );
        let id = make(self.app).text("/id");
        let gone = draft(json!({"before": {"state": "draft"}, "after": {"state": "discarded"}}));
        self.leaves(Action::DiscardDraft, gone, step(&id, "discard", json!({})));
    }

    fn issues(&mut self) {
        let body = json!({"plugin": "spend-tiers", "sorts": ["task"], "per_minute": 60});
        self.tried.insert(Action::CreateIssue.name());
        let id = self.app.post("/v1/issues", body).expect(201).text("/id");
        let made = &self.entries("create_issue")[0];
        assert_eq!((&made["kind"], &made["record"]), (&json!("issue"), &json!(id)));
        assert_eq!(
            (&made["after"]["per_minute"], &made["after"]["sorts"]),
            (&json!(60), &json!(["task"]))
        );
        let ways = [
            (Action::StartIssue, "start", "counted", "running"),
            (Action::PauseIssue, "pause", "running", "paused"),
            (Action::CancelIssue, "cancel", "paused", "cancelled"),
        ];
        for (action, verb, was, is) in ways {
            self.tried.insert(action.name());
            let path = format!("/v1/issues/{id}/{verb}");
            self.app.post(&path, json!({})).expect(200);
            self.leaves_nothing(action, |app| app.post(&path, json!({})));
            let entries = self.entries(action.name());
            assert_eq!(entries.len(), 1, "{entries:?}");
            let told = (&entries[0]["before"]["state"], &entries[0]["after"]["state"]);
            assert_eq!(told, (&json!(was), &json!(is)));
        }
    }

    fn customers(&mut self) -> String {
        let [phone, other] = [self.app.phone(), self.app.phone()];
        let value = format!("+86{}", phone["value"].as_str().unwrap());
        let draft =
            json!({"identities": [phone], "profile": {"name": "Ann"}, "home_store": "store-1"});
        let of_ann = json!({"profile": {"name": "Ann"}, "home_store": "store-1",
            "identities": {"phone": {value: "active"}}});
        let made = self.leaves(
            Action::CreateCustomer,
            json!({"kind": "customer", "after": of_ann}),
            |app| app.post("/v1/customers", draft),
        );
        let ann = made.text("/id");
        let entry = self.entries("create_customer")[0].clone();
        assert_eq!((&entry["record"], &entry["customer_id"]), (&json!(ann), &json!(ann)));
        let unknown = json!({"identities": [other], "create": true});
        let value = format!("+86{}", other["value"].as_str().unwrap());
        let expected =
            json!({"kind": "customer", "after": {"identities": {"phone": {value: "active"}}}});
        let found = self.leaves(Action::Identify, expected, |app| {
            app.post("/v1/customers/identify", unknown.clone())
        });
        self.leaves_nothing(Action::Identify, |app| app.post("/v1/customers/identify", unknown));
        let bob = found.text("/customer/id");
        let (was, is) = (json!({"profile": {"name": "Ann"}}), json!({"profile": {"name": "Anna"}}));
        let expected = json!({"kind": "customer", "record": ann, "before": was, "after": is});
        let patch = |version: &'static str| {
            let (path, is) = (format!("/v1/customers/{ann}"), is.clone());
            move |app: &App| app.call("PATCH", &path).header("if-match", version).json(is).send()
        };
        self.leaves(Action::PatchCustomer, expected, patch("\"1\""));
        self.leaves_nothing(Action::PatchCustomer, patch("\"2\""));
        self.identities(&ann, &bob);
        let draft = json!({"channel": "sms", "purpose": "marketing", "action": "grant"});
        let path = format!("/v1/customers/{ann}/consents");
        self.tried.insert(Action::RecordConsent.name());
        self.app.post(&path, draft).expect(201);
        let entries = self.entries("record_consent");
        assert_eq!((entries.len(), &entries[0]["before"]), (1, &json!({})));
        assert_eq!(entries[0]["after"]["consents"]["sms"]["marketing"]["state"], "granted");
        let of_ann = self.app.get(&format!("/v1/audit?customer={ann}")).expect(200);
        assert_eq!(of_ann.items().len(), 5, "{}", of_ann.body);
        ann
    }

    fn identities(&mut self, ann: &str, bob: &str) {
        let card = json!({"kind": "card", "value": "C-7"});
        let is = |state: &str| json!({"identities": {"card": {"C-7": state}}});
        let expected =
            json!({"kind": "customer", "record": ann, "before": {}, "after": is("active")});
        let path = format!("/v1/customers/{ann}/identities");
        self.leaves(Action::AddIdentity, expected, |app| app.post(&path, card.clone()));
        let held = |id: &str| {
            let mut image = is("active");
            image["customer"] = json!(id);
            image
        };
        let both = [
            json!({"kind": "customer", "record": ann, "before": held(ann)}),
            json!({"kind": "customer", "record": bob, "after": held(bob)}),
        ];
        let wanted = json!({"kind": "card", "value": "C-7", "to": bob});
        self.leaves_all(Action::MoveIdentity, &both, |app| {
            app.post(&format!("{path}/move"), wanted)
        });
        let expected = json!({"record": bob, "before": is("active"), "after": is("retired")});
        let path = format!("/v1/customers/{bob}/identities/retire");
        self.leaves(Action::RetireIdentity, expected, |app| app.post(&path, card.clone()));
        self.leaves_nothing(Action::RetireIdentity, |app| app.post(&path, card.clone()));
    }

    fn work(&mut self, customer: &str) {
        self.app.purchase(customer, "rich", 200_000);
        let task = self.app.get("/v1/tasks").expect(200).text("/items/0/id");
        let path = |verb: &str| format!("/v1/tasks/{task}/{verb}");
        let later = self.app.now().plus(MINUTE_US).to_string();
        let due = self.app.get(&format!("/v1/tasks/{task}")).expect(200).at("/due_at").clone();
        let task_entry = |before: Json, after: Json| {
            json!({"kind": "task", "record": task, "customer_id": customer, "before": before,
                "after": after})
        };
        let expected = task_entry(json!({"due_at": due}), json!({"due_at": later}));
        self.leaves(Action::PostponeTask, expected, |app| {
            app.post(&path("postpone"), json!({"due_at": later}))
        });
        self.tried.extend([Action::ClaimTask.name(), Action::CompleteTask.name()]);
        self.app.post(&path("claim"), json!({})).expect(200);
        self.app.post(&path("claim"), json!({})).expect(200);
        let claimed = self.entries("claim_task");
        assert_eq!(claimed.len(), 1, "{claimed:?}");
        assert_eq!(claimed[0]["before"]["state"], "open");
        assert_eq!(claimed[0]["after"]["claimed_by"], claimed[0]["actor"]["id"]);
        self.app.post(&path("complete"), json!({"outcome": "reached"})).expect(200);
        let done = self.entries("complete_task");
        assert_eq!(done[0]["after"], json!({"state": "done", "outcome": "reached"}));
        self.message(customer);
    }

    /// A regular of the café who stays away gets an offer.
    fn message(&mut self, customer: &str) {
        for visit in 0..4 {
            self.app.purchase(customer, &format!("visit-{visit}"), 3_000);
            self.app.advance_days(1);
        }
        let message = (0..60).find_map(|_| {
            self.app.advance_days(1);
            let page = self.app.get("/v1/outbox").expect(200);
            page.items().first().map(|message| message["id"].as_str().unwrap().to_owned())
        });
        let message = message.expect("no offer in 60 days");
        let entry = |before: Json, after: Json| {
            json!({"kind": "message", "record": message, "customer_id": customer, "before": before,
                "after": after})
        };
        let path = |verb: &str| format!("/v1/outbox/{message}/{verb}");
        let (was, is) = (
            json!({"attempts": 0, "state_reason": null}),
            json!({"attempts": 1, "state_reason": "busy"}),
        );
        self.leaves(Action::MessageFailed, entry(was, is), |app| {
            app.post(&path("failed"), json!({"reason": "busy", "retry": true}))
        });
        self.tried.insert(Action::MessageSent.name());
        self.app.post(&path("sent"), json!({"gateway_id": "g-1"})).expect(200);
        let sent = self.entries("message_sent");
        assert_eq!(sent[0]["after"]["state"], "sent");
        assert_eq!(sent[0]["after"]["gateway_id"], "g-1");
    }

    fn reading(&mut self, customer: &str) {
        let read =
            |kind: &str, after: Json| json!({"kind": kind, "record": "many", "after": after});
        self.leaves(Action::ListCustomers, read("customer", json!({"records": 2})), |app| {
            app.get("/v1/customers")
        });
        let counted = read("customer", json!({"by": "lifecycle", "records": 2}));
        self.leaves(Action::CountBy, counted, |app| app.get("/v1/counts?by=lifecycle"));
        let asked = json!({"sort": "message", "state": "sent", "records": 1});
        self.leaves(Action::ListOutbox, read("message", asked), |app| {
            app.get("/v1/outbox?state=sent")
        });
        self.leaves_nothing(Action::ListOutbox, |app| app.get("/v1/outbox?state=failed"));
        let decisions = self.app.get(&format!("/v1/customers/{customer}/decisions")).expect(200);
        let of_plugin = |one: &&Json| one["plugin"] == "spend-tiers";
        let decision = decisions.items().iter().find(of_plugin).unwrap()["id"].clone();
        let expected = json!({"kind": "decision", "record": decision, "customer_id": customer,
            "after": {"plugin": "spend-tiers"}});
        self.leaves(Action::RecordScenario, expected, |app| {
            let decision = decision.as_str().unwrap();
            app.get(&format!("/v1/decisions/{decision}/scenario"))
        });
        self.tried.insert(Action::ListAudit.name());
        self.app.get("/v1/audit?kind=unit&limit=1").expect(200);
        let looked = self.entries("list_audit")[0].clone();
        assert_eq!(looked["after"], json!({"filter": {"kind": "unit"}, "records": 1}));
    }

    /// Many sales in one request, and rules asked and run again.
    fn bulk(&mut self) {
        let line = json!({"customer": {"identities": [self.app.phone()], "create": true},
            "kind": "visit", "source": "till", "source_id": "bulk-1"});
        let body = format!("{line}\n");
        self.leaves(Action::AppendMany, json!({"kind": "event", "record": "many"}), |app| {
            app.call("POST", "/v1/events/batch")
                .bytes("application/x-ndjson", body.as_bytes())
                .send()
        });
        let asked = json!({"plugin": "spend-tiers", "set": {"high_above": "5.00"}});
        self.tried.insert(Action::StartWhatIf.name());
        let job = self.app.post("/v1/what-if", asked).expect(202).text("/id");
        let started = self.entries("start_what_if");
        assert_eq!((started.len(), &started[0]["record"]), (1, &json!(job)));
        assert_eq!(started[0]["after"]["set"], json!({"high_above": "5.00"}));
        let running = self.running_job();
        let (was, is) = (json!({"state": "running"}), json!({"state": "cancelled"}));
        let expected = json!({"kind": "what_if", "record": running, "before": was, "after": is});
        let cancel = format!("/v1/what-if/{running}/cancel");
        self.leaves(Action::CancelWhatIf, expected, |app| app.post(&cancel, json!({})));
        self.leaves_nothing(Action::CancelWhatIf, |app| app.post(&cancel, json!({})));
        let expected = json!({"kind": "plugin", "record": "spend-tiers",
            "after": {"customers": 0, "held": 0}});
        self.leaves(Action::RerunPlugin, expected, |app| {
            app.post(&format!("{PLUGIN}/rerun"), json!({}))
        });
    }

    /// Of another process, which is slow.
    fn running_job(&self) -> String {
        let id = JobId(self.app.engine.world().new_id());
        let now = self.app.now();
        let request = json!({"plugin": "spend-tiers", "set": {}}).to_string();
        let row = JobRow {
            id,
            kind: "what_if".to_owned(),
            request,
            state: JobState::Running,
            done: 0,
            total: 1,
            created_at: now,
            created_by: None,
            updated_at: now,
            result: None,
        };
        let place = self.app.place();
        let newest = AuditQuery { limit: 1, ..AuditQuery::default() };
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let store = Store::open(&place.url()).await.unwrap();
            let last = store.list_audit(&newest).await.unwrap().remove(0).row;
            let entry = AuditRow { id: AuditId(self.app.engine.world().new_id()), ..last };
            store.add_job(&row, &entry).await.unwrap();
            store.close().await;
        });
        id.to_string()
    }

    fn end_of_the_plugin(&mut self) {
        self.tried.extend([Action::UninstallPlugin.name(), Action::ReleasePlugin.name()]);
        self.app.call("DELETE", PLUGIN).send().expect(204);
        let gone = self.entries("uninstall_plugin");
        assert_eq!((gone.len(), &gone[0]["after"]["uninstalled"]), (1, &json!(true)));
        let fails = version("1.2.0", &[("let tier = if", "throw \"broken\";\n    let tier = if")]);
        self.app.call("POST", "/v1/plugins").bytes(MEDIA_TYPE, &fails).send().expect(201);
        for number in 0..=i64::from(FAULTS_IN_A_ROW_MAX) {
            self.app.advance(MINUTE_US);
            let id = self.app.customer();
            self.app.purchase(&id, &format!("fails-{number}"), 100);
        }
        let began = std::time::Instant::now();
        while self.app.get(PLUGIN).expect(200).at("/quarantine").is_null() {
            assert!(began.elapsed().as_secs() < 20, "it is not set aside");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let aside = self.entries("automatic")[0].clone();
        assert_eq!(
            (&aside["record"], &aside["actor"]["name"]),
            (&json!("spend-tiers"), &json!("engine"))
        );
        assert_eq!(aside["after"]["quarantine"]["version"], "1.2.0");
        self.app.post(&format!("{PLUGIN}/release"), json!({})).expect(200);
        let released = self.entries("release_plugin");
        assert_eq!(released.len(), 1);
        assert_eq!(released[0]["before"]["quarantine"]["version"], "1.2.0");
    }
}

fn verify(app: &App) -> Chain {
    let url = app.place().url();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(&url).await.unwrap();
        store.seal_audit().await.unwrap();
        store.close().await;
        Store::verify_audit(&url, None).await.unwrap()
    })
}

on_both! {
    fn every_action_leaves_what_it_is_said_to_leave(place: Place) {
        let now: Instant = START.parse().unwrap();
        let app = &App::trusting(trust(), place, plugins(), now);
        let walk = Walk::over_all(app);
        let leaves = |action: &&Action| {
            matches!(action.trail(), Trail::Change | Trail::Request | Trail::Read)
        };
        let expected: BTreeSet<&str> =
            Action::ALL.iter().filter(leaves).map(|action| action.name()).collect();
        assert_eq!(walk.tried, expected, "an action was added that nobody has tried here");
        for action in Action::ALL.iter().filter(|action| !leaves(action)) {
            assert!(walk.entries(action.name()).is_empty(), "{}", action.name());
        }
        let chain = verify(app);
        assert_eq!(chain.misfit, None);
        assert!(chain.last.unwrap().number > 50);
        let all = app.get("/v1/audit?limit=200").expect(200);
        assert!(all.items().iter().skip(1).all(|entry| entry["hash"].is_string() || entry["action"] == "list_audit"));
    }
}

on_both! {
    fn what_is_refused_is_entered_once_and_counted(app) {
        let put = |key: &str| {
            app.call("PUT", "/v1/units/store-1").key(key).json(json!({"name": "1", "kind": "store"})).send()
        };
        let entries = |action: &str| {
            app.get(&format!("/v1/audit?action={action}")).expect(200).items().clone()
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let count = || runtime.block_on(app.engine.enter_refusals()).unwrap();
        for _ in 0..30 {
            put(&app.staff).refused(403, "forbidden");
        }
        let refused = entries("put_unit");
        assert_eq!(refused.len(), 1);
        let first = &refused[0];
        assert_eq!((&first["outcome"], &first["actor"]["role"]), (&json!("refused"), &json!("customer_service")));
        assert_eq!(first["origin"]["address"], "127.0.0.1");
        assert_eq!(count(), 0, "its time has not come");
        app.advance_clock(11 * MINUTE_US);
        assert_eq!(count(), 1);
        assert_eq!(entries("put_unit")[0]["after"]["times"], 29);
        put(&app.staff).refused(403, "forbidden");
        assert_eq!(entries("put_unit").len(), 3, "a new turn has begun");

        let nobody = format!("rgk_{}", "0".repeat(64));
        for _ in 0..7 {
            put(&nobody).refused(401, "unauthenticated");
        }
        assert!(entries("authenticate").is_empty());
        app.advance_clock(11 * MINUTE_US);
        assert_eq!(count(), 1, "one was refused once only, and that is entered");
        let unknown = &entries("authenticate")[0];
        assert_eq!((&unknown["outcome"], &unknown["actor"]["name"]), (&json!("refused"), &json!("unknown")));
        assert_eq!(unknown["after"]["times"], 7);
        assert_eq!(unknown["after"]["addresses"], json!(["127.0.0.1"]));

        let made = app.post("/v1/keys", json!({"name": "old till", "role": "cashier"})).expect(201);
        app.call("DELETE", &format!("/v1/keys/{}", made.text("/id"))).send();
        for _ in 0..3 {
            put(&made.text("/key")).refused(401, "unauthenticated");
        }
        let revoked = entries("authenticate");
        assert_eq!(revoked.len(), 2, "it is known whose it was: {revoked:?}");
        assert_eq!(revoked[0]["actor"]["name"], "old till");
        assert_eq!(revoked[0]["origin"]["key"], made.json["id"]);
        assert_eq!(verify(app).misfit, None);
    }

    fn entries_come_page_by_page_and_wrong_questions_are_refused(app) {
        for number in 0..5 {
            let unit = json!({"name": format!("Store {number}"), "kind": "store"});
            app.put(&format!("/v1/units/store-{number}"), unit).expect(200);
        }
        let first = app.get("/v1/audit?kind=unit&limit=2").expect(200);
        let next = first.text("/next");
        let second = app.get(&format!("/v1/audit?kind=unit&limit=3&cursor={next}")).expect(200);
        let records = |page: &Answer| -> Vec<Json> {
            page.items().iter().map(|entry| entry["record"].clone()).collect()
        };
        assert_eq!(records(&first), [json!("store-4"), json!("store-3")]);
        assert_eq!(records(&second), [json!("store-2"), json!("store-1"), json!("store-0")]);
        assert_eq!(second.json.get("next"), None);
        let (from, until) = (app.now().plus(1).to_string(), app.now().to_string());
        assert!(app.get(&format!("/v1/audit?kind=unit&from={from}")).expect(200).items().is_empty());
        assert!(app.get(&format!("/v1/audit?kind=unit&until={until}")).expect(200).items().is_empty());
        let refused = app.get("/v1/audit?action=put_units").refused(400, "invalid_request");
        assert!(refused.text("/detail").contains("put_units"));
        app.get("/v1/audit?actor=somebody").refused(400, "invalid_request");
        app.get("/v1/audit?who=me").refused(400, "invalid_request");
        app.get("/v1/audit?cursor=00").refused(400, "invalid_cursor");
        app.call("GET", "/v1/audit").key(&app.integration).send().refused(403, "forbidden");
    }
}
