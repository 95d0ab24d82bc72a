//! Times as files write them, and moving all of them so that the newest is today.

use super::cell::{CellMap, Lookup};
use jiff::{civil, fmt::strtime::BrokenDownTime, tz::TimeZone};
use regulars_model::{Instant, duration::HOUR_US};

/// How the times of a file are written.
#[derive(Debug)]
pub enum Clock {
    /// As in `strptime`.
    Format(String),
    /// Hours, with a decimal point at most, after this instant.
    HoursFrom(Instant),
    /// RFC 3339, or the same without offset, or a date.
    Plain,
}

impl Clock {
    pub fn compile(map: &CellMap) -> Result<Clock, String> {
        let CellMap::Looked(Lookup { format, hours_from, .. }) = map else {
            return Ok(Clock::Plain);
        };
        match (format, hours_from) {
            (Some(_), Some(_)) => Err("give either format or hours_from".to_owned()),
            (None, Some(from)) => Ok(Clock::HoursFrom(*from)),
            (None, None) => Ok(Clock::Plain),
            (Some(format), None) => {
                // A directive that is not known would otherwise refuse every single row.
                let known = jiff::fmt::strtime::format(
                    format,
                    &Instant(0).timestamp().to_zoned(TimeZone::UTC),
                );
                known.map_err(|error| format!("format: {error}"))?;
                Ok(Clock::Format(format.clone()))
            }
        }
    }

    pub fn read(&self, text: &str, zone: &TimeZone) -> Result<Instant, String> {
        match self {
            Clock::Format(format) => read_formatted(format, text, zone)
                .ok_or_else(|| format!("`{text}` is not a time written as {format}")),
            Clock::HoursFrom(from) => hours(text)
                .and_then(|hours_us| from.0.checked_add(hours_us))
                .map(Instant)
                .ok_or_else(|| format!("`{text}` is not a number of hours")),
            Clock::Plain => text
                .parse::<Instant>()
                .ok()
                .or_else(|| local(text.parse::<civil::DateTime>().ok()?, zone))
                .ok_or_else(|| {
                    format!(
                        "`{text}` is not a time such as 2026-05-03T09:30:00+08:00 or 2026-05-03"
                    )
                }),
        }
    }
}

fn read_formatted(format: &str, text: &str, zone: &TimeZone) -> Option<Instant> {
    let parts = BrokenDownTime::parse(format, text).ok()?;
    if parts.offset().is_some() || parts.timestamp().is_some() {
        return parts.to_timestamp().ok().map(Instant::from);
    }
    // Without hours it is midnight.
    local(parts.to_date().ok()?.to_datetime(parts.to_time().ok()?), zone)
}

/// A local time that a clock change skips or repeats is the one before the change.
fn local(at: civil::DateTime, zone: &TimeZone) -> Option<Instant> {
    zone.to_timestamp(at).ok().map(Instant::from)
}

/// `1.5` → 5 400 000 000 µs.
fn hours(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let places = u32::try_from(fraction.len()).ok()?;
    let scaled: i128 = format!("{whole}{fraction}").parse().ok()?;
    i64::try_from(scaled.checked_mul(i128::from(HOUR_US))? / 10_i128.pow(places)).ok()
}

/// Whole days, by the calendar of the zone: the time of day stays what it was.
#[derive(Clone, Debug)]
pub struct Shift {
    days: i32,
    zone: TimeZone,
}

impl Shift {
    pub fn none(zone: TimeZone) -> Shift {
        Shift { days: 0, zone }
    }

    /// The newest event comes to the date of `as_of`; to the day before where it would be later.
    pub fn to(newest: Instant, as_of: Instant, zone: TimeZone) -> Shift {
        let between = as_of.local(&zone).0.date().since(newest.local(&zone).0.date());
        let days = between.map(|span| span.get_days()).unwrap_or_default();
        let shift = Shift { days, zone };
        match shift.apply(newest) > as_of {
            true => Shift { days: days - 1, ..shift },
            false => shift,
        }
    }

    pub fn apply(&self, at: Instant) -> Instant {
        if self.days == 0 {
            return at;
        }
        let moved = at.local(&self.zone).0.checked_add(jiff::Span::new().days(self.days));
        moved.ok().and_then(|moved| local(moved, &self.zone)).unwrap_or(at)
    }
}
