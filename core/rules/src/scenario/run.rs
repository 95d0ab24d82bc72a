//! Running a scenario: step after step on a stage, each compared with what is expected of it.

use super::{
    coverage::Coverage,
    expect::{self, Scene},
    file::{Expect, Scenario, Step, WhatIf},
    observe::{Observer, Taken},
    report::{fuel_limit, number},
    sentences,
    stage::{Stage, read_currency},
};
use regulars_model::{Decider, Manifest, manifest::Runtime, text::Bilingual};
use std::sync::Arc;

pub(super) struct Outcome {
    pub failure: Option<Bilingual>,
    pub taken: Taken,
    pub coverage: Coverage,
}

/// The scenario itself, or one of its variants.
pub(super) fn run(
    scenario: &Scenario,
    what_if: Option<&WhatIf>,
    manifest: &Arc<Manifest>,
    decider: &Arc<dyn Decider>,
) -> Outcome {
    let currency = match read_currency(&scenario.currency) {
        Ok(currency) => currency,
        Err(failure) => {
            let (taken, coverage) = (Taken::default(), Coverage::default());
            return Outcome { failure: Some(failure), taken, coverage };
        }
    };
    let observer = Arc::new(Observer::new(decider, manifest, currency));
    let decider: Arc<dyn Decider> = observer.clone();
    let mut lines = match play(scenario, what_if, manifest, &decider) {
        Ok(lines) => lines,
        Err(failure) => vec![failure],
    };
    let taken = observer.taken();
    lines.extend(too_much_fuel(scenario, manifest, taken));
    let failure = (!lines.is_empty()).then(|| Bilingual::join(lines.into_iter(), "\n", "\n"));
    Outcome { failure, taken, coverage: observer.coverage() }
}

/// Every difference; it goes on after one, but not after a step that could not be taken.
fn play(
    scenario: &Scenario,
    what_if: Option<&WhatIf>,
    manifest: &Arc<Manifest>,
    decider: &Arc<dyn Decider>,
) -> Result<Vec<Bilingual>, Bilingual> {
    let last = through(scenario, what_if)?;
    let mut stage = Stage::new(scenario, what_if, manifest, decider)?;
    let nothing = Expect::default();
    let mut lines = Vec::new();
    for (index, step) in scenario.steps.iter().enumerate().take(last) {
        let number = index + 1;
        let heading = sentences::step(number, stage.times().write(step.at)).text;
        let seen = match stage.step(index, step) {
            Ok(seen) => seen,
            Err(fault) => {
                lines.push(sentences::stopped_at(heading, fault).text);
                if number < last {
                    lines.push(sentences::not_run(number + 1, last).text);
                }
                break;
            }
        };
        let scene = Scene { manifest, currency: stage.currency, times: stage.times(), seen: &seen };
        let expected = expected(step, what_if, number == last, &nothing);
        let differences = expect::differences(expected, &scene);
        if !differences.is_empty() {
            lines.push(heading);
            lines.extend(differences.iter().map(indented));
        }
    }
    Ok(lines)
}

fn indented(lines: &Bilingual) -> Bilingual {
    let each = |text: &str| {
        let lines: Vec<_> = text.lines().map(|line| format!("  {line}")).collect();
        lines.join("\n")
    };
    Bilingual { en: each(&lines.en), zh_cn: each(&lines.zh_cn) }
}

/// A variant says what is to come of its last step; the others are not looked at.
fn expected<'a>(
    step: &'a Step,
    what_if: Option<&'a WhatIf>,
    is_last: bool,
    nothing: &'a Expect,
) -> &'a Expect {
    match what_if {
        None => &step.expect,
        Some(what_if) if is_last => &what_if.expect,
        Some(_) => nothing,
    }
}

fn through(scenario: &Scenario, what_if: Option<&WhatIf>) -> Result<usize, Bilingual> {
    let steps = scenario.steps.len();
    if steps == 0 {
        return Err(sentences::no_steps().text);
    }
    match what_if.and_then(|what_if| what_if.through) {
        None => Ok(steps),
        Some(through) if (1..=steps).contains(&through) => Ok(through),
        Some(through) => Err(sentences::no_step(through, steps).text),
    }
}

fn too_much_fuel(scenario: &Scenario, manifest: &Manifest, taken: Taken) -> Option<Bilingual> {
    let ceiling = match manifest.runtime {
        Runtime::Rhai => scenario.fuel_max.rhai,
        Runtime::Wasm => scenario.fuel_max.wasm,
    };
    let (used, ceiling) = (taken.used.fuel?, ceiling?);
    let unit = fuel_limit(manifest.runtime).1;
    (used > ceiling).then(|| sentences::too_much_fuel(number(ceiling), unit, number(used)).text)
}
