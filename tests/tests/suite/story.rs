//! `docs/head-office.md`, told by a server on each database: each request is sent as it stands on the
//! page, and each answer stands there as it came. `REGULARS_BLESS=1` writes the answers down anew.
//!
//! What differs from run to run is numbered by its first appearance: `cus_1`, `drf_1`. A comment
//! `<!-- keep NAME /pointer -->` names a value of the answer before; `{NAME}` stands for it from then
//! on. `<!-- days N -->` lets time pass, `<!-- issued -->` as much of it as what was started takes to be
//! given, `<!-- only /a /b -->` says which members of the next answer
//! are shown, `<!-- each /items /a -->` which of each item, `<!-- until /state done -->` asks until it is.

use regulars_model::duration::DAY_US;
use regulars_tests::{App, Place, on_both, root};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, fs, time::Duration};

const PAGE: &str = "docs/head-office.md";
const REGIONS: [&str; 3] = ["north", "east", "south"];

on_both! {
    fn the_page_is_what_happens(place: Place) {
        let path = root().join(PAGE);
        let shown = fs::read_to_string(&path).unwrap();
        let bless = std::env::var_os("REGULARS_BLESS").is_some();
        let told = Story::new(place).tell(&shown);
        if bless {
            fs::write(&path, &told).unwrap();
        }
        for (line, (shown, told)) in (1..).zip(shown.lines().zip(told.lines())) {
            assert!(bless || shown == told, "{PAGE}, line {line}: shown is\n{shown}\nand came\n{told}");
        }
        assert!(bless || shown.len() == told.len(), "{PAGE}: not as long as what came");
    }
}

struct Story {
    app: App,
    kept: BTreeMap<String, String>,
    /// Identifiers by what they are called on the page.
    names: BTreeMap<String, String>,
    only: Vec<String>,
    until: Option<(String, String)>,
    last: Json,
}

impl Story {
    /// Three regions of four stores, and in each store customers who spent more and more, in the
    /// months before.
    fn new(place: Place) -> Story {
        let plugins = vec![root().join("plugins/jewellery-tiers")];
        let app = App::start(place, plugins, "2026-01-05T12:00:00+08:00".parse().unwrap());
        for region in REGIONS {
            let unit = json!({"name": region, "kind": "region"});
            app.put(&format!("/v1/units/{region}"), unit).expect(200);
            for number in 1..=4 {
                let code = format!("{region}-{number}");
                let unit = json!({"name": code, "kind": "store", "parent": region});
                app.put(&format!("/v1/units/{code}"), unit).expect(200);
            }
        }
        let stores =
            REGIONS.iter().flat_map(|region| (1..=4).map(move |n| format!("{region}-{n}")));
        for (at, store) in (0..).zip(stores) {
            for number in 0..5_i64 {
                let body = json!({"identities": [app.phone()], "home_store": store});
                let id = app.post("/v1/customers", body).expect(201).text("/id");
                for sale in 0..=number {
                    let amount = 800_000 + at * 37_000 + number * 210_000 + sale * 90_000;
                    let body = json!({
                        "customer": {"id": id}, "kind": "purchase", "amount": amount, "currency": "CNY",
                        "source": "till", "source_id": format!("{store}-{number}-{sale}"), "store": store,
                        "occurred_at": app.now().minus((number * 20 + sale * 3 + 1) * DAY_US).to_string(),
                    });
                    app.post("/v1/events", body).expect(201);
                }
            }
        }
        app.advance_days(30);
        Story {
            app,
            kept: BTreeMap::new(),
            names: BTreeMap::new(),
            only: Vec::new(),
            until: None,
            last: Json::Null,
        }
    }

    /// The page with the answers that came.
    fn tell(&mut self, page: &str) -> String {
        let mut told = String::new();
        let mut lines = page.lines();
        while let Some(line) = lines.next() {
            told += &format!("{line}\n");
            if let Some(words) =
                line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"))
            {
                self.obey(&words.split(' ').collect::<Vec<_>>());
            }
            let Some(language) = line.strip_prefix("```").filter(|language| !language.is_empty())
            else {
                continue;
            };
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let text = match language {
                "http" => {
                    self.ask(&block);
                    format!("{}\n", block.join("\n"))
                }
                "json" => self.answer(),
                other => panic!("{PAGE}: what is `{other}`?"),
            };
            told += &format!("{text}```\n");
        }
        told
    }

    fn obey(&mut self, words: &[&str]) {
        match words {
            ["keep", name, pointer] => {
                let value = self.last.pointer(pointer).and_then(Json::as_str);
                let value = value.unwrap_or_else(|| panic!("no {pointer} in {}", self.last));
                self.kept.insert((*name).to_owned(), value.to_owned());
            }
            ["days", days] => self.app.advance_days(days.parse().unwrap()),
            ["issued"] => {
                while let Some(next) = self.app.wait(self.app.engine.issue_due()).unwrap() {
                    self.app.advance_clock(next.0 - self.app.now().0);
                }
            }
            ["only", pointers @ ..] => {
                self.only = pointers.iter().map(ToString::to_string).collect()
            }
            ["each", list, pointers @ ..] => {
                let items = self.last.pointer(list).and_then(Json::as_array).unwrap();
                let short = items.iter().map(|item| pick(item, pointers));
                self.last = json!({ list[1..]: short.collect::<Vec<_>>() });
            }
            ["until", pointer, value] => {
                self.until = Some(((*pointer).to_owned(), (*value).to_owned()))
            }
            other => panic!("{PAGE}: what is {other:?}?"),
        }
    }

    /// `POST /v1/path`, and a body behind an empty line.
    fn ask(&mut self, block: &[&str]) {
        let fill = |text: &str| {
            self.kept.iter().fold(text.to_owned(), |text, (name, value)| {
                text.replace(&format!("{{{name}}}"), value)
            })
        };
        let (method, path) = block[0].split_once(' ').unwrap();
        let body = block[1..].join("\n");
        let until = self.until.take();
        loop {
            let mut call = self.app.call(method, &fill(path));
            if !body.trim().is_empty() {
                call = call.json(serde_json::from_str(&fill(&body)).unwrap());
            }
            self.last = call.send().json;
            match &until {
                Some((pointer, value)) if self.last.pointer(pointer) != Some(&json!(value)) => {
                    assert_ne!(
                        self.last.pointer("/state"),
                        Some(&json!("failed")),
                        "{}",
                        self.last
                    );
                    std::thread::sleep(Duration::from_millis(50));
                }
                _ => break,
            }
        }
        self.app.decide_due();
    }

    fn answer(&mut self) -> String {
        let only = std::mem::take(&mut self.only);
        let mut shown = match only.as_slice() {
            [] => self.last.clone(),
            some => pick(&self.last, some),
        };
        self.rename(&mut shown);
        serde_json::to_string_pretty(&shown).unwrap() + "\n"
    }

    fn rename(&mut self, json: &mut Json) {
        match json {
            Json::String(text) => *text = self.renamed(text),
            Json::Array(items) => items.iter_mut().for_each(|item| self.rename(item)),
            Json::Object(members) => members.values_mut().for_each(|member| self.rename(member)),
            _ => {}
        }
    }

    /// Each identifier, wherever it stands in a text, and each hash.
    fn renamed(&mut self, text: &str) -> String {
        let is_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let mut words = Vec::new();
        for word in text.split_inclusive(|c| !is_of_word(c)) {
            let end = word.trim_end_matches(|c| !is_of_word(c)).len();
            let (word, rest) = word.split_at(end);
            let known = match word.split_once('_') {
                Some((kind, id)) if kind.len() == 3 && id.len() == 36 => self.name(kind, word),
                _ if word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit()) => {
                    "…".to_owned()
                }
                _ => word.to_owned(),
            };
            words.push(known + rest);
        }
        words.concat()
    }

    fn name(&mut self, kind: &str, id: &str) -> String {
        let count = self.names.values().filter(|name| name.starts_with(kind)).count() + 1;
        self.names.entry(id.to_owned()).or_insert_with(|| format!("{kind}_{count}")).clone()
    }
}

/// Some members, each where it stands.
fn pick(whole: &Json, pointers: &[impl AsRef<str>]) -> Json {
    let mut shown = json!({});
    for pointer in pointers.iter().map(AsRef::as_ref) {
        let value = whole.pointer(pointer);
        let value = value.unwrap_or_else(|| panic!("no {pointer} in {whole}")).clone();
        let mut place = &mut shown;
        for part in pointer[1..].split('/') {
            place = &mut place[part];
        }
        *place = value;
    }
    shown
}
