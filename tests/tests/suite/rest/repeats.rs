//! Every POST, sent again under its key.

use super::{
    audit::{Walk, plugins},
    shop::trust,
};
use regulars_engine::{Origin, World, audit::of_command_line};
use regulars_store::Store;
use regulars_tests::{App, How, Place, Strike, on_both};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use tokio::runtime::Runtime;

/// All that is stored, a line for each row; of jobs, which go on by themselves, only which there are.
pub fn rows(url: &str) -> String {
    let (world, mut dump) = (World::real(), Vec::new());
    let entry = of_command_line(&world, Origin::rest(), LOOK, json!({}));
    let dumped = Store::back_up(url, world.now(), &entry, &mut dump);
    Runtime::new().unwrap().block_on(dumped).unwrap();
    let (mut table, mut rows) = (String::new(), String::new());
    for line in String::from_utf8(dump).unwrap().lines() {
        match serde_json::from_str::<Json>(line).unwrap() {
            Json::Array(cells) if table == "job" => rows += &format!("job {}\n", cells[0]),
            Json::Array(_) if table == "audit" && line.contains(LOOK) => {}
            Json::Array(_) => rows += &format!("{table} {line}\n"),
            heading => table = heading["table"].as_str().unwrap_or_default().to_owned(),
        }
    }
    rows
}

const LOOK: &str = "look_at_rows";

fn walk(place: Place, how: How) {
    let app = &App::repeating(how, trust(), place, plugins());
    Walk::over_all(app);
    let customer = app.get("/v1/customers").expect(200).items()[0].clone();
    let (id, version) = (customer["id"].as_str().unwrap(), &customer["profile_version"]);
    app.call("POST", &format!("/v1/customers/{id}/patch"))
        .header("if-match", &format!("\"{version}\""))
        .json(json!({"profile": {"name": "Bo"}}))
        .send()
        .expect(200);
    let left_out = app.repeats.as_ref().unwrap().left_out();
    assert_eq!(left_out, Vec::<String>::new(), "a POST was added that nobody has sent twice here");
}

on_both! {
    fn each_is_done_once_and_answered_twice(place: Place) {
        let url = place.url();
        walk(place, How::InTurn(Box::new(move || rows(&url))));
    }

    fn two_at_the_same_time_are_done_once(place: Place) {
        walk(place, How::AtOnce);
    }

    fn what_was_committed_is_known_though_nobody_heard_of_it(place: Place) {
        let url = place.url();
        let rows = Box::new(move || rows(&url));
        walk(place, How::AfterMishaps(Arc::new(Strike::default()), rows));
    }
}
