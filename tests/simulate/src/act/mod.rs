//! What happens in one step, as the dice fall.

mod gateway;
mod head_office;
mod sale;
mod staff;
mod time;

pub use head_office::create_draft;

use crate::{check, failure::Held, simulation::Simulation};
use regulars_model::duration::{DAY_US, MINUTE_US};

impl Simulation<'_> {
    pub fn act(&mut self) -> Held {
        self.touched.clear();
        self.let_time_pass();
        self.go_on_with_underway()?;
        // Before anything else, so that what is looked at is one write and what was due.
        check::touched(self)?;
        match self.dice.between(0, 100) {
            0..52 => self.something_happens()?,
            52..58 => self.send_from_drawer()?,
            58..64 => self.send_again()?,
            64..68 => self.say_consent()?,
            68..73 => self.edit()?,
            73..80 => self.work_on_a_task()?,
            80..89 => self.deliver_a_message()?,
            89..92 => self.change_rules()?,
            92..95 => self.put_clock_wrong(),
            95..97 => self.tend()?,
            97..99 => self.restart()?,
            _ => self.jump(),
        }
        if self.dice.percent(70) {
            let server = self.any_server();
            self.decide_due(server)?;
        }
        Ok(())
    }

    /// So that a day has about as many steps as are wanted; never twice the same instant.
    fn let_time_pass(&mut self) {
        let steps = 4 + self.plan.customers as i64 / 5;
        let passes = self.dice.between(MINUTE_US, 2 * DAY_US / steps);
        self.clock.advance(passes);
    }

    fn jump(&mut self) {
        let days = self.dice.between(DAY_US, 5 * DAY_US);
        self.clock.advance(days);
    }
}
