//! One step after another, each a message or a task.

use crate::{Call, NEXT_STEP, Stage, Step, StepKind, StepTemplate, fields, messages, tasks, texts};
use regulars_sdk::{MessageKind, Text, prelude::*, shape};

/// How soon a step follows that new settings make overdue.
const OVERDUE_AFTER: Duration = Duration::hours(1);

pub fn take(call: &Call, out: &mut Decision) {
    let customer = &call.customer;
    let (Some(category), Some(started_at), true) =
        (customer.category.get(), customer.started_at.get(), customer.stage.is(Stage::Nurturing))
    else {
        return;
    };
    let number = customer.step.get().unwrap_or(0) + 1;
    let key = format!("{started_at}/{number}");
    let step = Taken { number, category, key: &key };
    match find(call, number) {
        Step { kind: StepKind::Message, template } => step.send(call, out, template),
        Step { kind: StepKind::Task, template } => step.assign(call, out, template),
    }
    let why = (number, category);
    out.set_field(fields::STEP, number).because(texts::NEXT_STEP, why);
    out.set_field(fields::STEPPED_AT, *call.now).because(texts::NEXT_STEP, why);
    if number >= *call.settings.max_steps {
        finish(call, out);
    } else {
        out.wake(NEXT_STEP, *call.now + *call.settings.every).because(texts::NEXT_STEP, why);
    }
}

/// New settings move the pending step, or end a lead that has had as many as they allow.
pub fn follow_settings(call: &Call, out: &mut Decision) {
    let customer = &call.customer;
    let (Some(started_at), true) = (customer.started_at.get(), customer.stage.is(Stage::Nurturing))
    else {
        return;
    };
    if customer.step.known().is_some_and(|step| step.is_from(call.settings.max_steps)) {
        out.cancel_wake(NEXT_STEP).because(texts::FINISHED, (call.settings.max_steps,));
        return finish(call, out);
    }
    let next = match customer.stepped_at.get() {
        Some(stepped_at) => stepped_at + *call.settings.every,
        None => started_at + *call.settings.first_after,
    };
    let at = if next > *call.now { next } else { *call.now + OVERDUE_AFTER };
    out.wake(NEXT_STEP, at).because(texts::NEW_PACE, (call.settings.every,));
}

fn finish(call: &Call, out: &mut Decision) {
    let why = (call.settings.max_steps,);
    out.set_field(fields::STAGE, Stage::Finished).because(texts::FINISHED, why);
}

/// After the last step of the list come offers, in the manner of that last step.
fn find(call: &Call, number: i64) -> Step {
    let steps = *call.settings.steps;
    let kind = steps.last().map_or(StepKind::Message, |last| last.kind);
    let listed = usize::try_from(number - 1).ok().and_then(|index| steps.get(index));
    listed.unwrap_or(Step { kind, template: StepTemplate::Offer })
}

struct Taken<'s> {
    number: i64,
    category: &'s str,
    /// Made of the lead's start, so that a later lead has keys of its own.
    key: &'s str,
}

impl Taken<'_> {
    /// The next step makes this one stale, so it does not wait longer for its gateway.
    fn send(&self, call: &Call, out: &mut Decision, template: StepTemplate) {
        let kind: MessageKind<(shape::Text,)> = match template {
            StepTemplate::CaseStudy => messages::CASE_STUDY,
            StepTemplate::Offer => messages::OFFER,
            StepTemplate::Invitation => messages::INVITATION,
        };
        out.message(kind, self.key)
            .variables((self.category,))
            .expires_at(*call.now + *call.settings.every)
            .because(texts::NEXT_STEP, (self.number, self.category));
    }

    fn assign(&self, call: &Call, out: &mut Decision, template: StepTemplate) {
        let title: Text<(shape::Text,)> = match template {
            StepTemplate::CaseStudy => texts::SHOW_CASE_STUDY,
            StepTemplate::Offer => texts::MAKE_OFFER,
            StepTemplate::Invitation => texts::INVITE,
        };
        out.task(tasks::NURTURE_STEP, self.key)
            .title(title, (self.category,))
            .due_at(*call.now + Duration::days(1))
            .assignee(Assignee::AssignedStaff)
            .because(texts::NEXT_STEP, (self.number, self.category));
    }
}
