//! Which customers a list may show, as a condition on rows of `customer`.

use crate::batch::{Arg, list};
use regulars_model::{StaffId, UnitId};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Home stores; None for any, and for none at all.
    pub homes: Option<Homes>,
    /// Only those this one looks after.
    pub assigned_to: Option<StaffId>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Homes {
    pub units: Vec<UnitId>,
    /// Customers without a home store too.
    pub none: bool,
}

impl Seen {
    pub fn all() -> Seen {
        Seen::default()
    }

    /// ` AND …` over a row of `customer` in reach; nothing where all are seen.
    pub(crate) fn and(&self, args: &mut Vec<Arg>) -> String {
        let mut sql = String::new();
        if let Some(homes) = &self.homes {
            let none = if homes.none { "customer.home_unit_id IS NULL" } else { "1 = 0" };
            sql += &match homes.units.as_slice() {
                [] => format!(" AND {none}"),
                units => {
                    let units = list(args, units.iter().copied());
                    format!(" AND ({none} OR customer.home_unit_id IN ({units}))")
                }
            };
        }
        if let Some(staff) = self.assigned_to {
            args.push(staff.into());
            sql += &format!(" AND customer.assigned_to = ${}", args.len());
        }
        sql
    }

    /// The same for rows of another table that belong to a customer.
    pub(crate) fn and_of(&self, table: &str, args: &mut Vec<Arg>) -> String {
        match self.and(args) {
            all if all.is_empty() => all,
            some => format!(
                " AND EXISTS (SELECT 1 FROM customer WHERE customer.id = {table}.customer_id{some})"
            ),
        }
    }
}
