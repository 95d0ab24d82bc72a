//! A decision of a customer's log as a scenario that repeats it, with nobody to be known by it.
//!
//! Kept are amounts, product codes, the times between things, and words that the manifest or the
//! settings know. Left out are the customer, staff, notes, and whatever the rule does not read. Source
//! ids, stores and free texts become others, the same for the same; all instants move by whole weeks.

mod alike;
mod events;
mod expectations;
mod head;
mod names;
mod plot;

use super::{
    file::Scenario,
    run_texts, sentences,
    stage::{Seen, Stage},
};
use crate::{Decided, play::Person};
use regulars_model::{Cause, Decider, Event, Instant, Manifest, duration::DAY_US, text::Bilingual};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// A decision, and what it rests on.
pub struct Original {
    pub manifest: Arc<Manifest>,
    pub decider: Arc<dyn Decider>,
    pub decided: Decided,
    /// The whole log of the customer, as far as the rule sees it.
    pub events: Vec<Event>,
    /// The settings there have been, oldest first; where they differ from the defaults.
    pub settings: Vec<(Instant, Map<String, Json>)>,
    pub person: Person,
    /// IANA name of the home store's zone.
    pub time_zone: String,
    pub cutoff_hour: u8,
    /// Manifests of the other plugins: the words in them are no person's either.
    pub others: Vec<Arc<Manifest>>,
    /// Chooses by how many weeks the instants move: nothing that stands in the scenario.
    pub seed: u64,
}

const WEEK_US: i64 = 7 * DAY_US;
/// A year of them.
const WEEKS: u64 = 52;

/// The scenario as TOML; the error says why there can be none.
pub fn record(original: &Original) -> Result<String, Bilingual> {
    check(original)?;
    let weeks = i64::try_from(1 + original.seed % (WEEKS - 1)).unwrap_or(1);
    let moved = record_moved(original, -weeks * WEEK_US);
    // A zone that changes its clocks, a date among the settings: there it must stay where it was.
    moved.or_else(|_| record_moved(original, 0))
}

fn check(original: &Original) -> Result<(), Bilingual> {
    let decided = &original.decided;
    if let Some(fault) = &decided.fault {
        return Err(sentences::failed_then(fault.said()).text);
    }
    let of_engine = |text: &str| text.starts_with("engine.");
    if decided.effects.iter().any(|outcome| of_engine(&outcome.reason.text)) {
        return Err(sentences::of_engine().text);
    }
    Ok(())
}

fn record_moved(original: &Original, by: i64) -> Result<String, Bilingual> {
    let plot = plot::plot(original, by)?;
    let scenario: Scenario =
        toml::from_str(&plot).map_err(|error| sentences::not_written(error.to_string()).text)?;
    let (stage, seen) = play(original, &scenario)?;
    let decided = alike::find(original, &seen, by)?;
    alike::check(original, decided)?;
    let written = format!("{plot}{}", expectations::write(original, &stage, &seen));
    let runs = std::iter::once(("recorded", written.as_str()));
    let report = run_texts(runs, &original.manifest, &original.decider);
    match report.failed() {
        0 => Ok(written),
        _ => Err(sentences::does_not_hold(report.text()).text),
    }
}

/// The scenario up to its end, and what its last step came to.
fn play(original: &Original, scenario: &Scenario) -> Result<(Stage, Seen), Bilingual> {
    let mut stage = Stage::new(scenario, None, &original.manifest, &original.decider)?;
    let mut last = None;
    for (index, step) in scenario.steps.iter().enumerate() {
        last = Some(stage.step(index, step)?);
    }
    let last = last.ok_or_else(|| sentences::rests_on_nothing().text)?;
    Ok((stage, last))
}

/// What the decision was made on, for people.
fn title(cause: &Cause) -> (String, String) {
    match cause {
        Cause::Event(kind) => {
            (format!("As decided on a {kind}"), format!("{kind} 事件上的真实判定"))
        }
        Cause::Wake(_) => ("As decided on a wake".to_owned(), "唤醒时的真实判定".to_owned()),
        Cause::Expiry => (
            "As decided when something had left a window".to_owned(),
            "有记录移出窗口时的真实判定".to_owned(),
        ),
        Cause::Settings => {
            ("As decided when settings changed".to_owned(), "设置变更时的真实判定".to_owned())
        }
    }
}
