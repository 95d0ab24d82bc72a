//! Fields of other plugins: whether somebody sets what is read, and who reads in a circle.

use super::{Conflict, ConflictKind, Installed, Standing};
use std::collections::BTreeSet;

pub(super) fn conflicts<'a>(
    plugins: &[&'a Installed<'a>],
    acting: &[&'a Installed<'a>],
) -> Vec<Conflict> {
    let reads: Vec<Read> = acting.iter().flat_map(|reader| reads_of(reader, plugins)).collect();
    let mut found: Vec<Conflict> = reads.iter().filter_map(Read::conflict).collect();
    found.extend(cycles(acting, &reads));
    found
}

struct Read<'a> {
    reader: &'a Installed<'a>,
    /// `plugin.field`
    name: &'a str,
    field: &'a str,
    owner: Option<&'a Installed<'a>>,
}

fn reads_of<'a>(reader: &'a Installed<'a>, plugins: &[&'a Installed<'a>]) -> Vec<Read<'a>> {
    let names = reader.manifest.customer_reads().into_iter();
    let read = |name: &'a str| {
        let (id, field) = name.split_once('.')?;
        // `consent.PURPOSE` is no field of a plugin.
        let is_foreign = id != "consent" && id != reader.id();
        let owner = plugins.iter().find(|plugin| plugin.id() == id).copied();
        is_foreign.then_some(Read { reader, name, field, owner })
    };
    names.filter_map(read).collect()
}

impl<'a> Read<'a> {
    fn conflict(&self) -> Option<Conflict> {
        let Some(owner) = self.owner else {
            return Some(Conflict::new(ConflictKind::ReadMissing, self.name, &[self.reader]));
        };
        let kind = match owner.standing {
            _ if !owner.manifest.fields.contains_key(self.field) => ConflictKind::ReadUnknownField,
            Standing::Gone => ConflictKind::ReadMissing,
            Standing::Off => ConflictKind::ReadDisabled,
            Standing::On if owner.covers(self.reader) => return None,
            Standing::On => ConflictKind::ReadUncovered,
        };
        Some(Conflict::new(kind, self.name, &[self.reader, owner]))
    }

    /// (reader, owner), where the owner may set the field.
    fn edge(&self) -> Option<(&'a str, &'a str)> {
        let owner = self.owner.filter(|owner| owner.acts())?;
        owner.manifest.fields.contains_key(self.field).then(|| (self.reader.id(), owner.id()))
    }
}

fn cycles<'a>(acting: &[&'a Installed<'a>], reads: &[Read]) -> Vec<Conflict> {
    let edges: Vec<(&str, &str)> = reads.iter().filter_map(Read::edge).collect();
    circles(acting, &edges).iter().map(|circle| cycle(circle, reads)).collect()
}

/// Each set of plugins of which every one is led, by way of some, to every other. An edge leads from
/// who depends to whom.
pub(super) fn circles<'a>(
    acting: &[&'a Installed<'a>],
    edges: &[(&str, &str)],
) -> Vec<Vec<&'a Installed<'a>>> {
    let mut found = Vec::new();
    for plugin in acting {
        let own = sources(plugin.id(), edges);
        let is_mutual = |other: &&Installed| {
            own.contains(other.id()) && sources(other.id(), edges).contains(plugin.id())
        };
        let circle: Vec<&Installed> = acting.iter().copied().filter(is_mutual).collect();
        // Every member finds the same circle.
        if circle.first().is_some_and(|first| first.id() == plugin.id()) {
            found.push(circle);
        }
    }
    found
}

fn cycle(circle: &[&Installed], reads: &[Read]) -> Conflict {
    let is_in_circle = |id| circle.iter().any(|plugin| plugin.id() == id);
    let within = reads.iter().filter(|read| {
        read.edge().is_some_and(|(reader, owner)| is_in_circle(reader) && is_in_circle(owner))
    });
    let names: Vec<&str> = within.map(|read| read.name).collect();
    Conflict::new(ConflictKind::ReadCycle, &names.join(", "), circle)
}

/// On whom a plugin depends, over any number of edges.
fn sources<'a>(id: &'a str, edges: &[(&'a str, &'a str)]) -> BTreeSet<&'a str> {
    let mut sources = BTreeSet::new();
    let mut next = vec![id];
    while let Some(id) = next.pop() {
        for (_, owner) in edges.iter().filter(|(reader, _)| *reader == id) {
            if sources.insert(*owner) {
                next.push(owner);
            }
        }
    }
    sources
}
