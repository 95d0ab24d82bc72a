//! Personal data, masked the same way everywhere for whoever does not need it whole: identities,
//! birthday, address, what a schema marks with `x-personal`, and any of that or a telephone number
//! where it stands in a text.

mod text;

use crate::{
    Ctx, Engine, Problem, Role,
    configuration::Configuration,
    record::Loaded,
    view::{
        CustomerView, DecisionView, EffectView, EventView, IdentityView, MessageView, TaskView,
    },
};
use regulars_model::{CustomerId, Instant, event::kind, text::Bilingual};
use regulars_schema::{Entity, Registry, cover_marked, marks_any};
use regulars_store::TimelineQuery;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

pub(crate) use text::mask_identity;

/// What stands in place of what has no better mask.
pub(crate) const MASK: &str = "****";
/// A shorter text would be found within words that have nothing to do with it.
const SECRET_CHARS_MIN: usize = 4;
/// Events whose marked data is looked for in texts, the newest.
const EVENTS_MAX: u32 = 200;

/// Lies over what one reader is shown; over nothing for one who may see it all.
pub(crate) struct Veil<'a> {
    registry: &'a Registry,
    covers: bool,
    role: Role,
    /// What must not stand in a text, and its mask.
    secrets: BTreeMap<String, String>,
}

impl<'a> Veil<'a> {
    pub fn new(ctx: &Ctx, configuration: &'a Configuration) -> Veil<'a> {
        let role = ctx.actor.role;
        let registry = &configuration.registry;
        Veil { registry, covers: !role.sees_personal_data(), role, secrets: BTreeMap::new() }
    }

    /// What it hides of this customer's record.
    pub fn knowing(mut self, customer: &Loaded) -> Veil<'a> {
        if self.covers {
            let profile = &customer.record.profile;
            for own in [&profile.birthday, &profile.address].into_iter().flatten() {
                self.hide(own, MASK);
            }
            for (namespace, fields) in &customer.record.fields {
                self.hide_marked(Entity::Customer, namespace, fields);
            }
        }
        self
    }

    fn hide(&mut self, secret: &str, mask: &str) {
        if secret.chars().count() >= SECRET_CHARS_MIN {
            self.secrets.insert(secret.to_owned(), mask.to_owned());
        }
    }

    fn hide_marked(&mut self, entity: Entity, namespace: &str, fields: &Map<String, Json>) {
        let Some((_, schema)) = self.registry.latest(entity, namespace) else { return };
        let mut found = Vec::new();
        cover_marked(schema, &mut Json::Object(fields.clone()), &mut |part| match part {
            Json::String(text) => found.push(text.clone()),
            other => found.push(other.to_string()),
        });
        found.iter().for_each(|secret| self.hide(secret, MASK));
    }

    fn text(&self, text: &mut String) {
        if self.covers {
            for (secret, mask) in &self.secrets {
                if text.contains(secret.as_str()) {
                    *text = text.replace(secret.as_str(), mask);
                }
            }
            text::mask_numbers(text);
        }
    }

    fn sentence(&self, sentence: &mut Bilingual) {
        self.text(&mut sentence.en);
        self.text(&mut sentence.zh_cn);
    }

    fn marked(&self, entity: Entity, namespace: &str, fields: &mut Map<String, Json>) {
        let Some((_, schema)) = self.registry.latest(entity, namespace) else { return };
        let mut value = Json::Object(std::mem::take(fields));
        cover_marked(schema, &mut value, &mut cover);
        *fields = match value {
            Json::Object(covered) => covered,
            // The schema marks all of it.
            _ => Map::from_iter([("masked".to_owned(), Json::from(MASK))]),
        };
    }

    pub fn customer(&self, mut view: CustomerView) -> CustomerView {
        if self.role == Role::Member {
            // What staff write among themselves.
            view.profile.note = None;
            view.tags.clear();
            view.assigned_to = None;
        }
        if self.covers {
            view.identities.iter_mut().for_each(|identity| self.identity(identity));
            for own in [&mut view.profile.birthday, &mut view.profile.address] {
                own.iter_mut().for_each(|text| *text = MASK.to_owned());
            }
            view.profile.note.iter_mut().for_each(|note| self.text(note));
            for (namespace, fields) in &mut view.fields {
                self.marked(Entity::Customer, namespace, fields);
                fields.values_mut().for_each(|value| self.json(value));
            }
        }
        view
    }

    fn identity(&self, identity: &mut IdentityView) {
        if self.covers {
            identity.value = mask_identity(identity.kind, &identity.value);
        }
    }

    pub fn event(&self, mut view: EventView) -> EventView {
        if self.covers {
            self.data(&view.kind, &mut view.data);
            view.reason.iter_mut().for_each(|reason| self.sentence(reason));
        }
        view
    }

    fn data(&self, event_kind: &str, data: &mut Map<String, Json>) {
        self.marked(Entity::Event, event_kind, data);
        if event_kind == kind::EDIT
            && let Some(Json::Object(fields)) =
                data.get_mut("change").and_then(|own| own.get_mut("fields"))
        {
            for (namespace, fields) in fields {
                if let Json::Object(fields) = fields {
                    self.marked(Entity::Customer, namespace, fields);
                }
            }
        }
        data.iter_mut().for_each(|(name, value)| self.member(name, value));
    }

    pub fn effect(&self, mut view: EffectView) -> EffectView {
        self.json(&mut view.detail);
        self.text(&mut view.reason);
        view
    }

    pub fn decision(&self, mut view: DecisionView) -> DecisionView {
        view.effects = view.effects.into_iter().map(|effect| self.effect(effect)).collect();
        view.fault.iter_mut().for_each(|fault| self.json(fault));
        view
    }

    pub fn task(&self, mut view: TaskView) -> TaskView {
        self.text(&mut view.title);
        self.text(&mut view.reason);
        view
    }

    pub fn message(&self, mut view: MessageView) -> MessageView {
        view.addresses.iter_mut().for_each(|address| self.identity(address));
        self.json(&mut view.variables);
        self.text(&mut view.reason);
        view
    }

    /// Any other view, by the names of its members.
    pub fn any<T: Serialize + DeserializeOwned>(&self, view: T) -> Result<T, Problem> {
        if !self.covers {
            return Ok(view);
        }
        let mut json = serde_json::to_value(&view).map_err(Problem::internal)?;
        self.json(&mut json);
        serde_json::from_value(json).map_err(Problem::internal)
    }

    fn json(&self, json: &mut Json) {
        match json {
            _ if !self.covers => {}
            Json::String(text) => self.text(text),
            Json::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Json::Object(object) => {
                let event_kind = object.get("kind").and_then(Json::as_str).map(str::to_owned);
                if let (Some(event_kind), Some(Json::Object(data))) =
                    (event_kind, object.get_mut("data"))
                {
                    self.data(&event_kind, data);
                }
                object.iter_mut().for_each(|(name, value)| self.member(name, value));
            }
            _ => {}
        }
    }

    fn member(&self, name: &str, value: &mut Json) {
        match name {
            "birthday" | "address" if value.is_string() => cover(value),
            // What records are found by again.
            "id" | "source" | "source_id" | "next" | "key" => {}
            _ => self.json(value),
        }
    }
}

fn cover(part: &mut Json) {
    if !part.is_null() {
        *part = Json::from(MASK);
    }
}

impl Engine {
    /// A veil that knows these customers' personal data wherever a text may hold it.
    pub(crate) async fn veil<'a>(
        &self,
        ctx: &Ctx,
        configuration: &'a Configuration,
        customers: &[CustomerId],
    ) -> Result<Veil<'a>, Problem> {
        let mut veil = Veil::new(ctx, configuration);
        if !veil.covers {
            return Ok(veil);
        }
        for identity in self.inner.store.list_identities_of(customers).await? {
            let mask = mask_identity(identity.kind, &identity.value);
            veil.hide(&identity.value, &mask);
            let national = identity.value.strip_prefix("+86");
            national.into_iter().for_each(|national| veil.hide(national, &mask));
        }
        let kinds = configuration.registry.namespaces_where(Entity::Event, marks_any);
        for id in customers {
            if let Some(row) = self.inner.store.find_customer(*id).await? {
                veil = veil.knowing(&Loaded::read(&row)?);
            }
            if !kinds.is_empty() {
                self.hide_events(&mut veil, *id, &kinds).await?;
            }
        }
        Ok(veil)
    }

    async fn hide_events(
        &self,
        veil: &mut Veil<'_>,
        customer_id: CustomerId,
        kinds: &[String],
    ) -> Result<(), Problem> {
        let (from, to, before) = (Instant::BEGINNING, Instant::NEVER, None);
        let query = TimelineQuery {
            customer_id,
            kinds: kinds.to_vec(),
            from,
            to,
            before,
            limit: EVENTS_MAX,
        };
        for event in self.inner.store.list_timeline(&query).await? {
            veil.hide_marked(Entity::Event, &event.kind, &event.body.data);
        }
        Ok(())
    }
}
