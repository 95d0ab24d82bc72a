//! Who looks after a customer who is new to a store, where the store has a rule for it.

use crate::{Ctx, Engine, Problem, authorise::Role, keys::find_units};
use regulars_model::{StaffId, UnitId, Units, unit::Assignment};
use std::collections::HashMap;

impl Engine {
    /// None where the store leaves it to people, or nobody works there. Two at once may be given to the
    /// same guide; the next goes to another.
    pub(crate) async fn guide_by_rule(
        &self,
        ctx: &Ctx,
        home: Option<UnitId>,
    ) -> Result<Option<StaffId>, Problem> {
        let configuration = self.configuration();
        let units = &configuration.units;
        let Some(home) = home.filter(|home| is_by_load(units, *home)) else { return Ok(None) };
        // Whoever is a guide brings customers for themselves.
        if ctx.actor.role == Role::SalesGuide {
            return Ok(None);
        }
        let guides = self.inner.store.list_active(Role::SalesGuide.name()).await?;
        let works_there = |codes: &[String]| {
            let own = find_units(&configuration, codes).unwrap_or_default();
            codes.is_empty() || units.is_within_any(home, &own)
        };
        let guides = guides.into_iter().filter(|guide| works_there(&guide.units));
        let guides: Vec<StaffId> = guides.map(|guide| guide.id).collect();
        if guides.is_empty() {
            return Ok(None);
        }
        let counts = self.inner.store.count_assigned(&guides).await?;
        let counts: HashMap<StaffId, u64> = counts.into_iter().collect();
        let load = |guide: &StaffId| (counts.get(guide).copied().unwrap_or(0), *guide);
        Ok(guides.into_iter().min_by_key(load))
    }
}

fn is_by_load(units: &Units, home: UnitId) -> bool {
    units.find(home).is_some_and(|unit| unit.assignment == Assignment::ByLoad)
}
