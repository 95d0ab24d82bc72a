//! Who stands close to a threshold that stands in the settings: read off the comparisons the candidate
//! makes when each customer is decided anew.

use super::{candidate::Candidate, report::Near};
use regulars_model::{
    Call, Cause, Decider, Decision, Fault, PluginFault, Row, Value, decide::Subject,
};
use regulars_rules::Rule;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

const WITHIN_PERCENT: u32 = 5;

/// The candidate's decider, overheard.
pub struct Edge {
    rule: Arc<Rule>,
    near: Mutex<Near>,
}

impl Edge {
    /// Puts itself in the place of the candidate's rule; none of a replay, which asks many times.
    pub fn watch(candidate: &mut Candidate) -> Option<Arc<Edge>> {
        let configuration = Arc::get_mut(&mut candidate.would_be)?;
        let rulebook = Arc::make_mut(&mut configuration.rulebook);
        let rules = &mut rulebook.periods.last_mut()?.rules;
        let rule = rules.iter_mut().find(|rule| rule.id() == candidate.plugin)?;
        if candidate.from.is_some() {
            return None;
        }
        let near = Near { within_percent: WITHIN_PERCENT, ..Near::default() };
        let edge = Arc::new(Edge { rule: rule.clone(), near: Mutex::new(near) });
        *rule = Arc::new(rule.with_decider(edge.clone()));
        Some(edge)
    }

    pub fn near(&self) -> Near {
        self.near.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

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

impl Decider for Edge {
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
            let mut all = self.near.lock().unwrap_or_else(PoisonError::into_inner);
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
