//! /v1/customers

use regulars_tests::on_both;
use serde_json::json;

on_both! {
    fn a_phone_alone_suffices(app) {
        let body = json!({"identities": [{"kind": "phone", "value": "138 0013-8000"}]});
        let made = app.post("/v1/customers", body).expect(201);
        assert_eq!(made.at("/identities/0/value"), "+8613800138000");
        assert_eq!(made.at("/lifecycle"), "lead");
        assert_eq!(made.header("etag"), "\"1\"");
        let read = app.get(&format!("/v1/customers/{}", made.text("/id"))).expect(200);
        assert_eq!(read.json, made.json);
        assert_eq!(read.header("etag"), "\"1\"");
    }

    fn everything_people_write_is_kept(app) {
        app.put("/v1/schemas/customer/sizes", json!({"type": "object", "properties": {"ring": {"type": "integer"}}})).expect(200);
        app.put("/v1/units/store-1", json!({"name": "Store 1", "kind": "store"})).expect(200);
        let profile = json!({"name": "王芳", "birthday": "--05-03", "gender": "female", "language": "zh-CN", "address": "南京西路1号", "note": "likes jade"});
        let made = app.post("/v1/customers", json!({
            "identities": [app.phone(), {"kind": "email", "value": "Wang@Example.com"}],
            "profile": profile, "home_store": "store-1", "lifecycle": "interested",
            "tags": ["vip", "jade"], "fields": {"sizes": {"ring": 12}},
        })).expect(201);
        assert_eq!(made.at("/profile"), &profile);
        assert_eq!(made.at("/home_store"), "store-1");
        assert_eq!(made.at("/lifecycle"), "interested");
        assert_eq!(made.at("/tags"), &json!(["jade", "vip"]));
        assert_eq!(made.at("/fields/sizes/ring"), 12);
    }

    fn what_cannot_be_is_refused_with_every_fault_and_nothing_is_written(app) {
        let create = |body| app.post("/v1/customers", body);
        create(json!({})).faults(&["/identities"]);
        for phone in ["138****8000", "13800", "17200001234", "+1 5"] {
            create(json!({"identities": [{"kind": "phone", "value": phone}]})).faults(&["/identities/0/value"]);
        }
        create(json!({"identities": [{"kind": "email", "value": "x"}, {"kind": "own", "value": "7"}]}))
            .faults(&["/identities/0/value", "/identities/1/value"]);
        create(json!({"identities": [app.phone()], "home_store": "nowhere"})).faults(&["/home_store"]);
        create(json!({"identities": [app.phone()], "profile": {"birthday": "2001-02-29", "language": "fr"}}))
            .faults(&["/profile/birthday", "/profile/language"]);
        create(json!({"identities": [app.phone()], "fields": {"sizes": {"ring": 1}}})).faults(&["/fields/sizes"]);
        create(json!({"identities": [app.phone()], "fields": {"spend-tiers": {"tier": "high"}}})).faults(&["/fields/spend-tiers"]);
        create(json!({"identities": [app.phone()], "lifecycle": "friend"})).faults(&["/lifecycle"]);
        create(json!({"identities": [app.phone()], "assigned_to": "cus_1"})).faults(&["/assigned_to"]);
        assert!(app.get("/v1/customers").expect(200).items().is_empty());
    }

    fn a_patch_merges_clears_and_counts_versions(app) {
        let id = app.customer();
        let path = format!("/v1/customers/{id}");
        let patch = |version: &str, body| app.call("PATCH", &path).header("if-match", version).json(body).send();
        let once = patch("\"1\"", json!({"profile": {"name": "Li", "note": "tall"}, "tags": ["a"]})).expect(200);
        assert_eq!(once.header("etag"), "\"2\"");
        let twice = patch("\"2\"", json!({"profile": {"note": null}, "lifecycle": "lost"})).expect(200);
        assert_eq!(twice.at("/profile"), &json!({"name": "Li"}));
        assert_eq!((twice.at("/tags"), twice.at("/lifecycle")), (&json!(["a"]), &json!("lost")));
        let same = patch("\"3\"", json!({"profile": {"name": "Li"}})).expect(200);
        assert_eq!(same.header("etag"), "\"3\"", "what changes nothing is no edit");
        assert_eq!(app.get(&path).expect(200).json, same.json);
    }

    fn a_patch_needs_the_version_it_was_made_from(app) {
        let path = format!("/v1/customers/{}", app.customer());
        let body = json!({"profile": {"name": "Li"}});
        app.call("PATCH", &path).json(body.clone()).send().refused(428, "precondition_required");
        app.call("PATCH", &path).header("if-match", "*").json(body.clone()).send().refused(400, "invalid_request");
        let late = app.call("PATCH", &path).header("if-match", "\"9\"").json(body.clone()).send();
        assert_eq!(late.refused(412, "precondition_failed").at("/profile_version"), 1);
        for wrong in [json!([]), json!("x"), json!({"id": "x"}), json!({"profile": {"nick": "x"}}), json!({"tags": "x"})] {
            let answer = app.call("PATCH", &path).header("if-match", "\"1\"").json(wrong).send();
            answer.refused(422, "invalid_value");
        }
        assert_eq!(app.get(&path).header("etag"), "\"1\"");
    }

    fn a_sale_in_between_does_not_refuse_an_edit(app) {
        let id = app.customer();
        app.purchase(&id, "1", 5_000);
        let path = format!("/v1/customers/{id}/patch");
        let body = json!({"profile": {"address": "new"}});
        let edited = app.call("POST", &path).header("if-match", "\"1\"").json(body).send().expect(200);
        assert_eq!(edited.at("/profile/address"), "new");
        assert_eq!(edited.at("/fields/spend-tiers/tier"), "low");
    }

    fn who_has_the_record_already_is_not_sent_it_again(app) {
        let path = format!("/v1/customers/{}", app.customer());
        let again = app.call("GET", &path).header("if-none-match", "\"1\"").send().expect(304);
        assert!(again.body.is_empty());
        app.call("GET", &path).header("if-none-match", "\"2\"").send().expect(200);
    }

    fn lists_give_each_customer_once_page_by_page(app) {
        let made: Vec<String> = (0..7).map(|_| app.customer()).collect();
        let mut seen = Vec::new();
        let mut query = "?limit=3".to_owned();
        loop {
            let page = app.get(&format!("/v1/customers{query}")).expect(200);
            assert!(page.items().len() <= 3);
            seen.extend(page.items().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
            let Some(next) = page.json["next"].as_str() else { break };
            query = format!("?limit=3&cursor={next}");
        }
        seen.sort();
        assert_eq!(seen, made, "ids are made in order, so both are sorted");
    }

    fn identify_finds_creates_or_names_both(app) {
        let (one, two) = (app.phone(), app.phone());
        let ask = |body| app.post("/v1/customers/identify", body);
        let unknown = ask(json!({"identities": [one]})).expect(200);
        assert_eq!((unknown.at("/outcome"), unknown.at("/customer")), (&json!("unknown"), &json!(null)));
        let made = ask(json!({"identities": [one], "create": true})).expect(201);
        assert_eq!(made.at("/outcome"), "created");
        let found = ask(json!({"identities": [one], "create": true})).expect(200);
        assert_eq!(found.at("/outcome"), "found");
        assert_eq!(found.at("/customer/id"), made.at("/customer/id"));
        let other = app.post("/v1/customers", json!({"identities": [two]})).expect(201);
        let both = ask(json!({"identities": [one, two], "create": true})).refused(409, "identity_conflict");
        let mut named = [made.text("/customer/id"), other.text("/id")];
        named.sort();
        assert_eq!(both.at("/customers"), &json!(named));
        ask(json!({})).faults(&["/identities"]);
        ask(json!({"identities": [{"kind": "phone", "value": "1"}]})).faults(&["/identities/0/value"]);
    }
}
