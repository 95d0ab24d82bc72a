//! Many plays at once: one call per plugin for all that ask it.

use super::{Ask, Player};
use crate::{grant::grant, rulebook::Rule};
use regulars_model::{Call, Decision, EventId, EventKey, PluginFault, Row};
use std::sync::Arc;

/// Plays every player to its end, at most `window` of them at a time, and hands each to `done` as
/// it ends. Which others are in the window makes no difference to any of them.
pub fn drive(
    mut players: impl Iterator<Item = Player>,
    window: usize,
    mut done: impl FnMut(Player),
) {
    let mut playing: Vec<Player> = Vec::with_capacity(window.min(1_024));
    loop {
        while playing.len() < window
            && let Some(player) = players.next()
        {
            playing.push(player);
        }
        if playing.is_empty() {
            return;
        }
        let mut index = 0;
        while index < playing.len() {
            if playing[index].advance() {
                index += 1;
            } else {
                done(playing.swap_remove(index));
            }
        }
        let answers = ask_all(&mut playing);
        for (player, answers) in playing.iter_mut().zip(answers) {
            player.answer(answers);
        }
    }
}

/// What a rule was asked at an entry of a play, and what it answered.
pub struct Heard {
    pub key: EventKey,
    pub event_id: Option<EventId>,
    pub ask: Ask,
    pub answer: Result<Decision, PluginFault>,
}

/// Takes one play to the next entry that asks anything, and past it; none at its end.
pub fn step(player: &mut Player) -> Option<Vec<Heard>> {
    if !player.advance() {
        return None;
    }
    let answers = ask_all(std::slice::from_mut(player)).pop()?;
    let entry = player.entry.as_ref()?;
    let event_id = entry.event.map(|index| player.log.events()[index].id);
    let heard = player.asked.iter().zip(&answers).map(|(ask, answer)| Heard {
        key: entry.key.clone(),
        event_id,
        ask: ask.clone(),
        answer: answer.clone(),
    });
    let heard = heard.collect();
    player.answer(answers);
    Some(heard)
}

impl Ask {
    /// The rule's answer to this alone, as far as the manifest grants it.
    pub fn decide(&self) -> Result<Decision, PluginFault> {
        let row = Row { settings: 0, ..self.row.clone() };
        let call = Call { settings: vec![self.settings.clone()], rows: vec![row] };
        let answer = self.rule.decider.decide(&call).pop().unwrap_or_else(unanswered)?;
        grant(&self.rule.manifest, answer, self.row.now).map(|granted| granted.0)
    }
}

/// The rows for one decider, which may come from rules with different settings, and where each came from: (player, position among what it asks).
struct Group {
    rule: Arc<Rule>,
    call: Call,
    origins: Vec<(usize, usize)>,
}

/// One answer per row of each player.
fn ask_all(playing: &mut [Player]) -> Vec<Vec<Result<Decision, PluginFault>>> {
    let mut groups: Vec<Group> = Vec::new();
    for (player, playing) in playing.iter_mut().enumerate() {
        for (position, ask) in playing.asked.iter_mut().enumerate() {
            let group = match groups.iter_mut().position(|group| group.is_for(&ask.rule)) {
                Some(known) => &mut groups[known],
                None => {
                    let rule = ask.rule.clone();
                    groups.push(Group { rule, call: Call::default(), origins: Vec::new() });
                    let last = groups.len() - 1;
                    &mut groups[last]
                }
            };
            group.add(ask, player, position);
        }
    }
    type Answer = Option<Result<Decision, PluginFault>>;
    let mut answers: Vec<Vec<Answer>> =
        playing.iter().map(|player| player.asked.iter().map(|_| None).collect()).collect();
    for group in groups {
        let decisions = group.rule.decider.decide(&group.call);
        for (row, ((player, position), decision)) in
            group.call.rows.into_iter().zip(group.origins.into_iter().zip(decisions))
        {
            playing[player].asked[position].row = row;
            answers[player][position] = Some(decision);
        }
    }
    let answered = |answers: Vec<Answer>| {
        answers.into_iter().map(|answer| answer.unwrap_or_else(unanswered)).collect()
    };
    answers.into_iter().map(answered).collect()
}

impl Group {
    fn is_for(&self, rule: &Rule) -> bool {
        Arc::ptr_eq(&self.rule.decider, &rule.decider)
    }

    /// Takes the row out of the ask for the time of the call, rather than copy it.
    fn add(&mut self, ask: &mut Ask, player: usize, position: usize) {
        let known = self.call.settings.iter().position(|own| Arc::ptr_eq(own, &ask.settings));
        let settings = known.unwrap_or_else(|| {
            self.call.settings.push(ask.settings.clone());
            self.call.settings.len() - 1
        });
        let empty = Row {
            cause: regulars_model::Cause::Expiry,
            now: ask.row.now,
            offset_seconds: 0,
            settings: 0,
            inputs: Vec::new(),
            customer: Vec::new(),
            event: Vec::new(),
        };
        let mut row = std::mem::replace(&mut ask.row, empty);
        row.settings = settings;
        self.call.rows.push(row);
        self.origins.push((player, position));
    }
}

fn unanswered() -> Result<Decision, PluginFault> {
    let code = regulars_model::decide::PluginFaultCode::InvalidAnswer;
    Err(PluginFault::new(code, crate::faults::too_few_answers()))
}
