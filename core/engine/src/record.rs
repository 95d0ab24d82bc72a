//! A customer's row as the engine works with it: what people edit, and what the log has come to.

use crate::{Problem, problem::Code, view::*};
use regulars_model::{
    Currency, CustomerId, Event, Instant, Lifecycle, Profile, StaffId, UnitId, Units, Value,
    customer::CustomFields, event::kind, manifest::Field,
};
use regulars_rules::{
    Rulebook, State,
    play::{Home, Person},
};
use regulars_store::{CustomerRow, IdentityRow, IdentityState};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// What people edit: kept as JSON in the customer's row, covered by the profile version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    pub profile: Profile,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: CustomFields,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
}

#[derive(Clone, Debug)]
pub struct Loaded {
    pub id: CustomerId,
    pub version: i64,
    pub profile_version: i64,
    pub epoch: i64,
    pub created_at: Instant,
    pub home_unit_id: Option<UnitId>,
    pub assigned_to: Option<StaffId>,
    pub record: Record,
    pub state: State,
    pub merged_into: Option<CustomerId>,
}

impl Loaded {
    pub fn new(id: CustomerId, created_at: Instant) -> Loaded {
        Loaded {
            id,
            version: 0,
            profile_version: 0,
            epoch: 0,
            created_at,
            home_unit_id: None,
            assigned_to: None,
            record: Record::default(),
            state: State::default(),
            merged_into: None,
        }
    }

    pub fn read(row: &CustomerRow) -> Result<Loaded, Problem> {
        let corrupt = |error: serde_json::Error| {
            Problem::new(Code::Internal, format!("customer {} cannot be read: {error}", row.id))
        };
        Ok(Loaded {
            id: row.id,
            version: row.version,
            profile_version: row.profile_version,
            epoch: row.epoch,
            created_at: row.created_at,
            home_unit_id: row.home_unit_id,
            assigned_to: row.assigned_to,
            record: serde_json::from_str(&row.record).map_err(corrupt)?,
            state: serde_json::from_str(&row.state).map_err(corrupt)?,
            merged_into: row.merged_into,
        })
    }

    /// The row with the next version, which guards its update.
    pub fn row(&self) -> CustomerRow {
        CustomerRow {
            id: self.id,
            version: self.version + 1,
            profile_version: self.profile_version,
            epoch: self.epoch,
            due_at: self.state.due_at(),
            decided_through: self.state.through.as_ref().map_or(Instant::BEGINNING, |key| key.at),
            created_at: self.created_at,
            home_unit_id: self.home_unit_id,
            assigned_to: self.assigned_to,
            record: to_json(&self.record),
            state: to_json(&self.state),
            merged_into: self.merged_into,
        }
    }

    /// `events` tell when the home store changed; of a tail, those that lie before it are not missed.
    pub fn person<'e>(&self, units: &Units, events: impl IntoIterator<Item = &'e Event>) -> Person {
        let changes = events.into_iter().filter_map(|event| {
            let before = home_before(event)?;
            let unit = before.as_str().and_then(|code| units.find_by_code(code));
            Some((event.key(), home(units, unit.map(|unit| unit.id))))
        });
        let mut homes_before: Vec<_> = changes.collect();
        homes_before.sort_by(|left, right| left.0.cmp(&right.0));
        Person {
            id: self.id,
            home: home(units, self.home_unit_id),
            homes_before,
            assigned: self.assigned_to.is_some(),
            lifecycle: self.record.lifecycle,
        }
    }

    pub fn lifecycle(&self) -> Lifecycle {
        self.record.lifecycle.unwrap_or_else(|| self.state.lifecycle())
    }

    /// Scalar fields by `namespace.field`, as text: what lists and counts go by.
    pub fn index(&self) -> BTreeMap<String, String> {
        let mut index =
            BTreeMap::from([("lifecycle".to_owned(), self.lifecycle().name().to_owned())]);
        for (plugin, fields) in &self.state.fields {
            for (field, value) in fields {
                let text = match value {
                    Value::Text(text) => text.to_string(),
                    Value::Int(int) => int.to_string(),
                    Value::Bool(bool) => bool.to_string(),
                    _ => continue,
                };
                index.insert(format!("{plugin}.{field}"), text);
            }
        }
        for (namespace, fields) in &self.record.fields {
            for (field, json) in fields {
                let text = match json {
                    Json::String(text) => text.clone(),
                    Json::Number(number) => number.to_string(),
                    Json::Bool(bool) => bool.to_string(),
                    _ => continue,
                };
                index.insert(format!("{namespace}.{field}"), text);
            }
        }
        index
    }

    pub fn view(
        &self,
        units: &Units,
        rulebook: &Rulebook,
        identities: &[IdentityRow],
    ) -> CustomerView {
        let home = units.or_organisation(self.home_unit_id).currency;
        let mut tags = self.record.tags.clone();
        tags.extend(self.state.tags.keys().map(ToString::to_string));
        CustomerView {
            id: self.id,
            profile_version: self.profile_version,
            created_at: self.created_at,
            home_store: self.home_unit_id.and_then(|id| Some(units.find(id)?.code.clone())),
            assigned_to: self.assigned_to,
            lifecycle: self.lifecycle(),
            identities: identities.iter().map(identity_view).collect(),
            profile: self.record.profile.clone(),
            fields: self.all_fields(rulebook, home),
            tags: tags.into_iter().collect(),
            consents: self.consents(),
            merged_into: self.merged_into,
        }
    }

    fn all_fields(
        &self,
        rulebook: &Rulebook,
        home: Currency,
    ) -> BTreeMap<String, serde_json::Map<String, Json>> {
        let mut all = self.record.fields.clone();
        for (plugin, fields) in &self.state.fields {
            let rules = rulebook.rules_now(self.home_unit_id);
            let rule = rules.iter().find(|rule| rule.id() == plugin);
            let own = all.entry(plugin.clone()).or_default();
            for (field, value) in fields {
                let declared = rule.and_then(|rule| rule.manifest.fields.get(&**field));
                own.insert(field.to_string(), write_field(declared, value, home));
            }
        }
        all
    }

    pub fn consents(&self) -> Vec<ConsentView> {
        let channels = self.state.consents.iter();
        channels
            .flat_map(|(channel, purposes)| {
                purposes.iter().map(move |(purpose, consent)| ConsentView {
                    channel: channel.clone(),
                    purpose: purpose.clone(),
                    state: consent.state.clone(),
                    since: consent.since,
                })
            })
            .collect()
    }
}

fn home(units: &Units, unit_id: Option<UnitId>) -> Home {
    let unit = units.or_organisation(unit_id);
    Home {
        unit_id,
        currency: unit.currency,
        zone: units.zone(unit_id).clone(),
        cutoff_hour: unit.cutoff_hour,
    }
}

/// What an edit that changes the home store keeps of it: codes of the units, null for none.
pub fn home_change(units: &Units, from: Option<UnitId>, to: Option<UnitId>) -> Json {
    let code = |id: Option<UnitId>| id.and_then(|id| Some(units.find(id)?.code.clone()));
    json!({ "from": code(from), "to": code(to) })
}

/// After which the rules of another store may be in force: the whole log is read again.
pub fn changes_home(event: &Event) -> bool {
    home_before(event).is_some()
}

fn home_before(event: &Event) -> Option<&Json> {
    (*event.kind == *kind::EDIT).then(|| event.body.data.get("home")?.get("from"))?
}

pub fn identity_view(row: &IdentityRow) -> IdentityView {
    IdentityView {
        kind: row.kind,
        value: row.value.clone(),
        retired: row.state == IdentityState::Retired,
    }
}

/// As it is shown; as it is, where nobody says any more what it is.
pub fn write_field(declared: Option<&Field>, value: &Value, home: Currency) -> Json {
    match declared {
        Some(declared) => declared.shape.write(value, home),
        None => serde_json::to_value(value).unwrap_or_default(),
    }
}

/// JSON of our own types, which always have one.
pub fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value)
        .unwrap_or_else(|error| unreachable!("a type without JSON: {error}"))
}
