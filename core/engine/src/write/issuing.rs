//! Work that a publication had left out, written with the decisions that say so now.

use super::{change::decision_row, work_rows};
use crate::{Ctx, configuration::Configuration, ctx::World, record::Loaded};
use regulars_model::{DecisionId, Instant};
use regulars_rules::Decided;
use regulars_store::{Changeset, FullCustomer, IssuedRow};

#[derive(Default)]
pub(crate) struct Issuing {
    pub reissued: Vec<Reissued>,
    pub issued: Vec<IssuedRow>,
}

/// A decision in the place of one that was the same, but for what became of its work. A replay goes by what
/// stands, and what was on record before is still to be seen.
pub(crate) struct Reissued {
    pub voided: (Instant, DecisionId),
    pub decided: Decided,
    /// The same with nothing but the work that is given now.
    pub given: Decided,
}

impl Issuing {
    pub fn write(
        self,
        configuration: &Configuration,
        world: &World,
        ctx: &Ctx,
        customer: &Loaded,
        full: Option<&FullCustomer>,
        changeset: &mut Changeset,
    ) {
        for Reissued { voided, decided, given } in self.reissued {
            changeset.voided.push(voided);
            changeset.decisions.push(decision_row(&decided, customer, world, ctx));
            work_rows::give(configuration, world, ctx, customer, &[given], changeset, full);
        }
        changeset.issued.extend(self.issued);
    }
}
