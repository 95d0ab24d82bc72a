//! Customers by id, by home store, by the value of a field; and their identities.

use crate::batch::{Batch, args};
use crate::load::of_wanted;
use crate::read::{Columns, Reader};
use crate::{CustomerRow, IdentityRow, IdentityState, Seen, Store, StoreError};
use regulars_model::{CustomerId, IdentityKind, StaffId, UnitId};

/// Uuids, integers, texts: the order in which a group is loaded.
pub(crate) const CUSTOMER_COLUMNS: &str = "id, home_unit_id, assigned_to, merged_into, version, \
     profile_version, epoch, due_at, decided_through, created_at, record, state";
pub(crate) const IDENTITY_COLUMNS: &str = "customer_id, kind, value, state, verified_at, added_at";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerFilter {
    /// Field and value, as written by `Changeset::field_values`.
    pub field: Option<(String, String)>,
    pub seen: Seen,
}

impl Store {
    /// A page in the order of ids, which is the order of creation. Merged ones are left out.
    pub async fn list_customers(
        &self,
        filter: &CustomerFilter,
        after: Option<CustomerId>,
        limit: u32,
    ) -> Result<Vec<CustomerRow>, StoreError> {
        let after = after.unwrap_or(CustomerId(uuid::Uuid::nil()));
        let mut args = args![after, limit];
        let mut sql = format!("SELECT {CUSTOMER_COLUMNS} FROM ");
        sql += match &filter.field {
            Some(_) => {
                "field_value JOIN customer ON customer.id = customer_id WHERE customer_id > $1"
            }
            None => "customer WHERE id > $1",
        };
        if let Some((field, value)) = &filter.field {
            args.extend(args![field, index_value(value)]);
            sql += " AND field = $3 AND value = $4";
        }
        sql += &filter.seen.and(&mut args);
        sql += " AND merged_into IS NULL ORDER BY ";
        sql += if filter.field.is_some() { "customer_id LIMIT $2" } else { "id LIMIT $2" };
        self.db.fetch(sql, args, |row| read_customer(&mut Reader::new(row, "customer"))).await
    }

    pub async fn find_customer(&self, id: CustomerId) -> Result<Option<CustomerRow>, StoreError> {
        let sql = format!("SELECT {CUSTOMER_COLUMNS} FROM customer WHERE id = $1");
        let read = |row: &dyn Columns| read_customer(&mut Reader::new(row, "customer"));
        self.db.fetch_one(sql, args![id], read).await
    }

    /// In no order; unknown ones are left out.
    pub async fn list_customers_of(
        &self,
        ids: &[CustomerId],
    ) -> Result<Vec<CustomerRow>, StoreError> {
        let sql = of_wanted(CUSTOMER_COLUMNS, "customer", "id");
        let batch = Batch::default().uuids(ids.iter().map(|id| id.0));
        let read = |row: &dyn Columns| read_customer(&mut Reader::new(row, "customer"));
        let mut lease = self.db.lease().await?;
        lease.connection().put(&sql, &batch, read).await
    }

    /// Retired ones too.
    pub async fn list_identities(&self, id: CustomerId) -> Result<Vec<IdentityRow>, StoreError> {
        self.list_identities_of(&[id]).await
    }

    /// By customer, kind and value.
    pub async fn list_identities_of(
        &self,
        ids: &[CustomerId],
    ) -> Result<Vec<IdentityRow>, StoreError> {
        let sql = format!(
            "WITH wanted(customer) AS ({{rows}})
            SELECT {IDENTITY_COLUMNS} FROM wanted CROSS JOIN identity
            WHERE identity.customer_id = wanted.customer"
        );
        let batch = Batch::default().uuids(ids.iter().map(|id| id.0));
        let mut lease = self.db.lease().await?;
        let mut rows = lease.connection().put(&sql, &batch, read_identity).await?;
        rows.sort_by(|a, b| {
            (a.customer_id, a.kind.name(), &a.value).cmp(&(b.customer_id, b.kind.name(), &b.value))
        });
        Ok(rows)
    }
}

/// Longest value an index takes on both engines, with room to spare.
const INDEX_VALUE_BYTES_MAX: usize = 400;

/// What stands in the index for a value: a long one by its beginning.
pub(crate) fn index_value(value: &str) -> &str {
    &value[..value.floor_char_boundary(INDEX_VALUE_BYTES_MAX)]
}

pub(crate) fn read_customer(row: &mut Reader<'_>) -> Result<CustomerRow, StoreError> {
    let id = CustomerId(row.uuid()?);
    let home_unit_id = row.opt_uuid()?.map(UnitId);
    let assigned_to = row.opt_uuid()?.map(StaffId);
    let merged_into = row.opt_uuid()?.map(CustomerId);
    Ok(CustomerRow {
        id,
        version: row.int()?,
        profile_version: row.int()?,
        epoch: row.int()?,
        due_at: row.instant()?,
        decided_through: row.instant()?,
        created_at: row.instant()?,
        home_unit_id,
        assigned_to,
        record: row.string()?,
        state: row.string()?,
        merged_into,
    })
}

pub(crate) fn read_identity(row: &dyn Columns) -> Result<IdentityRow, StoreError> {
    let mut row = Reader::new(row, "identity");
    Ok(IdentityRow {
        customer_id: CustomerId(row.uuid()?),
        kind: row.word(IdentityKind::find)?,
        value: row.string()?,
        state: row.word(IdentityState::find)?,
        verified_at: row.opt_instant()?,
        added_at: row.instant()?,
    })
}
