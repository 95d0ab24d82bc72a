//! /v1/counts

use regulars_tests::on_both;
use serde_json::json;

on_both! {
    fn customers_are_counted_by_value(app) {
        for (number, amount) in [200_000, 100, 200].into_iter().enumerate() {
            app.purchase(&app.customer(), &number.to_string(), amount);
        }
        app.customer();
        let counts = app.get("/v1/counts?by=spend-tiers.tier").expect(200);
        assert_eq!(counts.at("/counts"), &json!({"high": 1, "low": 2}));
        assert_eq!((counts.at("/none"), counts.at("/total")), (&json!(1), &json!(4)));
        let stages = app.get("/v1/counts?by=lifecycle").expect(200);
        assert_eq!(stages.at("/counts").as_object().unwrap().values().filter_map(|count| count.as_i64()).sum::<i64>(), 4);
    }

    fn only_fields_that_are_can_be_counted(app) {
        for field in ["tier", "spend-tiers.colour", "nobody.tier", ""] {
            app.get(&format!("/v1/counts?by={field}")).refused(404, "not_found");
        }
        app.get("/v1/counts").refused(400, "invalid_request");
    }
}
