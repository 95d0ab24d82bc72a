//! Equal rows of a call are asked once: a rule is a pure function, and a script keeps nothing from row
//! to row. A history by the day has many of them, one by the second none.

use regulars_model::{Decision, PluginFault, Row};
use std::collections::{HashMap, hash_map::Entry};

type Verdict = Result<Decision, PluginFault>;

/// One verdict per row, in their order.
pub(super) fn ask(rows: &[Row], mut ask: impl FnMut(&Row) -> Verdict) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = Vec::with_capacity(rows.len());
    let mut asked: HashMap<&Row, usize> = HashMap::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        let verdict = match asked.entry(row) {
            Entry::Occupied(first) => verdicts[*first.get()].clone(),
            Entry::Vacant(first) => {
                first.insert(place);
                ask(row)
            }
        };
        verdicts.push(verdict);
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use super::ask;
    use regulars_model::{Cause, Decision, Instant, Row, Value};

    fn row(settings: usize, visits: i64) -> Row {
        Row {
            cause: Cause::Expiry,
            now: Instant(0),
            offset_seconds: 0,
            settings,
            inputs: vec![Value::Int(visits)],
            customer: Vec::new(),
            event: Vec::new(),
        }
    }

    #[test]
    fn only_the_first_of_equal_rows_is_asked() {
        let rows = [row(0, 1), row(0, 2), row(0, 1), row(1, 1), row(0, 2), row(0, 1)];
        let mut asked = Vec::new();
        let verdicts = ask(&rows, |row| {
            asked.push(row.clone());
            Ok(Decision::default())
        });
        assert_eq!(asked, [row(0, 1), row(0, 2), row(1, 1)]);
        assert_eq!(verdicts.len(), rows.len());
    }
}
