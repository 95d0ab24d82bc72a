//! People who work for the chain, and the sessions they and customers are logged in with.

use crate::audit::add;
use crate::batch::{args, list};
use crate::keys::json_of;
use crate::read::{Columns, Reader};
use crate::{AuditRow, Link, SessionRow, StaffRow, Store, StoreError};
use regulars_model::canonical::Hash;
use regulars_model::{CustomerId, Instant, SessionId, StaffId};

const STAFF_COLUMNS: &str = "id, login, name, role, units, password, must_change, created_at, disabled_at, \
     password_set_at, former_passwords, issuer, subject";
const SESSION_COLUMNS: &str = "hash, id, staff_id, customer_id, created_at, last_seen_at, \
     expires_at, ended_at, address, agent, by_provider";

const END_SESSIONS: &str = "UPDATE session SET ended_at = $2
    WHERE staff_id = $1 AND ended_at IS NULL AND expires_at > $2";

/// Sessions of a person that end with a change of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    pub at: Instant,
    pub except: Option<SessionId>,
}

impl Store {
    /// False where somebody has the login.
    pub async fn add_staff(&self, staff: &StaffRow, audit: &AuditRow) -> Result<bool, StoreError> {
        let sql = format!(
            "INSERT INTO staff ({STAFF_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (login) DO NOTHING"
        );
        self.write_staff(sql, staff, None, audit).await
    }

    /// False where there is nobody of this id.
    pub async fn put_staff(
        &self,
        staff: &StaffRow,
        ending: Option<Ending>,
        audit: &AuditRow,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE staff SET login = $2, name = $3, role = $4, units = $5, password = $6,
            must_change = $7, created_at = $8, disabled_at = $9, password_set_at = $10,
            former_passwords = $11, issuer = $12, subject = $13 WHERE id = $1";
        self.write_staff(sql.to_owned(), staff, ending, audit).await
    }

    async fn write_staff(
        &self,
        sql: String,
        staff: &StaffRow,
        ending: Option<Ending>,
        audit: &AuditRow,
    ) -> Result<bool, StoreError> {
        let args = args![
            staff.id,
            &staff.login,
            &staff.name,
            &staff.role,
            json_of(&staff.units),
            staff.password.as_deref().unwrap_or_default(),
            staff.must_change,
            staff.created_at,
            staff.disabled_at,
            staff.password_set_at,
            json_of(&staff.former_passwords),
            staff.link.as_ref().map(|link| link.issuer.as_str()),
            staff.link.as_ref().map(|link| link.subject.as_str())
        ];
        let mut tx = self.db.begin().await?;
        let written = tx.connection().execute(sql, args).await;
        let written = written.map_err(link_taken)?;
        if written == 1 {
            if let Some(Ending { at, except }) = ending {
                let sql = format!("{END_SESSIONS} AND ($3 IS NULL OR id <> $3)");
                tx.connection().execute(sql, args![staff.id, at, except]).await?;
            }
            add(&mut tx, audit).await?;
        }
        tx.commit().await?;
        Ok(written == 1)
    }

    /// False where the account is linked already, or disabled; refused where somebody else's is.
    pub async fn link_staff(
        &self,
        id: StaffId,
        link: &Link,
        audit: &AuditRow,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE staff SET issuer = $2, subject = $3
            WHERE id = $1 AND subject IS NULL AND disabled_at IS NULL";
        let written = self.write_session(sql, args![id, &link.issuer, &link.subject], Some(audit));
        Ok(written.await.map_err(link_taken)? == 1)
    }

    pub async fn find_staff(&self, id: StaffId) -> Result<Option<StaffRow>, StoreError> {
        let sql = format!("SELECT {STAFF_COLUMNS} FROM staff WHERE id = $1");
        self.db.fetch_one(sql, args![id], read_staff).await
    }

    pub async fn find_login(&self, login: &str) -> Result<Option<StaffRow>, StoreError> {
        let sql = format!("SELECT {STAFF_COLUMNS} FROM staff WHERE login = $1");
        self.db.fetch_one(sql, args![login], read_staff).await
    }

    /// Disabled ones too: whoever asks must look.
    pub async fn find_linked(&self, link: &Link) -> Result<Option<StaffRow>, StoreError> {
        let sql = format!("SELECT {STAFF_COLUMNS} FROM staff WHERE subject = $1 AND issuer = $2");
        self.db.fetch_one(sql, args![&link.subject, &link.issuer], read_staff).await
    }

    /// In the order they came.
    pub async fn list_staff(&self) -> Result<Vec<StaffRow>, StoreError> {
        let sql = format!("SELECT {STAFF_COLUMNS} FROM staff ORDER BY id");
        self.db.fetch(sql, args![], read_staff).await
    }

    /// Those of a role who are there, each with the codes of their units.
    pub async fn list_active(&self, role: &str) -> Result<Vec<StaffRow>, StoreError> {
        let sql = format!(
            "SELECT {STAFF_COLUMNS} FROM staff WHERE role = $1 AND disabled_at IS NULL ORDER BY id"
        );
        self.db.fetch(sql, args![role], read_staff).await
    }

    /// How many customers each of them looks after; nobody without any.
    pub async fn count_assigned(
        &self,
        staff: &[StaffId],
    ) -> Result<Vec<(StaffId, u64)>, StoreError> {
        let mut args = args![];
        let among = list(&mut args, staff.iter().copied());
        let sql = format!(
            "SELECT assigned_to, COUNT(*) FROM customer
            WHERE assigned_to IN ({among}) AND merged_into IS NULL GROUP BY assigned_to"
        );
        self.db.fetch(sql, args, read_assigned).await
    }

    pub async fn add_session(
        &self,
        session: &SessionRow,
        audit: &AuditRow,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO session ({SESSION_COLUMNS})
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        );
        let args = args![
            &session.hash,
            session.id,
            session.staff_id,
            session.customer_id,
            session.created_at,
            session.last_seen_at,
            session.expires_at,
            session.ended_at,
            session.address.as_deref(),
            session.agent.as_deref(),
            session.by_provider
        ];
        self.write_session(&sql, args, Some(audit)).await.map(drop)
    }

    /// Ended and expired ones too: whoever asks must look.
    pub async fn find_session(&self, hash: &Hash) -> Result<Option<SessionRow>, StoreError> {
        let sql = format!("SELECT {SESSION_COLUMNS} FROM session WHERE hash = $1");
        self.db.fetch_one(sql, args![hash], read_session).await
    }

    /// Of one person, those that may still be used; the newest first.
    pub async fn list_sessions(
        &self,
        staff: StaffId,
        now: Instant,
    ) -> Result<Vec<SessionRow>, StoreError> {
        let sql = format!(
            "SELECT {SESSION_COLUMNS} FROM session
            WHERE staff_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY created_at DESC, id DESC"
        );
        self.db.fetch(sql, args![staff, now], read_session).await
    }

    pub async fn find_session_by_id(
        &self,
        id: SessionId,
    ) -> Result<Option<SessionRow>, StoreError> {
        let sql = format!("SELECT {SESSION_COLUMNS} FROM session WHERE id = $1");
        self.db.fetch_one(sql, args![id], read_session).await
    }

    pub async fn see_session(&self, hash: &Hash, at: Instant) -> Result<(), StoreError> {
        let sql = "UPDATE session SET last_seen_at = $2 WHERE hash = $1 AND ended_at IS NULL";
        self.write_session(sql, args![hash, at], None).await.map(drop)
    }

    pub async fn end_session(
        &self,
        id: SessionId,
        at: Instant,
        audit: Option<&AuditRow>,
    ) -> Result<u64, StoreError> {
        let sql = "UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
        self.write_session(sql, args![id, at], audit).await
    }

    /// All of one person; how many there were.
    pub async fn end_sessions(
        &self,
        staff: StaffId,
        at: Instant,
        audit: Option<&AuditRow>,
    ) -> Result<u64, StoreError> {
        self.write_session(END_SESSIONS, args![staff, at], audit).await
    }

    /// Forgets those that ended or expired before.
    pub async fn purge_sessions(&self, before: Instant) -> Result<u64, StoreError> {
        let sql = "DELETE FROM session WHERE expires_at < $1 OR ended_at < $1";
        self.write_session(sql, args![before], None).await
    }

    async fn write_session(
        &self,
        sql: &str,
        args: Vec<crate::batch::Arg>,
        audit: Option<&AuditRow>,
    ) -> Result<u64, StoreError> {
        let mut tx = self.db.begin().await?;
        let written = tx.connection().execute(sql.to_owned(), args).await?;
        if let Some(audit) = audit.filter(|_| written > 0) {
            add(&mut tx, audit).await?;
        }
        tx.commit().await?;
        Ok(written)
    }
}

fn read_assigned(row: &dyn Columns) -> Result<(StaffId, u64), StoreError> {
    let mut row = Reader::new(row, "customer");
    Ok((StaffId(row.uuid()?), row.int()? as u64))
}

fn read_staff(row: &dyn Columns) -> Result<StaffRow, StoreError> {
    let mut row = Reader::new(row, "staff");
    Ok(StaffRow {
        id: StaffId(row.uuid()?),
        login: row.string()?,
        name: row.string()?,
        role: row.string()?,
        units: row.json()?,
        password: Some(row.string()?).filter(|password| !password.is_empty()),
        must_change: row.bool()?,
        created_at: row.instant()?,
        disabled_at: row.opt_instant()?,
        password_set_at: row.instant()?,
        former_passwords: row.json()?,
        link: read_link(row.opt_string()?, row.opt_string()?),
    })
}

fn read_link(issuer: Option<String>, subject: Option<String>) -> Option<Link> {
    Some(Link { issuer: issuer?, subject: subject? })
}

/// Who is looked for first may be linked meanwhile.
fn link_taken(error: StoreError) -> StoreError {
    match error.constraint() {
        Some(constraint) if constraint.contains("subject") => StoreError::LinkTaken,
        _ => error,
    }
}

fn read_session(row: &dyn Columns) -> Result<SessionRow, StoreError> {
    let mut row = Reader::new(row, "session");
    Ok(SessionRow {
        hash: row.hash()?,
        id: SessionId(row.uuid()?),
        staff_id: row.opt_uuid()?.map(StaffId),
        customer_id: row.opt_uuid()?.map(CustomerId),
        created_at: row.instant()?,
        last_seen_at: row.instant()?,
        expires_at: row.instant()?,
        ended_at: row.opt_instant()?,
        address: row.opt_string()?,
        agent: row.opt_string()?,
        by_provider: row.bool()?,
    })
}
