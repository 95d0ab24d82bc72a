//! What was found to be wrong, so that it can be found again.

use regulars_engine::Problem;
use regulars_model::Instant;
use std::fmt;

/// Something that must hold, and does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub invariant: &'static str,
    /// Whom or what it is about.
    pub about: String,
    pub expected: String,
    pub found: String,
}

pub type Held = Result<(), Broken>;

impl Broken {
    /// What must be equal.
    pub fn unless_equal<T: PartialEq + fmt::Debug>(
        invariant: &'static str,
        about: impl fmt::Display,
        expected: &T,
        found: &T,
    ) -> Held {
        if expected == found {
            return Ok(());
        }
        let (expected, found) = (format!("{expected:?}"), format!("{found:?}"));
        Err(Broken { invariant, about: about.to_string(), expected, found })
    }

    pub fn unless(
        holds: bool,
        invariant: &'static str,
        about: impl fmt::Display,
        expected: &str,
        found: impl fmt::Debug,
    ) -> Held {
        if holds {
            return Ok(());
        }
        let (expected, found) = (expected.to_owned(), format!("{found:?}"));
        Err(Broken { invariant, about: about.to_string(), expected, found })
    }
}

impl From<Problem> for Broken {
    fn from(problem: Problem) -> Broken {
        Broken {
            invariant: "what is right is not refused",
            about: "a command".to_owned(),
            expected: "an answer".to_owned(),
            found: problem.to_string(),
        }
    }
}

impl From<regulars_store::StoreError> for Broken {
    fn from(error: regulars_store::StoreError) -> Broken {
        Broken {
            invariant: "the database can be read",
            about: "the database".to_owned(),
            expected: "its rows".to_owned(),
            found: error.to_string(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The whole command that finds it again.
    pub again: String,
    pub step: u64,
    pub at: Instant,
    /// What was done last.
    pub doing: String,
    pub broken: Broken,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Broken { invariant, about, expected, found } = &self.broken;
        writeln!(f, "step {} at {}, after: {}", self.step, self.at, self.doing)?;
        writeln!(f, "does not hold: {invariant}, for {about}")?;
        writeln!(f, "expected {expected}\nfound    {found}")?;
        write!(f, "again: {}", self.again)
    }
}
