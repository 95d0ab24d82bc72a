//! Instants in UTC microseconds, and the business day a store counts them under.

use jiff::{Timestamp, civil, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{borrow::Cow, fmt, str::FromStr};

/// Microseconds since 1970-01-01T00:00:00Z. Years 1 to 9999.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl Instant {
    /// Before everything: a configuration in force since the beginning.
    pub const BEGINNING: Instant = Instant(i64::MIN / 4);
    /// After everything: never due.
    pub const NEVER: Instant = Instant(i64::MAX / 4);

    pub fn plus(self, micros: i64) -> Instant {
        Instant(self.0.saturating_add(micros).min(Self::NEVER.0))
    }

    pub fn minus(self, micros: i64) -> Instant {
        Instant(self.0.saturating_sub(micros).max(Self::BEGINNING.0))
    }

    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }

    /// Local date and UTC offset in seconds at this instant.
    pub fn local(self, zone: &TimeZone) -> (civil::DateTime, i32) {
        let zoned = self.timestamp().to_zoned(zone.clone());
        (zoned.datetime(), zoned.offset().seconds())
    }
}

impl From<Timestamp> for Instant {
    fn from(timestamp: Timestamp) -> Self {
        Instant(timestamp.as_microsecond())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.timestamp(), f)
    }
}

impl FromStr for Instant {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        text.parse::<Timestamp>().map(Instant::from)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|_| {
            serde::de::Error::custom(
                "expected an instant with its offset, like 2026-05-03T09:30:00+08:00",
            )
        })
    }
}

/// Days since 1970-01-01 of the business day an instant belongs to: the store's local date, where
/// the hours before the cut-off still belong to the day before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BusinessDay(pub i32);

impl BusinessDay {
    pub fn of(at: Instant, zone: &TimeZone, cutoff_hour: u8) -> BusinessDay {
        let (local, _) = at.local(zone);
        let shifted =
            local.checked_sub(jiff::Span::new().hours(i64::from(cutoff_hour))).unwrap_or(local);
        let days = shifted
            .date()
            .since(civil::date(1970, 1, 1))
            .map(|span| span.get_days())
            .unwrap_or_default();
        BusinessDay(days)
    }

    pub fn date(self) -> civil::Date {
        civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(i64::from(self.0)))
    }
}

impl fmt::Display for BusinessDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.date(), f)
    }
}

/// A zone of the IANA database, from the copy this program carries.
pub fn find_zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hours_before_the_cutoff_belong_to_the_day_before() {
        let zone = find_zone("Asia/Shanghai").expect("the zone is bundled");
        let late: Instant = "2026-05-03T01:30:00+08:00".parse().expect("an instant");
        assert_eq!(BusinessDay::of(late, &zone, 4).to_string(), "2026-05-02");
        assert_eq!(BusinessDay::of(late, &zone, 0).to_string(), "2026-05-03");
    }

    #[test]
    fn an_instant_without_offset_is_refused() {
        assert!("2026-05-03T01:30:00".parse::<Instant>().is_err());
    }
}
