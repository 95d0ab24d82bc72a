//! What came of scenarios, as authors read it.

use super::{
    coverage::Coverage,
    observe::Taken,
    sentences::{self, COMPARISONS, EFFECTS, FAILED_TO_HOLD, FUEL, HELD, KIB, OPERATIONS},
};
use regulars_model::{
    Manifest, limits,
    manifest::Runtime,
    said::{Said, Word},
    text::{Bilingual, Language},
};
use std::fmt;

/// In the order the scenarios were run.
#[derive(Debug, Default)]
pub struct Report {
    pub scenarios: Vec<Ran>,
    pub coverage: Coverage,
}

/// One scenario, or a variant of one.
#[derive(Debug)]
pub struct Ran {
    pub name: Bilingual,
    /// Steps with what was expected and what was got; none where all was as expected.
    pub failure: Option<Bilingual>,
    pub taken: Taken,
}

impl Report {
    pub fn passed(&self) -> usize {
        self.scenarios.iter().filter(|ran| ran.failure.is_none()).count()
    }

    pub fn failed(&self) -> usize {
        self.scenarios.len() - self.passed()
    }

    /// For tests: panics with the whole report unless everything passed and something ran.
    pub fn assert_passed(&self) {
        assert!(self.failed() == 0 && self.passed() > 0, "{self}");
    }

    /// What of the rule no scenario has seen, and how near its limits it comes.
    pub fn notes(&self, manifest: &Manifest) -> Bilingual {
        let notes = self.coverage_notes(manifest).into_iter().chain(self.limits_note(manifest));
        Bilingual::join(notes.map(Bilingual::from), "\n", "\n")
    }

    fn coverage_notes(&self, manifest: &Manifest) -> Vec<Said> {
        let sites = self.coverage.sites();
        let (both, others): (Vec<_>, Vec<_>) =
            sites.iter().partition(|site| site.is_seen_both_ways());
        let mut notes = vec![sentences::seen_both_ways(both.len(), sites.len())];
        notes.extend(others.into_iter().map(|site| {
            let never = if site.held == 0 { HELD } else { FAILED_TO_HOLD };
            sentences::never(&site.comparison, never)
        }));
        let never = self.coverage.texts_never_given(manifest);
        if !never.is_empty() {
            notes.push(sentences::texts_never_given(&never[..]));
        }
        notes
    }

    fn limits_note(&self, manifest: &Manifest) -> Option<Said> {
        let taken = self.scenarios.iter().map(|ran| ran.taken).reduce(Taken::most);
        let Taken { used, effects, comparisons } = taken?;
        let mut parts = Vec::new();
        if let Some(fuel) = used.fuel {
            let (most, unit) = fuel_limit(manifest.runtime);
            parts.push(of(number(fuel), number(most), unit));
        }
        if let Some(bytes) = used.memory_bytes {
            let most = limits::MEMORY_BYTES_MAX >> 10;
            parts.push(of((bytes >> 10).to_string(), most.to_string(), KIB));
        }
        let (effects, comparisons) = (effects.to_string(), comparisons.to_string());
        parts.push(of(effects, limits::EFFECTS_PER_ROW_MAX.to_string(), EFFECTS));
        parts.push(of(comparisons, limits::CONDITIONS_PER_ROW_MAX.to_string(), COMPARISONS));
        Some(sentences::most_for_one(&parts[..]))
    }

    pub fn text(&self) -> Bilingual {
        Bilingual { en: self.write(Language::English), zh_cn: self.write(Language::Chinese) }
    }

    /// Each scenario with what is wrong with it, and how many there are of either.
    pub fn write(&self, language: Language) -> String {
        let mut text = String::new();
        for ran in &self.scenarios {
            let name = Bilingual::join([ran.name.clone(), ran.taken.said()].into_iter(), "", "");
            let said = match &ran.failure {
                None => sentences::passed(name),
                Some(_) => sentences::failed(name),
            };
            text.push_str(said.get(language));
            text.push('\n');
            let failure = ran.failure.as_ref().map_or("", |failure| failure.get(language));
            text.extend(failure.lines().map(|line| format!("  {line}\n")));
        }
        let said = match (self.passed(), self.failed()) {
            (1, failed) => sentences::one_passed(failed),
            (passed, failed) => sentences::all_passed(passed, failed),
        };
        text + said.get(language)
    }
}

fn of(used: String, most: String, unit: Word) -> Bilingual {
    Bilingual {
        en: format!("{used} of {most} {}", unit.0),
        zh_cn: format!("{} {used}/{most}", unit.1),
    }
}

/// What a runtime gives for one entry, and what it counts in.
pub fn fuel_limit(runtime: Runtime) -> (u64, Word) {
    match runtime {
        Runtime::Wasm => (limits::FUEL_PER_CALL, FUEL),
        Runtime::Rhai => (limits::RHAI_OPERATIONS_PER_ROW, OPERATIONS),
    }
}

/// `20,000,000`
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.write(Language::English))
    }
}

impl Taken {
    /// What stands behind a scenario's name; nothing where nothing was counted.
    fn said(&self) -> Bilingual {
        let taken = |fuel| sentences::taken(number(fuel), self.effects).text;
        self.used.fuel.map_or_else(Bilingual::default, taken)
    }
}
