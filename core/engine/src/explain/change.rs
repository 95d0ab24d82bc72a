//! What would change a value: each measured input that the rule compares is moved just over its
//! threshold, and the rule is asked again.

use super::{
    ahead::Ahead,
    asked::{Asked, change_of},
    moved::{Move, target},
    scene::Scene,
    sentences::{self, LocalTime},
};
use crate::view::{ChangeView, NotMovedView};
use regulars_model::{
    Condition, Instant, PluginFault, Value, decide::Subject, limits::MOVES_ASKED_MAX, said::Said,
};
use regulars_rules::play::{Ask, after};
use std::collections::BTreeSet;

/// What would change it, and what of its comparisons could not be moved.
#[derive(Default)]
pub(super) struct Changes {
    pub changes: Vec<ChangeView>,
    pub not_moved: Vec<NotMovedView>,
    asked: usize,
}

/// Until when a change leads to its value.
struct Offer {
    until: Option<Instant>,
    /// Further was not looked.
    bound: Option<&'static str>,
}

impl Scene<'_> {
    pub(super) fn would_change(&self, asked: &Asked, ahead: &Ahead) -> Changes {
        let mut found = Changes::default();
        let mut player = self.as_of.player(&after(self.as_of.at), self.as_of.at);
        let Some(ask) = player.ask_again(&asked.heard, self.as_of.at) else { return found };
        let current = self.field_of(player.state());
        let conditions = match self.asked_alone(&ask, &current, &mut found) {
            Err(fault) => {
                let said = sentences::failed(&ask.rule.manifest.title, fault.message);
                found.not_moved.push(not_moved("", said));
                return found;
            }
            Ok((value, _)) if value != current => {
                let said = sentences::not_repeatable(&self.field().label);
                found.not_moved.push(not_moved("", said));
                return found;
            }
            Ok((_, conditions)) => conditions,
        };
        let mut tried = BTreeSet::new();
        for condition in &conditions {
            match self.to_move(&ask, condition) {
                Ok(one) if tried.insert((one.input.clone(), one.to)) => {
                    self.try_move(&ask, &one, condition, &current, ahead, &mut found);
                }
                Ok(_) => {}
                Err((subject, said)) => {
                    let one = not_moved(&subject, said);
                    if !found.not_moved.contains(&one) {
                        found.not_moved.push(one);
                    }
                }
            }
        }
        found
    }

    /// The value that follows, and the comparisons made.
    fn asked_alone(
        &self,
        ask: &Ask,
        current: &Value,
        found: &mut Changes,
    ) -> Result<(Value, Vec<Condition>), PluginFault> {
        found.asked += 1;
        let decision = ask.decide()?;
        let value = change_of(&decision, self.name).map_or(current.clone(), |(value, _)| value);
        Ok((value, decision.conditions))
    }

    fn to_move(&self, ask: &Ask, condition: &Condition) -> Result<Move, (String, Said)> {
        let input = match &condition.subject {
            Subject::Input(name) => name,
            Subject::Customer(name) => {
                return Err((name.to_string(), sentences::of_customer(name)));
            }
            Subject::Event(name) => return Err((name.to_string(), sentences::of_event(name))),
            Subject::Now => return Err(("now".to_owned(), sentences::of_time())),
        };
        let refused = |said| (input.to_string(), said);
        let to = target(condition);
        let found = to.and_then(|to| Move::of(ask, self.home(), input, to));
        let found = found.ok_or_else(|| refused(sentences::no_amount(input)))?;
        if found.is_below_nothing() {
            return Err(refused(sentences::below_nothing(input)));
        }
        Ok(found)
    }

    fn try_move(
        &self,
        ask: &Ask,
        one: &Move,
        condition: &Condition,
        current: &Value,
        ahead: &Ahead,
        found: &mut Changes,
    ) {
        if found.asked >= MOVES_ASKED_MAX {
            found.not_moved.push(not_moved(&one.input, sentences::not_looked_further()));
            return;
        }
        let moved = one.apply(ask, self.home());
        match moved.map(|moved| self.asked_alone(&moved, current, found)) {
            Some(Ok((value, _))) if value != *current => {
                let offer = self.stands(one, &value, ahead, found);
                found.changes.push(self.change_view(ask, one, condition, &value, &offer));
            }
            Some(Err(fault)) => {
                let said = sentences::failed(&ask.rule.manifest.title, fault.message);
                found.not_moved.push(not_moved(&one.input, said));
            }
            _ => {
                let (shape, to) = (one.shape(ask), Value::Int(one.to));
                let said = sentences::changes_nothing(&one.input, self.in_shape(&shape, &to));
                found.not_moved.push(not_moved(&one.input, said));
            }
        }
    }

    /// As time passes, windows let go of what they count: the same amount is enough up to some instant, or
    /// the field comes to the value by itself.
    fn stands(&self, one: &Move, value: &Value, ahead: &Ahead, found: &mut Changes) -> Offer {
        for step in &ahead.steps {
            if found.asked >= MOVES_ASKED_MAX {
                return Offer { until: None, bound: Some("steps") };
            }
            let moved = one.apply(&step.ask, self.home());
            let follows = moved.map(|moved| self.asked_alone(&moved, &step.before, found));
            let still = matches!(&follows, Some(Ok((then, _))) if then == value);
            if !still || step.after == *value {
                return Offer { until: Some(step.ask.row.now), bound: None };
            }
        }
        Offer { until: None, bound: ahead.bound.map(|bound| bound.name()) }
    }

    fn change_view(
        &self,
        ask: &Ask,
        one: &Move,
        condition: &Condition,
        value: &Value,
        offer: &Offer,
    ) -> ChangeView {
        let shape = one.shape(ask);
        let by = Value::Int(one.by.saturating_abs());
        let (input, label) = (&one.input, &self.field().label);
        let (amount, then) = (self.in_shape(&shape, &by), self.written(value));
        let time = offer.until.map(|until| LocalTime(until, self.zone()));
        let said = match (one.by > 0, time) {
            (true, None) => sentences::more(amount, input, label, then),
            (true, Some(time)) => sentences::more_before(amount, input, time, label, then),
            (false, None) => sentences::less(amount, input, label, then),
            (false, Some(time)) => sentences::less_before(amount, input, time, label, then),
        };
        let write = |value: &Value| shape.write(value, self.home());
        ChangeView {
            input: one.input.clone(),
            direction: if one.by > 0 { "more" } else { "less" }.to_owned(),
            by: write(&by),
            to: write(&Value::Int(one.to)),
            setting: condition.setting.as_ref().map(ToString::to_string),
            value: self.write(value),
            until: offer.until,
            bound: offer.bound.map(str::to_owned),
            sentence: said.text,
        }
    }
}

fn not_moved(subject: &str, said: Said) -> NotMovedView {
    NotMovedView { subject: subject.to_owned(), code: said.code.to_owned(), sentence: said.text }
}
