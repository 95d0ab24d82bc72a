//! The weights behind a `top` input.

use regulars_model::{
    Value,
    limits::{TOP_INPUT_CHARS_MAX, TOP_INPUT_VALUES_MAX},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Distinct values and what each weighs, from the one counted longest ago to the latest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights(Vec<(Arc<str>, i64)>);

impl Weights {
    /// Counts a value, or takes from it what is less than nothing.
    pub(super) fn add(&mut self, value: Value, weight: i64) {
        let Some(name) = name(value).filter(|_| weight != 0) else { return };
        let (place, before) = match self.0.iter().position(|(own, _)| *own == name) {
            Some(place) => (place, self.0.remove(place).1),
            None => {
                self.make_room();
                (0, 0)
            }
        };
        match before.saturating_add(weight) {
            0 => {}
            after if weight > 0 => self.0.push((name, after)),
            // Less than nothing is kept: a refund may lie before its purchase.
            after => self.0.insert(place, (name, after)),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn heaviest(&self) -> Value {
        let counted = self.0.iter().filter(|(_, weight)| *weight > 0);
        // The last of equals, as `max_by_key` gives it, was counted latest.
        counted
            .max_by_key(|(_, weight)| *weight)
            .map_or(Value::Null, |(name, _)| Value::Text(name.clone()))
    }

    /// Forgets the lightest, of equals the one counted longest ago: whatever comes new must have the
    /// chance to become the heaviest, however long the history.
    fn make_room(&mut self) {
        if self.0.len() < TOP_INPUT_VALUES_MAX {
            return;
        }
        let lightest = self.0.iter().enumerate().min_by_key(|(_, (_, weight))| *weight);
        if let Some((place, _)) = lightest {
            self.0.remove(place);
        }
    }
}

/// What a shop writes as a number is text to a rule.
fn name(value: Value) -> Option<Arc<str>> {
    let name = match value {
        Value::Text(text) => text,
        Value::Int(number) => number.to_string().into(),
        _ => return None,
    };
    (!name.is_empty() && name.chars().count() <= TOP_INPUT_CHARS_MAX).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weigh(added: &[(&str, i64)]) -> Weights {
        let mut weights = Weights::default();
        for (name, weight) in added {
            weights.add(Value::text(name), *weight);
        }
        weights
    }

    fn heaviest(added: &[(&str, i64)]) -> Value {
        weigh(added).heaviest()
    }

    #[test]
    fn the_heaviest_wins_and_of_equals_the_latest() {
        assert_eq!(heaviest(&[]), Value::Null);
        assert_eq!(heaviest(&[("latte", 1), ("mocha", 3), ("latte", 1)]), "mocha".into());
        assert_eq!(heaviest(&[("latte", 2), ("mocha", 2)]), "mocha".into());
        assert_eq!(heaviest(&[("latte", 1), ("mocha", 2), ("latte", 1)]), "latte".into());
    }

    #[test]
    fn what_is_taken_away_does_not_count_nor_make_it_the_latest() {
        assert_eq!(heaviest(&[("latte", 3), ("mocha", 2), ("latte", -1)]), "mocha".into());
        assert_eq!(heaviest(&[("latte", 2), ("latte", -2)]), Value::Null);
        assert_eq!(heaviest(&[("latte", 2), ("latte", -3)]), Value::Null);
        assert_eq!(weigh(&[("latte", 2), ("latte", -2)]), Weights::default());
    }

    #[test]
    fn what_is_taken_away_first_is_missing_later() {
        assert_eq!(heaviest(&[("latte", -2), ("latte", 3), ("mocha", 2)]), "mocha".into());
        assert_eq!(heaviest(&[("latte", -2), ("latte", 3)]), "latte".into());
    }

    #[test]
    fn numbers_are_names_and_what_is_empty_or_long_is_none() {
        let mut weights =
            weigh(&[("", 1), (&"x".repeat(TOP_INPUT_CHARS_MAX + 1), 1), ("latte", 0)]);
        assert_eq!(weights, Weights::default());
        weights.add(Value::Int(7), 1);
        assert_eq!(weights.heaviest(), "7".into());
        weights.add(Value::text("茶".repeat(TOP_INPUT_CHARS_MAX)), 2);
        assert_ne!(weights.heaviest(), "7".into());
    }

    #[test]
    fn beyond_the_limit_the_lightest_is_forgotten() {
        let mut weights = weigh(&[("latte", 3)]);
        for number in 0..2 * TOP_INPUT_VALUES_MAX as i64 {
            weights.add(Value::Int(number), 1);
        }
        assert_eq!(weights.0.len(), TOP_INPUT_VALUES_MAX);
        assert_eq!(weights.heaviest(), "latte".into());
        // The first number is long forgotten and begins anew; the last is still known.
        let last = 2 * TOP_INPUT_VALUES_MAX as i64 - 1;
        for number in [0, last, 0, last, last] {
            weights.add(Value::Int(number), 1);
        }
        assert_eq!(weights.heaviest(), last.to_string().as_str().into());
    }

    #[test]
    fn a_state_keeps_them_in_order() {
        let weights = weigh(&[("latte", 2_000), ("mocha", 350)]);
        let json = serde_json::to_string(&weights).expect("JSON");
        assert_eq!(json, r#"[["latte",2000],["mocha",350]]"#);
        assert_eq!(serde_json::from_str::<Weights>(&json).expect("weights"), weights);
    }
}
