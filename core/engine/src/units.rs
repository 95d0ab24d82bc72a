//! Units: the organisation and its parts.

use crate::{
    Ctx, Engine, Problem,
    audit::{About, image},
    authorise::{Action, authorise},
    configuration::Configuration,
    problem::Code,
    request::UnitDraft,
    sentences,
    view::UnitView,
};
use regulars_model::{
    Fault, Unit, UnitId, Units,
    limits::{NAME_CHARS_MAX, UNIT_DEPTH_MAX, UNITS_MAX},
    time::find_zone,
    unit::UnitKind,
};

impl Engine {
    pub async fn list_units(&self, ctx: &Ctx) -> Result<Vec<UnitView>, Problem> {
        authorise(ctx, Action::ListUnits)?;
        let configuration = self.configuration();
        let units = &configuration.units;
        Ok(units.all().iter().map(|unit| unit_view(unit, units)).collect())
    }

    pub async fn load_unit(&self, ctx: &Ctx, code: &str) -> Result<UnitView, Problem> {
        authorise(ctx, Action::LoadUnit)?;
        let configuration = self.configuration();
        let unit = configuration.units.find_by_code(code);
        let unit = unit.ok_or_else(|| Problem::not_found(sentences::UNIT, code))?;
        Ok(unit_view(unit, &configuration.units))
    }

    /// Creates the unit, or changes it. The organisation is there from the beginning.
    pub async fn put_unit(
        &self,
        ctx: &Ctx,
        code: &str,
        draft: UnitDraft,
    ) -> Result<UnitView, Problem> {
        authorise(ctx, Action::PutUnit)?;
        let configuration = self.inner.reload().await?;
        let unit = read_unit(code, &draft, &configuration, UnitId(self.inner.world.new_id()))?;
        let known = configuration.units.find(unit.id);
        if known.is_some_and(|known| known.currency != unit.currency)
            && self.inner.store.count_customers(None).await? > 0
        {
            let detail = sentences::currency_stays();
            return Err(Problem::new(Code::Conflict, detail));
        }
        if known != Some(&unit) {
            let image = |unit| image(Some(&unit_view(unit, &configuration.units)));
            let (about, before) = (About::new("unit", code), known.and_then(image));
            let audit = self.inner.audit(ctx, about, before, image(&unit));
            self.inner.store.put_unit(&unit, Some(&audit)).await?;
        }
        let configuration = self.inner.reload().await?;
        Ok(unit_view(&unit, &configuration.units))
    }
}

/// Of what a request names; the first that there is not is refused.
pub(crate) fn find_units(
    units: &Units,
    codes: &[String],
    pointer: &str,
) -> Result<Vec<UnitId>, Problem> {
    let find = |(index, code): (usize, &String)| {
        let unit = units.find_by_code(code).map(|unit| unit.id);
        unit.ok_or_else(|| {
            Problem::invalid(vec![unknown_unit(&format!("{pointer}/{index}"), code)])
        })
    };
    codes.iter().enumerate().map(find).collect()
}

pub(crate) fn unknown_unit(pointer: &str, code: &str) -> Fault {
    Fault::new(pointer, "unknown_unit", sentences::no_unit(code))
}

fn unit_view(unit: &Unit, units: &Units) -> UnitView {
    UnitView {
        code: unit.code.clone(),
        name: unit.name.clone(),
        kind: unit.kind,
        parent: unit.parent_id.and_then(|id| Some(units.find(id)?.code.clone())),
        time_zone: unit.time_zone.clone(),
        currency: unit.currency.code().to_owned(),
        cutoff_hour: unit.cutoff_hour,
        assignment: unit.assignment,
    }
}

fn read_unit(
    code: &str,
    draft: &UnitDraft,
    configuration: &Configuration,
    new_id: UnitId,
) -> Result<Unit, Problem> {
    let units = &configuration.units;
    let known = units.find_by_code(code);
    let mut faults = Vec::new();
    let parent = read_parent(draft, known, units, &mut faults);
    // What is not said is inherited from above, or stays as it was.
    let above = known.or(parent).unwrap_or_else(|| units.organisation());
    let currency = match &draft.currency {
        None => above.currency,
        Some(text) => text.parse().unwrap_or_else(|error: regulars_model::money::InvalidMoney| {
            faults.push(Fault::new("/currency", "unknown_currency", error.said()));
            above.currency
        }),
    };
    let time_zone = draft.time_zone.clone().unwrap_or_else(|| above.time_zone.clone());
    if find_zone(&time_zone).is_none() {
        let message = sentences::no_zone(&time_zone);
        faults.push(Fault::new("/time_zone", "unknown_time_zone", message));
    }
    let cutoff_hour = draft.cutoff_hour.unwrap_or(above.cutoff_hour);
    if cutoff_hour > 23 {
        faults.push(Fault::new("/cutoff_hour", "out_of_range", sentences::hour_of_day()));
    }
    if draft.name.is_empty() || draft.name.chars().count() > NAME_CHARS_MAX {
        let message = sentences::chars_between(1, NAME_CHARS_MAX);
        faults.push(Fault::new("/name", "wrong_length", message));
    }
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if code.is_empty() || code.len() > 64 || !code.chars().all(word) {
        let message = sentences::unit_code();
        faults.push(Fault::new("", "wrong_code", message));
    }
    if known.is_none() && units.all().len() >= UNITS_MAX {
        faults.push(Fault::new("", "too_many", sentences::units_most(UNITS_MAX)));
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    Ok(Unit {
        id: known.map_or(new_id, |known| known.id),
        code: code.to_owned(),
        name: draft.name.clone(),
        kind: draft.kind,
        parent_id: parent.map(|parent| parent.id),
        time_zone,
        currency,
        cutoff_hour,
        assignment: draft.assignment.unwrap_or(above.assignment),
    })
}

fn read_parent<'a>(
    draft: &UnitDraft,
    known: Option<&Unit>,
    units: &'a Units,
    faults: &mut Vec<Fault>,
) -> Option<&'a Unit> {
    let is_organisation = known.is_some_and(|known| known.parent_id.is_none());
    if is_organisation != (draft.kind == UnitKind::Organisation) {
        let message = sentences::one_organisation();
        faults.push(Fault::new("/kind", "wrong_kind", message));
        return None;
    }
    if is_organisation {
        if draft.parent.is_some() {
            let message = sentences::organisation_on_top();
            faults.push(Fault::new("/parent", "wrong_value", message));
        }
        return None;
    }
    let code = draft.parent.as_deref();
    let parent = match code {
        None => Some(units.organisation()),
        Some(code) => units.find_by_code(code),
    };
    let Some(parent) = parent else {
        faults.push(unknown_unit("/parent", code.unwrap_or_default()));
        return None;
    };
    if parent.kind == UnitKind::Store {
        let message = sentences::below_a_store(&parent.code);
        faults.push(Fault::new("/parent", "wrong_value", message));
    }
    if known.is_some_and(|known| units.is_within(parent.id, known.id)) {
        let message = sentences::below_itself();
        faults.push(Fault::new("/parent", "wrong_value", message));
    }
    if units.path_up(parent.id).count() >= UNIT_DEPTH_MAX {
        let message = sentences::tree_depth(UNIT_DEPTH_MAX);
        faults.push(Fault::new("/parent", "too_deep", message));
    }
    Some(parent)
}
