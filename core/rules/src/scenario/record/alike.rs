//! Whether the recorded scenario repeats the decision: the same effects for the same reasons, on the
//! same numbers. What was renamed or moved in time may differ.

use super::Original;
use crate::{
    Decided, Outcome,
    scenario::{sentences, stage::Seen},
};
use regulars_model::{
    Cause, Effect, Instant, Shape, Value, duration::format_duration, said::Said, text::Bilingual,
};
use std::mem::discriminant;

/// The decision in question, among those of the last step.
pub(super) fn find<'a>(
    original: &Original,
    seen: &'a Seen,
    by: i64,
) -> Result<&'a Decided, Bilingual> {
    let wanted = &original.decided;
    let is_same = |decided: &&Decided| {
        discriminant(&decided.cause) == discriminant(&wanted.cause)
            && decided.key.at == wanted.key.at.plus(by)
    };
    let found = seen.decided.iter().find(is_same);
    found.ok_or_else(|| not_repeated(sentences::nothing_to_change()))
}

pub(super) fn check(original: &Original, decided: &Decided) -> Result<(), Bilingual> {
    let wanted = &original.decided;
    if let (Cause::Event(kind), Cause::Event(own)) = (&wanted.cause, &decided.cause)
        && kind != own
    {
        return Err(not_repeated(sentences::another_event()));
    }
    for (name, input) in &original.manifest.inputs {
        let read = |decided: &Decided| decided.request.inputs.get(name.as_str()).cloned();
        if is_kept(&input.shape()) && read(wanted) != read(decided) {
            return Err(not_repeated(sentences::another_input(name)));
        }
    }
    let [wanted, own] = [wanted, decided].map(|one| {
        let essence = |outcome| essence(original, one.key.at, outcome);
        one.effects.iter().map(essence).collect::<Vec<_>>()
    });
    match wanted == own {
        true => Ok(()),
        false => {
            let shown = |all: &[String]| all.join(", ");
            let (wanted, own) = (shown(&wanted), shown(&own));
            Err(not_repeated(sentences::other_effects(own, wanted)))
        }
    }
}

fn not_repeated(why: Said) -> Bilingual {
    sentences::not_repeated(why).text
}

/// Neither moved nor renamed.
fn is_kept(shape: &Shape) -> bool {
    matches!(shape, Shape::Boolean | Shape::Integer { .. } | Shape::Money | Shape::Choice { .. })
}

/// What of an effect must be the same.
fn essence(original: &Original, now: Instant, outcome: &Outcome) -> String {
    let value = |name: &str, value: &Value| {
        let declared = original.manifest.fields.get(name);
        match declared.is_some_and(|field| is_kept(&field.shape)) {
            true => serde_json::to_string(value).unwrap_or_default(),
            false => String::new(),
        }
    };
    let what = match &outcome.effect {
        Effect::SetField { field, value: own } => format!("{field} = {}", value(field, own)),
        Effect::ClearField { field } => format!("{field} cleared"),
        Effect::AddTag { tag } => format!("tag {tag}"),
        Effect::RemoveTag { tag } => format!("no tag {tag}"),
        Effect::SetLifecycle { to } => format!("lifecycle {}", to.name()),
        Effect::ClearLifecycle => "no vote".to_owned(),
        Effect::Wake { at, .. } => format!("a wake {} later", format_duration(at.0 - now.0)),
        Effect::CancelWake { .. } => "a wake cancelled".to_owned(),
        Effect::Task(task) => format!("task {}", task.kind),
        Effect::Message(filled) => format!("message {}", filled.template),
        Effect::Voucher(filled) => format!("voucher {}", filled.template),
        Effect::Points(points) => format!("{} points of {}", points.amount, points.account),
        Effect::Custom(filled) => format!("custom {}", filled.template),
        Effect::AppendEvent(new) => format!("event {}", new.kind),
        Effect::WithdrawEvent { kind, .. } => format!("no event {kind}"),
    };
    format!("{what} ({})", outcome.reason.text)
}
