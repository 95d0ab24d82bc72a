//! Schemas of custom fields and of event kinds, with their versions.

use crate::{
    Ctx, Engine, Problem,
    audit::About,
    authorise::{Action, authorise},
    problem::Code,
    record::{Record, to_json},
    sentences,
    view::SchemaView,
};
use regulars_model::{CustomerId, Fault, event::kind};
use regulars_schema::Entity;
use regulars_store::FieldSchemaRow;
use serde_json::{Value as Json, json};

/// Records read at a time while a new schema is held against them.
const SCAN_PAGE: u32 = 1_000;
/// Examples shown of records that a new schema would break.
const EXAMPLES_MAX: usize = 5;

impl Engine {
    pub async fn list_schemas(&self, ctx: &Ctx) -> Result<Vec<SchemaView>, Problem> {
        authorise(ctx, Action::ListSchemas)?;
        let rows = self.inner.store.load_configuration().await?.schemas;
        let mut newest: Vec<&FieldSchemaRow> = Vec::new();
        for row in &rows {
            match newest.iter_mut().find(|own| same(own, row)) {
                Some(own) => *own = row,
                None => newest.push(row),
            }
        }
        newest.into_iter().map(schema_view).collect()
    }

    pub async fn load_schema(
        &self,
        ctx: &Ctx,
        entity: &str,
        namespace: &str,
    ) -> Result<SchemaView, Problem> {
        authorise(ctx, Action::LoadSchema)?;
        let rows = self.inner.store.load_configuration().await?.schemas;
        let own = rows.iter().filter(|row| row.entity == entity && row.namespace == namespace);
        match own.max_by_key(|row| row.version) {
            Some(row) => schema_view(row),
            None => Err(Problem::not_found(sentences::SCHEMA_OF, format!("{entity} {namespace}"))),
        }
    }

    /// The next version, unless existing data would break it.
    pub async fn put_schema(
        &self,
        ctx: &Ctx,
        entity: &str,
        namespace: &str,
        schema: Json,
    ) -> Result<SchemaView, Problem> {
        authorise(ctx, Action::PutSchema)?;
        let configuration = self.inner.reload().await?;
        let known = Entity::find(entity)
            .ok_or_else(|| Problem::new(Code::NotFound, sentences::no_entity(entity)))?;
        check_namespace(known, namespace)?;
        if configuration.plugins.contains_key(namespace) {
            let detail = sentences::fields_by_manifest(namespace);
            return Err(Problem::new(Code::Conflict, detail));
        }
        let validator = regulars_schema::compile(&schema).map_err(Problem::invalid)?;
        let latest = configuration.registry.latest(known, namespace).map(|(_, own)| own.clone());
        if latest.as_ref() == Some(&schema) {
            return self.load_schema(ctx, entity, namespace).await;
        }
        let check = |value: &Json| validator.check(value).err();
        let broken = match known {
            Entity::Customer => self.broken_records(namespace, &check).await?,
            Entity::Event => self.broken_events(namespace, &check).await?,
        };
        if broken.count > 0 {
            return Err(broken.problem());
        }
        let row = FieldSchemaRow {
            entity: entity.to_owned(),
            namespace: namespace.to_owned(),
            version: 0,
            schema: to_json(&schema),
            created_at: ctx.now,
        };
        let about = About::new("schema", format!("{entity}/{namespace}"));
        let audit = self.inner.audit(ctx, about, latest, Some(schema));
        let row = self.inner.store.put_schema(&row, Some(&audit)).await?;
        self.inner.reload().await?;
        schema_view(&row)
    }

    async fn broken_records(
        &self,
        namespace: &str,
        check: &impl Fn(&Json) -> Option<Vec<Fault>>,
    ) -> Result<Broken, Problem> {
        let mut broken = Broken::default();
        let mut after: Option<CustomerId> = None;
        loop {
            let page = self.inner.store.scan_records(after, SCAN_PAGE).await?;
            let Some((last, _)) = page.last() else { return Ok(broken) };
            after = Some(*last);
            for (id, record) in &page {
                let record: Record = serde_json::from_str(record).map_err(Problem::internal)?;
                let Some(fields) = record.fields.get(namespace) else { continue };
                broken.note(id.to_string(), check(&Json::Object(fields.clone())));
            }
        }
    }

    async fn broken_events(
        &self,
        kind: &str,
        check: &impl Fn(&Json) -> Option<Vec<Fault>>,
    ) -> Result<Broken, Problem> {
        let mut broken = Broken::default();
        let mut after = None;
        loop {
            let page = self.inner.store.scan_events_of_kind(kind, after, SCAN_PAGE).await?;
            let Some((customer, last)) = page.last() else { return Ok(broken) };
            after = Some((*customer, last.key()));
            for (_, event) in &page {
                broken.note(event.id.to_string(), check(&Json::Object(event.body.data.clone())));
            }
        }
    }
}

/// What a new schema would break.
#[derive(Default)]
struct Broken {
    count: u64,
    examples: Vec<Json>,
}

impl Broken {
    fn note(&mut self, id: String, faults: Option<Vec<Fault>>) {
        let Some(faults) = faults else { return };
        self.count += 1;
        if self.examples.len() < EXAMPLES_MAX {
            self.examples.push(json!({"id": id, "faults": faults}));
        }
    }

    fn problem(self) -> Problem {
        let detail = sentences::breaks_data(self.count.to_string());
        Problem::new(Code::SchemaBreaksData, detail)
            .with("count", self.count)
            .with("examples", self.examples)
    }
}

fn check_namespace(entity: Entity, namespace: &str) -> Result<(), Problem> {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let valid = !namespace.is_empty()
        && namespace.len() <= 64
        && namespace.starts_with(|c: char| c.is_ascii_lowercase())
        && namespace.chars().all(word);
    if !valid {
        let message = sentences::kebab_case("ring-sizes");
        return Err(Problem::invalid_at("", "wrong_namespace", message));
    }
    let reserved = [kind::EDIT, kind::TASK_COMPLETED, kind::CORRECTION];
    if entity == Entity::Event && reserved.contains(&namespace) {
        let detail = sentences::own_kind(namespace);
        return Err(Problem::new(Code::Conflict, detail));
    }
    Ok(())
}

fn same(left: &FieldSchemaRow, right: &FieldSchemaRow) -> bool {
    left.entity == right.entity && left.namespace == right.namespace
}

fn schema_view(row: &FieldSchemaRow) -> Result<SchemaView, Problem> {
    Ok(SchemaView {
        entity: row.entity.clone(),
        namespace: row.namespace.clone(),
        version: row.version,
        created_at: Some(row.created_at),
        schema: serde_json::from_str(&row.schema).map_err(Problem::internal)?,
    })
}
