use crate::Scalar;
use std::fmt;

/// A day of the calendar. A business day is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i64);

impl Date {
    pub const fn from_days(since_1970: i64) -> Date {
        Date(since_1970)
    }

    pub const fn days_since_1970(self) -> i64 {
        self.0
    }

    /// Year, month 1 to 12, day 1 to 31 of the proleptic Gregorian calendar.
    pub const fn civil(self) -> (i64, i64, i64) {
        // Years are counted from March, so that the leap day is a year's last, in eras of 400 years.
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = era * 400 + year_of_era + (month <= 2) as i64;
        (year, month, day)
    }
}

impl Scalar for Date {
    fn word(self) -> i64 {
        self.0
    }

    fn from_word(word: i64) -> Date {
        Date(word)
    }
}

/// `2026-05-03`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_the_calendars() {
        for (days, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (20_576, "2026-05-03"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(Date::from_days(days).to_string(), text);
        }
    }
}
