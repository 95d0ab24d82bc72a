//! What a server answers to the guide's requests.

use super::page::{Block, pages, without_numbers};
use regulars_model::duration::MINUTE_US;
use regulars_tests::{App, Place, START, root};
use serde_json::Value as Json;

#[test]
fn requests_are_answered_as_shown() {
    for page in pages() {
        let plugins = vec![root().join("sdk/examples/bubble-tea")];
        let app = App::start(Place::sqlite(), plugins, START.parse().unwrap());
        let (mut customer, mut decision) = (String::new(), String::new());
        let mut answered = 0;
        let mut blocks = page.blocks.iter().peekable();
        while let Some(block) = blocks.next() {
            if block.language != "http" {
                continue;
            }
            let place = format!("{}, line {}", page.name, block.line);
            let found = ask(
                &app,
                block,
                &[("{customer_id}", &customer), ("{decision_id}", &decision)],
                &place,
            );
            app.advance(MINUTE_US);
            if let Some(id) = found["customer_id"].as_str() {
                customer = id.to_owned();
            }
            if let Some(id) = found["decision_id"].as_str() {
                decision = id.to_owned();
            }
            // A scenario's instants are moved, each time by other weeks.
            if let Some(shown) =
                blocks.next_if(|next| next.language == "toml" && next.file.is_empty())
            {
                let scenario = found["scenario"].as_str().unwrap_or_default();
                let same = without_numbers(scenario) == without_numbers(&shown.text);
                assert!(same, "{place}:\n{scenario}");
                answered += 1;
            }
            if let Some(answer) = blocks.next_if(|next| next.language == "json") {
                let shown: Json = serde_json::from_str(&answer.text).expect(&place);
                assert!(holds(&found, &shown), "{place}: {found:#}");
                answered += 1;
            }
        }
        assert!(answered > 2, "{}", page.name);
    }
}

/// `POST /v1/path`, headers, an empty line, a body: as HTTP writes it.
fn ask(app: &App, block: &Block, ids: &[(&str, &str)], place: &str) -> Json {
    let (head, body) = block.text.split_once("\n\n").unwrap_or((&block.text, ""));
    let mut head = head.lines();
    let (method, path) = head.next().and_then(|line| line.split_once(' ')).expect(place);
    let path = ids.iter().fold(path.to_owned(), |path, (name, id)| path.replace(name, id));
    let mut call = app.call(method, &path);
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
