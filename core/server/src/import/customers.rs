//! Customers with all their events of a file, in the order of the log.

use super::{
    clock::Shift,
    mapping::Names,
    stage::{Partitions, Staged, StagedEvent},
};
use regulars_engine::{
    import::ImportCustomer,
    request::{CustomerRef, EventDraft, IdentityDraft},
};
use regulars_model::{Identity, Profile, canonical::hex, event::SourceRef};
use std::{
    collections::{HashMap, hash_map::Entry},
    io,
    sync::Arc,
};

/// Enough for full calls to plugins and large commits, little enough to be shown as it grows.
const CUSTOMERS_PER_CHUNK: usize = 1_500;
const EVENTS_PER_CHUNK: usize = 8_000;

/// What is decided and committed together.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    pub customers: Vec<ImportCustomer>,
    /// Rows, those that are not taken included.
    pub rows: u64,
    /// Rows whose mapped source id and content came before.
    pub repeated: u64,
    pub rejected: Vec<(u64, String)>,
}

pub struct Customers {
    partitions: Partitions,
    groups: std::vec::IntoIter<Vec<Staged>>,
    names: Names,
    shift: Shift,
}

impl Customers {
    pub fn new(partitions: Partitions, names: Names, shift: Shift) -> Customers {
        Customers { partitions, groups: Vec::new().into_iter(), names, shift }
    }

    /// Staged rows of the whole file.
    pub fn rows(&self) -> u64 {
        self.partitions.rows()
    }

    /// None when all are given.
    pub fn next_chunk(&mut self) -> io::Result<Option<Chunk>> {
        let mut chunk = Chunk::default();
        while chunk.customers.len() < CUSTOMERS_PER_CHUNK && chunk.rows < EVENTS_PER_CHUNK as u64 {
            match self.groups.next() {
                Some(group) => self.add(&mut chunk, group),
                None => match self.partitions.next() {
                    Some(partition) => self.groups = group_by_customer(partition?).into_iter(),
                    None => break,
                },
            }
        }
        Ok((chunk.rows > 0).then_some(chunk))
    }

    fn add(&self, chunk: &mut Chunk, group: Vec<Staged>) {
        chunk.rows += group.len() as u64;
        let mut customer = ImportCustomer::default();
        let mut events = Vec::with_capacity(group.len());
        let mut source_ids = SourceIds::default();
        let mut last = 0;
        for staged in group {
            last = staged.line;
            let Staged { line, identities, hash, event, profile, home_store } = staged;
            let source_id = match event.as_ref().map(|event| event.source_id.as_deref()) {
                Some(own) => source_ids.give(own, hash, line),
                None => Ok(None),
            };
            match source_id {
                Ok(Some(id)) => events.extend(event.map(|event| (self.draft(event, id), line))),
                Ok(None) if event.is_some() => chunk.repeated += 1,
                Ok(None) => {}
                Err(reason) => {
                    chunk.rejected.push((line, reason));
                    continue;
                }
            }
            add_identities(&mut customer.identities, identities);
            if let Some(profile) = profile {
                merge(&mut customer.profile, *profile);
            }
            customer.home_store = customer.home_store.take().or(home_store.map(Into::into));
        }
        events.sort_by(|(one, _), (other, _)| {
            (one.occurred_at, &one.source_id).cmp(&(other.occurred_at, &other.source_id))
        });
        (customer.events, customer.rows) = events.into_iter().unzip();
        if customer.rows.is_empty() {
            customer.rows.push(last);
        }
        chunk.customers.push(customer);
    }

    fn draft(&self, event: StagedEvent, source_id: String) -> EventDraft {
        let source = &self.names.source;
        let refers_to = event
            .refers_to
            .map(|source_id| SourceRef { source: source.clone(), source_id: Arc::from(source_id) });
        let named = self.names.data.iter().cloned().zip(event.data);
        EventDraft {
            customer: CustomerRef::default(),
            kind: event.kind.as_ref().to_owned(),
            occurred_at: Some(self.shift.apply(event.at)),
            store: event.store.map(Into::into),
            staff: None,
            source: Some(source.as_ref().to_owned()),
            source_id: Some(source_id),
            refers_to,
            amount: event.amount,
            currency: event.currency.map(|currency| currency.code().to_owned()),
            paid: event.paid,
            tenders: Vec::new(),
            lines: event.lines,
            data: named.filter(|(_, value)| !value.is_null()).collect(),
        }
    }
}

/// Customers in the order of their first rows, each one's rows in the order of the file.
fn group_by_customer(rows: Vec<Staged>) -> Vec<Vec<Staged>> {
    let mut places: HashMap<Identity, usize> = HashMap::new();
    let mut groups: Vec<Vec<Staged>> = Vec::new();
    for staged in rows {
        let Some(first) = staged.identities.first() else { continue };
        match places.get(first) {
            Some(place) => groups[*place].push(staged),
            None => {
                places.insert(first.clone(), groups.len());
                groups.push(vec![staged]);
            }
        }
    }
    groups
}

/// Those of one customer. Equal rows are of one customer, so to number them here numbers them over
/// the whole file.
#[derive(Default)]
struct SourceIds {
    equal: HashMap<[u8; 16], u64>,
    own: HashMap<String, ([u8; 16], u64)>,
}

impl SourceIds {
    /// None for a row whose own id came before with the same content.
    fn give(
        &mut self,
        own: Option<&str>,
        hash: [u8; 16],
        line: u64,
    ) -> Result<Option<String>, String> {
        let Some(own) = own else {
            let before = self.equal.entry(hash).or_default();
            let ordinal = *before;
            *before += 1;
            return Ok(Some(format!("{}#{ordinal}", hex(&hash))));
        };
        match self.own.entry(own.to_owned()) {
            Entry::Vacant(vacant) => {
                vacant.insert((hash, line));
                Ok(Some(own.to_owned()))
            }
            Entry::Occupied(first) if first.get().0 == hash => Ok(None),
            Entry::Occupied(first) => Err(format!(
                "event.source_id: `{own}` stands in line {} with other content",
                first.get().1
            )),
        }
    }
}

fn add_identities(known: &mut Vec<IdentityDraft>, identities: Vec<Identity>) {
    for Identity { kind, value } in identities {
        let draft = IdentityDraft { kind, value };
        if !known.contains(&draft) {
            known.push(draft);
        }
    }
}

/// What a later row says counts, where it says something.
fn merge(profile: &mut Profile, later: Profile) {
    let Profile { name, birthday, gender, language, address, note } = later;
    for (kept, said) in [
        (&mut profile.name, name),
        (&mut profile.birthday, birthday),
        (&mut profile.gender, gender),
        (&mut profile.language, language),
        (&mut profile.address, address),
        (&mut profile.note, note),
    ] {
        *kept = said.or(kept.take());
    }
}
