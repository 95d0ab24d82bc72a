//! What an input looks at: measures of events and lines, and conditions on them.

use regulars_model::{
    Currency, Event, Line, Value,
    event::kind,
    input::{Match, Measure},
};

#[derive(PartialEq, Eq)]
pub struct Filter {
    pub measure: Measure,
    wanted: Vec<String>,
}

impl Filter {
    pub fn new(measure: &Measure, rule: &Match, setting: &impl Fn(&str) -> Value) -> Filter {
        let wanted = match rule {
            Match::Any(texts) => texts.clone(),
            Match::One(text) => match text.strip_prefix("settings.") {
                Some(name) => texts_of(&setting(name)),
                None => vec![text.clone()],
            },
        };
        Filter { measure: measure.clone(), wanted }
    }

    fn holds(&self, found: &str) -> bool {
        self.wanted.iter().any(|wanted| match self.measure {
            Measure::LineCategory => is_within(found, wanted),
            _ => found == wanted,
        })
    }
}

fn texts_of(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text.to_string()],
        Value::List(list) => list.iter().flat_map(texts_of).collect(),
        Value::Int(int) => vec![int.to_string()],
        _ => Vec::new(),
    }
}

/// `furniture/sofa/corner` is within `furniture/sofa`; `furniture/sofabed` is not.
pub fn is_within(path: &str, ancestor: &str) -> bool {
    match path.strip_prefix(ancestor) {
        Some(rest) => rest.is_empty() || rest.starts_with('/'),
        None => false,
    }
}

/// Calls `take` with each value the measure has in the event, and with the sign money has there.
pub fn measure_event(
    event: &Event,
    measure: &Measure,
    filters: &[Filter],
    home: Currency,
    mut take: impl FnMut(Measured),
) {
    if measure.is_money() && event.currency.is_some_and(|currency| currency != home) {
        return;
    }
    let (of_lines, of_event): (Vec<_>, Vec<_>) =
        filters.iter().partition(|filter| filter.measure.is_of_lines());
    if !of_event.iter().all(|filter| matches_event(event, filter)) {
        return;
    }
    let is_refund = *event.kind == *kind::REFUND;
    let sign = if is_refund { -1 } else { 1 };
    let line_passes = |line: &&Line| of_lines.iter().all(|filter| matches_line(line, filter));
    if measure.is_of_lines() {
        for line in event.body.lines.iter().filter(line_passes) {
            let value = measure_line(line, measure, sign);
            take(Measured { value, weight: sign * line.quantity_milli });
        }
        return;
    }
    if !of_lines.is_empty() && !event.body.lines.iter().any(|line| line_passes(&line)) {
        return;
    }
    let value = match measure {
        Measure::OccurredAt => Value::Int(event.occurred_at.0),
        Measure::BusinessDay => Value::Int(event.business_day.0.into()),
        Measure::Amount => match event.amount {
            Some(amount) => Value::Int(sign * amount),
            None => return,
        },
        Measure::Store => match event.unit_id {
            Some(unit) => Value::text(unit.to_string()),
            None => return,
        },
        Measure::Data(name) => match event.body.data.get(name) {
            Some(serde_json::Value::Number(number)) => match number.as_i64() {
                Some(int) => Value::Int(int),
                None => return,
            },
            Some(serde_json::Value::String(text)) => Value::text(text),
            _ => return,
        },
        _ => Value::Int(1),
    };
    take(Measured { value, weight: i64::from(!is_refund) });
}

pub struct Measured {
    pub value: Value,
    /// What it adds to its value where values are weighed: a line its quantity, and a refund's line
    /// takes it away. An event adds one; a refund nothing, for it may be of a part.
    pub weight: i64,
}

fn measure_line(line: &Line, measure: &Measure, sign: i64) -> Value {
    match measure {
        Measure::LineAmount => Value::Int(sign * line.amount),
        Measure::LineQuantity => Value::Int(sign * line.quantity_milli),
        Measure::LineSku => Value::text(&line.sku),
        _ => Value::text(&line.category),
    }
}

fn matches_line(line: &Line, filter: &Filter) -> bool {
    match filter.measure {
        Measure::LineSku => filter.holds(&line.sku),
        Measure::LineCategory => filter.holds(&line.category),
        Measure::LineAmount => filter.holds(&line.amount.to_string()),
        _ => filter.holds(&line.quantity_milli.to_string()),
    }
}

fn matches_event(event: &Event, filter: &Filter) -> bool {
    match &filter.measure {
        Measure::Data(name) => match event.body.data.get(name) {
            Some(serde_json::Value::String(text)) => filter.holds(text),
            Some(other) => filter.holds(&other.to_string()),
            None => false,
        },
        Measure::Store => event.unit_id.is_some_and(|unit| filter.holds(&unit.to_string())),
        Measure::Amount => event.amount.is_some_and(|amount| filter.holds(&amount.to_string())),
        Measure::BusinessDay => filter.holds(&event.business_day.to_string()),
        _ => filter.holds(&event.kind),
    }
}
