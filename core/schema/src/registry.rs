use crate::{Validator, built_in, compile, sentences};
use regulars_model::{Fault, event::kind, text::Bilingual};
use serde_json::Value as Json;
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};
use thiserror::Error;

/// Every schema in force, compiled. Immutable and cheap to clone: a new configuration makes a new one.
#[derive(Clone)]
pub struct Registry {
    /// The latest version of each (entity, namespace).
    latest: Arc<BTreeMap<(Entity, String), Compiled>>,
}

/// One version of the schema of one namespace, as the store keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredSchema {
    pub entity: Entity,
    /// Of a customer: the name its custom fields stand under. Of an event: the kind.
    pub namespace: String,
    pub version: i64,
    pub schema: Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// Custom fields of a customer.
    Customer,
    /// The `data` of an event.
    Event,
}

impl Entity {
    pub const ALL: [(&str, Entity); 2] = [("customer", Entity::Customer), ("event", Entity::Event)];

    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    pub fn find(name: &str) -> Option<Entity> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, entity)| *entity)
    }
}

/// A schema was compiled before it was stored, so this means that the stored one was changed.
#[derive(Debug, Error)]
#[error(
    "the stored schema of {entity} `{namespace}`, version {version}, does not compile: {fault}"
)]
pub struct SchemaError {
    pub entity: &'static str,
    pub namespace: String,
    pub version: i64,
    pub fault: Box<Fault>,
}

struct Compiled {
    version: i64,
    schema: Json,
    validator: Validator,
}

impl Registry {
    /// Of several versions of a namespace the highest is in force.
    pub fn new(stored: &[StoredSchema]) -> Result<Registry, SchemaError> {
        let mut newest: BTreeMap<(Entity, String), &StoredSchema> = BTreeMap::new();
        for schema in stored {
            let place = newest.entry((schema.entity, schema.namespace.clone())).or_insert(schema);
            if schema.version > place.version {
                *place = schema;
            }
        }
        let latest = newest.into_iter().map(|(key, schema)| Ok((key, compile_stored(schema)?)));
        Ok(Registry { latest: Arc::new(latest.collect::<Result<_, SchemaError>>()?) })
    }

    pub fn latest(&self, entity: Entity, namespace: &str) -> Option<(i64, &Json)> {
        self.find(entity, namespace).map(|compiled| (compiled.version, &compiled.schema))
    }

    /// Those whose schema in force is such.
    pub fn namespaces_where(&self, entity: Entity, is_such: fn(&Json) -> bool) -> Vec<String> {
        let own = self.latest.iter().filter(|((of, _), own)| *of == entity && is_such(&own.schema));
        own.map(|((_, name), _)| name.clone()).collect()
    }

    /// The custom fields of one namespace of a customer. Pointers are under the value.
    pub fn check_custom_fields(&self, namespace: &str, value: &Json) -> Result<(), Vec<Fault>> {
        match self.find(Entity::Customer, namespace) {
            Some(compiled) => compiled.validator.check(value),
            None => {
                let known = self.namespaces(Entity::Customer);
                let message = sentences::no_namespace(namespace, known);
                Err(vec![Fault::new("", "unknown_namespace", message)])
            }
        }
    }

    pub fn knows_event_kind(&self, kind: &str) -> bool {
        built_in::is_event_kind(kind) || self.find(Entity::Event, kind).is_some()
    }

    /// What people call a kind of event, where its schema says so.
    pub fn title_of_event(&self, kind: &str) -> Option<Bilingual> {
        let own = self.find(Entity::Event, kind);
        let built_in = || built_in::is_event_kind(kind).then(|| built_in::event(kind));
        let schema = own.map(|own| own.schema.clone()).or_else(built_in)?;
        let title = |name: &str| schema.get(name)?.as_str().map(str::to_owned);
        let en = title("title")?;
        Some(Bilingual { zh_cn: title("x-title-zh-CN").unwrap_or_else(|| en.clone()), en })
    }

    /// An event as a client sends it, without whose it is. A built-in kind is checked by its own
    /// schema; a schema the organisation put for a kind then checks its `data`.
    pub fn check_event(&self, kind: &str, event: &Json) -> Result<(), Vec<Fault>> {
        let own = self.find(Entity::Event, kind);
        let draft = match (EVENTS.get(kind), &own) {
            (Some(built_in), _) => built_in,
            (None, Some(_)) => &*ANY_EVENT,
            (None, None) => {
                let built_in = kind::BUILT_IN.join(", ");
                let known = self.namespaces(Entity::Event);
                let message = sentences::no_kind(kind, built_in, known);
                return Err(vec![Fault::new("/kind", "unknown_kind", message)]);
            }
        };
        let mut faults = draft.check(event).err().unwrap_or_default();
        if let Some(own) = own {
            let empty = Json::Object(serde_json::Map::new());
            let data = event.get("data").unwrap_or(&empty);
            // Data that is no object was reported above.
            if let (true, Err(inner)) = (data.is_object(), own.validator.check(data)) {
                faults.extend(inner.into_iter().map(|fault| fault.under("/data")));
            }
        }
        faults.truncate(crate::fault::FAULTS_MAX);
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn find(&self, entity: Entity, namespace: &str) -> Option<&Compiled> {
        self.latest.get(&(entity, namespace.to_owned()))
    }

    fn namespaces(&self, entity: Entity) -> Bilingual {
        let names = self.latest.keys().filter(|(of, _)| *of == entity);
        let names: Vec<&str> = names.map(|(_, name)| name.as_str()).collect();
        match names.is_empty() {
            true => Bilingual::default(),
            false => sentences::put_here(&names[..]).text,
        }
    }
}

static EVENTS: LazyLock<BTreeMap<&'static str, Validator>> = LazyLock::new(|| {
    kind::BUILT_IN.into_iter().map(|kind| (kind, ours(&built_in::event(kind)))).collect()
});
static ANY_EVENT: LazyLock<Validator> = LazyLock::new(|| ours(&built_in::any_event()));

fn ours(schema: &Json) -> Validator {
    match compile(schema) {
        Ok(validator) => validator,
        Err(faults) => unreachable!("a test compiles every schema of ours: {faults:?}"),
    }
}

fn compile_stored(stored: &StoredSchema) -> Result<Compiled, SchemaError> {
    let validator = compile(&stored.schema).map_err(|faults| SchemaError {
        entity: stored.entity.name(),
        namespace: stored.namespace.clone(),
        version: stored.version,
        fault: faults
            .into_iter()
            .next()
            .unwrap_or_else(|| Fault::new("", "invalid", "unknown"))
            .into(),
    })?;
    Ok(Compiled { version: stored.version, schema: stored.schema.clone(), validator })
}
