//! Who stands close to a threshold that stands in the settings: read off the comparisons the candidate
//! makes when each customer is decided anew.

use regulars_model::{Value, decide::Subject};
use regulars_rules::play::Overheard;
use std::collections::BTreeSet;

pub const WITHIN_PERCENT: u32 = 5;

/// The settings whose thresholds the customer is close to.
pub fn settings_near(overheard: &Overheard) -> BTreeSet<&str> {
    let close = overheard.conditions.iter().filter_map(|condition| {
        let setting = condition.setting.as_deref()?;
        let value = value(overheard, &condition.subject)?.as_int()?;
        is_near(value, condition.threshold.as_int()?).then_some(setting)
    });
    close.collect()
}

fn value<'a>(Overheard { rule, row, .. }: &'a Overheard, subject: &Subject) -> Option<&'a Value> {
    match subject {
        Subject::Input(name) => {
            let position = rule.input_names.iter().position(|own| own == name)?;
            row.inputs.get(position)
        }
        Subject::Customer(name) => {
            let position = rule.customer_reads.iter().position(|own| own == name)?;
            row.customer.get(position)
        }
        Subject::Event(_) | Subject::Now => None,
    }
}

fn is_near(value: i64, threshold: i64) -> bool {
    let apart = (i128::from(value) - i128::from(threshold)).abs();
    apart * 100 <= i128::from(threshold).abs() * i128::from(WITHIN_PERCENT)
}

#[cfg(test)]
mod tests {
    use super::is_near;

    #[test]
    fn five_percent_of_the_threshold_to_either_side() {
        let near = |value| is_near(value, 1_000);
        assert!(near(950) && near(1_000) && near(1_050));
        assert!(!near(949) && !near(1_051));
        assert!(is_near(-1_050, -1_000) && !is_near(1_000, -1_000));
        assert!(is_near(0, 0) && !is_near(1, 0));
        assert!(!is_near(i64::MIN, i64::MAX));
    }
}
