//! How old passwords may become: versions, of which the newest is in force.

use crate::audit::add;
use crate::batch::args;
use crate::configuration::bump;
use crate::read::{Columns, Reader};
use crate::{AuditRow, PasswordRuleRow, Store, StoreError};
use regulars_model::StaffId;

const COLUMNS: &str = "version, max_age_days, created_at, created_by";

impl Store {
    /// The one in force; none where nobody has ever said anything.
    pub async fn find_password_rule(&self) -> Result<Option<PasswordRuleRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM password_rule ORDER BY version DESC LIMIT 1");
        self.db.fetch_one(sql, args![], read).await
    }

    /// The next version; `version` of what is given is ignored.
    pub async fn add_password_rule(
        &self,
        rule: &PasswordRuleRow,
        audit: &AuditRow,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO password_rule ({COLUMNS})
            SELECT coalesce(max(version), 0) + 1, $1, $2, $3 FROM password_rule"
        );
        let args = args![rule.max_age_days, rule.created_at, rule.created_by];
        let mut tx = self.db.begin().await?;
        // One at a time, as with all that is configured.
        bump(&mut tx, false).await?;
        tx.connection().execute(sql, args).await?;
        add(&mut tx, audit).await?;
        tx.commit().await
    }
}

fn read(row: &dyn Columns) -> Result<PasswordRuleRow, StoreError> {
    let mut row = Reader::new(row, "password_rule");
    Ok(PasswordRuleRow {
        version: row.int()?,
        max_age_days: row.opt_int()?,
        created_at: row.instant()?,
        created_by: row.opt_uuid()?.map(StaffId),
    })
}
