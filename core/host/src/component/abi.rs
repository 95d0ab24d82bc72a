//! `regulars:plugin@1.0.0-rc.1`: two total functions, request down and decisions up.

use regulars_model::{decide, wire};

wasmtime::component::bindgen!({
    path: "../../sdk/wit/v1",
    world: "plugin",
    imports: { "regulars:plugin/host.log": trappable },
});

use regulars::plugin::types as wit;

/// Moves the parts; [`give_back`] returns those an answer needs.
pub(super) fn call(call: &mut wire::Call) -> wit::Call {
    let rows = call.rows.iter().map(|row| wit::Row {
        cause: match row.cause {
            wire::Cause::Event => wit::Cause::Event,
            wire::Cause::Wake => wit::Cause::Wake,
            wire::Cause::Expiry => wit::Cause::Expiry,
            wire::Cause::Settings => wit::Cause::Settings,
        },
        name: row.name,
        now: row.now,
        offset_seconds: row.offset_seconds,
        settings: row.settings,
    });
    let rows = rows.collect();
    wit::Call {
        symbols: std::mem::take(&mut call.symbols),
        lists: std::mem::take(&mut call.lists),
        settings: std::mem::take(&mut call.settings),
        rows,
        words: std::mem::take(&mut call.words),
    }
}

/// An answer refers to the call's texts and lists, so they come back.
pub(super) fn give_back(call: &mut wire::Call, of: wit::Call) {
    call.symbols = of.symbols;
    call.lists = of.lists;
}

pub(super) fn answer(answer: wit::Answer) -> wire::Answer {
    wire::Answer {
        symbols: answer.symbols,
        lists: answer.lists,
        effects: answer.effects.into_iter().map(row_effect).collect(),
        conditions: answer.conditions.into_iter().map(condition).collect(),
    }
}

pub(super) fn complaints(complaints: wit::Complaints) -> wire::Complaints {
    let list = complaints.complaints.into_iter().map(|complaint| wire::Complaint {
        setting: complaint.setting,
        reason: reason(complaint.reason),
    });
    wire::Complaints {
        complaints: list.collect(),
        symbols: complaints.symbols,
        lists: complaints.lists,
    }
}

fn row_effect(of: wit::RowEffect) -> wire::RowEffect {
    wire::RowEffect { row: of.row, reason: reason(of.reason), effect: effect(of.effect) }
}

fn reason(reason: wit::Reason) -> wire::Reason {
    wire::Reason { text: reason.text, args: reason.args }
}

fn effect(effect: wit::Effect) -> wire::Effect {
    use wire::Effect;
    match effect {
        wit::Effect::SetField(set) => Effect::SetField { field: set.field, value: set.value },
        wit::Effect::ClearField(field) => Effect::ClearField(field),
        wit::Effect::AddTag(tag) => Effect::AddTag(tag),
        wit::Effect::RemoveTag(tag) => Effect::RemoveTag(tag),
        wit::Effect::SetLifecycle(to) => Effect::SetLifecycle(to),
        wit::Effect::ClearLifecycle => Effect::ClearLifecycle,
        wit::Effect::Wake(wake) => Effect::Wake { key: wake.key, at: wake.at },
        wit::Effect::CancelWake(key) => Effect::CancelWake(key),
        wit::Effect::Task(task) => Effect::Task(wire::Task {
            kind: task.kind,
            key: task.key,
            title: reason(task.title),
            due_at: task.due_at,
            assignee: task.assignee,
        }),
        wit::Effect::Message(of) => Effect::Message(filled(of)),
        wit::Effect::Voucher(of) => Effect::Voucher(filled(of)),
        wit::Effect::Points(points) => Effect::Points(wire::Points {
            account: points.account,
            key: points.key,
            amount: points.amount,
            expires_at: points.expires_at,
        }),
        wit::Effect::AppendEvent(event) => Effect::AppendEvent(wire::NewEvent {
            kind: event.kind,
            key: event.key,
            amount: event.amount,
            data: event.data,
        }),
        wit::Effect::Custom(of) => Effect::Custom(filled(of)),
    }
}

fn filled(of: wit::Filled) -> wire::Filled {
    wire::Filled {
        template: of.template,
        key: of.key,
        variables: of.variables,
        not_before: of.not_before,
        expires_at: of.expires_at,
    }
}

fn condition(condition: wit::Condition) -> wire::Condition {
    use decide::Comparison;
    wire::Condition {
        row: condition.row,
        subject: match condition.subject {
            wit::Subject::Input => wire::Subject::Input,
            wit::Subject::Customer => wire::Subject::Customer,
            wit::Subject::Event => wire::Subject::Event,
            wit::Subject::Now => wire::Subject::Now,
        },
        position: condition.position,
        comparison: match condition.comparison {
            wit::Comparison::Equal => Comparison::Equal,
            wit::Comparison::NotEqual => Comparison::NotEqual,
            wit::Comparison::Over => Comparison::Over,
            wit::Comparison::AtLeast => Comparison::From,
            wit::Comparison::Under => Comparison::Under,
            wit::Comparison::AtMost => Comparison::UpTo,
        },
        threshold: condition.threshold,
        setting: condition.setting,
        held: condition.held,
    }
}
