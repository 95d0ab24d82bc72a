//! A row in which one input is another, and with it whatever counts the same over another window.

use regulars_model::{
    Condition, Currency, Shape, Value,
    decide::Comparison::{Equal, From, NotEqual, Over, Under, UpTo},
    input::Aggregate,
};
use regulars_rules::{play::Ask, rulebook::PreparedInput};

pub(super) struct Move {
    pub input: String,
    pub by: i64,
    pub to: i64,
    aggregate: Aggregate,
}

/// Where a comparison just turns; none where it has no amount to turn at.
pub(super) fn target(condition: &Condition) -> Option<i64> {
    let threshold = condition.threshold.as_int()?;
    match (condition.comparison, condition.held) {
        (Over | NotEqual, false) | (UpTo | Equal, true) => threshold.checked_add(1),
        (From, true) | (Under, false) => threshold.checked_sub(1),
        (Over | Under | NotEqual, true) | (From | UpTo | Equal, false) => Some(threshold),
    }
}

impl Move {
    /// Only counts and sums can be moved by any amount.
    pub fn of(ask: &Ask, home: Currency, input: &str, to: i64) -> Option<Move> {
        let position = position(ask, input)?;
        let aggregate = ask.rule.prepared(home).inputs.get(position)?.aggregate;
        let may = matches!(
            aggregate,
            Aggregate::Count | Aggregate::Sum | Aggregate::Days | Aggregate::Distinct
        );
        let value = ask.row.inputs.get(position)?.as_int().filter(|_| may)?;
        Some(Move { input: input.to_owned(), by: to.checked_sub(value)?, to, aggregate })
    }

    pub fn is_below_nothing(&self) -> bool {
        self.aggregate != Aggregate::Sum && self.to < 0
    }

    pub fn shape(&self, ask: &Ask) -> Shape {
        let declared = ask.rule.manifest.inputs.get(&self.input);
        declared.map_or(Shape::Integer { minimum: None, maximum: None }, |input| input.shape())
    }

    /// The row with so much more or less; none where the rule has no such input, as another version of
    /// it may not.
    pub fn apply(&self, ask: &Ask, home: Currency) -> Option<Ask> {
        let position = position(ask, &self.input)?;
        let prepared = ask.rule.prepared(home).clone();
        let own = prepared.inputs.get(position)?;
        let to = self.shifted(ask.row.inputs.get(position)?.as_int()?);
        let mut moved = ask.clone();
        for (input, value) in prepared.inputs.iter().zip(&mut moved.row.inputs) {
            let (true, Some(before)) = (own.counts_alike(input), value.as_int()) else { continue };
            *value = Value::Int(match is_within(input, own) {
                // What is taken away may be older than the shorter window reaches.
                true if self.by < 0 => before.min(to),
                _ => self.shifted(before),
            });
        }
        moved.row.inputs[position] = Value::Int(to);
        Some(moved)
    }

    fn shifted(&self, value: i64) -> i64 {
        let to = value.saturating_add(self.by);
        if self.aggregate == Aggregate::Sum { to } else { to.max(0) }
    }
}

fn position(ask: &Ask, input: &str) -> Option<usize> {
    ask.rule.input_names.iter().position(|own| **own == *input)
}

/// Of a shorter window than the other.
fn is_within(input: &PreparedInput, other: &PreparedInput) -> bool {
    let length = |own: &PreparedInput| own.window.unwrap_or(i64::MAX);
    length(input) < length(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regulars_model::decide::{Comparison, Subject};

    #[test]
    fn a_comparison_turns_at_its_target_and_not_one_before() {
        for (_, comparison) in Comparison::ALL {
            for value in [3, 4, 5, 6, 7] {
                let held = comparison.holds(&value, &5);
                let condition = Condition {
                    subject: Subject::Input("spend".into()),
                    comparison,
                    threshold: Value::Int(5),
                    setting: None,
                    held,
                };
                let to = target(&condition).expect("an amount");
                assert_ne!(comparison.holds(&to, &5), held, "{comparison:?} {value}");
                let before = to - (to - value).signum();
                let same = comparison.holds(&before, &5) == held;
                assert!(same, "{comparison:?} {value}");
            }
        }
        let words = Condition {
            subject: Subject::Input("favourite".into()),
            comparison: Equal,
            threshold: "latte".into(),
            setting: None,
            held: false,
        };
        assert_eq!(target(&words), None);
    }
}
