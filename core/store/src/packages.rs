//! Packed plugins, and putting a version of a plugin in force.

use crate::audit::add;
use crate::batch::args;
use crate::configuration::{bump, write_plugin, write_settings};
use crate::db::Tx;
use crate::drafts::write_draft;
use crate::read::{Columns, Reader};
use crate::{AuditRow, DraftRow, PackageRow, PluginRow, SettingsRow, Store, StoreError};
use regulars_model::StaffId;
use regulars_model::canonical::Hash;

pub(crate) const PACKAGE_COLUMNS: &str =
    "plugin_id, hash, version, file_hash, publisher, publisher_key, installed_at, installed_by";

impl Store {
    /// A plugin as it is from now on, its settings, the file where it is a new one, and the draft that
    /// it comes from: all or nothing, and nothing unless configuration and draft are still as read.
    pub async fn put_in_force(
        &self,
        revision: i64,
        plugin: &PluginRow,
        settings: &SettingsRow,
        package: Option<(&PackageRow, &[u8])>,
        draft: Option<&DraftRow>,
        audit: &AuditRow,
    ) -> Result<Option<SettingsRow>, StoreError> {
        let mut tx = self.db.begin().await?;
        let stamp = bump(&mut tx, true).await?;
        if stamp.revision != revision + 1 {
            tx.rollback().await?;
            return Ok(None);
        }
        if let Some((package, file)) = package {
            add_package(&mut tx, package, file).await?;
        }
        write_plugin(&mut tx, plugin, stamp.epoch).await?;
        let settings = write_settings(&mut tx, settings, stamp.epoch).await?;
        if let Some(draft) = draft {
            let draft = DraftRow { settings_version: Some(settings.version), ..draft.clone() };
            if !write_draft(&mut tx, &draft).await? {
                tx.rollback().await?;
                return Ok(None);
            }
        }
        add(&mut tx, audit).await?;
        tx.commit().await?;
        Ok(Some(settings))
    }

    /// A file that is at hand from now on, and not in force; false where the configuration has changed.
    pub async fn hold_package(
        &self,
        revision: i64,
        package: &PackageRow,
        file: &[u8],
        audit: &AuditRow,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        if bump(&mut tx, false).await?.revision != revision + 1 {
            tx.rollback().await?;
            return Ok(false);
        }
        add_package(&mut tx, package, file).await?;
        add(&mut tx, audit).await?;
        tx.commit().await?;
        Ok(true)
    }

    pub async fn find_package_file(
        &self,
        plugin_id: &str,
        hash: &Hash,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT file FROM plugin_package WHERE plugin_id = $1 AND hash = $2";
        let read = |row: &dyn Columns| Ok(Reader::new(row, "plugin_package").bytes()?.to_vec());
        self.db.fetch_one(sql, args![plugin_id, hash], read).await
    }
}

async fn add_package(tx: &mut Tx, row: &PackageRow, file: &[u8]) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO plugin_package ({PACKAGE_COLUMNS}, file)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    let args = args![
        &row.plugin_id,
        &row.hash,
        &row.version,
        &row.file_hash,
        row.publisher.as_deref(),
        row.publisher_key.as_deref(),
        row.installed_at,
        row.installed_by,
        file
    ];
    tx.connection().execute(sql, args).await?;
    Ok(())
}

pub(crate) fn read_package(row: &dyn Columns) -> Result<PackageRow, StoreError> {
    let mut row = Reader::new(row, "plugin_package");
    Ok(PackageRow {
        plugin_id: row.string()?,
        hash: row.hash()?,
        version: row.string()?,
        file_hash: row.hash()?,
        publisher: row.opt_string()?,
        publisher_key: row.opt_string()?,
        installed_at: row.instant()?,
        installed_by: row.opt_uuid()?.map(StaffId),
    })
}
