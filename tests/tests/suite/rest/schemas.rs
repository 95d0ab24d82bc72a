//! /v1/schemas

use regulars_tests::on_both;
use serde_json::json;

on_both! {
    fn versions_count_up_and_the_same_is_no_new_one(app) {
        let put = |max| app.put("/v1/schemas/customer/sizes", json!({"type": "object", "properties": {"ring": {"type": "integer", "maximum": max}}}));
        assert_eq!(put(30).expect(200).at("/version"), 1);
        assert_eq!(put(30).expect(200).at("/version"), 1);
        assert_eq!(put(40).expect(200).at("/version"), 2);
        let read = app.get("/v1/schemas/customer/sizes").expect(200);
        assert_eq!((read.at("/version"), read.at("/schema/properties/ring/maximum")), (&json!(2), &json!(40)));
        assert_eq!(app.get("/v1/schemas").expect(200).items().len(), 1);
    }

    fn values_are_held_to_it_at_every_write(app) {
        let schema = json!({"type": "object", "properties": {"ring": {"type": "integer"}}, "additionalProperties": false});
        app.put("/v1/schemas/customer/sizes", schema).expect(200);
        let create = |fields| app.post("/v1/customers", json!({"identities": [app.phone()], "fields": {"sizes": fields}}));
        create(json!({"ring": "large"})).faults(&["/fields/sizes/ring"]);
        create(json!({"rnig": 7})).refused(422, "invalid_value");
        let id = create(json!({"ring": 7})).expect(201).text("/id");
        let patch = |fields| app.call("PATCH", &format!("/v1/customers/{id}")).header("if-match", "\"1\"").json(json!({"fields": {"sizes": fields}})).send();
        patch(json!({"ring": true})).faults(&["/fields/sizes/ring"]);
        assert_eq!(patch(json!({"ring": 8})).expect(200).at("/fields/sizes/ring"), 8);
    }

    fn one_that_data_would_break_is_refused_with_count_and_examples(app) {
        app.put("/v1/schemas/customer/sizes", json!({"type": "object"})).expect(200);
        for ring in [5, 50, 60] {
            app.post("/v1/customers", json!({"identities": [app.phone()], "fields": {"sizes": {"ring": ring}}})).expect(201);
        }
        let strict = json!({"type": "object", "properties": {"ring": {"maximum": 30}}});
        let refused = app.put("/v1/schemas/customer/sizes", strict).refused(409, "schema_breaks_data");
        assert_eq!(refused.at("/count"), 2);
        assert_eq!(refused.at("/examples/0/faults/0/pointer"), "/ring");
        assert_eq!(app.get("/v1/schemas/customer/sizes").expect(200).at("/version"), 1);
    }

    fn what_is_no_schema_is_refused(app) {
        let put = |path: &str, body| app.put(&format!("/v1/schemas/{path}"), body);
        put("customer/sizes", json!({"type": "colour"})).refused(422, "invalid_value");
        put("customer/sizes", json!("x")).refused(422, "invalid_value");
        put("customer/sizes", json!({"$ref": "https://example.com/schema.json"})).refused(422, "invalid_value");
        put("customer/Sizes", json!({})).refused(422, "invalid_value");
        put("customer/spend-tiers", json!({})).refused(409, "conflict");
        put("event/edit", json!({})).refused(409, "conflict");
        put("store/sizes", json!({})).refused(404, "not_found");
        app.get("/v1/schemas/customer/sizes").refused(404, "not_found");
        assert!(app.get("/v1/schemas").expect(200).items().is_empty());
    }
}
