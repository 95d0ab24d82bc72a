//! Settings no schema can refuse.

use crate::{Settings, texts};
use regulars_sdk::prelude::*;

/// Below it a lead would be flooded.
const INTERVAL_MIN: Duration = Duration::hours(1);

pub fn check(settings: &Settings, out: &mut Complaints) {
    if settings.steps.is_empty() {
        out.complain(settings.steps).because(texts::NO_STEPS, ());
    }
    for interval in [settings.first_after, settings.every] {
        if interval < INTERVAL_MIN {
            out.complain(interval).because(texts::TOO_OFTEN, ());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::native;

    #[test]
    fn there_is_a_step_and_an_hour_between_two() {
        assert!(native().complaints(r#"{"every": "1h", "first_after": "1h"}"#).is_empty());
        let complaints = native().complaints(r#"{"every": "59m", "steps": []}"#);
        assert_eq!(complaints.len(), 2);
        assert!(complaints[0].starts_with("/steps: There is no step"), "{complaints:?}");
        assert!(complaints[1].starts_with("/every: Steps may not follow"), "{complaints:?}");
    }
}
