//! All that can be said of a script before it runs: not only what it can not be loaded with, but what
//! would fail, or never hold, in the shop. Where a name or a value is only known at run time it says
//! nothing, so that whatever it does say is so.

mod chain;
mod compare;
mod effects;
mod functions;
mod kind;
pub(super) mod parse;
pub(super) mod sentences;
mod values;
mod walk;

use super::{call::CallMaps, engine};
use functions::Functions;
use kind::{Kind, Of};
use regulars_model::{
    Manifest,
    finding::{Finding, Place},
    said::{Said, Word, nearest, unknown},
    wire::{Layout, Slot},
};
use rhai::{AST, ASTNode, Expr, Position, Stmt};
use std::{collections::BTreeMap, sync::Arc};
use walk::Walk;

/// A function's name and how many values it takes.
type Key = (String, usize);

/// What is known of a script as a whole.
struct Study<'s> {
    manifest: &'s Manifest,
    source: &'s str,
    layout: Arc<Layout>,
    maps: CallMaps,
    functions: Functions,
    bodies: Vec<Body>,
    /// How often each text stands in the script.
    texts: BTreeMap<String, usize>,
}

struct Body {
    key: Key,
    params: Vec<String>,
    statements: Vec<Stmt>,
}

/// What comes to each function, and what it gives back.
#[derive(Clone, Default, PartialEq)]
struct Flow {
    params: BTreeMap<Key, Vec<Kind>>,
    results: BTreeMap<Key, Kind>,
}

/// Calls within calls that are followed; more bring nothing new.
const ROUNDS_MAX: usize = 12;

pub(crate) fn lint(manifest: &Manifest, source: &str) -> Vec<Finding> {
    let ast = match engine::rules().compile(source) {
        Ok(ast) => ast,
        Err(error) => return vec![parse::fault(&manifest.entry, source, &error)],
    };
    let layout = Arc::new(Layout::new(manifest));
    // Names that a script can not tell apart are refused when the plugin is loaded.
    let Ok(maps) = CallMaps::new(&manifest.id, &layout) else { return Vec::new() };
    let (texts, uses_fn) = read(&ast);
    let functions = Functions::of(&ast, uses_fn);
    let bodies = bodies(&ast);
    let study = Study { manifest, source, layout, maps, functions, bodies, texts };
    let mut found = study.outside(&ast);
    found.extend(study.findings());
    found
}

/// The texts of a script, and whether it makes functions into values.
fn read(ast: &AST) -> (BTreeMap<String, usize>, bool) {
    let (mut texts, mut uses_fn) = (BTreeMap::new(), false);
    ast.walk(&mut |path| {
        match path.last() {
            Some(ASTNode::Expr(Expr::StringConstant(text, _))) => {
                *texts.entry(text.to_string()).or_default() += 1;
            }
            Some(ASTNode::Expr(Expr::FnCall(call, _))) => uses_fn |= call.name == "Fn",
            _ => {}
        }
        true
    });
    (texts, uses_fn)
}

/// The engine keeps the statements of functions to itself, but walks through them.
fn bodies(ast: &AST) -> Vec<Body> {
    let of = |function: rhai::ScriptFnMetadata<'_>| {
        let (name, count) = (function.name, function.params.len());
        let mut alone = ast.clone_functions_only();
        alone.retain_functions(|_, _, own, params| own == name && params == count);
        let mut statements = Vec::new();
        alone.walk(&mut |path| {
            if let [ASTNode::Stmt(statement)] = path {
                statements.push((*statement).clone());
            }
            true
        });
        let params = function.params.iter().map(|name| (*name).to_owned()).collect();
        Body { key: (name.to_owned(), count), params, statements }
    };
    ast.iter_functions().map(of).collect()
}

impl Study<'_> {
    /// What is wrong outside of all functions.
    fn outside(&self, ast: &AST) -> Vec<Finding> {
        let mut found = Vec::new();
        if let Some(statement) = ast.statements().first() {
            found.push(self.error(statement.position(), sentences::only_functions()));
        }
        if !self.functions.is_own("decide", 2) {
            let place = Place::in_file(&self.manifest.entry);
            found.push(Finding::error(place, sentences::no_decide()));
        }
        found
    }

    fn findings(&self) -> Vec<Finding> {
        let mut flow = Flow::default();
        flow.params.insert(("decide".into(), 2), vec![Kind::Call, Kind::Out]);
        let settings = vec![Kind::Group(Of::Settings), Kind::Out];
        flow.params.insert(("check_settings".into(), 2), settings);
        for _ in 0..ROUNDS_MAX {
            let mut next = flow.clone();
            for body in self.bodies.iter().filter(|body| flow.params.contains_key(&body.key)) {
                Walk::through(self, body, &flow, &mut next);
            }
            if next == flow {
                break;
            }
            flow = next;
        }
        let mut unused = flow.clone();
        let walks = self.bodies.iter().map(|body| Walk::through(self, body, &flow, &mut unused));
        walks.flatten().collect()
    }

    fn place(&self, at: Position) -> Place {
        let (line, column) = (at.line().unwrap_or_default(), at.position().unwrap_or_default());
        Place::at(&self.manifest.entry, self.source, line, column)
    }

    fn error(&self, at: Position, said: Said) -> Finding {
        Finding::error(self.place(at), said)
    }

    fn warning(&self, at: Position, said: Said) -> Finding {
        Finding::warning(self.place(at), said)
    }

    fn slots(&self, of: Of) -> &[Slot] {
        match of {
            Of::Settings => &self.layout.settings,
            Of::Inputs => &self.layout.inputs,
            Of::Customer => &self.layout.customer,
            Of::Event => &self.layout.event,
        }
    }

    /// A member of one of the groups by its name in a script.
    fn member(&self, of: Of, name: &str) -> Result<Kind, Said> {
        let (group, what) = match of {
            Of::Settings => (&self.maps.settings, sentences::SETTING),
            Of::Inputs => (&self.maps.inputs, sentences::INPUT),
            Of::Customer => (&self.maps.customer, sentences::CUSTOMER_READ),
            Of::Event => (&self.maps.event, sentences::EVENT_READ),
        };
        match group.find(name) {
            Some(position) => Ok(Kind::Read(of, position)),
            None => Err(unknown(what, name, group.names())),
        }
    }

    /// Texts that are none of those known. One that stands in a variable may have been looked at
    /// before it comes here, so it must be a slip: hardly different, and nowhere else in the script.
    fn unknown_words(&self, what: Word, kind: &Kind, known: &[&str]) -> Vec<Finding> {
        let unknown_ones = kind.words().iter().filter(|word| !known.contains(&word.text.as_str()));
        let certain = unknown_ones
            .filter(|word| word.direct || self.is_slip(&word.text, known.iter().copied()));
        let found = certain
            .map(|word| self.error(word.at, unknown(what, &word.text, known.iter().copied())));
        found.collect()
    }

    fn is_slip<'k>(&self, text: &str, known: impl Iterator<Item = &'k str>) -> bool {
        self.texts.get(text) == Some(&1) && nearest(text, known).is_some()
    }
}

#[cfg(test)]
mod tests {
    use regulars_model::said::check_sentences;

    #[test]
    fn sentences_are_said_in_both_languages() {
        assert_eq!(check_sentences(super::sentences::ALL), Ok(()));
    }
}
