//! /v1/customers/{id}/decisions and /v1/customers/{id}/explain

use regulars_tests::on_both;
use serde_json::json;

on_both! {
    fn every_decision_with_an_effect_is_listed(app) {
        let id = app.customer();
        app.purchase(&id, "1", 100);
        app.advance_days(1);
        app.purchase(&id, "2", 200_000);
        let decisions = app.get(&format!("/v1/customers/{id}/decisions?limit=200")).expect(200);
        let own: Vec<_> = decisions.items().iter().filter(|one| one["plugin"] == "spend-tiers").collect();
        assert_eq!(own.len(), 2, "{}", decisions.body);
        assert_eq!((&own[0]["cause"], &own[0]["outcome"]), (&json!("event"), &json!("applied")));
        let effects = own[0]["effects"].as_array().unwrap();
        assert!(effects.iter().any(|one| one["effect"] == "task"), "{}", decisions.body);
    }

    fn a_value_says_why_it_is_so(app) {
        let id = app.customer();
        app.purchase(&id, "1", 30_000);
        app.advance_days(1);
        app.purchase(&id, "2", 90_000);
        let why = app.get(&format!("/v1/customers/{id}/explain?field=spend-tiers.tier")).expect(200);
        assert_eq!(why.at("/value"), "high");
        assert!(why.text("/sentence/en").contains("1,200.00"), "{}", why.body);
        assert!(why.text("/sentence/zh-CN").contains("1,200.00"));
        assert_eq!(why.at("/plugin_version"), "1.0.0");
        let spend = why.at("/inputs").as_array().unwrap().iter().find(|one| one["name"] == "spend").unwrap().clone();
        assert_eq!((&spend["value"], &spend["at_decision"]), (&json!("1200.00"), &json!("1200.00")));
        let condition = &why.at("/conditions").as_array().unwrap()[0];
        assert_eq!((&condition["comparison"], &condition["threshold"]), (&json!(">"), &json!("1000.00")));
        assert_eq!((&condition["setting"], &condition["held"]), (&json!("high_above"), &json!(true)));
        assert_eq!(why.at("/events_total"), 2);
        assert_eq!(why.at("/events/0/source_id"), "2");
        assert_eq!(why.at("/decided_on/source_id"), "2");
        app.purchase(&id, "3", 10_000);
        let later = app.get(&format!("/v1/customers/{id}/explain?field=spend-tiers.tier")).expect(200);
        let spend = later.at("/inputs").as_array().unwrap().iter().find(|one| one["name"] == "spend").unwrap().clone();
        assert_eq!((&spend["value"], &spend["at_decision"]), (&json!("1300.00"), &json!("1200.00")), "{}", later.body);
        assert_eq!((later.at("/events_total"), later.at("/decided_on/source_id")), (&json!(3), &json!("2")));
    }

    fn a_value_never_set_can_be_asked_too(app) {
        let why = app.get(&format!("/v1/customers/{}/explain?field=spend-tiers.tier", app.customer())).expect(200);
        assert_eq!((why.at("/value"), why.at("/decision_id")), (&json!(null), &json!(null)));
    }

    fn only_fields_of_plugins_explain_themselves(app) {
        let id = app.customer();
        for field in ["tier", "spend-tiers.colour", "nobody.tier", ".", ""] {
            app.get(&format!("/v1/customers/{id}/explain?field={field}")).refused(404, "not_found");
        }
        app.get(&format!("/v1/customers/{id}/explain")).refused(400, "invalid_request");
        app.get("/v1/customers/cus_01890a5d-ac96-774b-bcce-b302099a8057/explain?field=spend-tiers.tier").refused(404, "not_found");
    }

    fn stored_decisions_are_run_again(app) {
        let id = app.customer();
        app.purchase(&id, "1", 30_000);
        app.purchase(&id, "2", 90_000);
        let verified = app.get("/v1/decisions/verify?sample=50&seed=3").expect(200);
        assert!(verified.at("/decisions").as_u64().unwrap() >= 3, "{}", verified.body);
        assert_eq!((verified.at("/agreed"), verified.at("/seed")), (verified.at("/decisions"), &json!(3)));
        let wrong = |query| app.get(&format!("/v1/decisions/verify?{query}"));
        wrong("sample=0").faults(&["/sample"]);
        wrong("sample=10001").faults(&["/sample"]);
        wrong("sample=ten").refused(400, "invalid_request");
        wrong("samples=10").refused(400, "invalid_request");
        app.call("GET", "/v1/decisions/verify").key(&app.integration).send().refused(403, "forbidden");
    }
}
