//! The timeline of a customer: newest first, a page at a time. What happened stands at its own instant,
//! and what was corrected of what had been decided about it at the instant when that was recorded.

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    cursor,
    events::event_view,
    members::told_kinds,
    view::{CorrectionView, Page, TimelineEntry},
};
use regulars_model::{CorrectionId, CustomerId, Event, EventKey, Instant, event::kind};
use regulars_store::{CorrectionQuery, CorrectionRow};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default)]
pub struct TimelineQuery {
    /// Of events, or `correction`; empty for all.
    pub kinds: Vec<String>,
    /// From this instant on.
    pub from: Option<Instant>,
    /// Up to, and without, this instant.
    pub to: Option<Instant>,
    /// As the page before gave it in `next`.
    pub cursor: Option<String>,
    pub limit: u32,
}

impl Engine {
    pub async fn timeline(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        query: TimelineQuery,
    ) -> Result<Page<TimelineEntry>, Problem> {
        authorise(ctx, Action::Timeline)?;
        self.load_seen(ctx, id).await?;
        let Some(kinds) = told_kinds(&ctx.actor, query.kinds) else {
            return Ok(Page { items: Vec::new(), next: None });
        };
        let before: Option<Place> = cursor::read("timeline", query.cursor.as_deref())?;
        let limit = cursor::limit(query.limit);
        let from = query.from.unwrap_or(Instant::BEGINNING);
        let to = query.to.unwrap_or(Instant::NEVER);
        let asked = Asked { customer_id: id, kinds, from, to, before, limit: limit + 1 };
        let entries = self.list_entries(asked).await?;
        let (entries, next) =
            cursor::page(entries, limit, |entry| cursor::write("timeline", &entry.place()));
        let configuration = self.configuration();
        let veil = self.veil(ctx, &configuration, &[id]).await?;
        let view = |entry: &Entry| match entry {
            Entry::Event(event) => {
                let view = veil.event(event_view(event, &configuration.units));
                Ok(TimelineEntry::Event(Box::new(view)))
            }
            Entry::Correction(row) => {
                let view = veil.any(correction_view(row)?)?;
                Ok(TimelineEntry::Correction(Box::new(view)))
            }
        };
        let items = entries.iter().map(view).collect::<Result<_, Problem>>()?;
        Ok(Page { items, next })
    }

    /// Two ranges of two primary keys, as long as a page each, and of both together the newest.
    async fn list_entries(&self, asked: Asked) -> Result<Vec<Entry>, Problem> {
        let Asked { customer_id, kinds, from, to, before, limit } = asked;
        let is_asked = |kind: &str| kinds.is_empty() || kinds.iter().any(|own| own == kind);
        let (is_of_corrections, mut entries) = (is_asked(kind::CORRECTION), Vec::new());
        let events: Vec<String> =
            kinds.iter().filter(|own| **own != kind::CORRECTION).cloned().collect();
        if kinds.is_empty() || !events.is_empty() {
            let (to, before) = match before.clone() {
                None => (to, None),
                Some(Place::Event(key)) => (to, Some(key)),
                // What happened at that instant comes after it.
                Some(Place::Correction(at, _)) => (to.min(at.plus(1)), None),
            };
            let query = regulars_store::TimelineQuery {
                customer_id,
                kinds: events,
                from,
                to,
                before,
                limit,
            };
            let rows = self.inner.store.list_timeline(&query).await?;
            entries.extend(rows.into_iter().map(|event| Entry::Event(Box::new(event))));
        }
        if is_of_corrections {
            let (to, before) = match before {
                None => (to, None),
                Some(Place::Event(key)) => (to.min(key.at), None),
                Some(Place::Correction(at, id)) => (to, Some((at, id))),
            };
            let query = CorrectionQuery { customer_id, from, to, before, limit };
            let rows = self.inner.store.list_corrections(&query).await?;
            entries.extend(rows.into_iter().map(Entry::Correction));
        }
        // Both come in their order, and a sort leaves that as it is.
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.order()));
        entries.truncate(limit as usize);
        Ok(entries)
    }
}

struct Asked {
    customer_id: CustomerId,
    kinds: Vec<String>,
    from: Instant,
    to: Instant,
    before: Option<Place>,
    limit: u32,
}

/// Where a page ends.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Place {
    Event(EventKey),
    Correction(Instant, CorrectionId),
}

enum Entry {
    Event(Box<Event>),
    Correction(CorrectionRow),
}

impl Entry {
    /// What corrects something comes after all that happened at its instant.
    fn order(&self) -> (Instant, bool) {
        match self {
            Entry::Event(event) => (event.occurred_at, false),
            Entry::Correction(row) => (row.recorded_at, true),
        }
    }

    fn place(&self) -> Place {
        match self {
            Entry::Event(event) => Place::Event(event.key()),
            Entry::Correction(row) => Place::Correction(row.recorded_at, row.id),
        }
    }
}

fn correction_view(row: &CorrectionRow) -> Result<CorrectionView, Problem> {
    let corrupt = |error| Problem::internal(format!("{} cannot be read: {error}", row.id));
    Ok(CorrectionView {
        id: row.id,
        kind: kind::CORRECTION.to_owned(),
        occurred_at: row.recorded_at,
        recorded_at: row.recorded_at,
        content: serde_json::from_str(&row.content).map_err(corrupt)?,
    })
}
