//! `out` and the effects a script gives through it.

use super::{
    call::value,
    check::unknown,
    compare::kind,
    draft::{Draft, Slate, invalid},
    engine::rules,
    sentences::{
        self, ACCOUNT, ASSIGNEE, EVENT, FIELD, LIFECYCLE, MEMBER, SETTING, TAG, TASK, TEMPLATE,
        TEXT, VARIABLE,
    },
};
use crate::sentences::in_its_words;
use regulars_model::{
    Effect, Instant, Lifecycle, PluginFault, Reason, Value,
    decide::{Assignee, Filled, NewEvent, PluginFaultCode, PointsEffect, TaskEffect},
    duration::DAY_US,
    said::Word,
    wire::{Slot, TemplateSlot},
};
use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString, Map, NativeCallContext};
use std::sync::Arc;

/// As in Rust: what says nothing of it is stale after a week.
const LIFE_US: i64 = 7 * DAY_US;

#[derive(Clone)]
pub(super) struct Out;

/// The effect at this place of the draft, to be told more about.
#[derive(Clone)]
struct Given(usize);

#[derive(Clone)]
struct Complaint(usize);

type Context<'a> = NativeCallContext<'a>;
type Text = ImmutableString;
type Rhai<T> = Result<T, Box<EvalAltResult>>;

pub(super) fn register(engine: &mut Engine) {
    engine
        .register_type_with_name::<Out>("out")
        .register_type_with_name::<Given>("effect")
        .register_type_with_name::<Complaint>("complaint");
    engine.register_fn("log", |context: Context, message: &str| {
        Slate::write(&context, |draft| {
            draft.log(message);
            Ok(())
        })
    });
    register_effects(engine);
    register_reasons(engine);
    register_work(engine);
}

fn register_effects(engine: &mut Engine) {
    engine
        .register_fn("set_field", |context: Context, _: &mut Out, name: Text, to: Dynamic| {
            give(&context, |draft| set_field(draft, &name, &to))
        })
        .register_fn("clear_field", |context: Context, _: &mut Out, name: Text| {
            give(&context, |draft| {
                let field = Arc::clone(&find(&draft.layout.fields, FIELD, &name)?.name);
                Ok(Effect::ClearField { field })
            })
        })
        .register_fn("add_tag", |context: Context, _: &mut Out, tag: Text| {
            give(&context, |draft| Ok(Effect::AddTag { tag: name(&draft.layout.tags, TAG, &tag)? }))
        })
        .register_fn("remove_tag", |context: Context, _: &mut Out, tag: Text| {
            give(&context, |draft| {
                Ok(Effect::RemoveTag { tag: name(&draft.layout.tags, TAG, &tag)? })
            })
        })
        .register_fn("set_lifecycle", |context: Context, _: &mut Out, stage: Text| {
            give(&context, |_| {
                let known = || Lifecycle::ALL.iter().map(|(name, _)| *name);
                let to = Lifecycle::find(&stage).ok_or_else(|| unknown(LIFECYCLE, &stage, known()));
                to.map(|to| Effect::SetLifecycle { to }).map_err(invalid)
            })
        })
        .register_fn("clear_lifecycle", |context: Context, _: &mut Out| {
            give(&context, |_| Ok(Effect::ClearLifecycle))
        })
        .register_fn("wake", |context: Context, _: &mut Out, key: Text, at: i64| {
            give(&context, |_| Ok(Effect::Wake { key: key.as_str().into(), at: Instant(at) }))
        })
        .register_fn("cancel_wake", |context: Context, _: &mut Out, key: Text| {
            give(&context, |_| Ok(Effect::CancelWake { key: key.as_str().into() }))
        })
        .register_fn("task", |context: Context, _: &mut Out, kind: Text, key: Text| {
            give(&context, |draft| task(draft, &kind, &key))
        })
        .register_fn("message", |context: Context, _: &mut Out, template: Text, key: Text| {
            give(&context, |draft| {
                filled(draft, &draft.layout.messages, &template, &key).map(Effect::Message)
            })
        })
        .register_fn("voucher", |context: Context, _: &mut Out, template: Text, key: Text| {
            give(&context, |draft| {
                filled(draft, &draft.layout.vouchers, &template, &key).map(Effect::Voucher)
            })
        })
        .register_fn("custom", |context: Context, _: &mut Out, template: Text, key: Text| {
            give(&context, |draft| {
                filled(draft, &draft.layout.custom, &template, &key).map(Effect::Custom)
            })
        })
        .register_fn(
            "points",
            |context: Context, _: &mut Out, account: Text, key: Text, amount: i64| {
                give(&context, |draft| points(draft, &account, &key, amount))
            },
        )
        .register_fn("append_event", |context: Context, _: &mut Out, kind: Text, key: Text| {
            give(&context, |draft| new_event(draft, &kind, &key))
        })
        .register_fn("complain", |context: Context, _: &mut Out, setting: Text| {
            Slate::write(&context, |draft| {
                let setting = Arc::clone(&find(&draft.layout.settings, SETTING, &setting)?.name);
                draft.complain(setting).map(Complaint)
            })
        });
}

fn register_reasons(engine: &mut Engine) {
    engine
        .register_fn("because", |context: Context, given: &mut Given, text: Text| {
            because(&context, given, &text, &[])
        })
        .register_fn("because", |context: Context, given: &mut Given, text: Text, args: Array| {
            because(&context, given, &text, &args)
        })
        .register_fn("because", |context: Context, given: &mut Complaint, text: Text| {
            complain(&context, given, &text, &[])
        })
        .register_fn(
            "because",
            |context: Context, given: &mut Complaint, text: Text, args: Array| {
                complain(&context, given, &text, &args)
            },
        );
}

/// What only a task takes, or only what is filled in from a template.
fn register_work(engine: &mut Engine) {
    engine
        .register_fn("title", |context: Context, given: &mut Given, text: Text| {
            on_task(&context, given, "title", |draft, task| {
                task.title = reason(draft, &text, &[])?;
                Ok(())
            })
        })
        .register_fn("title", |context: Context, given: &mut Given, text: Text, args: Array| {
            on_task(&context, given, "title", |draft, task| {
                task.title = reason(draft, &text, &args)?;
                Ok(())
            })
        })
        .register_fn("due_at", |context: Context, given: &mut Given, at: i64| {
            on_task(&context, given, "due_at", |_, task| {
                task.due_at = Instant(at);
                Ok(())
            })
        })
        .register_fn("assignee", |context: Context, given: &mut Given, who: Text| {
            on_task(&context, given, "assignee", |_, task| {
                task.assignee = assignee(&who)?;
                Ok(())
            })
        })
        .register_fn("variables", |context: Context, given: &mut Given, variables: Map| {
            on_effect(&context, given, |draft, effect| {
                let (slots, filled) = template_of(draft, effect, "variables")?;
                filled.variables = read_variables(slots, &filled.template, &variables)?;
                Ok(())
            })
        })
        .register_fn("data", |context: Context, given: &mut Given, data: Map| {
            on_event(&context, given, "data", |draft, event| {
                let declared = draft.layout.events.iter().find(|own| own.name == event.kind);
                event.data = by_name(declared.map_or(&[], |own| &own.data), MEMBER, &data)?;
                Ok(())
            })
        })
        .register_fn("amount", |context: Context, given: &mut Given, amount: i64| {
            on_event(&context, given, "amount", |_, event| {
                event.amount = Some(amount);
                Ok(())
            })
        })
        .register_fn("not_before", |context: Context, given: &mut Given, at: i64| {
            on_effect(&context, given, |draft, effect| {
                template_of(draft, effect, "not_before")?.1.not_before = Instant(at);
                Ok(())
            })
        })
        .register_fn("expires_at", |context: Context, given: &mut Given, at: i64| {
            on_effect(&context, given, |draft, effect| {
                if let Effect::Points(points) = effect {
                    points.expires_at = Some(Instant(at));
                    return Ok(());
                }
                template_of(draft, effect, "expires_at")?.1.expires_at = Instant(at);
                Ok(())
            })
        });
}

fn give(
    context: &Context,
    effect: impl FnOnce(&mut Draft) -> Result<Effect, PluginFault>,
) -> Rhai<Given> {
    Slate::write(context, |draft| {
        let effect = effect(draft)?;
        draft.push(effect).map(Given)
    })
}

fn set_field(draft: &Draft, name: &str, to: &Dynamic) -> Result<Effect, PluginFault> {
    let field = find(&draft.layout.fields, FIELD, name)?;
    let value = read(to)?;
    field.check(&value)?;
    Ok(Effect::SetField { field: Arc::clone(&field.name), value })
}

fn task(draft: &Draft, kind: &str, key: &str) -> Result<Effect, PluginFault> {
    Ok(Effect::Task(TaskEffect {
        kind: name(&draft.layout.tasks, TASK, kind)?,
        key: key.into(),
        title: Reason::default(),
        due_at: draft.now(),
        assignee: Assignee::HomeStore,
    }))
}

fn filled(
    draft: &Draft,
    declared: &[TemplateSlot],
    template: &str,
    key: &str,
) -> Result<Filled, PluginFault> {
    let known = || declared.iter().map(|own| &*own.name);
    let found = declared.iter().find(|own| *own.name == *template);
    let found = found.ok_or_else(|| invalid(unknown(TEMPLATE, template, known())))?;
    Ok(Filled {
        template: Arc::clone(&found.name),
        key: key.into(),
        variables: vec![Value::Null; found.variables.len()],
        not_before: draft.now(),
        expires_at: draft.now().plus(LIFE_US),
    })
}

fn points(draft: &Draft, account: &str, key: &str, amount: i64) -> Result<Effect, PluginFault> {
    Ok(Effect::Points(PointsEffect {
        account: name(&draft.layout.points, ACCOUNT, account)?,
        key: key.into(),
        amount,
        expires_at: None,
    }))
}

fn new_event(draft: &Draft, kind: &str, key: &str) -> Result<Effect, PluginFault> {
    let declared = &draft.layout.events;
    let known = || declared.iter().map(|own| &*own.name);
    let found = declared.iter().find(|own| *own.name == *kind);
    let found = found.ok_or_else(|| invalid(unknown(EVENT, kind, known())))?;
    Ok(Effect::AppendEvent(NewEvent {
        kind: Arc::clone(&found.name),
        key: key.into(),
        amount: None,
        data: vec![Value::Null; found.data.len()],
    }))
}

fn because(context: &Context, given: &Given, text: &str, args: &[Dynamic]) -> Rhai<Given> {
    Slate::write(context, |draft| {
        let reason = reason(draft, text, args)?;
        if let Some(effect) = draft.effects.get_mut(given.0) {
            effect.reason = reason;
        }
        Ok(given.clone())
    })
}

fn complain(context: &Context, given: &Complaint, text: &str, args: &[Dynamic]) -> Rhai<()> {
    Slate::write(context, |draft| {
        let reason = reason(draft, text, args)?;
        if let Some(complaint) = draft.complaints.get_mut(given.0) {
            complaint.1 = reason;
        }
        Ok(())
    })
}

fn reason(draft: &Draft, text: &str, args: &[Dynamic]) -> Result<Reason, PluginFault> {
    let declared = &draft.layout.texts;
    let known = || declared.iter().map(|text| &*text.name);
    let found = declared.iter().find(|one| *one.name == *text);
    let found = found.ok_or_else(|| invalid(unknown(TEXT, text, known())))?;
    let args = args.iter().map(read).collect::<Result<_, _>>()?;
    let reason = Reason { text: Arc::clone(&found.name), args };
    found.check(&reason)?;
    Ok(reason)
}

fn on_task(
    context: &Context,
    given: &Given,
    what: &str,
    write: impl FnOnce(&Draft, &mut TaskEffect) -> Result<(), PluginFault>,
) -> Rhai<Given> {
    on_effect(context, given, |draft, effect| match effect {
        Effect::Task(task) => write(draft, task),
        _ => Err(invalid(sentences::belongs_to_task(what))),
    })
}

fn on_event(
    context: &Context,
    given: &Given,
    what: &str,
    write: impl FnOnce(&Draft, &mut NewEvent) -> Result<(), PluginFault>,
) -> Rhai<Given> {
    on_effect(context, given, |draft, effect| match effect {
        Effect::AppendEvent(event) => write(draft, event),
        _ => Err(invalid(sentences::belongs_to_event(what))),
    })
}

/// The templates declared of an effect's sort, and what it fills in.
fn template_of<'a>(
    draft: &'a Draft,
    effect: &'a mut Effect,
    what: &str,
) -> Result<(&'a [TemplateSlot], &'a mut Filled), PluginFault> {
    match effect {
        Effect::Message(filled) => Ok((&draft.layout.messages, filled)),
        Effect::Voucher(filled) => Ok((&draft.layout.vouchers, filled)),
        Effect::Custom(filled) => Ok((&draft.layout.custom, filled)),
        _ => Err(invalid(sentences::belongs_to_template(what))),
    }
}

fn on_effect(
    context: &Context,
    given: &Given,
    write: impl FnOnce(&Draft, &mut Effect) -> Result<(), PluginFault>,
) -> Rhai<Given> {
    Slate::write(context, |draft| {
        let Some(mut reasoned) = draft.effects.get(given.0).cloned() else {
            return Err(invalid(sentences::of_another_row()));
        };
        write(draft, &mut reasoned.effect)?;
        draft.effects[given.0] = reasoned;
        Ok(given.clone())
    })
}

fn assignee(name: &str) -> Result<Assignee, PluginFault> {
    let known = || Assignee::ALL.iter().map(|(name, _)| *name);
    Assignee::find(name).ok_or_else(|| invalid(unknown(ASSIGNEE, name, known())))
}

fn read_variables(
    declared: &[TemplateSlot],
    template: &str,
    variables: &Map,
) -> Result<Vec<Value>, PluginFault> {
    let found = declared.iter().find(|own| *own.name == *template);
    let slots = found.map_or(&[][..], |own| &own.variables);
    let values = by_name(slots, VARIABLE, variables)?;
    found.map_or(Ok(()), |own| own.check(&values))?;
    Ok(values)
}

/// One value per slot, null where the script gives none; what is not declared is a fault.
fn by_name(slots: &[Slot], what: Word, given: &Map) -> Result<Vec<Value>, PluginFault> {
    for name in given.keys() {
        find(slots, what, name)?;
    }
    slots.iter().map(|slot| given.get(&*slot.name).map_or(Ok(Value::Null), read)).collect()
}

/// A list filled piece by piece may be larger than any a script can make at once.
fn read(dynamic: &Dynamic) -> Result<Value, PluginFault> {
    rules().ensure_data_size_within_limits(dynamic).map_err(|error| {
        let said = in_its_words(error.to_string(), sentences::value_too_large);
        PluginFault::new(PluginFaultCode::OutOfMemory, said)
    })?;
    value(dynamic).ok_or_else(|| invalid(sentences::no_value(kind(dynamic))))
}

fn find<'a>(slots: &'a [Slot], what: Word, name: &str) -> Result<&'a Slot, PluginFault> {
    let found = slots.iter().find(|slot| *slot.name == *name);
    found.ok_or_else(|| invalid(unknown(what, name, slots.iter().map(|slot| &*slot.name))))
}

fn name(names: &[Arc<str>], what: Word, name: &str) -> Result<Arc<str>, PluginFault> {
    let found = names.iter().find(|known| ***known == *name).cloned();
    found.ok_or_else(|| invalid(unknown(what, name, names.iter().map(|name| &**name))))
}
