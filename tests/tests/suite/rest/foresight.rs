//! /v1/customers/{id}/explain: until when a value holds, what would change it, and why not. What is
//! expected is worked out by hand from the rules that are shipped.

use regulars_model::{Instant, duration::DAY_US, limits::AHEAD_STEPS_MAX};
use regulars_tests::{Answer, App, Place, START, on_both, root};
use serde_json::{Value as Json, json};

fn start(place: Place, plugins: &[&str]) -> App {
    let folders = plugins.iter().map(|plugin| root().join("plugins").join(plugin));
    App::start(place, folders.collect(), START.parse().expect("an instant"))
}

/// So many days after the test began.
fn day(days: i64) -> String {
    let start: Instant = START.parse().expect("an instant");
    start.plus(days * DAY_US).to_string()
}

fn set(app: &App, plugin: &str, settings: Json) {
    app.call("PATCH", &format!("/v1/plugins/{plugin}/settings")).json(settings).send().expect(200);
}

fn ask(app: &App, id: &str, field: &str, more: &str) -> Answer {
    app.get(&format!("/v1/customers/{id}/explain?field={field}{more}")).expect(200)
}

fn send(app: &App, id: &str, body: Json) -> String {
    let mut all = json!({"customer": {"id": id}, "source": "till"});
    all.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    app.post("/v1/events", all).expect(201).text("/event/id")
}

/// Input, direction, by, to, setting, value and until of each change.
fn changes(why: &Answer) -> Vec<Json> {
    let own = ["input", "direction", "by", "to", "setting", "value", "until"];
    let changes = why.at("/would_change").as_array().unwrap().iter();
    changes.map(|change| own.map(|name| change[name].clone()).into_iter().collect()).collect()
}

fn not_moved(why: &Answer) -> Vec<(String, String)> {
    let text = |one: &Json, name: &str| one[name].as_str().unwrap().to_owned();
    let all = why.at("/not_moved").as_array().unwrap().iter();
    all.map(|one| (text(one, "subject"), text(one, "code"))).collect()
}

const TIER: &str = "jewellery-tiers.tier";
const BAND: &str = "cafe-frequency.band";
const STAGE: &str = "furniture-nurture.stage";

on_both! {
    /// 40,000 on day 0 and 7,700 on day 100, counted for a year: mid from 10,000, high above 50,000.
    fn a_tier_says_what_is_missing_and_until_when(place: Place) {
        let app = start(place, &["jewellery-tiers"]);
        set(&app, "jewellery-tiers", json!({"period": "365d"}));
        let ids = [app.customer(), app.customer(), app.customer()];
        ids.iter().enumerate().for_each(|(n, id)| drop(app.purchase(id, &format!("a{n}"), 4_000_000)));
        app.advance_days(100);
        ids.iter().enumerate().for_each(|(n, id)| drop(app.purchase(id, &format!("b{n}"), 770_000)));
        let why = ask(&app, &ids[0], TIER, "");
        assert_eq!(why.at("/value"), "mid");
        let until = why.at("/until");
        assert_eq!((&until["at"], &until["value"], &until["cause"]), (&json!(day(365)), &json!("low"), &json!("expiry")));
        assert_eq!(until["reason"]["en"], "Only 7,700.00 CNY still counts: the tier fell from Mid to Low.");
        assert_eq!(until["sentence"]["en"], "If nothing happens, Tier becomes Low at 2027-03-02 12:00.");
        assert_eq!(until["sentence"]["zh-CN"], "若不再发生任何事，消费等级将于2027年3月2日12:00变为“低”。");
        assert_eq!(until["bound"], json!(null));
        assert_eq!(changes(&why), [
            json!(["purchases", "less", 2, 0, null, null, null]),
            json!(["lifetime_spend", "more", "2300.01", "50000.01", "high_above", "high", day(365)]),
            json!(["lifetime_spend", "less", "37700.01", "9999.99", "mid_from", "low", day(365)]),
        ], "{}", why.body);
        assert_eq!(why.at("/would_change/1/sentence/en"),
            "2,300.01 CNY more of lifetime_spend before 2027-03-02 12:00, and Tier becomes High.");
        assert_eq!(why.at("/would_change/1/sentence/zh-CN"),
            "2027年3月2日12:00之前lifetime_spend再增加2,300.01元，消费等级即变为“高”。");
        assert_eq!(not_moved(&why), []);
        // It is so: one fen less is not enough, and so much no longer is once the year is over.
        app.advance_days(200);
        app.purchase(&ids[0], "c0", 230_000);
        app.purchase(&ids[1], "c1", 230_001);
        let tier = |id: &str| ask(&app, id, TIER, "").at("/value").clone();
        assert_eq!((tier(&ids[0]), tier(&ids[1])), (json!("mid"), json!("high")));
        app.advance_days(65);
        app.purchase(&ids[2], "c2", 230_001);
        assert_eq!(tier(&ids[2]), "mid", "10,000.01 are left");
    }

    fn what_counts_for_ever_stays_until_something_happens(place: Place) {
        let app = start(place, &["jewellery-tiers"]);
        let id = app.customer();
        app.purchase(&id, "1", 100);
        let until = ask(&app, &id, TIER, "").at("/until").clone();
        assert_eq!((&until["at"], &until["bound"]), (&json!(null), &json!(null)));
        assert_eq!(until["sentence"]["en"], "If nothing happens, Tier stays as it is.");
        app.advance_days(1);
        let again = app.purchase(&id, "2", 100);
        let asked = ask(&app, &id, TIER, "").at("/asked").clone();
        assert_eq!((&asked["at"], &asked["outcome"], &asked["value"]), (&json!(day(1)), &json!("same"), &json!("low")));
        assert_eq!((&asked["event_id"], &asked["sentence"]["en"]), (&again["event"]["id"], &json!("Spent 2.00 CNY in all: tier Low.")));
        assert_eq!(asked["conditions"][1]["value"], "2.00", "those of the decision on record say 1.00");
    }

    /// A late purchase of 1,000 on day 50, told on day 110.
    fn what_was_missing_is_told_as_it_was_known(place: Place) {
        let app = start(place, &["jewellery-tiers"]);
        let id = app.customer();
        app.purchase(&id, "1", 4_770_000);
        app.advance_days(110);
        send(&app, &id, json!({"kind": "purchase", "source_id": "late", "amount": 100_000, "currency": "CNY", "occurred_at": day(50)}));
        let missing = |more: &str| ask(&app, &id, TIER, more).at("/would_change/1/by").clone();
        assert_eq!(missing(&format!("&at={}", day(40))), "2300.01");
        assert_eq!(missing(&format!("&at={}", day(105))), "1300.01");
        assert_eq!(missing(&format!("&known_at={}", day(105))), "2300.01");
        assert_eq!(missing(""), "1300.01");
    }

    /// Days 0, 20 and 21: three in thirty days, two in seven.
    fn a_band_says_when_it_falls_and_what_a_visit_would_do(place: Place) {
        let app = start(place, &["cafe-frequency"]);
        let id = app.customer();
        for (source_id, days) in [("1", 20), ("2", 1), ("3", 0)] {
            app.purchase(&id, source_id, 3_000);
            app.advance_days(days);
        }
        let why = ask(&app, &id, BAND, "");
        assert_eq!((why.at("/value"), why.at("/asked/outcome")), (&json!("regular"), &json!("set")));
        assert_eq!((why.at("/until/at"), why.at("/until/value")), (&json!(day(30)), &json!("low")));
        assert_eq!(why.at("/until/reason/en"), "Visits in the last 30 days: 2. That is low.");
        assert_eq!(changes(&why), [
            // On day 27 the visit of day 20 no longer is one of the last seven days.
            json!(["days_recent", "more", 1, 3, "high_from", "high", day(27)]),
            // Of itself it comes to that 30 days after the last visit.
            json!(["days_span", "less", 3, 0, null, "lapsed", day(51)]),
            json!(["days_span", "less", 1, 2, "low_up_to", "low", day(30)]),
        ], "{}", why.body);
        let before = ask(&app, &id, BAND, &format!("&at={}", day(5)));
        assert_eq!(before.at("/value"), "new");
        let until = before.at("/until");
        assert_eq!((&until["at"], &until["value"], &until["cause"]), (&json!(day(14)), &json!("low"), &json!("wake")));
        assert_eq!(changes(&before), [
            json!(["days_recent", "more", 2, 3, "high_from", "high", day(7)]),
            json!(["days_span", "less", 1, 0, null, "lapsed", day(30)]),
            // Two more visits now are two more of the last seven days as well.
            json!(["days_span", "more", 2, 3, "low_up_to", "high", day(7)]),
        ], "{}", before.body);
        assert_eq!(not_moved(&before), [("now".to_owned(), "of_time".to_owned())]);
    }

    /// The first step after three days, then every seven: the twelfth on day 80.
    fn a_stage_says_what_it_can_not_tell(place: Place) {
        let app = start(place, &["furniture-nurture"]);
        let id = app.customer();
        send(&app, &id, json!({"kind": "inquiry", "source_id": "i", "data": {"category": "furniture/sofa"}}));
        let why = ask(&app, &id, STAGE, "");
        let until = why.at("/until");
        assert_eq!((&until["at"], &until["value"], &until["cause"]), (&json!(day(80)), &json!("finished"), &json!("wake")));
        assert_eq!(until["reason"]["zh-CN"], "已完成全部12次跟进。");
        assert_eq!(changes(&why), [] as [Json; 0]);
        let of_customer = |name: &str| (format!("furniture-nurture.{name}"), "of_customer".to_owned());
        assert_eq!(not_moved(&why), [of_customer("stage"), of_customer("category")]);
        app.advance_days(1);
        let lines = json!([{"sku": "t", "quantity_milli": 1000, "amount": 100, "category": "furniture/table"}]);
        let bought = send(&app, &id, json!({"kind": "purchase", "source_id": "p", "amount": 100, "currency": "CNY", "lines": lines}));
        let asked = ask(&app, &id, STAGE, "").at("/asked").clone();
        assert_eq!((&asked["outcome"], &asked["event_id"], &asked["value"]), (&json!("nothing"), &json!(bought), &json!(null)));
        assert_eq!(asked["sentence"]["en"], "Furniture lead nurturing was asked, and said nothing of this.");
        let condition = &asked["conditions"][0];
        assert_eq!((&condition["threshold"], &condition["held"]), (&json!("bought"), &json!(false)));
        // The next step counts on from the one before, whenever it is asked.
        app.advance_days(3);
        let step = ask(&app, &id, "furniture-nurture.step", "");
        assert_eq!((step.at("/value"), changes(&step).len()), (&json!(1), 0));
        assert_eq!(not_moved(&step), [(String::new(), "not_repeatable".to_owned())]);
    }

    fn where_the_look_ahead_ends_is_said(place: Place) {
        let app = start(place, &["cafe-frequency", "furniture-nurture"]);
        set(&app, "furniture-nurture", json!({"first_after": "3000d"}));
        let [id, often] = [app.customer(), app.customer()];
        send(&app, &id, json!({"kind": "inquiry", "source_id": "i", "data": {"category": "furniture/sofa"}}));
        let until = ask(&app, &id, STAGE, "").at("/until").clone();
        assert_eq!((&until["at"], &until["bound"], &until["looked_until"]), (&json!(null), &json!("years"), &json!(day(1825))));
        assert!(until["sentence"]["en"].as_str().unwrap().contains("until 2031-03-01 12:00 at least"), "{until}");
        for n in 0..AHEAD_STEPS_MAX + 10 {
            app.purchase(&often, &n.to_string(), 100);
            app.advance_clock(1_000_000);
        }
        let why = ask(&app, &often, BAND, "");
        assert_eq!((why.at("/value"), why.at("/until/at"), why.at("/until/bound")), (&json!("new"), &json!(null), &json!("steps")));
        assert!(why.text("/until/looked_until") < day(8), "{}", why.body);
    }


    fn switched_off_nothing_comes(place: Place) {
        let app = start(place, &["jewellery-tiers"]);
        let id = app.customer();
        app.purchase(&id, "1", 100);
        app.advance_days(1);
        app.put("/v1/plugins/jewellery-tiers/units", json!({"enabled": false})).expect(200);
        app.decide_due();
        let why = ask(&app, &id, TIER, "");
        assert_eq!((why.at("/value"), why.at("/until"), why.at("/asked")), (&json!(null), &json!(null), &json!(null)));
        assert_eq!((changes(&why).len(), not_moved(&why).len()), (0, 0));
    }
}
