//! From a row to an event of a customer, by the map.

mod event;

use super::{
    ImportError,
    cell::{Cell, CellMap, Lookup},
    clock::Clock,
    map::{CustomerMap, IdentityMap, Map},
    rows::Row,
    stage::Staged,
};
use event::EventMapping;
use jiff::tz::TimeZone;
use regulars_engine::{read_identity, request::IdentityDraft};
use regulars_host::expression::Expression;
use regulars_model::{Currency, Identity, IdentityKind, Profile, canonical, time::find_zone};
use serde_json::Value as Json;
use std::sync::Arc;

/// What the organisation has where the map says nothing.
pub struct Defaults {
    pub zone: TimeZone,
    pub currency: Currency,
}

pub struct Mapping {
    condition: Option<Expression>,
    /// Kind, what its value begins with, and where it stands.
    identities: Vec<(IdentityKind, String, Cell)>,
    profile: Vec<(SetProfile, Cell)>,
    home_store: Option<Cell>,
    event: Option<EventMapping>,
    names: Names,
    zone: TimeZone,
    scratch: Vec<u8>,
}

/// What all rows have in common: staged rows do not repeat it.
#[derive(Clone)]
pub struct Names {
    pub source: Arc<str>,
    /// Of the event's data, in the order of the staged values.
    pub data: Arc<[String]>,
}

type SetProfile = fn(&mut Profile, String);

impl Mapping {
    pub fn compile(
        map: &Map,
        columns: &[String],
        defaults: &Defaults,
    ) -> Result<Mapping, ImportError> {
        compile(map, columns, defaults).map_err(|message| map.fault(message))
    }

    pub fn names(&self) -> Names {
        self.names.clone()
    }

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// None where the map's `where` leaves the row out.
    pub fn take(&mut self, row: &Row) -> Result<Option<Staged>, String> {
        if !self.is_wanted(row)? {
            return Ok(None);
        }
        let identities = self.read_identities(row)?;
        let event = match &self.event {
            Some(event) => Some(event.read(row, &self.zone)?),
            None => None,
        };
        let mut profile = Profile::default();
        for (set, cell) in &self.profile {
            if let Some(text) = cell.text(row)? {
                set(&mut profile, text.into_owned());
            }
        }
        let home_store = match &self.home_store {
            Some(cell) => cell.text(row)?.map(|text| text.into()),
            None => None,
        };
        self.scratch.clear();
        // Writing to memory can not fail, and none of these types has a key that is not text.
        let _ = serde_json::to_writer(&mut self.scratch, &(&identities, &event));
        let whole = canonical::hash_bytes(&[&self.scratch]);
        let mut hash = [0; 16];
        hash.copy_from_slice(&whole[..16]);
        let profile = (profile != Profile::default()).then(|| Box::new(profile));
        Ok(Some(Staged { line: row.line, identities, hash, event, profile, home_store }))
    }

    fn is_wanted(&self, row: &Row) -> Result<bool, String> {
        let Some(condition) = &self.condition else { return Ok(true) };
        let cells: Vec<&str> = row.cells().collect();
        match condition.evaluate(&cells) {
            Ok(Json::Bool(wanted)) => Ok(wanted),
            Ok(other) => Err(format!("where: expected true or false, found {other}")),
            Err(error) => Err(format!("where: {error}")),
        }
    }

    fn read_identities(&self, row: &Row) -> Result<Vec<Identity>, String> {
        let mut identities = Vec::with_capacity(self.identities.len());
        for (kind, prefix, cell) in &self.identities {
            let Some(text) = cell.text(row)? else { continue };
            let draft = IdentityDraft { kind: *kind, value: format!("{prefix}{text}") };
            identities.push(read_identity(&draft).map_err(|fault| cell.fault(fault.message))?);
        }
        match (identities.is_empty(), self.identities.as_slice()) {
            (false, _) => Ok(identities),
            (true, [(_, _, only)]) => Err(only.missing()),
            (true, _) => Err("identity: all are empty".to_owned()),
        }
    }
}

fn compile(map: &Map, columns: &[String], defaults: &Defaults) -> Result<Mapping, String> {
    let zone = match &map.time_zone {
        None => defaults.zone.clone(),
        Some(name) => find_zone(name).ok_or_else(|| {
            format!("time_zone: `{name}` is not a zone of the IANA database, such as Asia/Shanghai")
        })?,
    };
    if map.source.is_empty() {
        return Err("source: is empty".to_owned());
    }
    let condition = map.condition.as_ref().map(|condition| {
        let compiled = Expression::compile(&condition.expression, columns);
        compiled.map_err(|error| format!("where: {error}; columns are {}", columns.join(", ")))
    });
    let currency = map.currency.unwrap_or(defaults.currency);
    let event =
        map.event.as_ref().map(|event| EventMapping::compile(event, map, currency, columns));
    let event = event.transpose()?;
    let data = event.as_ref().map_or_else(Vec::new, EventMapping::data_names);
    let home_store = map.customer.home_store.as_ref();
    Ok(Mapping {
        condition: condition.transpose()?,
        identities: compile_identities(&map.identity, columns)?,
        profile: compile_profile(&map.customer, columns)?,
        home_store: home_store
            .map(|cell| plain("customer.home_store", cell, columns))
            .transpose()?,
        event,
        names: Names { source: map.source.as_str().into(), data: data.into() },
        zone,
        scratch: Vec::new(),
    })
}

fn compile_identities(
    map: &IdentityMap,
    columns: &[String],
) -> Result<Vec<(IdentityKind, String, Cell)>, String> {
    let mut identities = Vec::new();
    if let Some(own) = &map.own {
        if own.system.is_empty() || own.system.contains(':') {
            return Err("identity.own: system is a name without a colon".to_owned());
        }
        let (column, expression) = (own.column.clone(), own.expression.clone());
        let cell = CellMap::Looked(Lookup { column, expression, ..Lookup::default() });
        let cell = plain("identity.own", &cell, columns)?;
        identities.push((IdentityKind::Own, format!("{}:", own.system), cell));
    }
    for (kind, cell) in [
        (IdentityKind::Card, &map.card),
        (IdentityKind::WechatUnion, &map.wechat_union),
        (IdentityKind::Phone, &map.phone),
        (IdentityKind::Email, &map.email),
    ] {
        if let Some(cell) = cell {
            let cell = plain(&format!("identity.{}", kind.name()), cell, columns)?;
            identities.push((kind, String::new(), cell));
        }
    }
    match identities.is_empty() {
        true => {
            Err("identity: name at least one of own, card, wechat-union, phone, email".to_owned())
        }
        false => Ok(identities),
    }
}

fn compile_profile(
    map: &CustomerMap,
    columns: &[String],
) -> Result<Vec<(SetProfile, Cell)>, String> {
    let members: [(&str, &Option<CellMap>, SetProfile); 6] = [
        ("name", &map.name, |profile, text| profile.name = Some(text)),
        ("birthday", &map.birthday, |profile, text| profile.birthday = Some(text)),
        ("gender", &map.gender, |profile, text| profile.gender = Some(text)),
        ("language", &map.language, |profile, text| profile.language = Some(text)),
        ("address", &map.address, |profile, text| profile.address = Some(text)),
        ("note", &map.note, |profile, text| profile.note = Some(text)),
    ];
    let mapped =
        members.into_iter().filter_map(|(name, cell, set)| Some((name, cell.as_ref()?, set)));
    mapped
        .map(|(name, cell, set)| Ok((set, plain(&format!("customer.{name}"), cell, columns)?)))
        .collect()
}

/// A cell that is neither a time nor data: a key that would do nothing is a mistake.
fn plain(key: &str, map: &CellMap, columns: &[String]) -> Result<Cell, String> {
    if let CellMap::Looked(lookup) = map {
        if lookup.r#type.is_some() {
            return Err(format!("{key}: type is for event.data"));
        }
        no_time(key, lookup)?;
    }
    Cell::compile(key, map, columns)
}

fn no_time(key: &str, lookup: &Lookup) -> Result<(), String> {
    match lookup.format.is_some() || lookup.hours_from.is_some() {
        true => Err(format!("{key}: format and hours_from are for event.occurred_at")),
        false => Ok(()),
    }
}
