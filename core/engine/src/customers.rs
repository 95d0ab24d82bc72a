//! Customers: created, read, edited, listed, identified.

use crate::{
    Ctx, Engine, Problem,
    authorise::{Action, Role, authorise},
    configuration::Configuration,
    ctx::World,
    cursor,
    fact::own_event,
    identity::read_identities,
    masking::Veil,
    patch,
    problem::Code,
    record::{Loaded, Record, home_change},
    request::{Identify, NewCustomer},
    sentences,
    sight::may_act_at,
    view::{CustomerView, Identified, Page, Reply},
    write::{Intent, Plan, Scene, submit},
};
use regulars_model::{
    CustomerId, EventId, Fault, Identity, Instant, UnitId,
    event::kind,
    fault::pointer_token,
    limits::{CUSTOM_FIELDS_BYTES_MAX, IDENTITIES_PER_CUSTOMER_MAX},
};
use regulars_store::{CustomerFilter, Find, IdentityRow, IdentityState, IdentityWrite};
use serde_json::{Value as Json, json};

impl Engine {
    pub async fn create_customer(&self, ctx: &Ctx, draft: NewCustomer) -> Result<Reply, Problem> {
        authorise(ctx, Action::CreateCustomer)?;
        self.or_first(ctx, self.create(ctx, draft)).await
    }

    async fn create(&self, ctx: &Ctx, draft: NewCustomer) -> Result<Reply, Problem> {
        let identities = read_identities(&draft.identities, "/identities")?;
        if identities.is_empty() {
            let message = sentences::needs_identity();
            return Err(Problem::invalid_at("/identities", "missing", message));
        }
        let (record, home) = self
            .inner
            .read_newest(|configuration| {
                let record = read_record(&draft, configuration)?;
                Ok((record, find_home(ctx, configuration, draft.home_store.as_deref())?))
            })
            .await?;
        if let Some(staff) = draft.assigned_to {
            self.check_assignee(staff, "/assigned_to").await?;
        }
        let guide = match draft.assigned_to {
            None => self.guide_by_rule(ctx, home).await?,
            named => named,
        };
        let world = self.inner.world.clone();
        let find = Find::Claims(identities.iter().map(Identity::claim).collect());
        submit(&self.inner.queue, ctx, find, None, move |scene| {
            if let Some((claim, holder)) = scene.claims.first() {
                let taken = identities.iter().find(|identity| identity.claim() == *claim);
                let seen = scene.customer.is_some() || scene.ctx.actor.sees_all();
                return Err(identity_taken(taken, seen.then_some(*holder)));
            }
            let mut customer = new_customer(&world, scene.ctx, home);
            customer.assigned_to = guide.or(customer.assigned_to);
            customer.record = record.clone();
            Ok(Plan::Write(Box::new(create(customer, &identities, scene.ctx.now, 201))))
        })
        .await
    }

    pub async fn identify(&self, ctx: &Ctx, draft: Identify) -> Result<Reply, Problem> {
        authorise(ctx, Action::Identify)?;
        self.or_first(ctx, self.find_or_create(ctx, draft)).await
    }

    async fn find_or_create(&self, ctx: &Ctx, draft: Identify) -> Result<Reply, Problem> {
        let identities = read_identities(&draft.identities, "/identities")?;
        if identities.is_empty() {
            let message = sentences::give_identity();
            return Err(Problem::invalid_at("/identities", "missing", message));
        }
        let code = draft.home_store.as_deref();
        let find = |configuration: &Configuration| match draft.create {
            true => find_home(ctx, configuration, code),
            false => find_store(ctx, configuration, code, "/home_store"),
        };
        let home = self.inner.read_newest(find).await?;
        let guide = match draft.create {
            true => self.guide_by_rule(ctx, home).await?,
            false => None,
        };
        let world = self.inner.world.clone();
        let find = Find::Claims(identities.iter().map(Identity::claim).collect());
        let asked = find.clone();
        submit(&self.inner.queue, ctx, find, None, move |scene| {
            match crate::write::one_holder(scene, &asked)? {
                Some(_) if scene.hidden.is_none() => found(scene),
                Some(_) if draft.create => Err(identity_taken(identities.first(), None)),
                None if draft.create => {
                    let mut customer = new_customer(&world, scene.ctx, home);
                    customer.assigned_to = customer.assigned_to.or(guide);
                    let mut intent = create(customer, &identities, scene.ctx.now, 201);
                    let rows = identity_rows(&intent);
                    intent.respond = Box::new(move |done| {
                        let view = view(done.ctx, done.customer, done.configuration, &rows);
                        let body =
                            Identified { outcome: "created".to_owned(), customer: Some(view) };
                        Reply::json(201, &body)
                    });
                    Ok(Plan::Write(Box::new(intent)))
                }
                _ => {
                    let body = Identified { outcome: "unknown".to_owned(), customer: None };
                    Ok(Plan::Answer(Reply::json(200, &body)))
                }
            }
        })
        .await
    }

    pub async fn patch_customer(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        if_match: i64,
        change: Json,
    ) -> Result<Reply, Problem> {
        authorise(ctx, Action::PatchCustomer)?;
        self.or_first(ctx, self.patch(ctx, id, if_match, change)).await
    }

    async fn patch(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        if_match: i64,
        change: Json,
    ) -> Result<Reply, Problem> {
        if let Some(Ok(staff)) = change["assigned_to"].as_str().map(str::parse) {
            self.check_assignee(staff, "/assigned_to").await?;
        }
        let world = self.inner.world.clone();
        submit(&self.inner.queue, ctx, Find::Id(id), None, move |scene| {
            let Some(before) = scene.customer else {
                return Err(Problem::not_found(sentences::CUSTOMER, id));
            };
            let Some(full) = scene.full else { return Ok(Plan::NeedsFull) };
            if before.profile_version != if_match {
                return Err(Problem::new(
                    Code::PreconditionFailed,
                    sentences::changed_since(before.profile_version, if_match),
                )
                .with("profile_version", before.profile_version));
            }
            let rows = full.identities.clone();
            let after = patch::apply(scene.ctx, before, &change, scene.configuration)?;
            if after.record == before.record
                && after.home_unit_id == before.home_unit_id
                && after.assigned_to == before.assigned_to
            {
                let view = view(scene.ctx, before, scene.configuration, &rows);
                return Ok(Plan::Answer(Reply::json(200, &view).tagged(before.profile_version)));
            }
            let mut intent = Intent::of(before.clone(), move |done| {
                let view = view(done.ctx, done.customer, done.configuration, &rows);
                Reply::json(200, &view).tagged(done.customer.profile_version)
            });
            intent.customer = after;
            intent.customer.profile_version += 1;
            let mut data = json!({ "change": change });
            let (from, to) = (before.home_unit_id, intent.customer.home_unit_id);
            if from != to {
                data["home"] = home_change(&scene.configuration.units, from, to);
            }
            let event = own_event(
                scene.ctx,
                scene.configuration,
                EventId(world.new_id()),
                kind::EDIT,
                scene.ctx.now,
                before.home_unit_id,
                data,
            );
            intent.facts.push(event);
            Ok(Plan::Write(Box::new(intent)))
        })
        .await
    }

    pub async fn load_customer(&self, ctx: &Ctx, id: CustomerId) -> Result<CustomerView, Problem> {
        authorise(ctx, Action::LoadCustomer)?;
        let customer = self.load_seen(ctx, id).await?;
        let identities = self.inner.store.list_identities(id).await?;
        Ok(view(ctx, &customer, &self.configuration(), &identities))
    }

    pub async fn list_customers(
        &self,
        ctx: &Ctx,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<CustomerView>, Problem> {
        authorise(ctx, Action::ListCustomers)?;
        let after: Option<CustomerId> = cursor::read("customers", cursor)?;
        let limit = cursor::limit(limit);
        let filter = CustomerFilter { field: None, seen: self.seen_by(ctx) };
        let rows = self.inner.store.list_customers(&filter, after, limit + 1).await?;
        let (rows, next) = cursor::page(rows, limit, |row| cursor::write("customers", &row.id));
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        self.enter_read(ctx, "customer", json!({}), ids.len()).await?;
        let identities = self.inner.store.list_identities_of(&ids).await?;
        let configuration = self.configuration();
        let items = rows.iter().map(|row| {
            let own: Vec<IdentityRow> = identities
                .iter()
                .filter(|identity| identity.customer_id == row.id)
                .cloned()
                .collect();
            Ok(view(ctx, &Loaded::read(row)?, &configuration, &own))
        });
        Ok(Page { items: items.collect::<Result<_, Problem>>()?, next })
    }
}

/// As whoever asks may see it.
pub(crate) fn view(
    ctx: &Ctx,
    customer: &Loaded,
    configuration: &Configuration,
    identities: &[IdentityRow],
) -> CustomerView {
    let view = customer.view(&configuration.units, &configuration.rulebook, identities);
    Veil::new(ctx, configuration).customer(view)
}

/// Whoever is to look after own customers looks after the one it brought.
pub(crate) fn new_customer(world: &World, ctx: &Ctx, home: Option<UnitId>) -> Loaded {
    let is_guide = ctx.actor.role == Role::SalesGuide;
    Loaded {
        profile_version: 1,
        home_unit_id: home,
        assigned_to: is_guide.then_some(ctx.actor.staff_id),
        ..Loaded::new(CustomerId(world.new_id()), ctx.now)
    }
}

/// A new customer with its identities, answered with its view.
pub(crate) fn create(
    customer: Loaded,
    identities: &[Identity],
    now: Instant,
    status: u16,
) -> Intent {
    let writes: Vec<IdentityWrite> = identities
        .iter()
        .map(|identity| {
            IdentityWrite::Add(identity_row(customer.id, identity, now), identity.claim())
        })
        .collect();
    let rows: Vec<IdentityRow> = writes.iter().map(|write| write.row().clone()).collect();
    let mut intent = Intent::new(customer, move |done| {
        let view = view(done.ctx, done.customer, done.configuration, &rows);
        Reply::json(status, &view).tagged(done.customer.profile_version)
    });
    intent.identities = writes;
    intent
}

fn identity_rows(intent: &Intent) -> Vec<IdentityRow> {
    intent.identities.iter().map(|write| write.row().clone()).collect()
}

pub(crate) fn identity_row(
    customer_id: CustomerId,
    identity: &Identity,
    now: Instant,
) -> IdentityRow {
    IdentityRow {
        customer_id,
        kind: identity.kind,
        value: identity.value.clone(),
        state: IdentityState::Active,
        verified_at: None,
        added_at: now,
    }
}

fn found(scene: &Scene<'_>) -> Result<Plan, Problem> {
    let (Some(customer), Some(full)) = (scene.customer, scene.full) else {
        return Ok(Plan::NeedsFull);
    };
    let view = view(scene.ctx, customer, scene.configuration, &full.identities);
    let body = Identified { outcome: "found".to_owned(), customer: Some(view) };
    Ok(Plan::Answer(Reply::json(200, &body)))
}

/// Without its holder for whom may not see them. That somebody has the identity can not be kept from
/// whoever wants to give it to a customer.
pub(crate) fn identity_taken(identity: Option<&Identity>, holder: Option<CustomerId>) -> Problem {
    let kind = identity.map_or(sentences::IDENTITY, |identity| sentences::kind(identity.kind));
    match holder {
        Some(holder) => {
            let said = sentences::identity_of_customer(kind, holder.to_string());
            Problem::new(Code::IdentityTaken, said).with("customer_id", holder)
        }
        None => Problem::new(Code::IdentityTaken, sentences::identity_of_other(kind)),
    }
}

/// Where a new customer is at home: where it is said, else where the actor's only unit is.
pub(crate) fn find_home(
    ctx: &Ctx,
    configuration: &Configuration,
    code: Option<&str>,
) -> Result<Option<UnitId>, Problem> {
    match find_store(ctx, configuration, code, "/home_store")?.or(ctx.actor.only_unit()) {
        None if !ctx.actor.units.is_empty() => {
            let message = sentences::name_the_store();
            Err(Problem::invalid_at("/home_store", "missing", message))
        }
        home => Ok(home),
    }
}

/// One the actor may act for.
pub(crate) fn find_store(
    ctx: &Ctx,
    configuration: &Configuration,
    code: Option<&str>,
    pointer: &str,
) -> Result<Option<UnitId>, Problem> {
    let Some(code) = code else { return Ok(None) };
    match configuration.units.find_by_code(code) {
        Some(unit) if may_act_at(&ctx.actor, &configuration.units, Some(unit.id)) => {
            Ok(Some(unit.id))
        }
        Some(_) => Err(Problem::invalid(vec![not_yours(pointer, code)])),
        None => Err(Problem::invalid_at(pointer, "unknown_store", sentences::no_store(code))),
    }
}

pub(crate) fn not_yours(pointer: &str, code: &str) -> Fault {
    Fault::new(pointer, "not_your_unit", sentences::not_your_unit(code))
}

fn read_record(draft: &NewCustomer, configuration: &Configuration) -> Result<Record, Problem> {
    let record = Record {
        profile: draft.profile.clone(),
        fields: draft.fields.clone(),
        tags: draft.tags.iter().cloned().collect(),
        lifecycle: draft.lifecycle,
    };
    let mut faults = check_record(&record, configuration);
    if draft.identities.len() > IDENTITIES_PER_CUSTOMER_MAX {
        let message = sentences::at_most(IDENTITIES_PER_CUSTOMER_MAX);
        faults.push(Fault::new("/identities", "too_many", message));
    }
    if faults.is_empty() { Ok(record) } else { Err(Problem::invalid(faults)) }
}

/// Everything wrong with what people edit, each fault with its pointer.
pub(crate) fn check_record(record: &Record, configuration: &Configuration) -> Vec<Fault> {
    let mut faults = patch::check_profile(&record.profile);
    for (namespace, fields) in &record.fields {
        let pointer = format!("/fields{}", pointer_token(namespace));
        if configuration.plugins.contains_key(namespace) {
            let message = sentences::fields_of_plugin(namespace);
            faults.push(Fault::new(pointer, "owned_by_plugin", message));
            continue;
        }
        let value = Json::Object(fields.clone());
        if let Err(own) = configuration.registry.check_custom_fields(namespace, &value) {
            faults.extend(own.into_iter().map(|fault| fault.under(&pointer)));
        }
    }
    let bytes = crate::record::to_json(&record.fields).len();
    if bytes > CUSTOM_FIELDS_BYTES_MAX {
        let message = sentences::bytes_kept(bytes, CUSTOM_FIELDS_BYTES_MAX);
        faults.push(Fault::new("/fields", "too_large", message));
    }
    for tag in &record.tags {
        if tag.is_empty() || tag.chars().count() > 64 || record.tags.len() > 100 {
            let message = sentences::tags_bounded();
            faults.push(Fault::new("/tags", "wrong_length", message));
            break;
        }
    }
    faults
}
