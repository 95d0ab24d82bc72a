//! The timeline of a customer: newest first, a page at a time.

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    cursor,
    events::event_view,
    members::told_kinds,
    view::{EventView, Page},
};
use regulars_model::{CustomerId, EventKey, Instant};

#[derive(Clone, Debug, Default)]
pub struct TimelineQuery {
    /// Empty for all.
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
    ) -> Result<Page<EventView>, Problem> {
        authorise(ctx, Action::Timeline)?;
        self.load_seen(ctx, id).await?;
        let Some(kinds) = told_kinds(&ctx.actor, query.kinds) else {
            return Ok(Page { items: Vec::new(), next: None });
        };
        let before: Option<EventKey> = cursor::read("timeline", query.cursor.as_deref())?;
        let limit = cursor::limit(query.limit);
        let rows = self
            .inner
            .store
            .list_timeline(&regulars_store::TimelineQuery {
                customer_id: id,
                kinds,
                from: query.from.unwrap_or(Instant::BEGINNING),
                to: query.to.unwrap_or(Instant::NEVER),
                before,
                limit: limit + 1,
            })
            .await?;
        let (rows, next) =
            cursor::page(rows, limit, |event| cursor::write("timeline", &event.key()));
        let configuration = self.configuration();
        let veil = self.veil(ctx, &configuration, &[id]).await?;
        let view = |event| veil.event(event_view(event, &configuration.units));
        let items = rows.iter().map(view).collect();
        Ok(Page { items, next })
    }
}
