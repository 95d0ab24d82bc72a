//! Places of the chain.

use regulars_model::unit::UnitKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitDraft {
    pub name: String,
    pub kind: UnitKind,
    /// Code of the unit above; the organisation itself has none.
    #[serde(default)]
    pub parent: Option<String>,
    /// IANA name; inherited when absent.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// ISO 4217; inherited when absent.
    #[serde(default)]
    pub currency: Option<String>,
    /// Hours after midnight that still belong to the day before; inherited when absent.
    #[serde(default)]
    pub cutoff_hour: Option<u8>,
    /// Who looks after a new customer; inherited when absent.
    #[serde(default)]
    pub assignment: Option<regulars_model::unit::Assignment>,
}
