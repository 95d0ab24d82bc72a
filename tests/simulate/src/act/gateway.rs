//! A gateway reads the outbox, sends, and says so.

use super::sale::odd;
use crate::{
    command::{Command, context},
    failure::{Broken, Held},
    simulation::Simulation,
};
use regulars_engine::{
    Code, OutboxQuery,
    request::{MessageFailed, MessageSent},
    view::MessageView,
};

impl Simulation<'_> {
    pub(super) fn deliver_a_message(&mut self) -> Held {
        let server = self.any_server();
        let number = self.next_number();
        let own = &self.servers[server];
        let query = OutboxQuery { limit: 50, ..OutboxQuery::default() };
        let page = own.wait(own.engine.list_outbox(&context(&own.engine, number), query))?;
        if page.items.is_empty() {
            return Ok(());
        }
        let message = self.dice.pick(&page.items).clone();
        let Some(person) = self.known.by_id.get(&message.customer_id).copied() else {
            let found = format!("{message:?}");
            return Broken::unless(false, "messages are about customers", "", "one", found);
        };
        self.may_be_sent(person, &message)?;
        let fails = self.dice.between(0, 10);
        let command = match fails {
            0..2 => {
                let failed = MessageFailed { reason: "no answer".to_owned(), retry: fails == 0 };
                Command::Failed(message.id, failed)
            }
            _ => Command::Sent(message.id, MessageSent::default()),
        };
        if matches!(command, Command::Sent(..)) {
            self.known.sent.insert(message.id);
        }
        let answer = self.insist(server, &command)?;
        self.touch(person, server);
        match answer {
            Ok(reply) => {
                let _: MessageView = serde_json::from_str(&reply.body)
                    .map_err(|_| odd("a message is shown", &reply))?;
                Ok(())
            }
            // What was due when it was read may have taken it back since.
            Err(problem) if problem.code == Code::Conflict => Ok(()),
            Err(problem) => Err(problem.into()),
        }
    }

    /// Whoever sends it has the customer's word, and has not sent it before.
    fn may_be_sent(&self, person: usize, message: &MessageView) -> Held {
        let is_allowed = |channel: &String| self.known.people[person].consents_to(channel);
        let holds = !message.channels.is_empty() && message.channels.iter().all(is_allowed);
        let about = format!("{} to {}", message.id, message.customer_id);
        let expected = "channels the customer consents to";
        Broken::unless(
            holds,
            "nothing is sent without consent",
            &about,
            expected,
            &message.channels,
        )?;
        let is_new = !self.known.sent.contains(&message.id);
        Broken::unless(is_new, "nothing is sent twice", about, "what was not sent", message)
    }
}
