//! Which customers an actor may see, and where it may act: the one place that says so. Every read and
//! every write goes through it, and who is not seen is answered for like somebody who does not exist.

use crate::authorise::Role;
use crate::{
    Actor, Ctx, Engine, Problem, configuration::Configuration, problem::Code, record::Loaded,
    sentences,
};
use regulars_model::{CustomerId, UnitId, Units};
use regulars_store::{CustomerRow, FullCustomer, Homes, Seen};

/// The rule. Homes decide, never where a customer happened to buy: else a franchisee would see
/// everybody's customers by recording a visit of them.
pub(crate) fn may_see(actor: &Actor, units: &Units, customer: &Loaded) -> bool {
    match actor.role {
        Role::Member => actor.customer_id == Some(customer.id),
        Role::SalesGuide if customer.assigned_to != Some(actor.staff_id) => false,
        _ => is_seen_home(actor, units, customer.home_unit_id),
    }
}

/// The same for a list.
pub(crate) fn seen_by(actor: &Actor, units: &Units) -> Seen {
    let homes = (!actor.units.is_empty()).then(|| Homes {
        units: units
            .all()
            .iter()
            .map(|unit| unit.id)
            .filter(|id| is_seen_home(actor, units, Some(*id)))
            .collect(),
        none: is_seen_home(actor, units, None),
    });
    Seen { homes, assigned_to: (actor.role == Role::SalesGuide).then_some(actor.staff_id) }
}

fn is_seen_home(actor: &Actor, units: &Units, home: Option<UnitId>) -> bool {
    if actor.units.is_empty() {
        return true;
    }
    match actor.role {
        // A regular of the next street is served here too, and who was handed over stays one's own.
        Role::Cashier | Role::SalesGuide => {
            let house = house_of(units, home);
            actor.units.iter().any(|own| house_of(units, Some(*own)) == house)
        }
        _ => may_act_at(actor, units, home),
    }
}

/// Whether a unit is one of the actor's; none is for those who act for the whole organisation.
pub(crate) fn may_act_at(actor: &Actor, units: &Units, unit: Option<UnitId>) -> bool {
    actor.units.is_empty() || unit.is_some_and(|id| units.is_within_any(id, &actor.units))
}

/// Whose customers those of a unit are: its franchisee's, else the organisation's own.
fn house_of(units: &Units, unit: Option<UnitId>) -> UnitId {
    use regulars_model::unit::UnitKind::Franchisee;
    let franchisee = unit.and_then(|id| units.path_up(id).find(|unit| unit.kind == Franchisee));
    franchisee.unwrap_or_else(|| units.organisation()).id
}

/// Fails with Forbidden where the actor may not act for the unit a question is about; one for some
/// units only must name one.
pub(crate) fn check_part(
    ctx: &Ctx,
    configuration: &Configuration,
    code: Option<&str>,
) -> Result<(), Problem> {
    let units = &configuration.units;
    let unit = code.and_then(|code| units.find_by_code(code)).map(|unit| unit.id);
    // An unknown code is refused by whoever looks it up.
    if may_act_at(&ctx.actor, units, unit) || (code.is_some() && unit.is_none()) {
        return Ok(());
    }
    let own = units.codes(&ctx.actor.units);
    let detail = sentences::ask_about_own(&own[..]);
    Err(Problem::new(Code::Forbidden, detail))
}

/// Of each of several; none is the whole organisation.
pub(crate) fn check_parts(
    ctx: &Ctx,
    configuration: &Configuration,
    codes: &[String],
) -> Result<(), Problem> {
    match codes {
        [] => check_part(ctx, configuration, None),
        some => some.iter().try_for_each(|code| check_part(ctx, configuration, Some(code))),
    }
}

impl Engine {
    /// Fails with NotFound alike where there is no such customer and where the actor may not see it.
    pub(crate) async fn load_seen(&self, ctx: &Ctx, id: CustomerId) -> Result<Loaded, Problem> {
        self.check_seen(ctx, id, self.inner.store.find_customer(id).await?)
    }

    pub(crate) async fn load_seen_full(
        &self,
        ctx: &Ctx,
        id: CustomerId,
    ) -> Result<(Loaded, FullCustomer), Problem> {
        let full = self.inner.store.load_full(id).await?;
        let customer = self.check_seen(ctx, id, full.as_ref().map(|full| full.customer.clone()))?;
        match full {
            Some(full) => Ok((customer, full)),
            None => Err(Problem::not_found(sentences::CUSTOMER, id)),
        }
    }

    fn check_seen(
        &self,
        ctx: &Ctx,
        id: CustomerId,
        row: Option<CustomerRow>,
    ) -> Result<Loaded, Problem> {
        let customer = row.as_ref().map(Loaded::read).transpose()?;
        customer
            .filter(|customer| may_see(&ctx.actor, &self.configuration().units, customer))
            .ok_or_else(|| Problem::not_found(sentences::CUSTOMER, id))
    }

    pub(crate) fn seen_by(&self, ctx: &Ctx) -> Seen {
        seen_by(&ctx.actor, &self.configuration().units)
    }
}
