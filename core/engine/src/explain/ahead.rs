//! Until when a value holds if nothing happens: the customer is played on, with no new event, over what
//! time alone brings.

use super::{
    answer::last_change,
    scene::Scene,
    sentences::{self, LocalTime},
};
use crate::{decisions::cause_name, view::UntilView};
use regulars_model::{
    Effect, Instant, Value,
    limits::{AHEAD_STEPS_MAX, AHEAD_US_MAX},
};
use regulars_rules::{
    Decided,
    play::{Ask, after, step},
};

pub(super) struct Ahead {
    /// The first decision that changes the field.
    turn: Option<Decided>,
    /// What the field's own rule is asked on the way.
    pub steps: Vec<Step>,
    pub looked_until: Instant,
    pub bound: Option<Bound>,
}

pub(super) struct Step {
    pub ask: Ask,
    /// The field before it and after it.
    pub before: Value,
    pub after: Value,
}

/// What ended the look ahead before the end of all that time brings.
#[derive(Clone, Copy)]
pub(super) enum Bound {
    Steps,
    Years,
}

impl Bound {
    pub fn name(self) -> &'static str {
        match self {
            Bound::Steps => "steps",
            Bound::Years => "years",
        }
    }
}

impl Scene<'_> {
    pub(super) fn look_ahead(&self) -> Ahead {
        let end = self.as_of.at.plus(AHEAD_US_MAX);
        let mut player = self.as_of.player(&after(self.as_of.at), end);
        let mut ahead = Ahead { turn: None, steps: Vec::new(), looked_until: end, bound: None };
        let mut before = self.field_of(player.state());
        for taken in 0.. {
            if taken == AHEAD_STEPS_MAX {
                ahead.bound = Some(Bound::Steps);
                break;
            }
            let Some(heard) = step(&mut player) else {
                let is_more = self.as_of.is_more_after(player.state(), end);
                ahead.bound = is_more.then_some(Bound::Years);
                break;
            };
            let now = self.field_of(player.state());
            ahead.looked_until = heard.first().map_or(end, |heard| heard.key.at);
            let own = heard.into_iter().filter(|one| one.ask.rule.id() == self.plugin.manifest.id);
            ahead.steps.extend(own.map(|heard| Step {
                ask: heard.ask,
                before: before.clone(),
                after: now.clone(),
            }));
            before = now;
        }
        if !matches!(ahead.bound, Some(Bound::Steps)) {
            ahead.looked_until = end;
        }
        let mut decided = player.finish().decided.into_iter();
        ahead.turn = decided.find(|own| {
            own.plugin == self.plugin.manifest.id && last_change(own, self.name).is_some()
        });
        ahead
    }

    pub(super) fn until_view(&self, ahead: &Ahead) -> UntilView {
        let label = &self.field().label;
        let time = |at| LocalTime(at, self.zone());
        let turn = ahead.turn.as_ref().and_then(|own| Some((own, last_change(own, self.name)?)));
        let said = match (turn, ahead.bound) {
            (Some((decided, outcome)), _) => {
                let value = value_of(&outcome.effect);
                sentences::turns(label, self.written(&value), time(decided.key.at))
            }
            (None, None) => sentences::stays(label),
            (None, Some(_)) => sentences::stays_so_far(label, time(ahead.looked_until)),
        };
        UntilView {
            at: turn.map(|(decided, _)| decided.key.at),
            value: turn.map(|(_, outcome)| self.write(&value_of(&outcome.effect))),
            cause: turn.map(|(decided, _)| cause_name(&decided.cause).to_owned()),
            reason: turn.map(|(decided, outcome)| self.reason(decided, outcome)),
            looked_until: ahead.looked_until,
            bound: ahead.bound.filter(|_| turn.is_none()).map(|bound| bound.name().to_owned()),
            sentence: said.text,
        }
    }
}

fn value_of(effect: &Effect) -> Value {
    match effect {
        Effect::SetField { value, .. } => value.clone(),
        _ => Value::Null,
    }
}
