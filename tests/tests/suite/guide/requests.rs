//! What a server answers to the guide's requests.

use super::page::{Block, pages};
use regulars_model::duration::MINUTE_US;
use regulars_tests::{App, Place, START, root};
use serde_json::Value as Json;

#[test]
fn requests_are_answered_as_shown() {
    for page in pages() {
        let plugins = vec![root().join("sdk/examples/bubble-tea")];
        let app = App::start(Place::sqlite(), plugins, START.parse().unwrap());
        let mut customer = String::new();
        let mut answered = 0;
        let mut blocks = page.blocks.iter().peekable();
        while let Some(block) = blocks.next() {
            if block.language != "http" {
                continue;
            }
            let place = format!("{}, line {}", page.name, block.line);
            let found = ask(&app, block, &customer, &place);
            app.advance(MINUTE_US);
            if let Some(id) = found["customer_id"].as_str() {
                customer = id.to_owned();
            }
            if let Some(answer) = blocks.next_if(|next| next.language == "json") {
                let shown: Json = serde_json::from_str(&answer.text).expect(&place);
                assert!(holds(&found, &shown), "{place}: {found:#}");
                answered += 1;
            }
        }
        assert!(answered > 1, "{}", page.name);
    }
}

/// `POST /v1/path`, headers, an empty line, a body: as HTTP writes it.
fn ask(app: &App, block: &Block, customer: &str, place: &str) -> Json {
    let (head, body) = block.text.split_once("\n\n").unwrap_or((&block.text, ""));
    let mut head = head.lines();
    let (method, path) = head.next().and_then(|line| line.split_once(' ')).expect(place);
    let mut call = app.call(method, &path.replace("{customer_id}", customer));
    for (name, value) in head.filter_map(|line| line.split_once(": ")) {
        call = call.header(name, value);
    }
    if !body.is_empty() {
        call = call.json(serde_json::from_str(body).expect(place));
    }
    let answer = call.send();
    assert!(answer.status < 300, "{place}: {}", answer.body);
    answer.json
}

/// Whether all that is shown is there; members of an object may be left out, items of a list not.
fn holds(found: &Json, shown: &Json) -> bool {
    match (found, shown) {
        (Json::Object(found), Json::Object(shown)) => shown
            .iter()
            .all(|(name, value)| found.get(name).is_some_and(|found| holds(found, value))),
        (Json::Array(found), Json::Array(shown)) => {
            found.len() == shown.len()
                && found.iter().zip(shown).all(|(found, shown)| holds(found, shown))
        }
        _ => found == shown,
    }
}
