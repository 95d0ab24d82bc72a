//! `regulars plugin bench` and `record`, as an integrator and a chain use them.

use super::plugins::{refused, said, within};
use regulars_tests::{Place, Program, root};
use serde_json::json;
use std::fs;

#[test]
fn a_rule_is_measured_on_its_own_scenarios() {
    let program = Program::on(Place::sqlite());
    let place = tempfile::tempdir().unwrap();
    let here = |arguments: &[&str]| within(place.path(), &program, arguments);
    said(here(&["plugin", "new", "bakery"]));
    let measured = said(here(&["plugin", "bench", "bakery"]));
    let lines: Vec<&str> = measured.lines().collect();
    assert_eq!(lines.len(), 4, "{measured}");
    assert_eq!(lines[0], "bakery 1.0.0: 4 entries of its scenarios");
    assert!(lines[1].starts_with("  1 a call: ") && lines[2].starts_with("256 a call: "));
    assert!(lines[3].starts_with("of 100,000 operations an entry takes 29 at the most, 29 in"));
    let shipped = root().join("plugins/jewellery-tiers");
    let component = said(here(&["plugin", "bench", shipped.to_str().unwrap()]));
    assert!(component.contains("of 20,000,000 fuel an entry takes "), "{component}");

    let rules = place.path().join("bakery/rules.rhai");
    let text = fs::read_to_string(&rules).unwrap();
    fs::write(&rules, text.replace("is_from", "is_over")).unwrap();
    refused(here(&["plugin", "bench", "bakery"]), "it is not measured, for its scenarios fail");
    fs::remove_file(place.path().join("bakery/scenarios/01-three-days.toml")).unwrap();
    refused(here(&["plugin", "bench", "bakery"]), "asks it nothing");
}

#[test]
fn a_decision_is_recorded_by_the_server_and_without_one() {
    let program = Program::on(Place::sqlite());
    let place = tempfile::tempdir().unwrap();
    let key = program.make_key();
    let server = program.serve(&key);
    let client = server.client();
    let sale = json!({
        "customer": {"identities": [{"kind": "phone", "value": "13800138000"}], "create": true},
        "kind": "purchase", "amount": 6_000_000, "currency": "CNY",
        "source": "till-1", "source_id": "receipt-of-Zhang",
    });
    let sold = client.call("POST", "/v1/events").json(sale).send().expect(201);
    let customer = sold.text("/customer_id");
    let why = format!("/v1/customers/{customer}/explain?field=jewellery-tiers.tier");
    let decision = client.call("GET", &why).send().expect(200).text("/decision_id");
    let here = |arguments: &[&str]| within(place.path(), &program, arguments);
    let record = |more: &[&str]| here(&[&["plugin", "record", &decision], more].concat());
    let shown = said(record(&[]));
    assert!(shown.contains("amount = \"60000.00\"") && !shown.contains("Zhang"), "{shown}");
    assert_eq!(said(record(&["--out", "it.toml"])), "it.toml: a decision of jewellery-tiers\n");
    refused(record(&["--out", "it.toml"]), "cannot write it.toml");
    drop(server);
    assert_eq!(said(record(&[])), shown, "the same without a server");
    let shipped = root().join("plugins/jewellery-tiers");
    let run = ["plugin", "test", shipped.to_str().unwrap(), "--scenarios", "it.toml"];
    assert!(said(here(&run)).contains("1 scenario passed, 0 failed"));
    refused(here(&["plugin", "record", "dec_1"]), "`dec_1`: expected");
    let nowhere = "dec_01890a5d-ac96-774b-bcce-b302099a8057";
    refused(here(&["plugin", "record", nowhere]), "decision");
}
