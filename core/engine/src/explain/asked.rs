//! Why not: what the rule was asked last, whatever it answered. Most such answers change nothing and are
//! not kept, so the play is run again.

use super::{condition_view, scene::Scene, sentences};
use crate::{decisions::cause_name, view::AskedView};
use regulars_model::{Decision, Effect, EventKey, Instant, Reason, Value};
use regulars_rules::{
    decided::Request,
    play::{Heard, step},
    sentence::sentence,
};

pub(super) struct Asked {
    pub heard: Heard,
    before: Value,
    after: Value,
}

impl Scene<'_> {
    pub(super) fn last_asked(&self) -> Option<Asked> {
        let mut player = self.as_of.player(&self.last_subscribed()?, self.as_of.at);
        let mut last = None;
        loop {
            let before = self.field_of(player.state());
            let Some(heard) = step(&mut player) else { return last };
            let own =
                heard.into_iter().rfind(|heard| heard.ask.rule.id() == self.plugin.manifest.id);
            if let Some(heard) = own {
                last = Some(Asked { heard, before, after: self.field_of(player.state()) });
            }
        }
    }

    /// From there on the rule is asked at least once, if it ever was.
    fn last_subscribed(&self) -> Option<EventKey> {
        let rule = self.rule()?;
        let mut events = self.as_of.log.events().iter().rev();
        let subscribed = events.find(|event| {
            rule.sees(event) && rule.manifest.on.events.iter().any(|kind| **kind == *event.kind)
        });
        let beginning = || regulars_rules::play::after(Instant::BEGINNING);
        Some(subscribed.map_or_else(beginning, |event| event.key()))
    }

    pub(super) fn asked_view(&self, asked: &Asked) -> AskedView {
        let Asked { heard, before, after } = asked;
        let (rule, home) = (&heard.ask.rule, self.home());
        let manifest = &rule.manifest;
        let request = Request::new(rule, &heard.ask.row);
        let (mut outcome, mut value, mut conditions) = ("held", None, Vec::new());
        let said = match &heard.answer {
            Err(fault) => sentences::failed(&manifest.title, fault.message.clone()).text,
            Ok(decision) => {
                let view = |condition| condition_view(manifest, home, condition, &request);
                conditions = decision.conditions.iter().map(view).collect();
                match change_of(decision, self.name) {
                    Some((to, reason)) => {
                        outcome = if before == after { "same" } else { "set" };
                        value = Some(self.write(&to));
                        sentence(manifest, reason, home)
                    }
                    None => {
                        outcome = "nothing";
                        sentences::said_nothing(&manifest.title).text
                    }
                }
            }
        };
        AskedView {
            at: heard.key.at,
            cause: cause_name(&heard.ask.row.cause).to_owned(),
            event_id: heard.event_id,
            plugin_version: manifest.version.clone(),
            settings_version: rule.settings_version,
            outcome: outcome.to_owned(),
            value,
            sentence: said,
            conditions,
        }
    }
}

/// What a decision asks the field to be, and why.
pub(super) fn change_of<'d>(decision: &'d Decision, field: &str) -> Option<(Value, &'d Reason)> {
    decision.effects.iter().rev().find_map(|asked| match &asked.effect {
        Effect::SetField { field: own, value } if **own == *field => {
            Some((value.clone(), &asked.reason))
        }
        Effect::ClearField { field: own } if **own == *field => Some((Value::Null, &asked.reason)),
        _ => None,
    })
}
