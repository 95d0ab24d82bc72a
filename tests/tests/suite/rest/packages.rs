//! Packed plugins: /v1/plugins by POST, and what follows.

use super::shop::{MEDIA_TYPE, PLUGIN, install, shop, tasks, tier, trust, version};
use regulars_engine::{Engine, Options, Trust, World};
use regulars_host::pack::pack_folder;
use regulars_tests::{App, Place, START, on_both, pack, publisher, root};
use serde_json::json;
use std::path::PathBuf;

/// A version that sets one field more.
const SEES: [(&str, &str); 2] = [
    (
        "[grants]",
        "[fields.seen]\ntype = \"boolean\"\nlabel = { en = \"Seen\", zh-CN = \"见过\" }\n\n[grants]",
    ),
    (
        "if tier ==",
        "out.set_field(\"seen\", true).because(\"tier\", [spend, tier]);\n    if tier ==",
    ),
];

on_both! {
    fn installed_it_decides_from_now_on(place: Place) {
        let app = &shop(place);
        let [before, after] = [app.customer(), app.customer()];
        app.purchase(&before, "1", 200_000);
        app.advance_days(1);
        let done = install(app, &version("1.0.0", &[])).expect(201);
        assert_eq!((done.at("/before"), done.at("/customers")), (&json!(null), &json!(2)));
        assert_eq!((done.text("/version"), done.text("/publisher/name")), ("1.0.0".into(), "acme".into()));
        app.decide_due();
        assert_eq!(tier(app, &before), "high");
        assert_eq!(tasks(app), 0, "state only");
        app.advance_days(1);
        app.purchase(&after, "2", 200_000);
        assert_eq!((tier(app, &after), tasks(app)), (json!("high"), 1));
        let listed = app.get(PLUGIN).expect(200);
        assert_eq!(listed.text("/package/publisher/key"), publisher("acme").publisher().key.to_string());
        assert_eq!(listed.at("/health/state"), "healthy");
        assert_eq!(app.get("/v1/plugins/cafe-frequency").expect(200).at("/package"), &json!(null));

        let settings = listed.at("/settings_version").clone();
        let again = install(app, &version("1.0.0", &[])).expect(200);
        assert_eq!((again.at("/settings_version"), again.at("/customers")), (&settings, &json!(0)));
    }

    fn a_newer_version_decides_state_again_and_nothing_else(place: Place) {
        let app = &shop(place);
        install(app, &version("1.0.0", &[])).expect(201);
        let [rises, stays] = [app.customer(), app.customer()];
        app.purchase(&rises, "1", 60_000);
        app.purchase(&stays, "2", 10_000);
        app.call("PATCH", &format!("{PLUGIN}/settings")).json(json!({"low_above": "10.00"})).send().expect(200);
        app.advance_days(1);
        let newer = version("1.1.0", &[("default = \"1000.00\"", "default = \"500.00\""), ("texts.tier]", "texts.by_spend]"), ("(\"tier\", [spend", "(\"by_spend\", [spend")]);
        let done = install(app, &newer).expect(201);
        assert_eq!((done.at("/before"), done.at("/version")), (&json!("1.0.0"), &json!("1.1.0")));
        assert_eq!(done.at("/settings"), &json!({"high_above": "500.00", "low_above": "10.00"}));
        app.decide_due();
        assert_eq!((tier(app, &rises), tier(app, &stays)), (json!("high"), json!("low")));
        assert_eq!(tasks(app), 0);
        let explain = |id: &str| app.get(&format!("/v1/customers/{id}/explain?field=spend-tiers.tier")).expect(200);
        let (new, old) = (explain(&rises), explain(&stays));
        assert_eq!((new.at("/plugin_version"), old.at("/plugin_version")), (&json!("1.1.0"), &json!("1.0.0")));
        assert_eq!(new.text("/sentence/en"), "Spent 600.00 CNY: tier High.");
        assert_eq!(old.text("/sentence/en"), "Spent 100.00 CNY: tier Low.", "in the words of its version");
    }

    fn what_comes_late_is_decided_under_the_version_of_its_time(place: Place) {
        let app = &shop(place);
        install(app, &version("1.0.0", &[])).expect(201);
        let id = app.customer();
        app.purchase(&id, "1", 10_000);
        let then = app.now();
        app.advance_days(2);
        install(app, &version("1.1.0", &[("is_over(call.settings.high_above)", "is_over(call.settings.low_above)")])).expect(201);
        app.decide_due();
        assert_eq!(tier(app, &id), "high");
        let late = json!({"customer": {"id": id}, "kind": "purchase", "amount": 5_000, "currency": "CNY", "occurred_at": then.plus(60_000_000), "source": "till", "source_id": "2"});
        app.post("/v1/events", late).expect(201);
        assert_eq!(tier(app, &id), "high");
        let decisions = app.get(&format!("/v1/customers/{id}/decisions")).expect(200);
        let own = decisions.items().iter().filter(|one| one["plugin"] == "spend-tiers" && one["voided_at"].is_null());
        let versions: Vec<_> = own.map(|one| one["plugin_version"].clone()).collect();
        assert_eq!(versions, [json!("1.1.0"), json!("1.0.0")], "{}", decisions.body);
    }

    fn who_is_not_trusted_installs_nothing(place: Place) {
        let app = &shop(place);
        let refused = install(app, &pack(None, &[])).refused(403, "untrusted_publisher");
        assert!(refused.text("/detail").contains("--trust unsigned"));
        let mallory = publisher("mallory");
        let refused = install(app, &pack(Some(&mallory), &[])).refused(403, "untrusted_publisher");
        assert!(refused.text("/detail").contains(&format!("--trust {}", mallory.publisher().key)));
        let mut changed = version("1.0.0", &[]);
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        let refused = install(app, &changed).refused(422, "invalid_value");
        assert!(refused.text("/detail").contains("its signature is not that of acme"));
        install(app, b"nothing of the kind").refused(422, "invalid_value");
        app.call("POST", "/v1/plugins").bytes("application/zip", b"PK").send().refused(415, "unsupported_media_type");
        app.call("POST", "/v1/plugins").key(&app.integration).bytes(MEDIA_TYPE, &version("1.0.0", &[])).send().refused(403, "forbidden");
        app.get(PLUGIN).refused(404, "not_found");
    }

    fn nothing_takes_a_place_that_is_not_its_own(place: Place) {
        let app = &shop(place);
        install(app, &version("1.1.0", &[])).expect(201);
        let conflict = |file: &[u8], expected: &str| {
            let refused = install(app, file).refused(409, "conflict");
            assert!(refused.text("/detail").contains(expected), "{}", refused.body);
        };
        let zenith = pack(Some(&publisher("zenith")), &[("version = \"1.0.0\"", "version = \"1.2.0\"")]);
        conflict(&zenith, "is acme's");
        conflict(&version("1.1.0", &[("days(2)", "days(3)")]), "1.1.0 was installed with other content");
        conflict(&version("1.0.0", &[]), "which is newer than 1.0.0");
        let same_id = [("id = \"spend-tiers\"", "id = \"cafe-frequency\""), ("spend-tiers.tier", "cafe-frequency.tier")];
        conflict(&version("2.0.0", &same_id), "is given by a folder");
        app.put("/v1/schemas/customer/sizes", json!({"type": "object"})).expect(200);
        let sizes = [("id = \"spend-tiers\"", "id = \"sizes\""), ("spend-tiers.tier", "sizes.tier")];
        conflict(&version("1.0.0", &sizes), "custom fields called sizes");
        app.call("PATCH", &format!("{PLUGIN}/settings")).json(json!({"high_above": "9.50"})).send().expect(200);
        conflict(&version("1.2.0", &[("type = \"money\"\ndefault = \"1000.00\"", "type = \"integer\"\ndefault = 3")]), "/high_above");
        assert_eq!(app.get(PLUGIN).expect(200).at("/version"), "1.1.0");
    }

    fn rolled_back_it_is_as_it_was(place: Place) {
        let app = &shop(place);
        install(app, &version("1.0.0", &[])).expect(201);
        let id = app.customer();
        app.purchase(&id, "1", 60_000);
        let set = |name: &str, value: &str| app.call("PATCH", &format!("{PLUGIN}/settings")).json(json!({(name): value})).send().expect(200);
        set("low_above", "10.00");
        app.advance_days(1);
        let newer = version("1.1.0", &SEES);
        install(app, &newer).expect(201);
        set("high_above", "400.00");
        app.decide_due();
        let fields = || app.get(&format!("/v1/customers/{id}")).expect(200).json["fields"]["spend-tiers"].clone();
        assert_eq!(fields(), json!({"tier": "high", "seen": true}));

        app.advance_days(1);
        let back = |body| app.post(&format!("{PLUGIN}/rollback"), body);
        let done = back(json!({"from": "1.1.0"})).expect(200);
        assert_eq!((done.at("/before"), done.at("/version"), done.at("/customers")), (&json!("1.1.0"), &json!("1.0.0"), &json!(1)));
        assert_eq!(done.at("/settings"), &json!({"high_above": "1000.00", "low_above": "10.00"}));
        app.decide_due();
        assert_eq!(fields(), json!({"tier": "low"}), "what only 1.1.0 knows is gone");
        assert_eq!(tasks(app), 0, "state only");
        let decisions = app.get(&format!("/v1/customers/{id}/decisions")).expect(200);
        assert!(decisions.body.contains("Spend tiers 1.0.0 has no such thing to set."), "{}", decisions.body);
        let again = back(json!({"from": "1.1.0"})).refused(409, "conflict");
        assert!(again.text("/detail").contains("1.0.0 is in force, not 1.1.0"));
        let none = app.call("POST", &format!("{PLUGIN}/rollback")).send().refused(409, "conflict");
        assert!(none.text("/detail").contains("no version of spend-tiers before 1.0.0"));

        assert_eq!(install(app, &newer).expect(201).at("/before"), "1.0.0");
        install(app, &version("1.1.0", &[])).refused(409, "conflict");
        app.decide_due();
        assert_eq!(fields()["seen"], true);
        app.post("/v1/plugins/cafe-frequency/rollback", json!({})).refused(409, "conflict");
        app.post("/v1/plugins/nobody/rollback", json!({})).refused(404, "not_found");
    }

    fn uninstalled_it_leaves_nothing_but_its_record(place: Place) {
        let app = &shop(place);
        install(app, &version("1.1.0", &[])).expect(201);
        let id = app.customer();
        app.purchase(&id, "1", 200_000);
        app.call("PATCH", &format!("{PLUGIN}/settings")).json(json!({"low_above": "10.00"})).send().expect(200);
        assert_eq!(tasks(app), 1);
        app.advance_days(1);
        let uninstall = |path: &str| app.call("DELETE", path).send();
        uninstall(PLUGIN).expect(204);
        app.decide_due();
        assert_eq!((tier(app, &id), tasks(app)), (json!(null), 1), "what people were given stays");
        app.get(PLUGIN).refused(404, "not_found");
        uninstall(PLUGIN).refused(404, "not_found");
        app.post(&format!("{PLUGIN}/rollback"), json!({})).refused(404, "not_found");
        assert_eq!(app.get("/v1/plugins").expect(200).items().len(), 1);
        let decisions = app.get(&format!("/v1/customers/{id}/decisions")).expect(200);
        assert!(decisions.body.contains("Spent 2,000.00 CNY: tier High."), "{}", decisions.body);
        uninstall("/v1/plugins/cafe-frequency").refused(409, "conflict");

        let zenith = pack(Some(&publisher("zenith")), &[("version = \"1.0.0\"", "version = \"2.0.0\"")]);
        install(app, &zenith).refused(409, "conflict");
        install(app, &version("1.1.0", &[("days(2)", "days(3)")])).refused(409, "conflict");
        app.advance_days(1);
        let done = install(app, &version("1.1.0", &[])).expect(201);
        assert_eq!((done.at("/before"), done.at("/settings/low_above")), (&json!(null), &json!("0.00")));
        app.decide_due();
        assert_eq!((tier(app, &id), tasks(app)), (json!("high"), 1));
    }

    fn after_it_is_uninstalled_a_folder_may_give_it(place: Place) {
        let app = shop(place);
        install(&app, &version("1.1.0", &[])).expect(201);
        app.call("DELETE", PLUGIN).send().expect(204);
        let place = app.place();
        drop(app);
        let app = App::trusting(trust(), place, vec![root().join("tests/plugins")], START.parse().unwrap());
        let id = app.customer();
        app.purchase(&id, "1", 200_000);
        assert_eq!((tier(&app, &id), app.get(PLUGIN).expect(200).text("/version")), (json!("high"), "1.0.0".into()));
    }

    fn what_a_folder_gave_may_be_installed_in_its_place(place: Place) {
        let app = App::trusting(trust(), place, vec![root().join("tests/plugins")], START.parse().unwrap());
        let id = app.customer();
        app.purchase(&id, "1", 60_000);
        let place = app.place();
        drop(app);
        let app = &shop(place);
        assert_eq!(app.get(PLUGIN).expect(200).at("/health/state"), "missing");
        install(app, &version("1.0.0", &[])).expect(201);
        let listed = app.get(PLUGIN).expect(200);
        assert_eq!((listed.at("/health/state"), listed.at("/package/publisher/name")), (&json!("healthy"), &json!("acme")));
        app.decide_due();
        assert_eq!(tier(app, &id), "low");
    }

    fn it_is_there_after_a_restart_whatever_is_trusted_then(place: Place) {
        let app = shop(place);
        install(&app, &version("1.0.0", &[])).expect(201);
        let id = app.customer();
        let place = app.place();
        drop(app);
        let app = App::trusting(Trust::default(), place.clone(), Vec::new(), START.parse().unwrap());
        app.purchase(&id, "1", 200_000);
        assert_eq!(tier(&app, &id), "high");
        drop(app);
        let refused = refused_start(&place, vec![root().join("tests/plugins")]);
        assert!(refused.contains("spend-tiers is installed, and a folder holds it too"), "{refused}");
    }
}

fn refused_start(place: &Place, plugins: Vec<PathBuf>) -> String {
    let (world, _) = World::at(START.parse().unwrap());
    let trust = Trust::default();
    let options = Options { database: place.url(), plugins, cache: None, trust, world };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(Engine::open(options)).err().expect("it does not start").to_string()
}

#[test]
fn a_component_is_installed_as_a_script_is() {
    let app = shop(Place::sqlite());
    let folder = root().join("plugins/jewellery-tiers");
    let file = pack_folder(&folder, Some(&publisher("acme"))).unwrap();
    install(&app, &file).expect(201);
    let id = app.customer();
    app.purchase(&id, "1", 100_000);
    let customer = app.get(&format!("/v1/customers/{id}")).expect(200);
    assert_eq!(customer.at("/fields/jewellery-tiers/tier"), "low");
}

#[test]
fn one_that_does_not_load_holds_its_decisions_and_can_be_rolled_back() {
    let app = shop(Place::postgres());
    install(&app, &version("1.0.0", &[])).expect(201);
    install(&app, &version("1.1.0", &[])).expect(201);
    let place = app.place();
    drop(app);
    place.spoil_package("1.1.0");
    let app = shop(place);
    let id = app.customer();
    app.purchase(&id, "1", 200_000);
    assert_eq!(tier(&app, &id), json!(null));
    let listed = app.get(PLUGIN).expect(200);
    assert_eq!(
        (listed.at("/version"), listed.at("/health/state")),
        (&json!("1.1.0"), &json!("missing"))
    );
    app.post(&format!("{PLUGIN}/rollback"), json!({})).expect(200);
    app.decide_due();
    assert_eq!(tier(&app, &id), "high");
    assert_eq!(app.get(PLUGIN).expect(200).at("/health/state"), "healthy");
}

/// Two processes as far as the engine can tell: nothing but the database is shared.
#[test]
fn another_process_runs_what_was_installed_by_the_first() {
    let one = shop(Place::postgres());
    let other = shop(one.place());
    let id = other.customer();
    install(&one, &version("1.0.0", &[])).expect(201);
    other.purchase(&id, "1", 60_000);
    assert_eq!(tier(&other, &id), "low");
    install(&one, &version("1.1.0", &[("default = \"1000.00\"", "default = \"500.00\"")]))
        .expect(201);
    other.purchase(&id, "2", 100);
    assert_eq!(tier(&other, &id), "high");
    assert_eq!(other.get(PLUGIN).expect(200).at("/version"), "1.1.0");
}
