//! Units, plugins, settings and schemas. Every change moves the revision; one that may change what
//! rules answer moves the epoch too, in the same transaction.

use crate::audit::enter;
use crate::batch::args;
use crate::db::Tx;
use crate::packages::{PACKAGE_COLUMNS, read_package};
use crate::read::{Columns, Reader};
use crate::{
    AuditRow, ConfigurationRows, ConfigurationStamp, FieldSchemaRow, PluginRow, SettingsRow, Store,
    StoreError,
};
use regulars_model::{Instant, StaffId, Unit, UnitId, UnitKind, unit::Assignment};

const UNIT_COLUMNS: &str = "id, code, name, kind, parent_id, time_zone, currency, cutoff_hour, \
    assignment";
const PLUGIN_COLUMNS: &str = "id, version, hash, manifest, enabled, units, in_force_from, epoch";
const SETTINGS_COLUMNS: &str =
    "plugin_id, version, settings, in_force_from, created_at, created_by, epoch";
const SCHEMA_COLUMNS: &str = "entity, namespace, version, schema, created_at";

impl Store {
    pub async fn load_configuration(&self) -> Result<ConfigurationRows, StoreError> {
        // The stamp comes first: what is read after it may be newer, and is then read again.
        let stamp = self.current_stamp().await?;
        let units = format!("SELECT {UNIT_COLUMNS} FROM unit ORDER BY code");
        let plugins = format!("SELECT {PLUGIN_COLUMNS} FROM plugin ORDER BY id");
        let settings =
            format!("SELECT {SETTINGS_COLUMNS} FROM plugin_settings ORDER BY plugin_id, version");
        let schemas = format!(
            "SELECT {SCHEMA_COLUMNS} FROM field_schema ORDER BY entity, namespace, version"
        );
        let packages = format!(
            "SELECT {PACKAGE_COLUMNS} FROM plugin_package ORDER BY plugin_id, installed_at, version"
        );
        Ok(ConfigurationRows {
            units: self.db.fetch(units, args![], read_unit).await?,
            plugins: self.db.fetch(plugins, args![], read_plugin).await?,
            settings: self.db.fetch(settings, args![], read_settings).await?,
            schemas: self.db.fetch(schemas, args![], read_schema).await?,
            // After the settings: each of those finds what it names.
            packages: self.db.fetch(packages, args![], read_package).await?,
            stamp,
        })
    }

    pub async fn current_stamp(&self) -> Result<ConfigurationStamp, StoreError> {
        let rows = self.db.fetch("SELECT key, value FROM meta", args![], read_meta).await?;
        Ok(stamp_of(rows))
    }

    pub async fn current_epoch(&self) -> Result<i64, StoreError> {
        Ok(self.current_stamp().await?.epoch)
    }

    /// Added or overwritten. A new unit changes no rule; a moved one, or one whose clock or
    /// currency changes, does.
    pub async fn put_unit(
        &self,
        unit: &Unit,
        audit: Option<&AuditRow>,
    ) -> Result<ConfigurationStamp, StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = format!("SELECT {UNIT_COLUMNS} FROM unit WHERE id = $1");
        let before = tx.connection().fetch(sql, args![unit.id], read_unit).await?.pop();
        let rules = before.as_ref().is_some_and(|before| {
            before.parent_id != unit.parent_id
                || before.time_zone != unit.time_zone
                || before.currency != unit.currency
                || before.cutoff_hour != unit.cutoff_hour
        });
        if before.as_ref() != Some(unit) {
            write_unit(&mut tx, unit).await?;
            bump(&mut tx, rules).await?;
            enter(&mut tx, audit).await?;
        }
        finish(tx).await
    }

    /// Added or overwritten; the row's own `epoch` is given by the store.
    pub async fn put_plugin(&self, plugin: &PluginRow) -> Result<ConfigurationStamp, StoreError> {
        let mut tx = self.db.begin().await?;
        let epoch = bump(&mut tx, true).await?.epoch;
        write_plugin(&mut tx, plugin, epoch).await?;
        finish(tx).await
    }

    /// The next version; `version` and `epoch` of what is given are ignored, and given back.
    pub async fn add_settings_version(
        &self,
        settings: &SettingsRow,
        audit: Option<&AuditRow>,
    ) -> Result<SettingsRow, StoreError> {
        let mut tx = self.db.begin().await?;
        let epoch = bump(&mut tx, true).await?.epoch;
        let row = write_settings(&mut tx, settings, epoch).await?;
        enter(&mut tx, audit).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// The next version; `version` of what is given is ignored, and given back.
    pub async fn put_schema(
        &self,
        schema: &FieldSchemaRow,
        audit: Option<&AuditRow>,
    ) -> Result<FieldSchemaRow, StoreError> {
        let mut tx = self.db.begin().await?;
        bump(&mut tx, false).await?;
        let sql = "SELECT coalesce(max(version), 0) + 1 FROM field_schema
            WHERE entity = $1 AND namespace = $2";
        let args = args![&schema.entity, &schema.namespace];
        let row =
            FieldSchemaRow { version: next_version(&mut tx, sql, args).await?, ..schema.clone() };
        let sql =
            format!("INSERT INTO field_schema ({SCHEMA_COLUMNS}) VALUES ($1, $2, $3, $4, $5)");
        let args = args![&row.entity, &row.namespace, row.version, &row.schema, row.created_at];
        tx.connection().execute(sql, args).await?;
        enter(&mut tx, audit).await?;
        tx.commit().await?;
        Ok(row)
    }
}

async fn write_unit(tx: &mut Tx, unit: &Unit) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO unit ({UNIT_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (id) DO UPDATE SET code = excluded.code, name = excluded.name,
            kind = excluded.kind, parent_id = excluded.parent_id, time_zone = excluded.time_zone,
            currency = excluded.currency, cutoff_hour = excluded.cutoff_hour,
            assignment = excluded.assignment"
    );
    let args = args![
        unit.id,
        &unit.code,
        &unit.name,
        kind_name(unit.kind),
        unit.parent_id,
        &unit.time_zone,
        unit.currency.code(),
        u32::from(unit.cutoff_hour),
        assignment_name(unit.assignment)
    ];
    tx.connection().execute(sql, args).await?;
    Ok(())
}

pub(crate) async fn write_plugin(
    tx: &mut Tx,
    plugin: &PluginRow,
    epoch: i64,
) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO plugin ({PLUGIN_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, hash = excluded.hash,
            manifest = excluded.manifest, enabled = excluded.enabled, units = excluded.units,
            in_force_from = excluded.in_force_from, epoch = excluded.epoch"
    );
    let args = args![
        &plugin.id,
        &plugin.version,
        &plugin.hash,
        &plugin.manifest,
        plugin.enabled,
        serde_json::json!(plugin.units).to_string(),
        plugin.in_force_from,
        epoch
    ];
    tx.connection().execute(sql, args).await?;
    Ok(())
}

/// As the next version.
pub(crate) async fn write_settings(
    tx: &mut Tx,
    settings: &SettingsRow,
    epoch: i64,
) -> Result<SettingsRow, StoreError> {
    let sql = "SELECT coalesce(max(version), 0) + 1 FROM plugin_settings WHERE plugin_id = $1";
    let version = next_version(tx, sql, args![&settings.plugin_id]).await?;
    let row = SettingsRow { version, epoch, ..settings.clone() };
    let sql = format!(
        "INSERT INTO plugin_settings ({SETTINGS_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    let args = args![
        &row.plugin_id,
        row.version,
        &row.settings,
        row.in_force_from,
        row.created_at,
        row.created_by,
        row.epoch
    ];
    tx.connection().execute(sql, args).await?;
    Ok(row)
}

/// Takes the lock on `meta` as well, so that versions are counted one after the other.
pub(crate) async fn bump(tx: &mut Tx, rules: bool) -> Result<ConfigurationStamp, StoreError> {
    let sql = match rules {
        true => "UPDATE meta SET value = value + 1 RETURNING key, value",
        false => {
            "UPDATE meta SET value = value + CASE key WHEN 'revision' THEN 1 ELSE 0 END
            RETURNING key, value"
        }
    };
    Ok(stamp_of(tx.connection().fetch(sql, args![], read_meta).await?))
}

async fn next_version(
    tx: &mut Tx,
    sql: &str,
    args: Vec<crate::batch::Arg>,
) -> Result<i64, StoreError> {
    let rows = tx.connection().fetch(sql, args, |row| Reader::new(row, "version").int()).await?;
    Ok(rows.first().copied().unwrap_or(1))
}

async fn finish(mut tx: Tx) -> Result<ConfigurationStamp, StoreError> {
    let sql = "SELECT key, value FROM meta";
    let stamp = stamp_of(tx.connection().fetch(sql, args![], read_meta).await?);
    tx.commit().await?;
    Ok(stamp)
}

fn stamp_of(rows: Vec<(String, i64)>) -> ConfigurationStamp {
    let mut stamp = ConfigurationStamp::default();
    for (key, value) in rows {
        match key.as_str() {
            "epoch" => stamp.epoch = value,
            _ => stamp.revision = value,
        }
    }
    stamp
}

fn read_meta(row: &dyn Columns) -> Result<(String, i64), StoreError> {
    let mut row = Reader::new(row, "meta");
    Ok((row.string()?, row.int()?))
}

const UNIT_KINDS: [(&str, UnitKind); 5] = [
    ("organisation", UnitKind::Organisation),
    ("brand", UnitKind::Brand),
    ("region", UnitKind::Region),
    ("franchisee", UnitKind::Franchisee),
    ("store", UnitKind::Store),
];

const ASSIGNMENTS: [(&str, Assignment); 2] =
    [("by-hand", Assignment::ByHand), ("by-load", Assignment::ByLoad)];

fn kind_name(kind: UnitKind) -> &'static str {
    UNIT_KINDS[kind as usize].0
}

fn assignment_name(assignment: Assignment) -> &'static str {
    ASSIGNMENTS[assignment as usize].0
}

fn read_unit(row: &dyn Columns) -> Result<Unit, StoreError> {
    let mut row = Reader::new(row, "unit");
    Ok(Unit {
        id: UnitId(row.uuid()?),
        code: row.string()?,
        name: row.string()?,
        kind: row.word(|name| {
            UNIT_KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
        })?,
        parent_id: row.opt_uuid()?.map(UnitId),
        time_zone: row.string()?,
        currency: row.word(|code| code.parse().ok())?,
        cutoff_hour: row.narrow()?,
        assignment: row.word(|name| {
            ASSIGNMENTS.iter().find(|(known, _)| *known == name).map(|(_, own)| *own)
        })?,
    })
}

fn read_plugin(row: &dyn Columns) -> Result<PluginRow, StoreError> {
    let mut row = Reader::new(row, "plugin");
    Ok(PluginRow {
        id: row.string()?,
        version: row.string()?,
        hash: row.hash()?,
        manifest: row.string()?,
        enabled: row.bool()?,
        units: row.json()?,
        in_force_from: row.instant()?,
        epoch: row.int()?,
    })
}

fn read_settings(row: &dyn Columns) -> Result<SettingsRow, StoreError> {
    let mut row = Reader::new(row, "plugin_settings");
    Ok(SettingsRow {
        plugin_id: row.string()?,
        version: row.int()?,
        settings: row.string()?,
        in_force_from: row.instant()?,
        created_at: row.instant()?,
        created_by: row.opt_uuid()?.map(StaffId),
        epoch: row.int()?,
    })
}

fn read_schema(row: &dyn Columns) -> Result<FieldSchemaRow, StoreError> {
    let mut row = Reader::new(row, "field_schema");
    Ok(FieldSchemaRow {
        entity: row.string()?,
        namespace: row.string()?,
        version: row.int()?,
        schema: row.string()?,
        created_at: Instant(row.int()?),
    })
}
