//! Units, plugins, settings, schemas, keys, and the stamp that says how new they are.

use crate::rows::*;
use regulars_model::{Instant, KeyId, StaffId, Unit, UnitId, UnitKind, unit::Assignment};
use regulars_store::*;

fn unit(number: u128, parent: Option<u128>) -> Unit {
    Unit {
        id: UnitId(id(number)),
        code: format!("store-{number}"),
        name: "南京路店".into(),
        kind: if parent.is_some() { UnitKind::Store } else { UnitKind::Organisation },
        parent_id: parent.map(|parent| UnitId(id(parent))),
        time_zone: "Asia/Shanghai".into(),
        currency: "CNY".parse().expect("a currency"),
        cutoff_hour: 4,
        assignment: Assignment::ByHand,
    }
}

fn stamp(epoch: i64, revision: i64) -> ConfigurationStamp {
    ConfigurationStamp { epoch, revision }
}

on_both! {
    async fn units_move_the_epoch_only_when_rules_may_answer_otherwise(db: &Database) {
        let store = &db.store;
        assert_eq!(store.put_unit(&unit(1, None), None).await.unwrap(), stamp(0, 1));
        assert_eq!(store.put_unit(&unit(2, Some(1)), None).await.unwrap(), stamp(0, 2));
        assert_eq!(store.put_unit(&unit(2, Some(1)), None).await.unwrap(), stamp(0, 2));
        let renamed = Unit { name: "New name".into(), ..unit(2, Some(1)) };
        assert_eq!(store.put_unit(&renamed, None).await.unwrap(), stamp(0, 3));
        let later = Unit { cutoff_hour: 5, ..renamed };
        assert_eq!(store.put_unit(&later, None).await.unwrap(), stamp(1, 4));
        let by_load = Unit { assignment: Assignment::ByLoad, ..later };
        assert_eq!(store.put_unit(&by_load, None).await.unwrap(), stamp(1, 5));
        assert_eq!(store.load_configuration().await.unwrap().units, [unit(1, None), by_load]);
    }

    async fn every_kind_of_unit_reads_back(db: &Database) {
        use UnitKind::*;
        let kinds = [Organisation, Brand, Region, Franchisee, Store];
        let mut units = Vec::new();
        for (number, kind) in (1..).zip(kinds) {
            let unit = Unit { kind, ..unit(number, None) };
            db.store.put_unit(&unit, None).await.unwrap();
            units.push(unit);
        }
        assert_eq!(db.store.load_configuration().await.unwrap().units, units);
    }

    async fn plugins_settings_and_schemas_keep_what_decisions_refer_to(db: &Database) {
        let store = &db.store;
        let plugin = PluginRow {
            id: "jewellery-tiers".into(),
            version: "1.0.0".into(),
            hash: hash("component"),
            manifest: "id = \"jewellery-tiers\"".into(),
            enabled: true,
            units: vec![UnitId(id(1)), UnitId(id(2))],
            in_force_from: Instant::BEGINNING,
            epoch: 0,
        };
        assert_eq!(store.put_plugin(&plugin).await.unwrap(), stamp(1, 1));
        let newer = PluginRow { version: "1.1.0".into(), enabled: false, units: vec![], ..plugin };
        assert_eq!(store.put_plugin(&newer).await.unwrap(), stamp(2, 2));
        let settings = SettingsRow {
            plugin_id: "jewellery-tiers".into(),
            version: 0,
            settings: r#"{"high_above":"500.00"}"#.into(),
            in_force_from: Instant(7),
            created_at: Instant(8),
            created_by: Some(StaffId(id(9))),
            epoch: 0,
        };
        let first = store.add_settings_version(&settings, None).await.unwrap();
        let second = store.add_settings_version(&settings, None).await.unwrap();
        assert_eq!(first, SettingsRow { version: 1, epoch: 3, ..settings.clone() });
        assert_eq!(second, SettingsRow { version: 2, epoch: 4, ..settings });
        let schema = FieldSchemaRow {
            entity: "customer".into(),
            namespace: "shoes".into(),
            version: 0,
            schema: r#"{"type":"object"}"#.into(),
            created_at: Instant(5),
        };
        let one = store.put_schema(&schema, None).await.unwrap();
        let other = FieldSchemaRow { entity: "event".into(), ..schema.clone() };
        let other = store.put_schema(&other, None).await.unwrap();
        let two = store.put_schema(&schema, None).await.unwrap();
        assert_eq!((one.version, two.version, other.version), (1, 2, 1));
        let all = store.load_configuration().await.unwrap();
        assert_eq!(all.plugins, [PluginRow { epoch: 2, ..newer }]);
        assert_eq!(all.settings, [first, second]);
        assert_eq!(all.schemas, [one, two, other]);
        assert_eq!(all.stamp, stamp(4, 7));
        assert_eq!(store.current_epoch().await.unwrap(), 4);
        assert_eq!(store.load_group(&[find(0)]).await.unwrap().stamp, stamp(4, 7));
        assert_eq!(store.load_group(&[find(1)]).await.unwrap().stamp, stamp(4, 7));
    }

    async fn a_package_is_put_in_force_whole_and_on_what_was_read(db: &Database) {
        let store = &db.store;
        let plugin = PluginRow {
            id: "bakery".into(),
            version: "1.0.0".into(),
            hash: hash("script"),
            manifest: "id = \"bakery\"".into(),
            enabled: true,
            units: vec![],
            in_force_from: Instant(7),
            epoch: 0,
        };
        let settings = SettingsRow {
            plugin_id: "bakery".into(),
            version: 0,
            settings: "{}".into(),
            in_force_from: Instant(7),
            created_at: Instant(7),
            created_by: None,
            epoch: 0,
        };
        let package = PackageRow {
            plugin_id: "bakery".into(),
            hash: hash("script"),
            version: "1.0.0".into(),
            file_hash: hash("file"),
            publisher: Some("acme".into()),
            publisher_key: Some("rgp_1".into()),
            installed_at: Instant(7),
            installed_by: Some(StaffId(id(9))),
        };
        let file = vec![0, 1, 255];
        let entry = audit(1);
        let put = |revision| {
            store.put_in_force(revision, &plugin, &settings, Some((&package, &file)), None, &entry)
        };
        assert_eq!(put(5).await.unwrap(), None);
        assert_eq!(store.current_stamp().await.unwrap(), stamp(0, 0));
        let first = SettingsRow { version: 1, epoch: 1, ..settings.clone() };
        assert_eq!(put(0).await.unwrap(), Some(first.clone()));
        assert!(put(1).await.is_err(), "a version has one content");
        let all = store.load_configuration().await.unwrap();
        assert_eq!((all.settings, all.packages), (vec![first], vec![package]));
        assert_eq!((all.plugins, all.stamp), (vec![PluginRow { epoch: 1, ..plugin }], stamp(1, 1)));
        let entries = store.list_audit(&AuditQuery { limit: 9, ..AuditQuery::default() }).await;
        assert_eq!(entries.unwrap().len(), 1, "with the change, and not without it");
        let found = store.find_package_file("bakery", &hash("script")).await.unwrap();
        assert_eq!(found, Some(file));
        assert_eq!(store.find_package_file("bakery", &hash("other")).await.unwrap(), None);
    }

    async fn settings_written_at_once_get_different_versions(db: &Database) {
        let settings = SettingsRow {
            plugin_id: "p".into(),
            version: 0,
            settings: "{}".into(),
            in_force_from: Instant(1),
            created_at: Instant(1),
            created_by: None,
            epoch: 0,
        };
        let writers: Vec<_> = (0..6)
            .map(|_| {
                let (store, settings) = (db.store.clone(), settings.clone());
                tokio::spawn(async move { store.add_settings_version(&settings, None).await.unwrap() })
            })
            .collect();
        let mut versions = Vec::new();
        for writer in writers {
            let row = writer.await.unwrap();
            assert_eq!(row.version, row.epoch);
            versions.push(row.version);
        }
        versions.sort();
        assert_eq!(versions, [1, 2, 3, 4, 5, 6]);
    }

    async fn keys_are_found_by_hash_and_revoked_once(db: &Database) {
        let key = KeyRow {
            id: KeyId(id(1)),
            name: "till 1".into(),
            role: "till".into(),
            key_hash: hash("secret"),
            created_at: Instant(3),
            revoked_at: None,
            units: vec!["store-2".into()],
            actions: Some(vec!["append_event".into()]),
            expires_at: Some(Instant(9)),
        };
        db.store.add_key(&key, &audit(1)).await.unwrap();
        let again = KeyRow { id: KeyId(id(2)), ..key.clone() };
        assert!(db.store.add_key(&again, &audit(2)).await.is_err());
        assert_eq!(db.store.find_key(&hash("secret")).await.unwrap().as_ref(), Some(&key));
        assert_eq!(db.store.find_key(&hash("other")).await.unwrap(), None);
        assert!(db.store.revoke_key(key.id, Instant(4), &audit(4)).await.unwrap());
        assert!(!db.store.revoke_key(key.id, Instant(5), &audit(5)).await.unwrap());
        assert!(!db.store.revoke_key(KeyId(id(9)), Instant(5), &audit(5)).await.unwrap());
        let revoked = KeyRow { revoked_at: Some(Instant(4)), ..key };
        assert_eq!(db.store.list_keys().await.unwrap(), [revoked]);
        assert_eq!(db.count("audit").await, 2, "nothing is entered of what was not done");
    }
}
