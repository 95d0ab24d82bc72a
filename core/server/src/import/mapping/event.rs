//! The event of a row.

use super::{Clock, no_time, plain};
use crate::import::{
    cell::{Cell, CellMap, DataType},
    map::{EventMap, LineMap, Map},
    rows::Row,
    stage::StagedEvent,
};
use jiff::tz::TimeZone;
use regulars_model::{Currency, Line, Money};
use serde_json::Value as Json;
use std::sync::Arc;

pub struct EventMapping {
    kind: Kind,
    occurred_at: (Clock, Cell),
    amount: Option<Cell>,
    paid: Option<Cell>,
    currency: Option<Cell>,
    default_currency: Currency,
    store: Option<Cell>,
    source_id: Option<Cell>,
    refers_to: Option<Cell>,
    data: Vec<(String, Option<DataType>, Cell)>,
    lines: Vec<LineMapping>,
}

enum Kind {
    Same(Arc<str>),
    Of(Cell),
}

struct LineMapping {
    sku: Option<Cell>,
    category: Option<Cell>,
    quantity: Option<Cell>,
    amount: Option<Cell>,
}

impl EventMapping {
    pub fn compile(
        event: &EventMap,
        map: &Map,
        default_currency: Currency,
        columns: &[String],
    ) -> Result<EventMapping, String> {
        let optional = |key: &str, cell: &Option<CellMap>| {
            cell.as_ref().map(|cell| plain(&format!("event.{key}"), cell, columns)).transpose()
        };
        let kind = match &event.kind {
            CellMap::Literal(Json::String(same)) => Kind::Same(same.as_str().into()),
            other => Kind::Of(plain("event.kind", other, columns)?),
        };
        let clock = Clock::compile(&event.occurred_at)
            .map_err(|wrong| format!("event.occurred_at: {wrong}"))?;
        let occurred_at = Cell::compile("event.occurred_at", &event.occurred_at, columns)?;
        if map.shift.is_some() && matches!(event.occurred_at, CellMap::Literal(_)) {
            return Err("shift: every event has the same time".to_owned());
        }
        let data = event.data.iter().map(|(name, cell)| data_cell(name, cell, columns));
        Ok(EventMapping {
            kind,
            occurred_at: (clock, occurred_at),
            amount: optional("amount", &event.amount)?,
            paid: optional("paid", &event.paid)?,
            currency: optional("currency", &event.currency)?,
            default_currency,
            store: optional("store", &event.store)?,
            source_id: optional("source_id", &event.source_id)?,
            refers_to: optional("refers_to", &event.refers_to)?,
            data: data.collect::<Result<_, String>>()?,
            lines: event
                .lines
                .iter()
                .enumerate()
                .map(|(index, line)| LineMapping::compile(line, index, columns))
                .collect::<Result<_, String>>()?,
        })
    }

    pub fn data_names(&self) -> Vec<String> {
        self.data.iter().map(|(name, ..)| name.clone()).collect()
    }

    pub fn read(&self, row: &Row, zone: &TimeZone) -> Result<StagedEvent, String> {
        let kind = match &self.kind {
            Kind::Same(kind) => kind.clone(),
            Kind::Of(cell) => cell.text(row)?.ok_or_else(|| cell.missing())?.as_ref().into(),
        };
        let (clock, cell) = &self.occurred_at;
        let written = cell.text(row)?.ok_or_else(|| cell.missing())?;
        let at = clock.read(&written, zone).map_err(|wrong| cell.fault(wrong))?;
        let currency = self.read_currency(row)?;
        let money = |cell: &Option<Cell>| match cell {
            Some(cell) => read_money(cell, row, currency),
            None => Ok(None),
        };
        let (amount, paid) = (money(&self.amount)?, money(&self.paid)?);
        let lines: Result<Vec<_>, _> =
            self.lines.iter().filter_map(|line| line.read(row, currency).transpose()).collect();
        let data = self.data.iter().map(|cell| read_data(cell, row, currency));
        let source_id = text(&self.source_id, row)?;
        if let (Some(cell), None) = (&self.source_id, &source_id) {
            return Err(cell.missing());
        }
        Ok(StagedEvent {
            kind,
            at,
            amount,
            paid,
            currency: amount.or(paid).map(|_| currency),
            store: text(&self.store, row)?,
            source_id,
            refers_to: text(&self.refers_to, row)?,
            data: data.collect::<Result<_, String>>()?,
            lines: lines?,
        })
    }

    fn read_currency(&self, row: &Row) -> Result<Currency, String> {
        let Some(cell) = &self.currency else { return Ok(self.default_currency) };
        match cell.text(row)? {
            None => Ok(self.default_currency),
            Some(code) => code.parse().map_err(|error| cell.fault(error)),
        }
    }
}

impl LineMapping {
    fn compile(map: &LineMap, index: usize, columns: &[String]) -> Result<LineMapping, String> {
        let optional = |name: &str, cell: &Option<CellMap>| {
            let key = format!("event.lines.{index}.{name}");
            cell.as_ref().map(|cell| plain(&key, cell, columns)).transpose()
        };
        Ok(LineMapping {
            sku: optional("sku", &map.sku)?,
            category: optional("category", &map.category)?,
            quantity: optional("quantity", &map.quantity)?,
            amount: optional("amount", &map.amount)?,
        })
    }

    /// None where the row has nothing of it.
    fn read(&self, row: &Row, currency: Currency) -> Result<Option<Line>, String> {
        let sku = text(&self.sku, row)?;
        let category = text(&self.category, row)?;
        let amount = self.amount.as_ref().map(|cell| read_money(cell, row, currency));
        let amount = amount.transpose()?.flatten();
        if sku.is_none() && category.is_none() && amount.is_none() {
            return Ok(None);
        }
        let quantity_milli = match &self.quantity {
            None => 1_000,
            Some(cell) => match cell.text(row)? {
                None => 1_000,
                Some(text) => decimal(&text, 3).ok_or_else(|| {
                    cell.fault(format!("`{text}` is not a quantity such as 2 or 0.35"))
                })?,
            },
        };
        Ok(Some(Line {
            sku: sku.unwrap_or_default().into(),
            category: category.unwrap_or_default().into(),
            quantity_milli,
            amount: amount.unwrap_or_default(),
        }))
    }
}

fn data_cell(
    name: &str,
    map: &CellMap,
    columns: &[String],
) -> Result<(String, Option<DataType>, Cell), String> {
    let key = format!("event.data.{name}");
    let mut data_type = None;
    if let CellMap::Looked(lookup) = map {
        no_time(&key, lookup)?;
        data_type = lookup.r#type;
    }
    Ok((name.to_owned(), data_type, Cell::compile(&key, map, columns)?))
}

fn read_data(
    (_, data_type, cell): &(String, Option<DataType>, Cell),
    row: &Row,
    currency: Currency,
) -> Result<Json, String> {
    let Some(data_type) = data_type else { return cell.json(row) };
    let Some(text) = cell.text(row)? else { return Ok(Json::Null) };
    let read =
        data_type.read(&text).unwrap_or_else(|| minor_units(&text, currency).map(Json::from));
    read.map_err(|wrong| cell.fault(wrong))
}

fn text(cell: &Option<Cell>, row: &Row) -> Result<Option<Box<str>>, String> {
    match cell {
        Some(cell) => Ok(cell.text(row)?.map(Into::into)),
        None => Ok(None),
    }
}

fn read_money(cell: &Cell, row: &Row, currency: Currency) -> Result<Option<i64>, String> {
    let Some(text) = cell.text(row)? else { return Ok(None) };
    minor_units(&text, currency).map(Some).map_err(|wrong| cell.fault(wrong))
}

/// Zeros past the currency's last place say nothing, so they are no reason to refuse: `1200.00` JPY.
fn minor_units(text: &str, currency: Currency) -> Result<i64, String> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let places = currency.exponent() as usize;
    let kept = match text.split_once('.') {
        Some((whole, fraction))
            if fraction.len() > places
                && fraction.bytes().skip(places).all(|byte| byte == b'0') =>
        {
            let end = if places == 0 { whole.len() } else { whole.len() + 1 + places };
            &text[..end]
        }
        _ => text,
    };
    let money = Money::parse(kept, currency).map_err(|error| error.to_string())?;
    match money.amount < 0 {
        true => Err(format!("`{text}` is negative; the kind of the event gives the sign")),
        false => Ok(money.amount),
    }
}

/// In units of the last place: ("0.35", 3) → 350.
fn decimal(text: &str, places: usize) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || fraction.len() > places || !digits(whole) || !digits(fraction) {
        return None;
    }
    format!("{whole}{fraction:0<places$}").parse().ok()
}
