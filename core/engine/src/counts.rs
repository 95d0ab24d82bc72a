//! Counts of customers by the values of a field.

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, authorise},
    problem::Code,
    view::Counts,
};
use serde_json::json;

impl Engine {
    pub async fn count_by(&self, ctx: &Ctx, field: &str) -> Result<Counts, Problem> {
        authorise(ctx, Action::CountBy)?;
        let configuration = self.configuration();
        let known = match field.split_once('.') {
            None => field == "lifecycle",
            Some((namespace, name)) => match configuration.plugins.get(namespace) {
                Some(plugin) => plugin.manifest.fields.contains_key(name),
                None => {
                    let entity = regulars_schema::Entity::Customer;
                    configuration.registry.latest(entity, namespace).is_some()
                }
            },
        };
        if !known {
            let detail = format!(
                "there is no field `{field}`; expected lifecycle or NAMESPACE.FIELD, such as jewellery-tiers.tier"
            );
            return Err(Problem::new(Code::NotFound, detail));
        }
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
