//! What is known of a value before the script runs.

use super::effects::Given;
use rhai::Position;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// Nothing comes here, as far as was seen.
    Never,
    Unknown,
    /// The row: `call`.
    Call,
    Out,
    /// `call.inputs` and its like.
    Group(Of),
    /// What the host gave, by its position in the layout.
    Read(Of, usize),
    /// `call.tables`.
    Tables,
    /// `call.cause`.
    Cause,
    /// `call.name`.
    Name,
    /// One of these texts, or something that is not known.
    Words(Vec<Word>),
    List(Box<Kind>),
    Given(Given),
    Complaint {
        at: Position,
        reasoned: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Settings,
    Inputs,
    Customer,
    Event,
}

/// A text that stands in the script.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) at: Position,
    /// Not by way of a variable, which the script may have looked at first.
    pub(super) direct: bool,
}

/// Of so many places that lead to one, more say nothing new.
const WORDS_MAX: usize = 64;

impl Kind {
    /// What is either of the two.
    pub(super) fn or(self, other: Kind) -> Kind {
        match (self, other) {
            (Kind::Never, kind) | (kind, Kind::Never) => kind,
            (Kind::Words(mut words), Kind::Words(more)) => {
                for word in more {
                    if words.len() < WORDS_MAX && !words.contains(&word) {
                        words.push(word);
                    }
                }
                Kind::Words(words)
            }
            (Kind::Words(words), _) | (_, Kind::Words(words)) => Kind::Words(words),
            (Kind::List(one), Kind::List(other)) => Kind::List(Box::new(one.or(*other))),
            (one, other) if one == other => one,
            _ => Kind::Unknown,
        }
    }

    /// As it is when it was kept in a variable, or handed to a function.
    pub(super) fn kept(self) -> Kind {
        match self {
            Kind::Words(words) => {
                let kept = words.into_iter().map(|word| Word { direct: false, ..word });
                Kind::Words(kept.collect())
            }
            Kind::List(items) => Kind::List(Box::new(items.kept())),
            // A reason may be given later.
            Kind::Given(given) => Kind::Given(Given { reasoned: true, ..given }),
            Kind::Complaint { at, .. } => Kind::Complaint { at, reasoned: true },
            kind => kind,
        }
    }

    pub(super) fn words(&self) -> &[Word] {
        match self {
            Kind::Words(words) => words,
            _ => &[],
        }
    }

    /// The only text it can be, where it stands right here.
    pub(super) fn only_word(&self) -> Option<&Word> {
        match self.words() {
            [word] if word.direct => Some(word),
            _ => None,
        }
    }
}
