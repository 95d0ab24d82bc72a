//! A customer's events in the order of the log, with the links refunds and voids make.

use regulars_model::{
    Event,
    event::{SourceRef, flag, kind},
};
use std::{collections::HashMap, sync::Arc};

/// A copy costs nothing until one of the two is changed.
#[derive(Clone, Default)]
pub struct Log {
    events: Arc<Vec<Event>>,
    links: Arc<Vec<Link>>,
    /// Whether this is the whole history; otherwise a tail long enough for every window.
    complete: bool,
}

#[derive(Clone, Copy, Default)]
struct Link {
    /// The event this one refers to.
    to: Option<usize>,
    /// The event that voids this one.
    voided_by: Option<usize>,
    /// Something refers to this event.
    referred: bool,
    /// What refers to this event comes before it.
    foretold: bool,
}

impl Log {
    /// Sorts the events into the order of the log.
    pub fn new(mut events: Vec<Event>, complete: bool) -> Log {
        events.sort_by(Event::log_order);
        let mut links = vec![Link::default(); events.len()];
        if events.iter().any(|event| event.refers_to.is_some()) {
            link(&events, &mut links);
        }
        Log { events: Arc::new(events), links: Arc::new(links), complete }
    }

    /// Without what plugins appended and took back: as it stands now.
    pub fn standing(events: Vec<Event>, complete: bool) -> Log {
        let mut log = Log::new(events, complete);
        log.retain(|event| !event.is_flagged(flag::WITHDRAWN));
        log
    }

    pub fn events(&self) -> &[Event] {
        &self.events
    }

    pub fn into_events(self) -> Vec<Event> {
        Arc::unwrap_or_clone(self.events)
    }

    /// Puts in what a plugin appended; it neither refers nor is referred to.
    pub fn insert(&mut self, event: Event) {
        let place = self.events.partition_point(|own| own.log_order(&event).is_lt());
        let links = Arc::make_mut(&mut self.links);
        for link in links.iter_mut() {
            for other in [&mut link.to, &mut link.voided_by].into_iter().flatten() {
                *other += usize::from(*other >= place);
            }
        }
        links.insert(place, Link::default());
        Arc::make_mut(&mut self.events).insert(place, event);
    }

    /// Of what plugins appended, keeps what `keep` says: that stands, whatever was said of it before.
    pub fn retain(&mut self, keep: impl Fn(&Event) -> bool) {
        let stays = |event: &Event| !event.is_appended() || keep(event);
        if !self.events.iter().all(stays) {
            Arc::make_mut(&mut self.events).retain(stays);
            self.relink();
        }
        if self.events.iter().any(|event| event.is_appended() && !event.flags.is_empty()) {
            let events = Arc::make_mut(&mut self.events).iter_mut();
            events.filter(|event| event.is_appended()).for_each(|event| event.flags.clear());
        }
    }

    /// Takes out what a plugin appended under this name and key, with the place it had.
    pub fn remove(&mut self, kind: &str, key: &str) -> Option<(usize, Event)> {
        let place = self.events.iter().position(|event| is_appended(event, kind, key))?;
        let event = Arc::make_mut(&mut self.events).remove(place);
        self.relink();
        Some((place, event))
    }

    fn relink(&mut self) {
        let mut links = vec![Link::default(); self.events.len()];
        link(&self.events, &mut links);
        self.links = Arc::new(links);
    }

    /// The event a plugin appended under this name and key, wherever in the log it stands.
    pub fn find_appended(&self, kind: &str, key: &str) -> Option<&Event> {
        self.events.iter().find(|event| is_appended(event, kind, key))
    }

    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The event that the one at `index` refers to, where both are among the first `end`.
    pub fn referred_by(&self, index: usize, end: usize) -> Option<&Event> {
        self.links[index].to.filter(|to| *to < end).map(|to| &self.events[to])
    }

    /// Whether the event at `index` counts as of the first `end` events: not voided, not the
    /// correction of a voided one, and if it corrects, then something that is there.
    pub fn counts(&self, index: usize, end: usize) -> bool {
        let link = self.links[index];
        if link.voided_by.is_some_and(|by| by < end) {
            return false;
        }
        if self.events[index].refers_to.is_none() {
            return true;
        }
        link.to.is_some_and(|to| to < end && self.links[to].voided_by.is_none_or(|by| by >= end))
    }

    /// An event that neither refers nor is referred to changes running totals by itself alone.
    pub fn is_plain(&self, index: usize) -> bool {
        self.events[index].refers_to.is_none() && !self.links[index].referred
    }

    /// Corrected by an event that happened before it, as clocks that differ may have it.
    pub fn is_foretold(&self, index: usize) -> bool {
        self.links[index].foretold
    }

    pub fn is_unmatched(&self, index: usize) -> bool {
        self.events[index].refers_to.is_some() && self.links[index].to.is_none()
    }

    /// Together the refunds of the purchase at `index` exceed it.
    pub fn is_exceeded(&self, index: usize) -> bool {
        let refunds = self.links.iter().zip(&*self.events).filter(|(link, event)| {
            link.to == Some(index) && *event.kind == *kind::REFUND && link.voided_by.is_none()
        });
        let refunded: i64 = refunds.filter_map(|(_, event)| event.amount).sum();
        refunded > self.events[index].amount.unwrap_or(0)
    }

    pub fn target(&self, index: usize) -> Option<usize> {
        self.links[index].to
    }
}

fn link(events: &[Event], links: &mut [Link]) {
    let mut positions = HashMap::with_capacity(events.len());
    for (index, event) in events.iter().enumerate().filter(|(_, event)| !event.is_appended()) {
        positions.insert((&*event.source, &*event.source_id), index);
    }
    for (index, event) in events.iter().enumerate() {
        let Some(SourceRef { source, source_id }) = &event.refers_to else { continue };
        let Some(to) = positions.get(&(&**source, &**source_id)).copied() else { continue };
        // An event that refers to itself, or to another correction of itself, corrects nothing.
        if to == index || events[to].refers_to.as_ref().is_some_and(|back| refers(back, event)) {
            continue;
        }
        links[index].to = Some(to);
        links[to].referred = true;
        links[to].foretold |= index < to;
        if *event.kind == *kind::VOID {
            // It is void from the first on, however often that is said.
            links[to].voided_by.get_or_insert(index);
        }
    }
}

fn is_appended(event: &Event, kind: &str, key: &str) -> bool {
    event.is_appended() && *event.kind == *kind && *event.source_id == *key
}

/// Whether this is the event that is meant.
pub fn refers(reference: &SourceRef, event: &Event) -> bool {
    reference.source == event.source && reference.source_id == event.source_id
}
