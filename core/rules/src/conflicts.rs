//! Where several plugins act on the same thing, how they combine, and what to do about it.
//!
//! Judged by the manifests alone: what may happen, not what did. A field belongs to one plugin, so
//! nobody else can set it; it can only be read.

mod events;
mod reads;
mod sentence;
#[cfg(test)]
mod tests;

use crate::state::vote_order;
use regulars_model::{Manifest, UnitId, text::Bilingual};
use std::collections::{BTreeMap, BTreeSet};

/// All there are, warnings first.
pub fn conflicts(plugins: &[Installed]) -> Vec<Conflict> {
    let mut plugins: Vec<&Installed> = plugins.iter().collect();
    plugins.sort_by_key(|plugin| plugin.id());
    let acting: Vec<&Installed> = plugins.iter().copied().filter(|plugin| plugin.acts()).collect();
    let mut found: Vec<Conflict> =
        SHARED.iter().flat_map(|(kind, names)| shared(*kind, *names, &acting)).collect();
    found.extend(lifecycle(&acting));
    found.extend(reads::conflicts(&plugins, &acting));
    found.extend(events::conflicts(&plugins, &acting));
    found.sort_by(|left, right| left.order().cmp(&right.order()));
    found
}

/// A plugin as far as conflicts go.
pub struct Installed<'a> {
    pub manifest: &'a Manifest,
    pub standing: Standing,
    /// Stores whose events it sees; none for all.
    pub stores: Option<&'a BTreeSet<UnitId>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    On,
    /// Switched on, but its files are gone: it keeps what it holds and sets nothing new.
    Gone,
    Off,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub kind: ConflictKind,
    /// Ids of those installed. For a vote in the order in which they count; for a read the reader
    /// first; otherwise by name.
    pub plugins: Vec<String>,
    /// What they meet on: a tag, a task, a template, a purpose, `lifecycle`, a field.
    pub thing: String,
    /// How they combine, and what to do.
    pub sentence: Bilingual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConflictKind {
    LifecycleTie,
    LifecycleByPriority,
    TagShared,
    TaskShared,
    TemplateShared,
    PurposeShared,
    VoucherShared,
    PointsShared,
    ReadMissing,
    ReadDisabled,
    ReadUnknownField,
    /// The reader covers stores that the field's owner does not.
    ReadUncovered,
    ReadCycle,
    /// One appends what others are asked about or count.
    EventsShared,
    EventMissing,
    EventDisabled,
    EventUnknown,
    /// Their events may answer each other until a round is one too many.
    EventLoop,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Somebody loses by accident, or something is missing.
    Warning,
    Note,
}

/// What may be given to several plugins under one name, and where a manifest names it.
const SHARED: [(ConflictKind, Names); 6] = [
    (ConflictKind::TagShared, |manifest| texts(&manifest.grants.tags)),
    (ConflictKind::TaskShared, |manifest| texts(&manifest.grants.tasks)),
    (ConflictKind::TemplateShared, |manifest| keys(&manifest.messages)),
    (ConflictKind::PurposeShared, |manifest| {
        manifest.messages.values().map(|template| template.purpose.as_str()).collect()
    }),
    (ConflictKind::VoucherShared, |manifest| keys(&manifest.vouchers)),
    (ConflictKind::PointsShared, |manifest| texts(&manifest.grants.points)),
];

type Names = fn(&Manifest) -> BTreeSet<&str>;

fn keys<T>(declared: &BTreeMap<String, T>) -> BTreeSet<&str> {
    declared.keys().map(String::as_str).collect()
}

fn texts(names: &[String]) -> BTreeSet<&str> {
    names.iter().map(String::as_str).collect()
}

fn shared(kind: ConflictKind, names: Names, acting: &[&Installed]) -> Vec<Conflict> {
    let mut by_name: BTreeMap<&str, Vec<&Installed>> = BTreeMap::new();
    for plugin in acting {
        for name in names(plugin.manifest) {
            by_name.entry(name).or_default().push(plugin);
        }
    }
    let several = by_name.into_iter().filter(|(_, plugins)| plugins.len() > 1);
    several.map(|(name, plugins)| Conflict::new(kind, name, &plugins)).collect()
}

/// Different priorities are a choice of the authors; equal ones leave the winner to the alphabet.
fn lifecycle(acting: &[&Installed]) -> Option<Conflict> {
    let votes = |plugin: &&Installed| !plugin.manifest.grants.lifecycle.is_empty();
    let mut voters: Vec<&Installed> = acting.iter().copied().filter(votes).collect();
    if voters.len() < 2 {
        return None;
    }
    voters.sort_by(|left, right| {
        vote_order((left.priority(), left.id()), (right.priority(), right.id()))
    });
    let is_tie = voters.windows(2).any(|pair| pair[0].priority() == pair[1].priority());
    let kind = if is_tie { ConflictKind::LifecycleTie } else { ConflictKind::LifecycleByPriority };
    Some(Conflict::new(kind, "lifecycle", &voters))
}

impl Conflict {
    fn new(kind: ConflictKind, thing: &str, plugins: &[&Installed]) -> Conflict {
        Conflict {
            kind,
            plugins: plugins.iter().map(|plugin| plugin.id().to_owned()).collect(),
            thing: thing.to_owned(),
            sentence: sentence::sentence(kind, thing, plugins),
        }
    }

    fn order(&self) -> (Severity, ConflictKind, &str, &[String]) {
        (self.kind.severity(), self.kind, &self.thing, &self.plugins)
    }
}

impl ConflictKind {
    /// Stable.
    pub fn name(self) -> &'static str {
        match self {
            ConflictKind::LifecycleTie => "lifecycle_tie",
            ConflictKind::LifecycleByPriority => "lifecycle_by_priority",
            ConflictKind::TagShared => "tag_shared",
            ConflictKind::TaskShared => "task_shared",
            ConflictKind::TemplateShared => "template_shared",
            ConflictKind::PurposeShared => "purpose_shared",
            ConflictKind::VoucherShared => "voucher_shared",
            ConflictKind::PointsShared => "points_shared",
            ConflictKind::ReadMissing => "read_missing",
            ConflictKind::ReadDisabled => "read_disabled",
            ConflictKind::ReadUnknownField => "read_unknown_field",
            ConflictKind::ReadUncovered => "read_uncovered",
            ConflictKind::ReadCycle => "read_cycle",
            ConflictKind::EventsShared => "events_shared",
            ConflictKind::EventMissing => "event_missing",
            ConflictKind::EventDisabled => "event_disabled",
            ConflictKind::EventUnknown => "event_unknown",
            ConflictKind::EventLoop => "event_loop",
        }
    }

    pub fn severity(self) -> Severity {
        match self {
            ConflictKind::LifecycleTie
            | ConflictKind::ReadMissing
            | ConflictKind::ReadDisabled
            | ConflictKind::ReadUnknownField
            | ConflictKind::ReadCycle
            | ConflictKind::EventMissing
            | ConflictKind::EventDisabled
            | ConflictKind::EventUnknown
            | ConflictKind::EventLoop => Severity::Warning,
            ConflictKind::LifecycleByPriority
            | ConflictKind::TagShared
            | ConflictKind::TaskShared
            | ConflictKind::TemplateShared
            | ConflictKind::PurposeShared
            | ConflictKind::VoucherShared
            | ConflictKind::PointsShared
            | ConflictKind::ReadUncovered
            | ConflictKind::EventsShared => Severity::Note,
        }
    }
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

impl<'a> Installed<'a> {
    fn id(&self) -> &'a str {
        &self.manifest.id
    }

    fn priority(&self) -> i32 {
        self.manifest.on.priority
    }

    fn acts(&self) -> bool {
        self.standing != Standing::Off
    }

    fn meets(&self, other: &Installed) -> bool {
        match (self.stores, other.stores) {
            (Some(own), Some(others)) => !own.is_disjoint(others),
            _ => true,
        }
    }

    fn covers(&self, other: &Installed) -> bool {
        match (self.stores, other.stores) {
            (None, _) => true,
            (Some(own), Some(others)) => others.is_subset(own),
            (Some(_), None) => false,
        }
    }
}
