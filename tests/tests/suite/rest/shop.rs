//! A shop that installs versions of `spend-tiers`.

use regulars_engine::Trust;
use regulars_tests::{Answer, App, Place, START, pack, publisher, root};
use serde_json::Value as Json;
use std::sync::Arc;

pub const MEDIA_TYPE: &str = "application/vnd.regulars.plugin";
pub const PLUGIN: &str = "/v1/plugins/spend-tiers";

/// Trusts acme and zenith.
pub fn shop(place: impl Into<Arc<Place>>) -> App {
    let cafe = vec![root().join("plugins/cafe-frequency")];
    App::trusting(trust(), place, cafe, START.parse().unwrap())
}

pub fn trust() -> Trust {
    Trust::read(&["acme", "zenith"].map(|name| publisher(name).publisher().to_string())).unwrap()
}

pub fn version(number: &str, changes: &[(&str, &str)]) -> Vec<u8> {
    let number = format!("version = \"{number}\"");
    let changes = [&[("version = \"1.0.0\"", &*number)], changes].concat();
    pack(Some(&publisher("acme")), &changes)
}

pub fn install(app: &App, file: &[u8]) -> Answer {
    app.call("POST", "/v1/plugins").bytes(MEDIA_TYPE, file).send()
}

pub fn tier(app: &App, customer: &str) -> Json {
    let customer = app.get(&format!("/v1/customers/{customer}")).expect(200);
    customer.json["fields"]["spend-tiers"]["tier"].clone()
}

pub fn tasks(app: &App) -> usize {
    app.get("/v1/tasks").expect(200).items().len()
}
