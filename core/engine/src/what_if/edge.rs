//! Who stands close to a threshold that stands in the settings: read off the comparisons the candidate
//! makes when each customer is decided anew.

use super::{candidate::Candidate, report::Near};
use regulars_model::{
    Call, Cause, Decider, Decision, Fault, PluginFault, Row, Value, decide::Subject,
};
use regulars_rules::Rule;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

const WITHIN_PERCENT: u32 = 5;

/// What was overheard of all the candidate's rules, which may differ by home store.
#[derive(Clone)]
pub struct Edge(Arc<Mutex<Near>>);

/// A rule's decider, overheard.
struct Overheard {
    rule: Arc<Rule>,
    near: Edge,
}

impl Edge {
    /// Listens in the place of the candidate's rules; none of a replay, which asks many times.
    pub fn watch(candidate: &mut Candidate) -> Option<Edge> {
        let configuration = Arc::get_mut(&mut candidate.would_be)?;
        let rulebook = Arc::make_mut(&mut configuration.rulebook);
        if candidate.from.is_some() {
            return None;
        }
        let near = Near { within_percent: WITHIN_PERCENT, ..Near::default() };
        let edge = Edge(Arc::new(Mutex::new(near)));
        let mut heard: HashMap<*const Rule, Arc<Rule>> = HashMap::new();
        rulebook.periods.last_mut()?.replace(|rule| {
            if rule.id() != candidate.plugin {
                return rule.clone();
            }
            let listen = || {
                let overheard = Overheard { rule: rule.clone(), near: edge.clone() };
                Arc::new(rule.with_decider(Arc::new(overheard)))
            };
            heard.entry(Arc::as_ptr(rule)).or_insert_with(listen).clone()
        });
        Some(edge)
    }

    pub fn near(&self) -> Near {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Overheard {
    /// The settings whose thresholds the row is close to.
    fn settings_near<'a>(&self, row: &Row, decision: &'a Decision) -> BTreeSet<&'a str> {
        let close = decision.conditions.iter().filter_map(|condition| {
            let setting = condition.setting.as_deref()?;
            let value = self.value(row, &condition.subject)?.as_int()?;
            is_near(value, condition.threshold.as_int()?).then_some(setting)
        });
        close.collect()
    }

    fn value<'a>(&self, row: &'a Row, subject: &Subject) -> Option<&'a Value> {
        match subject {
            Subject::Input(name) => {
                let position = self.rule.manifest.input_names().position(|own| *own == **name)?;
                row.inputs.get(position)
            }
            Subject::Customer(name) => {
                let position = self.rule.customer_reads.iter().position(|own| **own == **name)?;
                row.customer.get(position)
            }
            Subject::Event(_) | Subject::Now => None,
        }
    }
}

fn is_near(value: i64, threshold: i64) -> bool {
    let apart = (i128::from(value) - i128::from(threshold)).abs();
    apart * 100 <= i128::from(threshold).abs() * i128::from(WITHIN_PERCENT)
}

impl Decider for Overheard {
    fn decide(&self, call: &Call) -> Vec<Result<Decision, PluginFault>> {
        let answers = self.rule.decider.decide(call);
        let mut near: BTreeMap<&str, u64> = BTreeMap::new();
        let mut customers = 0;
        // Each customer is asked once because the settings changed.
        let rows = call.rows.iter().zip(&answers).filter(|(row, _)| row.cause == Cause::Settings);
        for (row, answer) in rows {
            let Ok(decision) = answer else { continue };
            let settings = self.settings_near(row, decision);
            customers += u64::from(!settings.is_empty());
            for setting in settings {
                *near.entry(setting).or_default() += 1;
            }
        }
        if customers > 0 {
            let mut all = self.near.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.customers += customers;
            for (setting, count) in near {
                *all.by_setting.entry(setting.to_owned()).or_default() += count;
            }
        }
        answers
    }

    fn check_settings(&self, settings: &[Value]) -> Result<Vec<Fault>, PluginFault> {
        self.rule.decider.check_settings(settings)
    }
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
