//! Counts of customers by the values of a field.

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    configuration::Configuration,
    problem::Code,
    sentences,
    view::Counts,
};
use regulars_schema::{Entity, cover_marked};
use serde_json::json;

/// A list of values with their counts would say them all.
fn check_personal(ctx: &Ctx, configuration: &Configuration, field: &str) -> Result<(), Problem> {
    let Some((namespace, name)) = field.split_once('.') else { return Ok(()) };
    let schema = configuration.registry.latest(Entity::Customer, namespace);
    let is_marked = schema.is_some_and(|(_, schema)| {
        let (mut marked, mut record) = (false, json!({name: "value"}));
        cover_marked(schema, &mut record, &mut |_| marked = true);
        marked
    });
    if !is_marked || ctx.actor.role.sees_personal_data() {
        return Ok(());
    }
    let detail = sentences::personal_field(ctx.actor.role.name(), field);
    Err(Problem::new(Code::Forbidden, detail))
}

impl Engine {
    pub async fn count_by(&self, ctx: &Ctx, field: &str) -> Result<Counts, Problem> {
        authorise(ctx, Action::CountBy)?;
        let configuration = self.configuration();
        let known = match field.split_once('.') {
            None => field == "lifecycle",
            Some((namespace, name)) => match configuration.plugins.get(namespace) {
                Some(plugin) => plugin.manifest.fields.contains_key(name),
                None => configuration.registry.latest(Entity::Customer, namespace).is_some(),
            },
        };
        if !known {
            let detail = sentences::no_counted_field(field);
            return Err(Problem::new(Code::NotFound, detail));
        }
        check_personal(ctx, &configuration, field)?;
        let counts = self.inner.store.count_by_field(field, &self.seen_by(ctx)).await?;
        let total = usize::try_from(counts.total).unwrap_or_default();
        self.enter_read(ctx, "customer", json!({"by": field}), total).await?;
        let epoch = configuration.rulebook.epoch();
        let due = self.inner.store.count_due(ctx.now, epoch).await?;
        Ok(Counts {
            field: field.to_owned(),
            counts: counts.by_value.into_iter().collect(),
            none: counts.without,
            total: counts.total,
            due,
        })
    }
}
