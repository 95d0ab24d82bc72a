//! Events that one plugin appends and others are asked about or count.

use super::{Conflict, ConflictKind, Installed, Standing, reads::circles};
use std::collections::BTreeMap;

pub(super) fn conflicts<'a>(
    plugins: &[&'a Installed<'a>],
    acting: &[&'a Installed<'a>],
) -> Vec<Conflict> {
    let uses: Vec<Use> = acting.iter().flat_map(|reader| uses_of(reader, plugins)).collect();
    let mut found: Vec<Conflict> = uses.iter().filter_map(Use::conflict).collect();
    found.extend(shared(&uses));
    found.extend(loops(acting, &uses));
    found
}

struct Use<'a> {
    reader: &'a Installed<'a>,
    /// As the log knows it: `plugin.event`.
    kind: &'a str,
    event: &'a str,
    owner: Option<&'a Installed<'a>>,
    /// Asked about it, not only counting it.
    is_asked: bool,
}

fn uses_of<'a>(reader: &'a Installed<'a>, plugins: &[&'a Installed<'a>]) -> Vec<Use<'a>> {
    let subscribed = &reader.manifest.on.events;
    let counted = reader.manifest.inputs.values().flat_map(|input| &input.events);
    let mut kinds: Vec<&String> = subscribed.iter().chain(counted).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let of_plugin = |kind: &'a String| {
        let (id, event) = kind.split_once('.')?;
        let owner = plugins.iter().find(|plugin| plugin.id() == id).copied();
        Some(Use { reader, kind, event, owner, is_asked: subscribed.contains(kind) })
    };
    kinds.into_iter().filter_map(of_plugin).collect()
}

impl<'a> Use<'a> {
    fn conflict(&self) -> Option<Conflict> {
        let Some(owner) = self.owner else {
            return Some(Conflict::new(ConflictKind::EventMissing, self.kind, &[self.reader]));
        };
        let kind = match owner.standing {
            _ if !owner.manifest.events.contains_key(self.event) => ConflictKind::EventUnknown,
            Standing::Gone => ConflictKind::EventMissing,
            Standing::Off => ConflictKind::EventDisabled,
            Standing::On => return None,
        };
        Some(Conflict::new(kind, self.kind, &[self.reader, owner]))
    }

    /// Who appends it, where somebody may.
    fn source(&self) -> Option<&'a Installed<'a>> {
        let declares = |owner: &&Installed| owner.manifest.events.contains_key(self.event);
        self.owner.filter(|owner| owner.acts()).filter(declares)
    }
}

/// One for each kind, with who appends it first.
fn shared(uses: &[Use]) -> Vec<Conflict> {
    let mut by_kind: BTreeMap<&str, Vec<&Installed>> = BTreeMap::new();
    for used in uses {
        if let Some(source) = used.source().filter(|source| source.id() != used.reader.id()) {
            by_kind.entry(used.kind).or_insert_with(|| vec![source]).push(used.reader);
        }
    }
    let shared = by_kind.iter();
    shared.map(|(kind, plugins)| Conflict::new(ConflictKind::EventsShared, kind, plugins)).collect()
}

/// One for each set of plugins that may append to each other's events in a circle; a plugin that is
/// asked about its own is one by itself.
fn loops<'a>(acting: &[&'a Installed<'a>], uses: &[Use]) -> Vec<Conflict> {
    let asked: Vec<(&Use, &Installed)> = uses
        .iter()
        .filter(|used| used.is_asked && !used.reader.manifest.events.is_empty())
        .filter_map(|used| Some((used, used.source()?)))
        .collect();
    let edges: Vec<_> = asked.iter().map(|(used, owner)| (used.reader.id(), owner.id())).collect();
    let circles = circles(acting, &edges);
    let conflict = |circle: &Vec<&Installed>| {
        let has = |id| circle.iter().any(|plugin| plugin.id() == id);
        let within = asked.iter().filter(|(used, owner)| has(used.reader.id()) && has(owner.id()));
        let kinds: Vec<&str> = within.map(|(used, _)| used.kind).collect();
        Conflict::new(ConflictKind::EventLoop, &kinds.join(", "), circle)
    };
    circles.iter().map(conflict).collect()
}
