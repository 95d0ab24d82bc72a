//! What a script does through `out`: names, values and reasons.

use super::{Kind, sentences, values, walk::Walk};
use regulars_model::{
    Shape, Value,
    decide::Assignee,
    said::{Word, nearest},
    wire::{Slot, TemplateSlot},
};
use rhai::{Expr, Position};

/// An effect as far as it was told.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Given {
    pub(super) method: String,
    pub(super) at: Position,
    pub(super) reasoned: bool,
    /// The position of its template, where it is known.
    pub(super) template: Option<usize>,
}

const MESSAGES: Word = Word("a message, a voucher or a custom effect", "消息、优惠券或自定义效果");
const EVENTS: Word = Word("an appended event", "追加的事件");
const TASKS: Word = Word("a task", "任务");

impl Walk<'_> {
    /// A method of `out`.
    pub(super) fn give(
        &mut self,
        method: &str,
        args: &[Expr],
        kinds: &[Kind],
        at: Position,
    ) -> Kind {
        let given = Given { method: method.to_owned(), at, reasoned: false, template: None };
        let Some(first) = kinds.first() else {
            return if method == "clear_lifecycle" { Kind::Given(given) } else { Kind::Unknown };
        };
        let layout = &self.study.layout;
        let (what, known): (Word, Vec<&str>) = match method {
            "set_field" | "clear_field" => (sentences::FIELD, names(&layout.fields)),
            "add_tag" | "remove_tag" => (sentences::TAG, all(&layout.tags)),
            "set_lifecycle" => (sentences::LIFECYCLE, all(&layout.lifecycle)),
            "task" => (sentences::TASK, all(&layout.tasks)),
            "points" => (sentences::ACCOUNT, all(&layout.points)),
            "message" => (sentences::MESSAGE, templates(&layout.messages)),
            "voucher" => (sentences::VOUCHER, templates(&layout.vouchers)),
            "custom" => (sentences::CUSTOM, templates(&layout.custom)),
            "append_event" => {
                (sentences::EVENT, layout.events.iter().map(|event| &*event.name).collect())
            }
            "complain" => (sentences::SETTING, names(&layout.settings)),
            "wake" | "cancel_wake" => {
                return Kind::Given(Given { reasoned: true, ..given });
            }
            _ => return Kind::Unknown,
        };
        let found = self.study.unknown_words(what, first, &known);
        self.found.extend(found);
        let position =
            first.only_word().and_then(|word| known.iter().position(|own| *own == word.text));
        match (method, position, args.get(1)) {
            ("complain", ..) => return Kind::Complaint { at, reasoned: false },
            ("set_field", Some(position), Some(value)) => {
                let slot = &self.study.layout.fields[position];
                self.check_value(slot, value, &kinds[1], false);
            }
            _ => {}
        }
        let template = position.filter(|_| matches!(method, "message" | "voucher" | "custom"));
        Kind::Given(Given { template, ..given })
    }

    /// A method of an effect.
    pub(super) fn tell(
        &mut self,
        given: Given,
        method: &str,
        args: &[Expr],
        kinds: &[Kind],
        at: Position,
    ) -> Kind {
        let is_template = matches!(given.method.as_str(), "message" | "voucher" | "custom");
        let belongs = match method {
            "title" | "due_at" | "assignee" if given.method != "task" => Some(TASKS),
            "variables" | "not_before" if !is_template => Some(MESSAGES),
            "data" | "amount" if given.method != "append_event" => Some(EVENTS),
            _ => None,
        };
        if let Some(to) = belongs {
            self.error(at, sentences::belongs_to(method, to));
            return Kind::Given(given);
        }
        match method {
            "because" => {
                self.check_reason_values(args, kinds, at);
                return Kind::Given(Given { reasoned: true, ..given });
            }
            "title" => self.check_reason_values(args, kinds, at),
            "assignee" => {
                let known = Assignee::ALL.map(|(name, _)| name);
                let found = self.study.unknown_words(sentences::ASSIGNEE, &kinds[0], &known);
                self.found.extend(found);
            }
            "variables" => self.check_variables(&given, args),
            "not_before" | "expires_at" | "data" | "amount" => {}
            _ => return Kind::Unknown,
        }
        Kind::Given(given)
    }

    pub(super) fn check_reason(&mut self, kind: &Kind) {
        let (what, at) = match kind {
            Kind::Given(given) if !given.reasoned => (given.method.clone(), given.at),
            Kind::Complaint { at, reasoned: false } => ("complain".to_owned(), *at),
            _ => return,
        };
        if !self.study.layout.texts.is_empty() {
            self.error(at, sentences::no_reason(what));
        }
    }

    /// `("text", [value, …])`
    pub(super) fn check_reason_values(&mut self, args: &[Expr], kinds: &[Kind], at: Position) {
        let Some(first) = kinds.first() else { return };
        let texts = &self.study.layout.texts;
        let known: Vec<&str> = texts.iter().map(|text| &*text.name).collect();
        let found = self.study.unknown_words(sentences::TEXT, first, &known);
        self.found.extend(found);
        let values: &[Expr] = match args.get(1) {
            Some(Expr::Array(items, _)) => items,
            Some(_) => return,
            None => &[],
        };
        let Some(word) = first.only_word().or_else(|| self.unfit_alike(first, values.len())) else {
            return;
        };
        let Some(text) = texts.iter().find(|text| *text.name == *word.text) else { return };
        if values.len() != text.args.len() {
            let names: Vec<_> = text.args.iter().map(|slot| slot.name.clone()).collect();
            let said = match names.len() {
                0 => sentences::no_values_wanted(&word.text, values.len()),
                count => sentences::values_wanted(&word.text, count, &names[..], values.len()),
            };
            return self.error(at, said);
        }
        let shapes = self.study.manifest.texts.get(&word.text).map(|own| &own.shapes);
        for (slot, value) in text.args.iter().zip(values) {
            // Its findings are known: only its kind is asked for.
            let before = self.found.len();
            let kind = self.expression(value);
            self.found.truncate(before);
            self.check_value(slot, value, &kind, true);
            let own_shape = shapes.is_some_and(|shapes| shapes.contains_key(&*slot.name));
            if let Some(given) = self.other_than(slot, &kind).filter(|_| !own_shape) {
                let at = value.start_position();
                self.warning(at, sentences::other_value(&word.text, slot.name.clone(), given));
            }
        }
    }

    /// One of several texts, where none takes so many values and none is looked at elsewhere.
    fn unfit_alike<'k>(&self, texts: &'k Kind, given: usize) -> Option<&'k super::kind::Word> {
        let declared = &self.study.layout.texts;
        let unfit = |word: &super::kind::Word| {
            let text = declared.iter().find(|text| *text.name == *word.text);
            text.is_some_and(|text| text.args.len() != given)
                && self.study.texts.get(&word.text) == Some(&1)
        };
        let words = texts.words();
        words.first().filter(|_| words.iter().all(unfit))
    }

    /// Where a sentence that shows one setting or input is given another of them.
    fn other_than(&self, slot: &Slot, kind: &Kind) -> Option<String> {
        let Kind::Read(of, position) = kind else { return None };
        let given = self.study.slots(*of).get(*position)?;
        let (named, given) = match of {
            super::Of::Settings => {
                (slot.name.starts_with("settings."), format!("settings.{}", given.name))
            }
            super::Of::Inputs => {
                let inputs = &self.study.manifest.inputs;
                (inputs.contains_key(&*slot.name), given.name.to_string())
            }
            _ => return None,
        };
        (named && *slot.name != *given).then_some(given)
    }

    fn check_variables(&mut self, given: &Given, args: &[Expr]) {
        let layout = &self.study.layout;
        let declared = match given.method.as_str() {
            "message" => &layout.messages,
            "voucher" => &layout.vouchers,
            _ => &layout.custom,
        };
        let Some(template) = given.template.and_then(|position| declared.get(position)) else {
            return;
        };
        let Some(Expr::Map(pairs, _)) = args.first() else { return };
        let known = names(&template.variables);
        for (name, value) in &pairs.0 {
            match template.variables.iter().find(|slot| *slot.name == *name.name) {
                Some(slot) => {
                    let before = self.found.len();
                    let kind = self.expression(value);
                    self.found.truncate(before);
                    self.check_value(slot, value, &kind, true);
                }
                None => {
                    let known = known.iter().copied();
                    let said =
                        regulars_model::said::unknown(sentences::VARIABLE, &name.name, known);
                    self.error(name.pos, said);
                }
            }
        }
    }

    /// A value that stands in the script, against the shape of where it goes.
    fn check_value(&mut self, slot: &Slot, value: &Expr, kind: &Kind, may_be_absent: bool) {
        if let Some(constant) = values::constant(value) {
            let absent = may_be_absent && constant.is_null();
            if !absent && !slot.shape.admits(&constant) {
                let (shown, expected) = (values::shown(&constant), values::expected(&slot.shape));
                let at = value.start_position();
                self.error(at, sentences::unfit(slot.name.clone(), shown, expected));
            }
            return;
        }
        for word in kind.words() {
            let choices = || values::choices(&slot.shape);
            let certain = word.direct || self.study.is_slip(&word.text, choices());
            let of_texts = matches!(slot.shape, Shape::Choice { .. }) || word.direct;
            if slot.shape.admits(&Value::text(&word.text)) || !certain || !of_texts {
                continue;
            }
            let shown = values::shown(&Value::text(&word.text));
            let said = match nearest(&word.text, choices()) {
                Some(near) => sentences::unfit_meant(slot.name.clone(), shown, near),
                None => sentences::unfit(slot.name.clone(), shown, values::expected(&slot.shape)),
            };
            self.error(word.at, said);
        }
    }
}

fn names(slots: &[Slot]) -> Vec<&str> {
    slots.iter().map(|slot| &*slot.name).collect()
}

fn templates(declared: &[TemplateSlot]) -> Vec<&str> {
    declared.iter().map(|template| &*template.name).collect()
}

fn all(names: &[std::sync::Arc<str>]) -> Vec<&str> {
    names.iter().map(|name| &**name).collect()
}
