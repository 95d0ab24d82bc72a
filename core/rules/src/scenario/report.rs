//! What came of scenarios, as authors read it.

use super::{coverage::Coverage, observe::Taken};
use regulars_model::{Manifest, limits, manifest::Runtime};
use std::fmt::{self, Write};

/// In the order the scenarios were run.
#[derive(Debug, Default)]
pub struct Report {
    pub scenarios: Vec<Ran>,
    pub coverage: Coverage,
}

/// One scenario, or a variant of one.
#[derive(Debug)]
pub struct Ran {
    pub name: String,
    /// Steps with what was expected and what was got; none where all was as expected.
    pub failure: Option<String>,
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
    pub fn notes(&self, manifest: &Manifest) -> String {
        let mut notes = String::new();
        // Writing to a text does not fail.
        let _ = self.write_coverage(&mut notes, manifest);
        let _ = self.write_limits(&mut notes, manifest);
        notes
    }

    fn write_coverage(&self, notes: &mut String, manifest: &Manifest) -> fmt::Result {
        let sites = self.coverage.sites();
        let both = sites.iter().filter(|site| site.is_seen_both_ways()).count();
        writeln!(notes, "comparisons seen to hold and not to hold: {both} of {}", sites.len())?;
        for site in sites.iter().filter(|site| !site.is_seen_both_ways()) {
            let never = if site.held == 0 { "held" } else { "failed to hold" };
            writeln!(notes, "  {} never {never}", site.comparison)?;
        }
        let never = self.coverage.texts_never_given(manifest);
        if !never.is_empty() {
            writeln!(notes, "texts never given: {}", never.join(", "))?;
        }
        Ok(())
    }

    fn write_limits(&self, notes: &mut String, manifest: &Manifest) -> fmt::Result {
        let taken = self.scenarios.iter().map(|ran| ran.taken).reduce(Taken::most);
        let Some(Taken { used, effects, comparisons }) = taken else { return Ok(()) };
        let mut parts = Vec::new();
        if let Some(fuel) = used.fuel {
            let (most, unit) = fuel_limit(manifest.runtime);
            parts.push(format!("{} of {} {unit}", number(fuel), number(most)));
        }
        if let Some(bytes) = used.memory_bytes {
            parts.push(format!("{} of {} KiB", bytes >> 10, limits::MEMORY_BYTES_MAX >> 10));
        }
        parts.push(format!("{effects} of {} effects", limits::EFFECTS_PER_ROW_MAX));
        parts.push(format!("{comparisons} of {} comparisons", limits::CONDITIONS_PER_ROW_MAX));
        write!(notes, "most for one entry: {}", parts.join(", "))
    }
}

/// What a runtime gives for one entry, and what it counts in.
pub fn fuel_limit(runtime: Runtime) -> (u64, &'static str) {
    match runtime {
        Runtime::Wasm => (limits::FUEL_PER_CALL, "fuel"),
        Runtime::Rhai => (limits::RHAI_OPERATIONS_PER_ROW, "operations"),
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
        for ran in &self.scenarios {
            match &ran.failure {
                None => writeln!(f, "ok      {}{}", ran.name, ran.taken)?,
                Some(failure) => {
                    writeln!(f, "FAILED  {}{}", ran.name, ran.taken)?;
                    failure.lines().try_for_each(|line| writeln!(f, "  {line}"))?;
                }
            }
        }
        let (passed, failed) = (self.passed(), self.failed());
        let plural = if passed == 1 { "" } else { "s" };
        write!(f, "{passed} scenario{plural} passed, {failed} failed")
    }
}

/// What stands behind a scenario's name; nothing where nothing was counted.
impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(fuel) = self.used.fuel else { return Ok(()) };
        write!(f, "  (fuel {}, effects {})", number(fuel), self.effects)
    }
}
