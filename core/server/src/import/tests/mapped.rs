use super::{PURCHASES, defaults, delimited, map, read_all, shown, staged};
use crate::import::{
    clock::{Clock, Shift},
    map::Map,
    mapping::Mapping,
};
use regulars_model::{Instant, time::find_zone};
use std::path::Path;

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

/// What is wrong with a map over the columns customer, date, amount.
fn fault(text: &str) -> String {
    let columns = ["customer", "date", "amount"].map(str::to_owned);
    let compiled = Map::parse(text, Path::new("map.toml"))
        .and_then(|map| Mapping::compile(&map, &columns, &defaults()).map(drop));
    compiled.unwrap_err().to_string()
}

#[test]
fn wrong_maps_name_the_key() {
    let good = format!("format = \"delimited\"\n{PURCHASES}");
    for (from, to, names) in [
        ("source = \"shop\"", "sauce = \"shop\"", "`sauce`"),
        (
            "\"amount\" }",
            "\"amout\" }",
            "event.amount: there is no column `amout`; the columns are customer, date, amount",
        ),
        ("\"amount\" }", "\"amount\", kolumn = 1 }", "`kolumn`"),
        ("\"amount\" }", "\"amount\", format = \"%Y\" }", "event.amount: format"),
        (
            "{ column = \"amount\" }",
            "{ expression = \"nothing + 1\" }",
            "event.amount: expression: ",
        ),
        ("{ column = \"amount\" }", "{ }", "event.amount: give either a column or an expression"),
        ("Asia/Shanghai", "Asia/Atlantis", "time_zone: `Asia/Atlantis`"),
        ("\"CNY\"", "\"CNX\"", "CNX"),
        ("system = \"shop\"", "system = \"a:b\"", "identity.own: system"),
        ("own = {", "# own = {", "identity: name at least one"),
        ("\"date\" }", "\"date\", format = \"%Y-%E\" }", "event.occurred_at: format"),
        (
            "format = \"delimited\"",
            "format = \"delimited\"\nwhitespace = true",
            "whitespace is for format fixed",
        ),
        ("format = \"delimited\"", "format = \"fixed\"", "columns are missing"),
        (
            "format = \"delimited\"",
            "format = \"fixed\"\ncolumns = [\"customer\"]",
            "needs from and to",
        ),
    ] {
        assert!(good.contains(from), "{from}");
        let message = fault(&good.replacen(from, to, 1));
        assert!(message.contains(names), "{from} → {to}: {message}");
    }
}

#[test]
fn rows_are_refused_with_the_key_and_the_text() {
    let content = "customer,date,amount\n,2026-05-03,1\n2,03.05.2026,1\n3,2026-05-03,1.234\n4,2026-05-03,-1\n5,2026-05-03,\"1,000.00\"\n6,,1\n7,2026-05-03,1.500\n";
    assert_eq!(
        shown(content, &delimited()),
        [
            "2 identity.own: is empty",
            "3 event.occurred_at: `03.05.2026` is not a time such as 2026-05-03T09:30:00+08:00 or 2026-05-03",
            "4 event.amount: `1.234` has more decimal places than CNY, which has 2",
            "5 event.amount: `-1` is negative; the kind of the event gives the sign",
            "6 event.amount: `1,000.00` is not an amount such as 50000.00",
            "7 event.occurred_at: is empty",
            "8 shop:7 150",
        ]
    );
}

#[test]
fn expressions_conditions_data_lines_profile_and_several_identities() {
    let text = r#"
format = "delimited"
source = "till"
[where]
expression = "type != \"X\""
[identity]
phone = { column = "phone" }
card = { column = "card" }
[customer]
name = { column = "name" }
[event]
kind = { expression = "if type == \"R\" { \"refund\" } else { \"purchase\" }" }
occurred_at = { column = "at", format = "%d/%m/%Y %H:%M" }
amount = { expression = "whole + \".\" + cents" }
currency = { column = "currency" }
store = { column = "shop" }
source_id = { column = "receipt" }
refers_to = { column = "of" }
[event.data]
pieces = { column = "pieces", type = "integer" }
till = 4
[[event.lines]]
sku = { column = "sku" }
quantity = { column = "pieces" }
amount = { column = "whole" }
"#;
    let header = "type,phone,card,name,at,whole,cents,currency,shop,receipt,of,pieces,sku\n";
    let content = format!(
        "{header}P,138 0013 8000,C1,Wang,03/05/2026 09:30,12,5,JPY0,s1,r1,,2,ring\nX,,,,,,,,,,,,\nR,,C1,,03/05/2026 09:30,12,5,,s1,r2,r1,,\nP,138****8000,,,03/05/2026 09:30,1,0,,,r3,,,\n"
    );
    let rows = read_all(&content, &map(text)).unwrap();
    assert_eq!(
        rows[0].1.as_ref().unwrap_err(),
        "event.currency: `JPY0` is not an ISO 4217 currency code such as CNY"
    );
    let rows = read_all(content.replace("JPY0", "CNY"), &map(text)).unwrap();
    let first = rows[0].1.clone().unwrap().unwrap();
    let values: Vec<_> = first.identities.iter().map(|identity| identity.value.as_str()).collect();
    assert_eq!(values, ["C1", "+8613800138000"]);
    assert_eq!(first.profile.unwrap().name.as_deref(), Some("Wang"));
    let event = first.event.unwrap();
    assert_eq!((&*event.kind, event.amount), ("purchase", Some(1_250)));
    assert_eq!(event.at, instant("2026-05-03T09:30:00Z"));
    assert_eq!(event.currency.unwrap().code(), "CNY");
    assert_eq!(event.store.as_deref(), Some("s1"));
    assert_eq!(event.data, [serde_json::json!(2), serde_json::json!(4)]);
    let line = &event.lines[0];
    assert_eq!((line.sku.as_str(), line.quantity_milli, line.amount), ("ring", 2_000, 1_200));
    assert!(rows[1].1.as_ref().unwrap().is_none());
    let refund = rows[2].1.clone().unwrap().unwrap().event.unwrap();
    assert_eq!((&*refund.kind, refund.refers_to.as_deref()), ("refund", Some("r1")));
    assert!(rows[3].1.as_ref().unwrap_err().starts_with("identity.phone: the phone is masked"));
}

#[test]
fn times_by_format_by_hours_and_plain() {
    let zone = find_zone("America/New_York").unwrap();
    let read = |clock: Clock, text: &str| clock.read(text, &zone).map(|at| at.to_string());
    let format = |format: &str| Clock::Format(format.to_owned());
    assert_eq!(read(format("%Y%m%d"), "19970101").unwrap(), "1997-01-01T05:00:00Z");
    assert_eq!(
        read(format("%Y%m%d %H:%M %z"), "19970101 01:00 +0800").unwrap(),
        "1996-12-31T17:00:00Z"
    );
    assert!(read(format("%Y%m%d"), "19970231").is_err());
    let from = || Clock::HoursFrom(instant("2026-01-01T00:00:00Z"));
    assert_eq!(read(from(), "714").unwrap(), "2026-01-30T18:00:00Z");
    assert_eq!(read(from(), "1.5").unwrap(), "2026-01-01T01:30:00Z");
    for wrong in ["-1", "", "1e3", "99999999999999999999999999"] {
        assert!(read(from(), wrong).is_err(), "{wrong}");
    }
    assert_eq!(read(Clock::Plain, "2026-07-01").unwrap(), "2026-07-01T04:00:00Z");
    assert_eq!(read(Clock::Plain, "2026-07-01T10:00:00+08:00").unwrap(), "2026-07-01T02:00:00Z");
}

#[test]
fn the_newest_comes_to_today_and_never_after_now() {
    let zone = find_zone("America/New_York").unwrap();
    let as_of = instant("2026-05-03T12:00:00Z");
    let shift = Shift::to(instant("1998-06-30T04:00:00Z"), as_of, zone.clone());
    assert_eq!(shift.apply(instant("1998-06-30T04:00:00Z")), instant("2026-05-03T04:00:00Z"));
    // Midnight stays midnight where the clocks change.
    assert_eq!(
        shift.apply(instant("1998-01-01T05:00:00Z")).local(&zone).0.time(),
        jiff::civil::Time::midnight()
    );
    let evening = instant("1998-06-30T23:00:00Z");
    assert_eq!(Shift::to(evening, as_of, zone).apply(evening), instant("2026-05-02T23:00:00Z"));
}

#[test]
fn equal_rows_have_equal_hashes_and_others_do_not() {
    let rows = staged(
        "customer,date,amount\n1,2026-05-03,1\n1,2026-05-03,1.00\n1,2026-05-03,2\n2,2026-05-03,1\n",
        &delimited(),
    );
    assert_eq!(rows[0].hash, rows[1].hash);
    assert_ne!(rows[0].hash, rows[2].hash);
    assert_ne!(rows[0].hash, rows[3].hash);
}
