//! /v1/drafts: a change of a rule, tried in some stores, put in force, taken back.

use super::{
    shop::{MEDIA_TYPE, PLUGIN, install, shop, version},
    unit_settings::{grow, regular, tier},
    what_if::ended,
};
use regulars_engine::Trust;
use regulars_model::{
    DraftId,
    duration::{DAY_US, HOUR_US},
    limits::SHADOW_LOST_US,
};
use regulars_store::Store;
use regulars_tests::{Answer, App, Place, on_both, root};
use serde_json::{Value as Json, json};

/// Of `spend-tiers`: high from 500.00 on.
pub fn draft(app: &App) -> String {
    let body =
        json!({"plugin": "spend-tiers", "title": "Lower the bar", "set": {"high_above": "500.00"}});
    let made = app.post("/v1/drafts", body).expect(201);
    assert_eq!((made.at("/state"), made.at("/tried_in")), (&json!("draft"), &json!([])));
    made.text("/id")
}

pub fn step(app: &App, id: &str, step: &str) -> Answer {
    app.call("POST", &format!("/v1/drafts/{id}/{step}")).send()
}

pub fn roll_out(app: &App, id: &str, body: Json) -> Answer {
    app.post(&format!("/v1/drafts/{id}/rollout"), body)
}

pub fn publish(app: &App, id: &str, body: Json) -> Answer {
    app.post(&format!("/v1/drafts/{id}/publish"), body)
}

/// Somebody who spent 600.00 at home in each of these stores.
fn regulars(app: &App) -> [String; 3] {
    grow(app);
    ["east-1", "east-2", "west-1"].map(|store| regular(app, store, 60_000))
}

fn tiers(app: &App, ids: &[String]) -> Vec<Json> {
    app.decide_due();
    ids.iter().map(|id| tier(app, id)).collect()
}

fn buy(app: &App, id: &str, source_id: &str, amount: i64, days_ago: i64) {
    let at = app.now().minus(days_ago * DAY_US).to_string();
    let body = json!({"customer": {"id": id}, "kind": "purchase", "amount": amount, "currency": "CNY",
        "source": "till", "source_id": source_id, "occurred_at": at});
    app.post("/v1/events", body).expect(201);
}

fn settings_version(app: &App) -> i64 {
    app.get(PLUGIN).expect(200).at("/settings_version").as_i64().unwrap()
}

/// Decisions about a customer: when, outcome of the first effect, whether it still stands.
fn decisions(app: &App, id: &str) -> Vec<Json> {
    let all = app.get(&format!("/v1/customers/{id}/decisions")).expect(200);
    let own = all.items().iter().filter(|one| one["plugin"] == "spend-tiers");
    own.map(|one| json!([one["at"], one["effects"][0]["detail"], one["voided_at"].is_null()]))
        .collect()
}

/// And what one has begun and never ends, as of a process that was killed, the other does.
#[test]
fn of_two_processes_one_counts_a_trial_and_both_show_it() {
    let one = App::on(Place::postgres());
    regulars(&one);
    let id = draft(&one);
    one.advance_days(1);
    roll_out(&one, &id, json!({"units": ["east"]})).expect(200);
    one.decide_due();
    let two =
        App::trusting(Trust::default(), one.place(), vec![root().join("tests/plugins")], one.now());
    let count = |app: &App| app.wait(app.engine.count_shadows()).unwrap();
    let counted: usize = std::thread::scope(|scope| {
        let both = [&one, &two].map(|app| scope.spawn(move || count(app)));
        both.map(|thread| thread.join().unwrap()).iter().sum()
    });
    assert_eq!(counted, 1);
    let shadow = |app: &App| app.get(&format!("/v1/drafts/{id}")).expect(200).at("/shadow").clone();
    assert_eq!((&shadow(&one)["customers"], shadow(&one)), (&json!(2), shadow(&two)));
    for app in [&one, &two] {
        app.advance_clock(HOUR_US);
    }
    regular(&one, "east-1", 60_000);
    let draft: DraftId = id.parse().unwrap();
    let began = one.now();
    let taken = one.wait(async {
        let killed = Store::open(&one.place().url()).await.unwrap();
        killed.take_shadow_turn(draft, began, began.plus(SHADOW_LOST_US)).await.unwrap()
    });
    assert_eq!((taken, count(&two)), (true, 0));
    two.advance_clock(SHADOW_LOST_US);
    assert_eq!((count(&two), count(&two)), (1, 0));
    assert_eq!((&shadow(&one)["customers"], shadow(&one)), (&json!(3), shadow(&two)));
}

on_both! {
    fn it_goes_store_by_store_and_then_everywhere(app) {
        let ids = regulars(app);
        app.advance_days(1);
        let id = draft(app);
        assert_eq!(tiers(app, &ids), ["low", "low", "low"], "nothing of it is in force");
        let trial = roll_out(app, &id, json!({"units": ["east-1"]})).expect(200);
        assert_eq!((trial.at("/state"), trial.at("/tried_in")), (&json!("trial"), &json!(["east-1"])));
        assert_eq!(trial.at("/in_force_from"), &json!(app.now().to_string()));
        assert_eq!(tiers(app, &ids), ["high", "low", "low"]);
        assert_eq!(app.get(PLUGIN).expect(200).at("/settings/high_above"), "1000.00");
        let tried = app.get(&format!("{PLUGIN}/units/east-1/settings")).expect(200);
        assert_eq!(tried.at("/settings/0/value"), "500.00");
        assert_eq!(tried.at("/settings/0/differs"), true);

        app.advance_days(1);
        let wider = roll_out(app, &id, json!({"units": ["east"]})).expect(200);
        assert_eq!(wider.at("/tried_in"), &json!(["east"]));
        assert_eq!(tiers(app, &ids), ["high", "high", "low"]);
        app.advance_days(1);
        let done = publish(app, &id, json!({})).expect(200);
        assert_eq!((done.at("/state"), done.at("/tried_in")), (&json!("published"), &json!([])));
        assert_eq!(tiers(app, &ids), ["high", "high", "high"]);
        assert_eq!(app.get(PLUGIN).expect(200).at("/settings/high_above"), "500.00");
        assert!(app.get("/v1/tasks").expect(200).items().is_empty(), "state only");
        assert_eq!(decisions(app, &ids[0]).len(), 2, "what was tried there is not asked again");
    }

    fn while_it_is_tried_the_other_rule_is_counted_beside_it(app) {
        let ids = regulars(app);
        let id = draft(app);
        app.advance_days(1);
        let count = || app.wait(app.engine.count_shadows()).unwrap();
        let shadow = || app.get(&format!("/v1/drafts/{id}")).expect(200).json.get("shadow").cloned();
        assert_eq!((count(), shadow()), (0, None), "nothing is tried");
        roll_out(app, &id, json!({"units": ["east"]})).expect(200);
        app.decide_due();
        let began = app.now();
        assert_eq!((count(), count()), (1, 0));
        let first = shadow().unwrap();
        assert_eq!((&first["since"], &first["as_of"]), (&json!(began), &json!(began)));
        assert_eq!((&first["customers"], &first["differ"]), (&json!(2), &json!(2)));
        let field = &first["fields"]["spend-tiers.tier"];
        assert_eq!(field["transitions"], json!([{"with": "high", "without": "low", "customers": 2}]));
        // One who rises by the draft alone, and one by either rule; elsewhere nobody is asked about.
        let poor = regular(app, "east-1", 10_000);
        app.advance_clock(HOUR_US);
        buy(app, &poor, "rise", 50_000, 0);
        let rich = regular(app, "east-2", 200_000);
        regular(app, "west-1", 60_000);
        assert_eq!(tiers(app, &[poor, rich, ids[2].clone()]), ["high", "high", "low"]);
        assert_eq!((count(), count()), (1, 0), "it is more than ten minutes ago");
        let next = shadow().unwrap();
        assert_eq!((&next["customers"], &next["differ"], &next["as_of"]), (&json!(4), &json!(3), &json!(app.now())));
        let calls = next["work"].as_array().unwrap();
        assert_eq!((calls.len(), &calls[0]["with"], &calls[0]["without"]), (1, &json!(4), &json!(1)));
        // It is what a what-if says.
        let answer = ended(app, app.post("/v1/what-if", json!({"without": id})))["answer"].clone();
        assert_eq!((&answer["customers"], &answer["changed"]), (&next["customers"], &next["differ"]));
        assert_eq!((&answer["work"][0]["before"], &answer["work"][0]["after"]), (&json!(4), &json!(1)));
        step(app, &id, "abort").expect(200);
        app.advance(HOUR_US);
        assert_eq!((count(), shadow()), (0, Some(next)), "what was counted last is still to be read");
    }

    fn aborted_it_is_out_of_force_from_then_on(app) {
        let ids = regulars(app);
        let id = draft(app);
        app.advance_days(1);
        roll_out(app, &id, json!({"units": ["east"]})).expect(200);
        assert_eq!(tiers(app, &ids), ["high", "high", "low"]);
        app.advance_days(1);
        let aborted = step(app, &id, "abort").expect(200);
        assert_eq!((aborted.at("/state"), aborted.at("/tried_in")), (&json!("aborted"), &json!([])));
        assert_eq!(tiers(app, &ids), ["low", "low", "low"]);
        let decided = decisions(app, &ids[0]);
        assert!(decided.iter().all(|one| one[2] == true), "it was in force for a day: {decided:?}");
        assert_eq!(decided.len(), 3);
        for again in ["abort", "rollback", "discard", "check"] {
            step(app, &id, again).refused(409, "conflict");
        }
        roll_out(app, &id, json!({"units": ["east"]})).refused(409, "conflict");
    }

    fn rolled_back_it_has_never_been(app) {
        let ids = regulars(app);
        let bystander = regular(app, "east-1", 60_000);
        let id = draft(app);
        app.advance_days(1);
        roll_out(app, &id, json!({"units": ["east"]})).expect(200);
        app.decide_due();
        app.advance_days(1);
        publish(app, &id, json!({})).expect(200);
        app.decide_due();
        app.advance_days(1);
        // A rise that the draft brought about, and its call; and one that comes either way.
        let poor = regular(app, "west-1", 10_000);
        buy(app, &poor, "rise", 50_000, 0);
        buy(app, &ids[2], "more", 90_000, 0);
        let open = |app: &App| app.get("/v1/tasks").expect(200).items().len();
        assert_eq!(open(app), 1, "west-1 had been high by state only, so only the newcomer's rise counts");
        app.advance_days(1);
        let back = step(app, &id, "rollback").expect(200);
        assert_eq!(back.at("/state"), "rolled_back");
        assert_eq!(tiers(app, &ids), ["low", "low", "high"]);
        assert_eq!((tier(app, &bystander), tier(app, &poor)), (json!("low"), json!("low")));
        assert_eq!(open(app), 0, "a call for a rise that never was is withdrawn");
        let decided = decisions(app, &bystander);
        let standing: Vec<_> = decided.iter().filter(|one| one[2] == true).collect();
        assert_eq!((decided.len(), standing.len()), (2, 1), "as before the draft: {decided:?}");
        assert_eq!(app.get(PLUGIN).expect(200).at("/settings/high_above"), "1000.00");
        // What comes late from that time is decided as if there had been no draft.
        buy(app, &bystander, "late", 100, 3);
        assert_eq!(tier(app, &bystander), "low");
        step(app, &id, "rollback").refused(409, "conflict");
    }

    fn two_of_one_plugin_do_not_go_at_once(app) {
        let ids = regulars(app);
        let (first, second) = (draft(app), draft(app));
        roll_out(app, &first, json!({"units": ["east-1"]})).expect(200);
        let refused = roll_out(app, &second, json!({"units": ["west-1"]})).refused(409, "conflict");
        assert!(refused.text("/detail").contains(&first) && refused.text("/detail").contains("east-1"), "{}", refused.body);
        publish(app, &second, json!({})).refused(409, "conflict");
        let version = settings_version(app);
        let patch = |path: String| app.call("PATCH", &path).json(json!({"low_above": "1.00"})).send();
        patch(format!("{PLUGIN}/settings")).refused(409, "conflict");
        patch(format!("{PLUGIN}/units/west-1/settings")).refused(409, "conflict");
        app.put(&format!("{PLUGIN}/units"), json!({"enabled": false})).refused(409, "conflict");
        assert_eq!(settings_version(app), version);
        assert_eq!(tiers(app, &ids), ["high", "low", "low"]);
        publish(app, &first, json!({})).expect(200);
        // The second was checked against what is no longer in force, and would change nothing now.
        publish(app, &second, json!({})).refused(409, "conflict");
        step(app, &second, "check").refused(422, "invalid_value");
        step(app, &second, "discard").expect(200);
    }

    fn what_was_seen_is_what_goes_live(app) {
        let ids = regulars(app);
        let id = draft(app);
        app.call("PATCH", &format!("{PLUGIN}/settings")).json(json!({"low_above": "1.00"})).send().expect(200);
        let refused = roll_out(app, &id, json!({"units": ["east-1"]})).refused(409, "conflict");
        assert!(refused.text("/detail").contains("check it again"), "{}", refused.body);
        assert_eq!(tiers(app, &ids), ["low", "low", "low"]);
        let checked = step(app, &id, "check").expect(200);
        assert_eq!(checked.at("/base"), settings_version(app));
        publish(app, &id, json!({})).expect(200);
        let settings = app.get(PLUGIN).expect(200).at("/settings").clone();
        assert_eq!(settings, json!({"high_above": "500.00", "low_above": "1.00"}));
        // Changed since by somebody else, it is not taken back over their heads.
        app.call("PATCH", &format!("{PLUGIN}/settings")).json(json!({"low_above": "2.00"})).send().expect(200);
        step(app, &id, "rollback").refused(409, "conflict");
        assert_eq!(app.get(PLUGIN).expect(200).at("/settings/low_above"), "2.00");
    }

    fn it_goes_by_itself_when_its_time_has_come(app) {
        let ids = regulars(app);
        let id = draft(app);
        let at = |hours: i64| app.now().plus(hours * HOUR_US).to_string();
        let named = at(5);
        let waits = roll_out(app, &id, json!({"units": ["east"], "at": named})).expect(200);
        assert_eq!((waits.at("/state"), waits.at("/schedule/at")), (&json!("draft"), &json!(named)));
        assert_eq!(waits.at("/schedule/units"), &json!(["east"]));
        app.advance(4 * HOUR_US);
        assert_eq!(tiers(app, &ids), ["low", "low", "low"]);
        // A purchase between the instant named and the moment somebody looked.
        app.advance_clock(2 * HOUR_US);
        buy(app, &ids[0], "between", 100, 0);
        assert_eq!(tiers(app, &ids), ["high", "high", "low"]);
        let trial = app.get(&format!("/v1/drafts/{id}")).expect(200);
        assert_eq!((trial.at("/in_force_from"), trial.at("/schedule")), (&json!(named), &Json::Null));
        publish(app, &id, json!({"at": at(1)})).expect(200);
        let put_off = step(app, &id, "abort").expect(200);
        assert_eq!(put_off.at("/state"), "aborted");
        app.advance(2 * HOUR_US);
        assert_eq!(tiers(app, &ids), ["low", "low", "low"], "and it does not come back");
    }

    fn what_can_not_go_by_itself_stays_and_says_why(app) {
        let ids = regulars(app);
        let id = draft(app);
        let at = app.now().plus(HOUR_US).to_string();
        publish(app, &id, json!({"at": at})).expect(200);
        app.call("PATCH", &format!("{PLUGIN}/settings")).json(json!({"low_above": "1.00"})).send().expect(200);
        app.advance(2 * HOUR_US);
        let stays = app.get(&format!("/v1/drafts/{id}")).expect(200);
        assert_eq!((stays.at("/state"), stays.at("/schedule")), (&json!("draft"), &Json::Null));
        assert!(stays.text("/problem").contains("check it again"), "{}", stays.body);
        assert_eq!(tiers(app, &ids), ["low", "low", "low"]);
        publish(app, &id, json!({"at": app.now().plus(HOUR_US).to_string()})).refused(409, "conflict");
        step(app, &id, "check").expect(200);
        publish(app, &id, json!({"at": app.now().plus(400 * DAY_US).to_string()})).faults(&["/at"]);
        publish(app, &id, json!({"at": app.now().plus(HOUR_US).to_string()})).expect(200);
        let calm = step(app, &id, "abort").expect(200);
        assert_eq!((calm.at("/state"), calm.at("/schedule")), (&json!("draft"), &Json::Null));
    }

    fn bad_drafts_are_refused_and_change_nothing(app) {
        let ids = regulars(app);
        let version = settings_version(app);
        let make = |change: Json| {
            let mut body = json!({"plugin": "spend-tiers", "title": "t"});
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            app.post("/v1/drafts", body)
        };
        make(json!({"plugin": "nobody"})).refused(404, "not_found");
        make(json!({"title": " "})).faults(&["/title"]);
        make(json!({})).faults(&[""]);
        make(json!({"set": {"high_abve": "1.00"}})).faults(&["/set/high_abve"]);
        make(json!({"set": {"high_above": 7}})).faults(&["/set/high_above"]);
        make(json!({"set": {"high_above": "0.00"}})).faults(&["/set/low_above"]);
        make(json!({"units": {"nowhere": {"high_above": "1.00"}}})).faults(&["/units/nowhere"]);
        make(json!({"units": {"east": {"high_abve": "1.00"}}})).faults(&["/units/east/high_abve"]);
        make(json!({"version": "9.9.9"})).faults(&["/version"]);
        make(json!({"sett": {}})).refused(422, "invalid_value");
        assert!(app.get("/v1/drafts").expect(200).items().is_empty());
        let id = draft(app);
        roll_out(app, &id, json!({"units": []})).faults(&["/units"]);
        roll_out(app, &id, json!({"units": ["east-1", "nowhere"]})).faults(&["/units/1"]);
        roll_out(app, &id, json!({"units": ["organisation"]})).faults(&["/units/0"]);
        roll_out(app, "drf_01890a5d-ac96-774b-bcce-b302099a8057", json!({"units": ["east"]})).refused(404, "not_found");
        step(app, &id, "rollback").refused(409, "conflict");
        step(app, &id, "abort").refused(409, "conflict");
        let integration = app.call("POST", &format!("/v1/drafts/{id}/publish")).key(&app.integration).json(json!({})).send();
        integration.refused(403, "forbidden");
        assert_eq!(settings_version(app), version);
        assert_eq!(tiers(app, &ids), ["low", "low", "low"]);
        assert_eq!(app.get("/v1/drafts").expect(200).items().len(), 1);
    }
}

on_both! {
    /// Another version of the plugin goes the same way.
    fn a_version_is_tried_like_a_setting(place: Place) {
        let app = &shop(place);
        install(app, &version("1.0.0", &[])).expect(201);
        grow(app);
        let ids = ["east-1", "west-1"].map(|store| regular(app, store, 60_000));
        let other = ("if spend.is_over(call.settings.high_above)", "if spend.is_from(call.settings.low_above)");
        let hold = app.call("POST", "/v1/plugins?hold=true").bytes(MEDIA_TYPE, &version("2.0.0", &[other]));
        let held = hold.send().expect(201);
        assert_eq!((held.at("/version"), held.at("/changed")), (&json!("2.0.0"), &json!(false)));
        assert_eq!(app.get(PLUGIN).expect(200).at("/version"), "1.0.0");
        let body = json!({"plugin": "spend-tiers", "title": "Everybody is high", "version": "2.0.0"});
        let id = app.post("/v1/drafts", body).expect(201).text("/id");
        roll_out(app, &id, json!({"units": ["east"]})).expect(200);
        assert_eq!(tiers(app, &ids), ["high", "low"]);
        let explained = app.get(&format!("/v1/customers/{}/explain?field=spend-tiers.tier", ids[0])).expect(200);
        assert_eq!(explained.at("/plugin_version"), "2.0.0");
        install(app, &version("3.0.0", &[])).refused(409, "conflict");
        publish(app, &id, json!({})).expect(200);
        assert_eq!((app.get(PLUGIN).expect(200).at("/version"), tiers(app, &ids)), (&json!("2.0.0"), vec![json!("high"), json!("high")]));
        step(app, &id, "rollback").expect(200);
        assert_eq!((app.get(PLUGIN).expect(200).text("/version"), tiers(app, &ids)), ("1.0.0".to_owned(), vec![json!("low"), json!("low")]));
    }

    /// What fails in two stores is out of force before it comes to all.
    fn a_trial_that_fails_is_aborted_and_what_it_could_not_decide_is_decided(place: Place) {
        let app = &shop(place);
        install(app, &version("1.0.0", &[])).expect(201);
        grow(app);
        let fails = ("let tier = if", "throw \"broken\";\n    let tier = if");
        let hold = app.call("POST", "/v1/plugins?hold=true").bytes(MEDIA_TYPE, &version("2.0.0", &[fails]));
        hold.send().expect(201);
        let body = json!({"plugin": "spend-tiers", "title": "A slip", "version": "2.0.0"});
        let id = app.post("/v1/drafts", body).expect(201).text("/id");
        roll_out(app, &id, json!({"units": ["east"]})).expect(200);
        let most = regulars_model::limits::FAULTS_IN_A_ROW_MAX;
        let ids: Vec<_> = (0..most).map(|_| regular(app, "east-1", 200_000)).collect();
        let west = regular(app, "west-1", 200_000);
        let began = std::time::Instant::now();
        let draft = loop {
            let draft = app.get(&format!("/v1/drafts/{id}")).expect(200);
            if draft.text("/state") != "trial" {
                break draft;
            }
            assert!(began.elapsed().as_secs() < 20, "it goes on: {}", draft.body);
            std::thread::sleep(std::time::Duration::from_millis(20));
        };
        assert_eq!(draft.text("/state"), "aborted");
        assert!(draft.text("/problem").contains("faults in a row"), "{}", draft.body);
        let plugin = app.get(PLUGIN).expect(200);
        assert_eq!((plugin.at("/version"), plugin.at("/quarantine")), (&json!("1.0.0"), &Json::Null));
        assert!(tiers(app, &ids).iter().all(|tier| tier == "high"), "what was held is decided");
        assert_eq!(tier(app, &west), "high");
    }
}
