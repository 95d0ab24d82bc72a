//! The outbox: what waits to leave (messages, vouchers, points, custom effects), which any gateway may
//! read and acknowledge.

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    cursor,
    problem::Code,
    record::identity_view,
    request::{MessageFailed, MessageSent},
    sentences,
    view::{IdentityView, MessageView, Page, Reply},
    write::{Intent, MessageText, Plan, submit},
};
use regulars_model::{
    Instant, MessageId, customer::IdentityKind, limits::NAME_CHARS_MAX, said::Word,
};
use regulars_store::{Find, IdentityRow, IdentityState, MessageRow, MessageState};
use serde_json::json;

pub(crate) const SORTS: [&str; 4] = ["message", "voucher", "points", "custom"];

#[derive(Clone, Debug, Default)]
pub struct OutboxQuery {
    /// `message` when absent.
    pub sort: Option<String>,
    /// `pending` when absent: what may go out now.
    pub state: Option<String>,
    pub cursor: Option<String>,
    pub limit: u32,
}

impl Engine {
    pub async fn list_outbox(
        &self,
        ctx: &Ctx,
        query: OutboxQuery,
    ) -> Result<Page<MessageView>, Problem> {
        authorise(ctx, Action::ListOutbox)?;
        let after: Option<MessageId> = cursor::read("outbox", query.cursor.as_deref())?;
        let limit = cursor::limit(query.limit);
        let state = match query.state.as_deref() {
            None => MessageState::Pending,
            Some(name) => MessageState::find(name).ok_or_else(|| unknown_state(name))?,
        };
        let sort = query.sort.unwrap_or_else(|| SORTS[0].to_owned());
        if !SORTS.contains(&sort.as_str()) {
            let detail = sentences::no_sort(sort, &SORTS[..]);
            return Err(Problem::new(Code::InvalidRequest, detail));
        }
        let (seen, now, limit_read) = (self.seen_by(ctx), ctx.now, limit + 1);
        let query =
            regulars_store::OutboxQuery { seen, sort, state, now, after, limit: limit_read };
        let rows = self.inner.store.list_outbox(&query).await?;
        let (rows, next) = cursor::page(rows, limit, |row| cursor::write("outbox", &row.id));
        let customers: Vec<_> = rows.iter().map(|row| row.customer_id).collect();
        // A gateway that looks and finds nothing has read nothing.
        if !rows.is_empty() {
            let asked = json!({"sort": query.sort, "state": query.state.name()});
            self.enter_read(ctx, "message", asked, rows.len()).await?;
        }
        let identities = self.inner.store.list_identities_of(&customers).await?;
        let configuration = self.configuration();
        let veil = self.veil(ctx, &configuration, &customers).await?;
        let items = rows.iter().map(|row| veil.message(message_view(row, &identities, ctx)));
        let items = items.collect();
        Ok(Page { items, next })
    }

    pub async fn message_sent(
        &self,
        ctx: &Ctx,
        id: MessageId,
        draft: MessageSent,
    ) -> Result<Reply, Problem> {
        authorise(ctx, Action::MessageSent)?;
        self.acknowledge(ctx, id, move |row| match row.state {
            MessageState::Sent => Ok(None),
            // A gateway that had it in hand when it was withdrawn tells the truth all the same.
            MessageState::Pending | MessageState::Failed | MessageState::Withdrawn => {
                let state = match row.state {
                    MessageState::Withdrawn => MessageState::Corrected,
                    _ => MessageState::Sent,
                };
                Ok(Some(MessageRow {
                    state,
                    state_reason: draft.channel.clone(),
                    gateway_id: draft.gateway_id.clone(),
                    ..row.clone()
                }))
            }
            _ => Err(not_in_state(row, Word("sent", "已发送"))),
        })
        .await
    }

    pub async fn message_failed(
        &self,
        ctx: &Ctx,
        id: MessageId,
        draft: MessageFailed,
    ) -> Result<Reply, Problem> {
        authorise(ctx, Action::MessageFailed)?;
        let length = draft.reason.chars().count();
        if length == 0 || length > NAME_CHARS_MAX {
            let message = sentences::chars_between(1, NAME_CHARS_MAX);
            return Err(Problem::invalid_at("/reason", "wrong_length", message));
        }
        self.acknowledge(ctx, id, move |row| match row.state {
            MessageState::Failed if !draft.retry => Ok(None),
            MessageState::Pending | MessageState::Failed => Ok(Some(MessageRow {
                state: if draft.retry { MessageState::Pending } else { MessageState::Failed },
                state_reason: Some(draft.reason.clone()),
                ..row.clone()
            })),
            _ => Err(not_in_state(row, Word("failed", "发送失败"))),
        })
        .await
    }

    async fn acknowledge(
        &self,
        ctx: &Ctx,
        id: MessageId,
        change: impl Fn(&MessageRow) -> Result<Option<MessageRow>, Problem> + Send + 'static,
    ) -> Result<Reply, Problem> {
        let found = self.inner.store.find_message(id).await?;
        let customer_id =
            found.ok_or_else(|| Problem::not_found(sentences::MESSAGE, id))?.customer_id;
        submit(&self.inner.queue, ctx, Find::Id(customer_id), None, move |scene| {
            let customer =
                scene.customer.ok_or_else(|| Problem::not_found(sentences::MESSAGE, id))?;
            let Some(full) = scene.full else { return Ok(Plan::NeedsFull) };
            let row = full.messages.iter().find(|row| row.id == id);
            let row = row.ok_or_else(|| Problem::not_found(sentences::MESSAGE, id))?;
            let identities = full.identities.clone();
            let Some(changed) = change(row)? else {
                let view = message_view(row, &identities, scene.ctx);
                return Ok(Plan::Answer(Reply::json(200, &view)));
            };
            let changed = MessageRow {
                acknowledged_at: Some(scene.ctx.now),
                attempts: row.attempts + 1,
                ..changed
            };
            let row = changed.clone();
            let mut intent = Intent::of(customer.clone(), move |done| {
                Reply::json(200, &message_view(&row, &identities, done.ctx))
            });
            intent.messages.push(changed);
            Ok(Plan::Write(Box::new(intent)))
        })
        .await
    }
}

fn unknown_state(name: &str) -> Problem {
    let known: Vec<_> = MessageState::ALL.iter().map(|state| state.name()).collect();
    let detail = sentences::no_state(name, &known[..]);
    Problem::new(Code::InvalidRequest, detail)
}

fn not_in_state(row: &MessageRow, verb: Word) -> Problem {
    let detail = sentences::message_not_in_state(row.state.name(), verb);
    Problem::new(Code::Conflict, detail).with("state", row.state.name())
}

fn message_view(row: &MessageRow, identities: &[IdentityRow], ctx: &Ctx) -> MessageView {
    let text: MessageText = serde_json::from_str(&row.variables).unwrap_or_default();
    let channels: Vec<String> = serde_json::from_str(&row.channels).unwrap_or_default();
    MessageView {
        id: row.id,
        customer_id: row.customer_id,
        plugin: row.plugin_id.clone(),
        sort: row.sort.clone(),
        template: row.template.clone(),
        variables: serde_json::json!(text.variables),
        purpose: row.purpose.clone(),
        addresses: addresses(row, &channels, identities),
        channels,
        language: row.language.clone(),
        reason: text.reason.get(ctx.language).to_owned(),
        state: row.state.name().to_owned(),
        state_reason: row.state_reason.clone(),
        not_before: row.not_before,
        expires_at: (row.expires_at < Instant::NEVER).then_some(row.expires_at),
        created_at: row.created_at,
        attempts: row.attempts,
    }
}

/// Where the channels of a message lead.
fn addresses(
    row: &MessageRow,
    channels: &[String],
    identities: &[IdentityRow],
) -> Vec<IdentityView> {
    let leads = |identity: &&IdentityRow| {
        identity.customer_id == row.customer_id
            && identity.state == IdentityState::Active
            && channels.iter().any(|channel| match channel.as_str() {
                "sms" | "by-hand" => identity.kind == IdentityKind::Phone,
                "email" => identity.kind == IdentityKind::Email,
                _ => identity.kind == IdentityKind::WechatUnion,
            })
    };
    identities.iter().filter(leads).map(identity_view).collect()
}
