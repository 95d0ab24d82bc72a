//! The entries, newest first.

use super::About;
use crate::{
    Ctx, Engine, Origin, Problem,
    authorise::{Action, authorise},
    cursor,
    problem::Code,
    sentences,
    view::{AuditActor, AuditView, Page},
};
use regulars_model::{AuditId, CustomerId, Instant, StaffId, canonical::hex};
use regulars_store::{AuditEntry, AuditQuery};
use serde::Serialize;
use serde_json::{Value as Json, json};

/// Which entries; all that is said must hold.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AuditFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<StaffId>,
    /// Its name, as the operation is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// Exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

impl Engine {
    pub async fn list_audit(
        &self,
        ctx: &Ctx,
        filter: AuditFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<AuditView>, Problem> {
        authorise(ctx, Action::ListAudit)?;
        if let Some(name) = &filter.action
            && !super::is_action(name)
        {
            let detail = sentences::no_action(name);
            return Err(Problem::new(Code::InvalidRequest, detail));
        }
        let older_than: Option<AuditId> = cursor::read("audit", cursor)?;
        let limit = cursor::limit(limit);
        let asked = json!({"filter": filter});
        let query = AuditQuery {
            actor: filter.actor,
            action: filter.action,
            kind: filter.kind,
            record: filter.record,
            customer: filter.customer,
            from: filter.from,
            until: filter.until,
            older_than,
            limit: limit + 1,
        };
        let entries = self.inner.store.list_audit(&query).await?;
        let (entries, next) =
            cursor::page(entries, limit, |entry| cursor::write("audit", &entry.row.id));
        self.enter_read(ctx, "audit", asked, entries.len()).await?;
        let items = entries.into_iter().map(view).collect::<Result<_, Problem>>()?;
        Ok(Page { items, next })
    }

    /// That so many records were read, and how they were asked for.
    pub(crate) async fn enter_read(
        &self,
        ctx: &Ctx,
        kind: &'static str,
        mut asked: Json,
        records: usize,
    ) -> Result<(), Problem> {
        asked["records"] = json!(records);
        self.enter(ctx, About::many(kind), None, Some(asked)).await
    }
}

fn view(AuditEntry { row, seal }: AuditEntry) -> Result<AuditView, Problem> {
    let corrupt =
        |error| Problem::internal(format!("audit entry {} cannot be read: {error}", row.id));
    let read = |text: &Option<String>| -> Result<Option<Json>, Problem> {
        text.as_deref().map(serde_json::from_str).transpose().map_err(corrupt)
    };
    let kept = row.content.kept.as_ref();
    let [before, after] = [
        kept.map_or(Ok(None), |kept| read(&kept.before))?,
        kept.map_or(Ok(None), |kept| read(&kept.after))?,
    ];
    let origin: Origin = serde_json::from_str(&row.origin).map_err(corrupt)?;
    Ok(AuditView {
        id: row.id,
        number: seal.map(|seal| seal.number),
        hash: seal.map(|seal| hex(&seal.hash)),
        at: row.at,
        actor: AuditActor { id: row.actor_id, name: row.actor_name, role: row.actor_role },
        origin,
        action: row.action,
        outcome: row.outcome.name().to_owned(),
        kind: row.kind,
        record: row.record,
        customer_id: row.customer_id,
        emptied: row.content.kept.is_none(),
        before,
        after,
        request: row.request_id.map(|id| id.urn().to_string()),
    })
}
