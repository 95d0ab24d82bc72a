//! Inputs: what they name must be there, and be comparable.

use super::{Manifest, Wrong, sentences};
use crate::{
    input::{Aggregate, Input, Match, Measure, WindowRef},
    said::Word,
    shape::Shape,
};

pub(super) fn check(manifest: &Manifest, wrong: &mut Vec<Wrong>) {
    for (name, input) in &manifest.inputs {
        check_top(name, input, wrong);
        check_window(manifest, name, input, wrong);
        for (measure, setting) in named_by_filters(input) {
            if !manifest.settings.contains_key(setting) {
                let keys = ["inputs", name, "where", &measure.name()];
                wrong.push(Wrong::new(&keys, sentences::undeclared_setting(setting)));
            }
        }
    }
}

/// What was always taken and yet never holds: found by a check, and no reason to refuse what is
/// installed.
pub(in super::super) fn check_amounts(manifest: &Manifest, wrong: &mut Vec<Wrong>) {
    for (name, input) in &manifest.inputs {
        for (measure, rule) in input.filters.iter().filter(|(measure, _)| is_number(measure)) {
            let measure_name = measure.name();
            let keys = ["inputs", name, "where", &measure_name];
            let texts = match rule {
                Match::One(text) => std::slice::from_ref(text),
                Match::Any(texts) => &texts[..],
            };
            for text in texts {
                let said = match text.strip_prefix("settings.") {
                    Some(setting) => differs(manifest, measure, setting),
                    None if text.parse::<i64>().is_ok() => None,
                    None => Some(sentences::filter_never_holds(text, &measure_name)),
                };
                wrong.extend(said.map(|said| Wrong::new(&keys, said)));
            }
        }
    }
}

/// A setting that holds another unit than the measure has.
fn differs(manifest: &Manifest, measure: &Measure, setting: &str) -> Option<crate::said::Said> {
    const PIECES: Word = Word(
        "a quantity is in thousandths: call the setting so (2 pieces are 2000), or compare in the rule with 1000 * the setting",
        "数量以千分之一计：设置也须以千分之一填写（2 件写 2000），或在规则中与 1000 × 该设置比较",
    );
    const MINOR: Word = Word(
        "an amount is in minor units: declare the setting as money",
        "金额以最小货币单位计：请把该设置声明为 money",
    );
    const NUMBER: Word = Word("only a number can equal one", "只有数字才可能相等");
    let shape = &manifest.settings.get(setting)?.shape;
    let hint = match (measure, shape) {
        (Measure::Amount | Measure::LineAmount, Shape::Money) => return None,
        (Measure::Amount | Measure::LineAmount, Shape::Integer { .. }) => MINOR,
        // One that already speaks in thousandths says so by its bounds.
        (Measure::LineQuantity, Shape::Integer { maximum: Some(most), .. }) if *most < 1_000 => {
            PIECES
        }
        (_, Shape::Integer { .. }) => return None,
        _ => NUMBER,
    };
    Some(sentences::filter_setting_unit(setting, measure.name(), hint))
}

fn is_number(measure: &Measure) -> bool {
    matches!(measure, Measure::Amount | Measure::LineAmount | Measure::LineQuantity)
}

fn check_window(manifest: &Manifest, name: &str, input: &Input, wrong: &mut Vec<Wrong>) {
    let WindowRef::Setting(setting) = &input.window else { return };
    let said = match manifest.settings.get(setting).map(|declared| &declared.shape) {
        Some(Shape::Window | Shape::Duration) => return,
        Some(_) => sentences::not_a_window_setting(setting),
        None => sentences::undeclared_setting(setting),
    };
    wrong.push(Wrong::new(&["inputs", name, "window"], said));
}

fn named_by_filters(input: &Input) -> impl Iterator<Item = (&Measure, &str)> {
    input.filters.iter().filter_map(|(measure, rule)| match rule {
        Match::One(text) => Some((measure, text.strip_prefix("settings.")?)),
        Match::Any(_) => None,
    })
}

/// A rule compares it as a text, and of instants or amounts hardly two are equal.
fn check_top(name: &str, input: &Input, wrong: &mut Vec<Wrong>) {
    if input.aggregate == Aggregate::Top && !input.measure.is_text() {
        let said = sentences::top_of_no_text(input.measure.name());
        wrong.push(Wrong::new(&["inputs", name, "top"], said));
    }
}
