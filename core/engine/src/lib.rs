//! The story of a write, and every question the product answers. No SQL, no HTTP.

pub mod ctx;
pub mod problem;
pub mod request;
pub mod view;

use ctx::*;
use problem::*;
use regulars_model::*;
use request::*;
use serde_json::{Map, Value as Json};
use view::*;

#[derive(Clone)]
pub struct Engine;

/// A page of a timeline: newest first.
#[derive(Clone, Debug, Default)]
pub struct TimelineQuery {
    pub kinds: Vec<String>,
    pub from: Option<Instant>,
    pub to: Option<Instant>,
    /// As the page before gave it in `next`.
    pub cursor: Option<String>,
    pub limit: u32,
}

#[derive(Clone, Debug, Default)]
pub struct TaskQuery {
    /// `mine` = claimed by or assigned to the actor; otherwise tasks of `store` (all the actor may see when none).
    pub mine: bool,
    pub store: Option<String>,
    pub state: Option<String>,
    pub cursor: Option<String>,
    pub limit: u32,
}

#[derive(Clone, Debug, Default)]
pub struct OutboxQuery {
    pub state: Option<String>,
    pub cursor: Option<String>,
    pub limit: u32,
}

#[expect(unused_variables, clippy::unused_async, reason = "being built")]
impl Engine {
    /// Fails with Unauthenticated; constant-time by being a look-up of a hash.
    pub async fn authenticate(&self, key: &str) -> Result<Actor, Problem> {
        todo!()
    }
    pub fn context(
        &self,
        actor: Actor,
        language: text::Language,
        idempotency: Option<Idempotency>,
    ) -> Ctx {
        todo!()
    }
    pub async fn ready(&self) -> Result<(), Problem> {
        todo!()
    }

    // Commands: the reply is kept under the idempotency key where one was given.
    pub async fn create_customer(&self, ctx: &Ctx, draft: NewCustomer) -> Result<Reply, Problem> {
        todo!()
    }
    pub async fn identify(&self, ctx: &Ctx, draft: Identify) -> Result<Reply, Problem> {
        todo!()
    }
    /// `patch` is a JSON Merge Patch over `profile`, `fields`, `tags`, `home_store`, `assigned_to`, `lifecycle`; `if_match` = profile_version.
    pub async fn patch_customer(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        if_match: i64,
        patch: Json,
    ) -> Result<Reply, Problem> {
        todo!()
    }
    pub async fn add_identity(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        draft: IdentityDraft,
    ) -> Result<Reply, Problem> {
        todo!()
    }
    pub async fn retire_identity(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        draft: IdentityDraft,
    ) -> Result<Reply, Problem> {
        todo!()
    }
    pub async fn move_identity(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        draft: MoveIdentity,
    ) -> Result<Reply, Problem> {
        todo!()
    }
    pub async fn record_consent(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        draft: ConsentDraft,
    ) -> Result<Reply, Problem> {
        todo!()
    }
    pub async fn append_event(&self, ctx: &Ctx, draft: EventDraft) -> Result<Reply, Problem> {
        todo!()
    }
    /// Each whole line is committed by itself; results in the order of the lines. Lines need `source` and `source_id`.
    pub async fn append_many(
        &self,
        ctx: &Ctx,
        lines: Vec<Result<EventDraft, Problem>>,
    ) -> Vec<Result<EventRecorded, Problem>> {
        todo!()
    }
    pub async fn claim_task(&self, ctx: &Ctx, id: TaskId) -> Result<Reply, Problem> {
        todo!()
    }
    pub async fn complete_task(
        &self,
        ctx: &Ctx,
        id: TaskId,
        draft: CompleteTask,
    ) -> Result<Reply, Problem> {
        todo!()
    }
    pub async fn postpone_task(
        &self,
        ctx: &Ctx,
        id: TaskId,
        draft: PostponeTask,
    ) -> Result<Reply, Problem> {
        todo!()
    }
    pub async fn message_sent(
        &self,
        ctx: &Ctx,
        id: MessageId,
        draft: MessageSent,
    ) -> Result<Reply, Problem> {
        todo!()
    }
    pub async fn message_failed(
        &self,
        ctx: &Ctx,
        id: MessageId,
        draft: MessageFailed,
    ) -> Result<Reply, Problem> {
        todo!()
    }
    pub async fn put_unit(
        &self,
        ctx: &Ctx,
        code: &str,
        draft: UnitDraft,
    ) -> Result<UnitView, Problem> {
        todo!()
    }
    pub async fn put_schema(
        &self,
        ctx: &Ctx,
        entity: &str,
        namespace: &str,
        schema: Json,
    ) -> Result<SchemaView, Problem> {
        todo!()
    }
    pub async fn change_settings(
        &self,
        ctx: &Ctx,
        plugin: &str,
        changes: Map<String, Json>,
    ) -> Result<SettingsChanged, Problem> {
        todo!()
    }
    pub async fn put_plugin_units(
        &self,
        ctx: &Ctx,
        plugin: &str,
        draft: PluginUnits,
    ) -> Result<PluginView, Problem> {
        todo!()
    }

    // Questions
    pub async fn load_customer(&self, ctx: &Ctx, id: CustomerId) -> Result<CustomerView, Problem> {
        todo!()
    }
    pub async fn list_customers(
        &self,
        ctx: &Ctx,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<CustomerView>, Problem> {
        todo!()
    }
    pub async fn list_consents(
        &self,
        ctx: &Ctx,
        id: CustomerId,
    ) -> Result<Vec<ConsentView>, Problem> {
        todo!()
    }
    pub async fn timeline(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        query: TimelineQuery,
    ) -> Result<Page<EventView>, Problem> {
        todo!()
    }
    pub async fn list_decisions(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<DecisionView>, Problem> {
        todo!()
    }
    pub async fn explain(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        field: &str,
    ) -> Result<Explanation, Problem> {
        todo!()
    }
    pub async fn list_tasks(&self, ctx: &Ctx, query: TaskQuery) -> Result<Page<TaskView>, Problem> {
        todo!()
    }
    pub async fn load_task(&self, ctx: &Ctx, id: TaskId) -> Result<TaskView, Problem> {
        todo!()
    }
    pub async fn list_outbox(
        &self,
        ctx: &Ctx,
        query: OutboxQuery,
    ) -> Result<Page<MessageView>, Problem> {
        todo!()
    }
    pub async fn list_units(&self, ctx: &Ctx) -> Result<Vec<UnitView>, Problem> {
        todo!()
    }
    pub async fn load_unit(&self, ctx: &Ctx, code: &str) -> Result<UnitView, Problem> {
        todo!()
    }
    pub async fn list_schemas(&self, ctx: &Ctx) -> Result<Vec<SchemaView>, Problem> {
        todo!()
    }
    pub async fn load_schema(
        &self,
        ctx: &Ctx,
        entity: &str,
        namespace: &str,
    ) -> Result<SchemaView, Problem> {
        todo!()
    }
    pub async fn list_plugins(&self, ctx: &Ctx) -> Result<Vec<PluginView>, Problem> {
        todo!()
    }
    pub async fn load_plugin(&self, ctx: &Ctx, plugin: &str) -> Result<PluginView, Problem> {
        todo!()
    }
    pub async fn count_by(&self, ctx: &Ctx, field: &str) -> Result<Counts, Problem> {
        todo!()
    }
}
