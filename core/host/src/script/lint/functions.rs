//! The functions a script may call: its own, and those of the engine.

use super::{Study, sentences};
use crate::script::engine;
use regulars_model::said::{Said, nearest, unknown};
use rhai::AST;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

type Counts = BTreeMap<String, BTreeSet<usize>>;

pub(super) struct Functions {
    own: Counts,
    /// Whether a value may be a function, so that any member may be one.
    pub(super) has_pointers: bool,
}

/// Known to the language itself, with any number of values.
const OF_THE_LANGUAGE: [&str; 7] =
    ["type_of", "is_def_fn", "is_def_var", "is_shared", "Fn", "call", "curry"];

impl Functions {
    pub(super) fn of(ast: &AST, uses_fn: bool) -> Functions {
        let mut own = Counts::new();
        for function in ast.iter_functions() {
            own.entry(function.name.to_owned()).or_default().insert(function.params.len());
        }
        let has_pointers = uses_fn || own.keys().any(|name| name.starts_with("anon$"));
        Functions { own, has_pointers }
    }

    pub(super) fn is_own(&self, name: &str, count: usize) -> bool {
        self.own.get(name).is_some_and(|counts| counts.contains(&count))
    }

    /// What is wrong with a call; `receiver` where it is one of a method.
    pub(super) fn fault(&self, name: &str, count: usize, receiver: bool) -> Option<Said> {
        if OF_THE_LANGUAGE.contains(&name) {
            return None;
        }
        let natives = natives().get(name);
        let own = self.own.get(name);
        let takes: BTreeSet<usize> = natives
            .into_iter()
            .flatten()
            .filter_map(|count| count.checked_sub(usize::from(receiver)))
            .chain(own.into_iter().flatten().copied())
            .collect();
        if takes.contains(&count) {
            return None;
        }
        if takes.is_empty() {
            return Some(self.unknown(name));
        }
        let takes: Vec<String> = takes.iter().map(ToString::to_string).collect();
        Some(sentences::wrong_count(name, takes.join("/"), count))
    }

    fn unknown(&self, name: &str) -> Said {
        match name {
            "timestamp" | "now" | "today" | "date" => return sentences::no_clock(name),
            "rand" | "random" => return sentences::no_chance(name),
            "print" | "debug" => return sentences::no_print(name),
            _ => {}
        }
        let known = || natives().keys().chain(self.own.keys()).map(String::as_str);
        let known = || known().filter(|known| known.starts_with(|c: char| c.is_ascii_lowercase()));
        match nearest(name, known()) {
            Some(_) => unknown(sentences::FUNCTION, name, known()),
            None => sentences::no_such_function(name),
        }
    }
}

impl Study<'_> {
    pub(super) fn call_fault(&self, name: &str, count: usize, receiver: bool) -> Option<Said> {
        self.functions.fault(name, count, receiver)
    }
}

fn natives() -> &'static Counts {
    static NATIVES: OnceLock<Counts> = OnceLock::new();
    NATIVES.get_or_init(|| {
        let all = engine::rules().collect_fn_metadata(
            None,
            |info| Some((info.metadata.name.to_string(), info.metadata.num_params)),
            true,
        );
        let mut natives = Counts::new();
        for (name, count) in all {
            natives.entry(name).or_default().insert(count);
        }
        natives
    })
}
