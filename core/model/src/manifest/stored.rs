//! A manifest out of the database, of a plugin that can not run here: as much of it as can be read.

use super::{Manifest, Runtime};
use crate::text::Bilingual;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use toml::{Table, Value};

impl Manifest {
    /// For a plugin whose files are gone, or are of another version of the contract: which events it
    /// was asked about, what it owns, and its sentences. Nothing is checked, since nothing of it runs,
    /// and what can not be understood is left out.
    pub fn of_stored(id: &str, version: &str, text: &str) -> Manifest {
        let table: Table = text.parse().unwrap_or_default();
        let whole: Option<Manifest> = table.clone().try_into().ok();
        let manifest = whole.unwrap_or_else(|| pieces(id, version, &table));
        Manifest { id: id.to_owned(), version: version.to_owned(), ..manifest }
    }
}

fn pieces(id: &str, version: &str, table: &Table) -> Manifest {
    let within = |name: &str| table.get(name).and_then(Value::as_table).cloned();
    let (on, reads) = (within("on").unwrap_or_default(), within("reads").unwrap_or_default());
    let grants = within("grants").unwrap_or_default();
    let mut manifest = Manifest {
        id: id.to_owned(),
        version: version.to_owned(),
        abi: piece(table, "abi").unwrap_or_default(),
        runtime: piece(table, "runtime").unwrap_or(Runtime::Rhai),
        entry: piece(table, "entry").unwrap_or_default(),
        title: piece(table, "title")
            .unwrap_or_else(|| Bilingual { en: id.to_owned(), zh_cn: id.to_owned() }),
        on: super::Subscriptions::default(),
        reads: super::Reads::default(),
        inputs: entries(table, "inputs"),
        settings: entries(table, "settings"),
        tables: entries(table, "tables"),
        fields: entries(table, "fields"),
        grants: super::Grants::default(),
        messages: entries(table, "messages"),
        vouchers: entries(table, "vouchers"),
        custom: entries(table, "custom"),
        events: entries(table, "events"),
        texts: entries(table, "texts"),
    };
    manifest.on.events = piece(&on, "events").unwrap_or_default();
    manifest.on.priority = piece(&on, "priority").unwrap_or_default();
    manifest.reads.customer = piece(&reads, "customer").unwrap_or_default();
    manifest.reads.event = piece(&reads, "event").unwrap_or_default();
    manifest.grants.tasks = piece(&grants, "tasks").unwrap_or_default();
    manifest.grants.tags = piece(&grants, "tags").unwrap_or_default();
    manifest.grants.lifecycle = piece(&grants, "lifecycle").unwrap_or_default();
    manifest.grants.points = piece(&grants, "points").unwrap_or_default();
    manifest
}

fn piece<T: DeserializeOwned>(table: &Table, name: &str) -> Option<T> {
    table.get(name)?.clone().try_into().ok()
}

/// Those of a section that can be read.
fn entries<T: DeserializeOwned>(table: &Table, name: &str) -> BTreeMap<String, T> {
    let section = table.get(name).and_then(Value::as_table).into_iter().flatten();
    section
        .filter_map(|(name, value)| Some((name.clone(), value.clone().try_into().ok()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_another_contract_what_is_known_is_read() {
        let text = r#"
            id = "bakery"
            version = "3.1.0"
            abi = "regulars:plugin@7.0.0"
            runtime = "python"
            title = { en = "Bakery", zh-CN = "面包店" }
            on = { events = ["purchase"], mood = "sweet" }
            [inputs.loaves]
            count = "event"
            events = ["purchase"]
            [inputs.odd]
            median = "amount"
            [fields.regular]
            type = "boolean"
            label = { en = "Regular", zh-CN = "常客" }
            [fields.aroma]
            type = "smell"
            [hooks]
            dream = true
        "#;
        let manifest = Manifest::of_stored("bakery", "3.1.0", text);
        assert_eq!(manifest.on.events, ["purchase"]);
        assert_eq!(manifest.title.zh_cn, "面包店");
        assert_eq!(manifest.inputs.keys().collect::<Vec<_>>(), ["loaves"]);
        assert_eq!(manifest.fields.keys().collect::<Vec<_>>(), ["regular"]);
        assert!(Manifest::parse(text).is_err());
    }

    #[test]
    fn what_is_no_manifest_at_all_is_one_that_is_asked_nothing() {
        for text in ["", "id = ", "\u{0}", "on = 3"] {
            let manifest = Manifest::of_stored("bakery", "1.0.0", text);
            assert_eq!((&*manifest.id, &*manifest.version), ("bakery", "1.0.0"), "{text:?}");
            assert!(manifest.on.events.is_empty());
        }
    }
}
