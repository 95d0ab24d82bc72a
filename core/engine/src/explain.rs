//! Why a field has its value, or had it: the sentence for the till, and the record behind it.

mod ahead;
mod answer;
mod as_of;
mod asked;
mod change;
mod condition;
mod moved;
mod scene;
mod sentences;

pub(crate) use answer::last_change;
pub(crate) use condition::condition_view;
pub(crate) use sentences::LocalTime;

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    configuration::{Configuration, PluginInForce},
    problem::Code,
    view::Explanation,
};
use regulars_model::{CustomerId, Instant};
use scene::Scene;
use tokio::task::spawn_blocking;

/// A field, and as of when.
#[derive(Clone, Debug, Default)]
pub struct ExplainQuery {
    /// `plugin.field`
    pub field: String,
    /// As of this instant of the log; now, or `known_at`, where it is absent.
    pub at: Option<Instant>,
    /// As was on record then; as the log stands today where it is absent.
    pub known_at: Option<Instant>,
}

impl Engine {
    pub async fn explain(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        query: &ExplainQuery,
    ) -> Result<Explanation, Problem> {
        authorise(ctx, Action::Explain)?;
        let configuration = self.configuration();
        split(&query.field, &configuration)?;
        check_instants(query, ctx.now)?;
        let as_of = self.as_of(ctx, id, query).await?;
        let field = query.field.clone();
        // The rule is asked many times to tell what would change it.
        let explaining = spawn_blocking(move || {
            let (plugin, name) = split(&field, &as_of.configuration)?;
            Ok::<_, Problem>(Scene { plugin, name, as_of: &as_of }.explain())
        });
        let explanation = explaining.await.map_err(Problem::internal)??;
        self.veil(ctx, &configuration, &[id]).await?.any(explanation)
    }
}

/// `plugin.field`, both known.
fn split<'a>(
    field: &'a str,
    configuration: &'a Configuration,
) -> Result<(&'a PluginInForce, &'a str), Problem> {
    let known = |plugin: &PluginInForce| {
        let id = plugin.manifest.id.clone();
        let names = plugin.manifest.fields.keys().map(move |name| format!("{id}.{name}"));
        names.collect::<Vec<_>>()
    };
    let found = field.split_once('.').and_then(|(id, name)| {
        let plugin = configuration.plugins.get(id)?;
        plugin.manifest.fields.contains_key(name).then_some((plugin, name))
    });
    found.ok_or_else(|| {
        let all: Vec<_> = configuration.plugins.values().flat_map(known).collect();
        let detail = crate::sentences::no_field_owner(field, &all[..]);
        Problem::new(Code::NotFound, detail)
    })
}

fn check_instants(query: &ExplainQuery, now: Instant) -> Result<(), Problem> {
    for (pointer, instant) in [("/at", query.at), ("/known_at", query.known_at)] {
        if instant.is_some_and(|instant| instant > now) {
            let message = crate::sentences::later_than_now(now.to_string());
            return Err(Problem::invalid_at(pointer, "in_future", message));
        }
    }
    match (query.at, query.known_at) {
        (Some(at), Some(known_at)) if at > known_at => {
            let message = crate::sentences::later_than_known(known_at.to_string());
            Err(Problem::invalid_at("/at", "after_known_at", message))
        }
        _ => Ok(()),
    }
}
