//! Durations and windows as people write them: `90s`, `15m`, `36h`, `14d`, `2w`; a window may also
//! be `lifetime`. A day is 24 hours: windows slide, they do not follow the calendar.

pub const SECOND_US: i64 = 1_000_000;
pub const MINUTE_US: i64 = 60 * SECOND_US;
pub const HOUR_US: i64 = 3_600 * SECOND_US;
pub const DAY_US: i64 = 24 * HOUR_US;

pub const LIFETIME: &str = "lifetime";

/// Microseconds of `14d`; `None` when the text is not a duration.
pub fn parse_duration(text: &str) -> Option<i64> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let unit_us = match unit {
        "s" => SECOND_US,
        "m" => 60 * SECOND_US,
        "h" => HOUR_US,
        "d" => DAY_US,
        "w" => 7 * DAY_US,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(unit_us)
}

/// The shortest text that reads back as the same duration.
pub fn format_duration(micros: i64) -> String {
    for (unit_us, unit) in [(DAY_US, "d"), (HOUR_US, "h"), (60 * SECOND_US, "m"), (SECOND_US, "s")]
    {
        if micros % unit_us == 0 {
            return format!("{}{unit}", micros / unit_us);
        }
    }
    format!("{}s", micros / SECOND_US)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_back() {
        for text in ["90s", "15m", "36h", "14d"] {
            let micros = parse_duration(text).expect("a duration");
            assert_eq!(parse_duration(&format_duration(micros)), Some(micros));
        }
        assert_eq!(parse_duration("2w"), Some(14 * DAY_US));
        for wrong in ["", "d", "14", "14 d", "-1d", "1.5h", "99999999999999999999d"] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
    }
}
