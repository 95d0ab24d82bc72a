//! A plugin that declares one of each, and rows for it.

use regulars_model::{Call, Cause, Instant, Manifest, Row, Value};

pub const MANIFEST: &str = r#"
id = "sample"
version = "1.0.0"
abi = "regulars:plugin@1.0.0-rc.1"
runtime = "rhai"
entry = "sample.rhai"
title = { en = "Sample", zh-CN = "样例" }
on = { events = ["purchase"] }
reads = { customer = ["consent.marketing", "sample.band", "other.level"], event = ["data.colour"] }

[inputs.visits]
count = "event"
events = ["purchase"]

[inputs.categories]
set = "line.category"
events = ["purchase"]

[settings.high_from]
type = "integer"
default = 3
label = { en = "High from", zh-CN = "高" }

[settings.steps]
type = "list"
items = { type = "record", fields = { kind = { type = "choice", values = ["message", "task"] } } }
default = [{ kind = "message" }, { kind = "task" }]
label = { en = "Steps", zh-CN = "步骤" }

[fields.band]
type = "choice"
values = ["high", "low"]
label = { en = "Band", zh-CN = "档" }

[fields.seen]
type = "instant"
label = { en = "Seen", zh-CN = "见于" }

[grants]
tasks = ["call-back"]
tags = ["vip"]
lifecycle = ["customer"]
points = ["stars"]

[messages.offer]
purpose = "marketing"
channels = ["sms"]
variables = { visits = { type = "integer" } }
label = { en = "Offer", zh-CN = "优惠" }

[vouchers.free-cup]
variables = { visits = { type = "integer" } }
label = { en = "Free cup", zh-CN = "赠饮" }

[custom.reserve-table]
label = { en = "Reserve a table", zh-CN = "预留座位" }

[events.card-full]
amount = true
data = { cups = { type = "integer" } }
label = { en = "Card full", zh-CN = "集满" }

[events.seen]
label = { en = "Seen", zh-CN = "见过" }

[texts.by_visits]
en = "{visits} visits, at least {settings.high_from}"
zh-CN = "{visits} 次, 至少 {settings.high_from}"
args = ["visits", "settings.high_from"]

[texts.plain]
en = "Because."
zh-CN = "因为。"
"#;

pub fn row(visits: i64) -> Row {
    Row {
        cause: Cause::Event("purchase".into()),
        now: Instant(1_000_000),
        offset_seconds: 28_800,
        settings: 0,
        inputs: vec![Value::List(vec!["bed".into(), "sofa".into()]), Value::Int(visits)],
        customer: vec![Value::Bool(true), Value::Null, "low".into()],
        event: vec!["red".into()],
    }
}

pub fn call(rows: Vec<Row>) -> Call {
    let manifest = Manifest::parse(MANIFEST).unwrap();
    let settings = manifest.read_settings(&Default::default(), "CNY".parse().unwrap()).unwrap();
    Call { settings: vec![settings], rows }
}
