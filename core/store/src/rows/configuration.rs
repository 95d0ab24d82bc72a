//! Units, plugins, settings, schemas, keys: what head office decides.

use regulars_model::canonical::Hash;
use regulars_model::{Instant, KeyId, StaffId, Unit, UnitId};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigurationRows {
    pub units: Vec<Unit>,
    pub plugins: Vec<PluginRow>,
    /// Every version, by plugin and version.
    pub settings: Vec<SettingsRow>,
    /// Every version, by entity, namespace and version.
    pub schemas: Vec<FieldSchemaRow>,
    /// Every packed plugin there has been, by id and time of installation.
    pub packages: Vec<PackageRow>,
    pub stamp: ConfigurationStamp,
}

/// How new a configuration is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConfigurationStamp {
    /// Grows when rules may answer otherwise: a customer decided under an older one is due.
    pub epoch: i64,
    /// Grows with every change: a process holding an older one reloads before it decides.
    pub revision: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginRow {
    pub id: String,
    pub version: String,
    /// Of the component or script.
    pub hash: Hash,
    /// The manifest, as TOML.
    pub manifest: String,
    pub enabled: bool,
    /// Parts of the organisation it is switched on for; empty means the whole.
    pub units: Vec<UnitId>,
    pub in_force_from: Instant,
    /// Epoch of its last change; given by the store.
    pub epoch: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsRow {
    pub plugin_id: String,
    /// From 1; given by the store.
    pub version: i64,
    /// JSON.
    pub settings: String,
    pub in_force_from: Instant,
    pub created_at: Instant,
    pub created_by: Option<StaffId>,
    /// Given by the store.
    pub epoch: i64,
}

/// A packed plugin, without its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageRow {
    pub plugin_id: String,
    /// Of the component or script.
    pub hash: Hash,
    pub version: String,
    pub file_hash: Hash,
    /// What whoever signed it is called, and the key; none of an unsigned one.
    pub publisher: Option<String>,
    pub publisher_key: Option<String>,
    pub installed_at: Instant,
    pub installed_by: Option<StaffId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSchemaRow {
    /// `customer`, or `event` for a kind of event.
    pub entity: String,
    pub namespace: String,
    /// From 1; given by the store.
    pub version: i64,
    /// The JSON Schema.
    pub schema: String,
    pub created_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    pub id: KeyId,
    pub name: String,
    pub role: String,
    /// SHA-256 of the key; the key itself is shown once and never stored.
    pub key_hash: Hash,
    pub created_at: Instant,
    pub revoked_at: Option<Instant>,
    /// Codes of the parts of the organisation it may act for; empty for the whole.
    pub units: Vec<String>,
    /// Names of the actions it is narrowed to; None for all of its role.
    pub actions: Option<Vec<String>>,
    pub expires_at: Option<Instant>,
}
