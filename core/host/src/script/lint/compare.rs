//! Comparisons that can never hold, or compare what has different units.

use super::{Kind, kind::Of, sentences, values, walk::Walk};
use regulars_model::{
    Shape,
    event::kind,
    input::{Aggregate, Measure},
    manifest::meant_kind,
    said::nearest,
    wire::Slot,
};
use rhai::{FnCallExpr, Position};

const CAUSES: [&str; 4] = ["event", "wake", "expiry", "settings"];

impl Walk<'_> {
    /// `x.is(y)` and its like.
    pub(super) fn compared(&mut self, of: &Kind, method: &str, kinds: &[Kind], at: Position) {
        let [with] = kinds else { return };
        match method {
            "is" | "is_not" => self.is(of, with),
            "is_over" | "is_from" | "is_under" | "is_up_to" => self.in_order(of, method, with, at),
            _ => {}
        }
    }

    pub(super) fn compared_by_operator(&mut self, call: &FnCallExpr, kinds: &[Kind]) {
        if let ("==" | "!=", [left, right]) = (call.name.as_str(), kinds) {
            self.is(left, right);
            self.is(right, left);
        }
    }

    /// A word that is none of those there are, and nearly one of them.
    fn is(&mut self, of: &Kind, with: &Kind) {
        let Some(word) = with.only_word() else { return };
        let (what, near) = match of {
            Kind::Cause => ("call.cause".to_owned(), near(&word.text, CAUSES.into_iter())),
            Kind::Name if self.is_left_out(&word.text) => {
                return self.warning(word.at, sentences::not_asked(&word.text));
            }
            Kind::Name => {
                let kinds = self.study.manifest.on.events.iter().map(String::as_str);
                let near = near(&word.text, kinds).or_else(|| meant_kind(&word.text));
                // The key of a wake may be called nearly as an event is.
                let near = near.filter(|_| self.study.texts.get(&word.text) == Some(&1));
                ("call.name".to_owned(), near)
            }
            Kind::Read(of, position) => {
                let Some(slot) = self.study.slots(*of).get(*position) else { return };
                (written(*of, slot), near(&word.text, values::choices(&slot.shape)))
            }
            _ => return,
        };
        if let Some(near) = near {
            let said = sentences::never_is(what, &word.text, near);
            self.warning(word.at, said);
        }
    }

    /// A kind of event that the plugin knows of and is not asked about.
    fn is_left_out(&self, name: &str) -> bool {
        let on = &self.study.manifest.on.events;
        kind::BUILT_IN.contains(&name)
            && !on.iter().any(|own| own == name)
            && self.study.texts.get(name) == Some(&1)
    }

    fn in_order(&mut self, of: &Kind, method: &str, with: &Kind, at: Position) {
        let Kind::Read(of, position) = of else { return };
        let Some(slot) = self.study.slots(*of).get(*position) else { return };
        if with.only_word().is_some() && is_number(&slot.shape) {
            return self.error(at, sentences::no_order(written(*of, slot), method));
        }
        let Kind::Read(Of::Settings, setting) = with else { return };
        let Some(setting) = self.study.layout.settings.get(*setting) else { return };
        let pieces =
            matches!(setting.shape, Shape::Integer { maximum: Some(most), .. } if most < 1_000);
        if *of == Of::Inputs && pieces && self.is_quantity(&slot.name) {
            let said = sentences::thousandths(slot.name.clone(), method, setting.name.clone());
            self.warning(at, said);
        }
    }

    fn is_quantity(&self, input: &str) -> bool {
        let counted = [Aggregate::Count, Aggregate::Days, Aggregate::Distinct];
        self.study.manifest.inputs.get(input).is_some_and(|input| {
            input.measure == Measure::LineQuantity && !counted.contains(&input.aggregate)
        })
    }
}

fn near<'k>(text: &str, known: impl Iterator<Item = &'k str> + Clone) -> Option<&'k str> {
    if known.clone().any(|own| own == text) {
        return None;
    }
    nearest(text, known)
}

fn written(of: Of, slot: &Slot) -> String {
    let group = match of {
        Of::Settings => "settings",
        Of::Inputs => "inputs",
        Of::Customer => "customer",
        Of::Event => "event",
    };
    format!("{group}.{}", slot.name)
}

fn is_number(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::Integer { .. }
            | Shape::Money
            | Shape::Duration
            | Shape::Window
            | Shape::Instant
            | Shape::Date
    )
}
