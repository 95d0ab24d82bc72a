//! What staff do by hand: consents taken down, records edited, homes moved, tasks worked on.

use super::sale::odd;
use crate::{
    chain::SHOPS,
    command::{Command, context},
    failure::{Broken, Held},
    known::{MARKETING, Own, said},
    simulation::Simulation,
};
use regulars_engine::{
    TaskQuery,
    request::{CompleteTask, ConsentAction, ConsentDraft, PostponeTask},
    view::{CustomerView, TaskView},
};
use regulars_model::{CustomerId, Instant, duration::DAY_US, event::kind};
use serde_json::json;

impl Simulation<'_> {
    pub(super) fn say_consent(&mut self) -> Held {
        let Some((person, id)) = self.somebody_known() else { return Ok(()) };
        let server = self.any_server();
        let all = [ConsentAction::Grant, ConsentAction::Grant, ConsentAction::Withdraw];
        let action = *self.dice.pick(&all);
        let channel = (*self.dice.pick(&["sms", "wechat"])).to_owned();
        let at = self.servers[server].now();
        let draft = ConsentDraft {
            channel: channel.clone(),
            purpose: MARKETING.to_owned(),
            action,
            occurred_at: Some(at),
        };
        self.insist(server, &Command::Consent(id, draft))??;
        let consent = Some((channel, said(action)));
        self.known.people[person].own.push(Own { at, kind: kind::CONSENT, consent });
        self.touch(person, server);
        Ok(())
    }

    /// A home store is moved only by a server whose clock is right: moves have no order of their own.
    pub(super) fn edit(&mut self) -> Held {
        let Some((person, id)) = self.somebody_known() else { return Ok(()) };
        let server = self.any_server();
        let own = &self.servers[server];
        let (at, moves) = (own.now(), own.is_right() && self.dice.percent(60));
        let home = self.dice.pick(&SHOPS).code;
        let before = &self.known.people[person];
        let moves = moves && before.home() != Some(home);
        let change = match moves {
            true => json!({"home_store": home}),
            false => json!({"profile": {"note": format!("seen at {at}")}}),
        };
        let command = Command::Patch(id, before.profile_version, change);
        let reply = self.insist(server, &command)??;
        let view: CustomerView = serde_json::from_str(&reply.body)
            .map_err(|_| odd("an edit shows the record", &reply))?;
        let person_known = &mut self.known.people[person];
        person_known.profile_version += 1;
        person_known.own.push(Own { at, kind: kind::EDIT, consent: None });
        if moves {
            person_known.moves.push((at, home.to_owned()));
        }
        self.touch(person, server);
        let expected = self.known.people[person].profile_version;
        let invariant = "each edit counts once";
        Broken::unless_equal(invariant, id, &expected, &view.profile_version)
    }

    pub(super) fn work_on_a_task(&mut self) -> Held {
        let server = self.any_server();
        let number = self.next_number();
        let own = &self.servers[server];
        let query = TaskQuery { limit: 50, ..TaskQuery::default() };
        let page = own.wait(own.engine.list_tasks(&context(&own.engine, number), query))?;
        if page.items.is_empty() {
            return Ok(());
        }
        let task = self.dice.pick(&page.items).clone();
        let (id, at) = (task.id, self.servers[server].now());
        let command = match self.dice.between(0, 10) {
            0..2 if task.state == "open" => Command::Claim(id),
            2..4 => Command::Postpone(id, PostponeTask { due_at: at.plus(DAY_US) }),
            _ => Command::Complete(id, CompleteTask { outcome: "reached".to_owned(), note: None }),
        };
        let reply = self.insist(server, &command)??;
        let _: TaskView =
            serde_json::from_str(&reply.body).map_err(|_| odd("a task is shown", &reply))?;
        let Some(person) = self.known.by_id.get(&task.customer_id).copied() else {
            return Err(odd("a task is about somebody who is known", &reply));
        };
        if matches!(command, Command::Complete(..)) {
            self.known.people[person].own.push(Own {
                at,
                kind: kind::TASK_COMPLETED,
                consent: None,
            });
            self.known.done.insert(id);
        }
        self.touch(person, server);
        Ok(())
    }

    fn somebody_known(&mut self) -> Option<(usize, CustomerId)> {
        let person = self.somebody();
        Some((person, self.known.people[person].id?))
    }

    /// To be looked at after this step; decided up to the server's own clock.
    pub fn touch(&mut self, person: usize, server: usize) {
        let until = self.servers[server].now();
        let known = self.touched.entry(person).or_insert(until);
        *known = until.max(*known);
    }

    /// The same of one whose write may have been lost: decided as far as it got.
    pub fn touch_lost(&mut self, person: usize) {
        self.touched.insert(person, Instant::BEGINNING);
    }
}
