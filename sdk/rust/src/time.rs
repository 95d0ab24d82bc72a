use crate::{Date, Scalar, wire::NULL_WORD};
use std::{
    cmp::Ordering,
    fmt,
    ops::{Add, Mul, Sub},
};

const SECOND_US: i64 = 1_000_000;
const DAY_US: i64 = 86_400 * SECOND_US;

/// A point in time, in microseconds UTC. A rule has only the instants it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// A length of time in microseconds; a day is 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

/// How far back an input looks; [`Window::LIFETIME`] is longer than any duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window(Option<Duration>);

impl Instant {
    pub const fn from_micros(since_1970: i64) -> Instant {
        Instant(since_1970)
    }

    pub const fn micros_since_1970(self) -> i64 {
        self.0
    }
}

impl Duration {
    pub const fn from_micros(micros: i64) -> Duration {
        Duration(micros)
    }

    pub const fn hours(hours: i64) -> Duration {
        Duration(hours.saturating_mul(3_600 * SECOND_US))
    }

    pub const fn days(days: i64) -> Duration {
        Duration(days.saturating_mul(DAY_US))
    }

    pub const fn micros(self) -> i64 {
        self.0
    }
}

impl Window {
    pub const LIFETIME: Window = Window(None);

    pub const fn of(duration: Duration) -> Window {
        Window(Some(duration))
    }

    /// `None` for a lifetime.
    pub const fn duration(self) -> Option<Duration> {
        self.0
    }
}

impl Scalar for Instant {
    fn word(self) -> i64 {
        self.0
    }

    fn from_word(word: i64) -> Instant {
        Instant(word)
    }
}

impl Scalar for Duration {
    fn word(self) -> i64 {
        self.0
    }

    fn from_word(word: i64) -> Duration {
        Duration(word)
    }
}

impl Scalar for Window {
    fn word(self) -> i64 {
        self.0.map_or(NULL_WORD, Duration::word)
    }

    fn from_word(word: i64) -> Window {
        Window((word != NULL_WORD).then_some(Duration(word)))
    }
}

impl Ord for Window {
    fn cmp(&self, other: &Window) -> Ordering {
        let micros = |window: &Window| window.0.map_or(i64::MAX, Duration::micros);
        micros(self).cmp(&micros(other))
    }
}

impl PartialOrd for Window {
    fn partial_cmp(&self, other: &Window) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;
    fn add(self, length: Duration) -> Instant {
        Instant(self.0.saturating_add(length.0))
    }
}

impl Sub<Duration> for Instant {
    type Output = Instant;
    fn sub(self, length: Duration) -> Instant {
        Instant(self.0.saturating_sub(length.0))
    }
}

impl Sub for Instant {
    type Output = Duration;
    fn sub(self, earlier: Instant) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }
}

impl Add for Duration {
    type Output = Duration;
    fn add(self, other: Duration) -> Duration {
        Duration(self.0.saturating_add(other.0))
    }
}

impl Sub for Duration {
    type Output = Duration;
    fn sub(self, other: Duration) -> Duration {
        Duration(self.0.saturating_sub(other.0))
    }
}

impl Mul<i64> for Duration {
    type Output = Duration;
    fn mul(self, times: i64) -> Duration {
        Duration(self.0.saturating_mul(times))
    }
}

/// `2026-05-03T02:00:00Z`, with a fraction where there is one: fit for the key of a task.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.0.rem_euclid(DAY_US) / SECOND_US;
        let (hour, minute) = (second / 3_600, second / 60 % 60);
        let date = Date::from_days(self.0.div_euclid(DAY_US));
        write!(f, "{date}T{hour:02}:{minute:02}:{:02}", second % 60)?;
        match self.0.rem_euclid(SECOND_US) {
            0 => f.write_str("Z"),
            // As short as the host writes it.
            fraction => write!(f, ".{}Z", format!("{fraction:06}").trim_end_matches('0')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_as_the_host_writes_it() {
        for text in
            ["2026-05-03T02:00:00Z", "1969-12-31T23:59:59.5Z", "2024-02-29T12:34:56.000001Z"]
        {
            let model: regulars_model::Instant = text.parse().unwrap();
            let written = Instant::from_micros(model.0).to_string();
            assert_eq!(written.parse::<regulars_model::Instant>().unwrap(), model, "{written}");
        }
        assert_eq!(Instant::from_micros(1_777_773_600_000_000).to_string(), "2026-05-03T02:00:00Z");
    }

    #[test]
    fn a_lifetime_is_longer_than_any_window() {
        assert!(Window::LIFETIME > Window::of(Duration::days(36_500)));
        assert_eq!(Window::from_word(Window::LIFETIME.word()), Window::LIFETIME);
    }
}
