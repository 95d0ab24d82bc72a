//! So many a minute, evenly: turns at equal distances, each of a few.

use regulars_model::duration::MINUTE_US;

/// More turns than one a second would not be told apart by anybody.
const TURNS_PER_MINUTE_MAX: u32 = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Given in one turn, at most.
    pub each: u32,
    /// From one turn to the next, at least.
    pub every_us: i64,
}

impl Pace {
    pub fn of(per_minute: u32) -> Pace {
        let per_minute = per_minute.max(1);
        let each = per_minute.div_ceil(TURNS_PER_MINUTE_MAX);
        let turns = i64::from(per_minute / each);
        Pace { each, every_us: (MINUTE_US + turns - 1) / turns }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_sees_more_than_was_said() {
        for per_minute in (1..=1_000).chain([59_999, 60_000]) {
            let Pace { each, every_us } = Pace::of(per_minute);
            // A minute that begins with a turn sees the most.
            let turns = (MINUTE_US + every_us - 1) / every_us;
            let most = turns * i64::from(each);
            assert!(most <= i64::from(per_minute), "{per_minute}: {most}");
            assert!(2 * most > i64::from(per_minute), "{per_minute}: {most}");
        }
    }

    #[test]
    fn a_slow_one_gives_one_at_a_time() {
        assert_eq!(Pace::of(6), Pace { each: 1, every_us: 10_000_000 });
        assert_eq!(Pace::of(600), Pace { each: 10, every_us: 1_000_000 });
    }
}
