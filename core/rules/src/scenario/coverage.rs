//! Which comparisons of a rule scenarios have seen to hold and not to hold, and which sentences they
//! have had.
//!
//! A comparison is known by what it says on record: subject, comparison, and the setting or the value
//! it is made with. Thresholds a rule has computed are as many values as there are customers; where
//! no single answer has two of them they are taken for one comparison.

use regulars_model::{
    Condition, Currency, Manifest, Value,
    decide::{Comparison, Subject},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// What each answer compared.
    pub(super) rows: Vec<Vec<Noted>>,
    pub(super) texts: BTreeSet<Arc<str>>,
    pub(super) complaints: Vec<String>,
}

/// One comparison as it was made.
#[derive(Clone, Debug)]
pub(super) struct Noted {
    place: Place,
    threshold: Threshold,
    held: bool,
}

/// Subject, and the sign of the comparison.
type Place = (String, &'static str);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Threshold {
    Setting(String),
    /// A word is hardly ever computed.
    Word(String),
    Number(String),
    /// Numbers that differ from answer to answer.
    Computed,
}

/// A comparison of the rule, and how often it was seen either way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Such as `visits ≥ settings.high_from`.
    pub comparison: String,
    pub held: usize,
    pub not_held: usize,
}

impl Noted {
    pub(super) fn new(condition: &Condition, manifest: &Manifest, currency: Currency) -> Noted {
        let (subject, shape) = match &condition.subject {
            Subject::Input(name) => {
                let declared = manifest.inputs.get(&**name);
                (name.to_string(), declared.map(regulars_model::Input::shape))
            }
            Subject::Customer(name) => {
                (format!("customer.{name}"), Some(manifest.customer_read_shape(name)))
            }
            Subject::Event(name) => {
                (format!("event.{name}"), Some(manifest.event_read_shape(name)))
            }
            Subject::Now => ("now".to_owned(), Some(regulars_model::Shape::Instant)),
        };
        let written = || match &shape {
            Some(shape) => shape.write(&condition.threshold, currency),
            None => serde_json::to_value(&condition.threshold).unwrap_or_default(),
        };
        let plain = || match written() {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        let threshold = match (&condition.setting, &condition.threshold) {
            (Some(setting), _) => Threshold::Setting(setting.to_string()),
            (None, Value::Int(_)) => Threshold::Number(plain()),
            (None, _) => Threshold::Word(plain()),
        };
        let sign = Comparison::ALL[condition.comparison as usize].0;
        Noted { place: (subject, sign), threshold, held: condition.held }
    }
}

impl Coverage {
    pub(super) fn add(&mut self, other: Coverage) {
        self.rows.extend(other.rows);
        self.texts.extend(other.texts);
        self.complaints.extend(other.complaints);
    }

    pub fn sites(&self) -> Vec<Site> {
        let computed = self.computed();
        let mut sites: BTreeMap<(&Place, Threshold), (usize, usize)> = BTreeMap::new();
        for noted in self.rows.iter().flatten() {
            let threshold = match &noted.threshold {
                Threshold::Number(_) if computed.contains(&noted.place) => Threshold::Computed,
                other => other.clone(),
            };
            let (held, not_held) = sites.entry((&noted.place, threshold)).or_default();
            *if noted.held { held } else { not_held } += 1;
        }
        let sites = sites.into_iter().map(|((place, threshold), (held, not_held))| {
            let comparison = format!("{} {} {threshold}", place.0, place.1);
            Site { comparison, held, not_held }
        });
        sites.collect()
    }

    /// Places whose numbers differ, and never within one answer.
    fn computed(&self) -> BTreeSet<Place> {
        let mut numbers: BTreeMap<&Place, BTreeSet<&Threshold>> = BTreeMap::new();
        let mut apart = BTreeSet::new();
        for row in &self.rows {
            let mut of_row: BTreeMap<&Place, &Threshold> = BTreeMap::new();
            for noted in row.iter().filter(|one| matches!(one.threshold, Threshold::Number(_))) {
                numbers.entry(&noted.place).or_default().insert(&noted.threshold);
                let first = *of_row.entry(&noted.place).or_insert(&noted.threshold);
                if first != &noted.threshold {
                    apart.insert(&noted.place);
                }
            }
        }
        let several = numbers.into_iter().filter(|(_, values)| values.len() > 1);
        several.map(|(place, _)| place).filter(|place| !apart.contains(place)).cloned().collect()
    }

    /// Texts of the manifest that no effect, task or complaint has had.
    pub fn texts_never_given<'m>(&self, manifest: &'m Manifest) -> Vec<&'m str> {
        let given = |name: &str, english: &str| {
            self.texts.iter().any(|text| **text == *name)
                || self.complaints.iter().any(|said| fits(english, said))
        };
        let texts = manifest.texts.iter();
        texts.filter(|(name, text)| !given(name, &text.en)).map(|(name, _)| name.as_str()).collect()
    }
}

/// Whether a sentence is this text with its placeholders filled in.
fn fits(template: &str, said: &str) -> bool {
    let pieces = template.split('{').enumerate().map(|(index, piece)| match index {
        0 => piece,
        _ => piece.split_once('}').map_or(piece, |(_, after)| after),
    });
    let mut rest = said;
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    true
}

impl Site {
    pub fn is_seen_both_ways(&self) -> bool {
        self.held > 0 && self.not_held > 0
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Threshold::Setting(name) => write!(f, "settings.{name}"),
            Threshold::Word(text) | Threshold::Number(text) => f.write_str(text),
            Threshold::Computed => f.write_str("what the rule has computed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(threshold: Threshold, held: bool) -> Noted {
        Noted { place: ("cups".to_owned(), "≥"), threshold, held }
    }

    fn number(number: &str) -> Threshold {
        Threshold::Number(number.to_owned())
    }

    fn names(rows: Vec<Vec<Noted>>) -> Vec<String> {
        let coverage = Coverage { rows, ..Coverage::default() };
        coverage.sites().into_iter().map(|site| site.comparison).collect()
    }

    #[test]
    fn computed_thresholds_are_one_comparison() {
        let rows = vec![vec![noted(number("9"), true)], vec![noted(number("18"), false)]];
        assert_eq!(names(rows), ["cups ≥ what the rule has computed"]);
    }

    #[test]
    fn two_thresholds_in_one_answer_are_two_comparisons() {
        let both = vec![noted(number("2"), true), noted(number("5"), false)];
        assert_eq!(names(vec![both, vec![noted(number("2"), false)]]), ["cups ≥ 2", "cups ≥ 5"]);
    }

    #[test]
    fn a_setting_is_one_comparison_whatever_its_value() {
        let setting = Threshold::Setting("card".to_owned());
        let rows = vec![vec![noted(setting.clone(), true)], vec![noted(setting, false)]];
        let coverage = Coverage { rows, ..Coverage::default() };
        assert!(coverage.sites()[0].is_seen_both_ways());
    }

    #[test]
    fn a_filled_text_is_known_again() {
        assert!(fits("`{settings.family}` is no category: write", "`tea/` is no category: write"));
        assert!(!fits("`{settings.family}` is no category", "`tea/` is a category"));
    }
}
