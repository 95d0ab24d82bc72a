//! Sessions: a person logs in, with a password or by an identity provider, and is known by a token from then on; 256 random bits,
//! kept as their SHA-256, over after some hours, sooner where it is not used or somebody ends it.

use crate::{
    Actor, Ctx, Engine, Origin, Problem, Role,
    attempts::Attempts,
    audit::{About, FailedLogIns, logged_in},
    authorise::{Action, authorise},
    keys::{find_units, hash_of, new_secret},
    known::Known,
    password_rule::PasswordRule,
    passwords::{Hashing, check_password},
    problem::Code,
    provider_log_ins::Begun,
    request::{ChangePassword, LogIn},
    sentences,
    staff::password_set,
    view::{MadeSession, SessionView},
};
use regulars_model::{
    Instant, SessionId, StaffId,
    canonical::Hash,
    duration::SECOND_US,
    limits::{SESSION_IDLE_US, SESSION_LASTS_US, SESSION_SEEN_US},
    said::Said,
};
use regulars_store::{AuditRow, Ending, SessionRow, StaffRow};
use serde_json::json;
use std::sync::Arc;

pub(crate) const PREFIX: &str = "rgs_";

/// What logging in needs to remember in this process.
#[derive(Default)]
pub(crate) struct Logins {
    pub hashing: Hashing,
    pub attempts: Attempts,
    pub failed: FailedLogIns,
    pub sessions: Known<KnownSession>,
    pub begun: Begun,
}

#[derive(Clone)]
pub(crate) struct KnownSession {
    pub session: SessionRow,
    /// None of a customer's.
    pub staff: Option<StaffRow>,
    /// Of passwords, as it was read with them.
    pub rule: PasswordRule,
}

impl Engine {
    /// Says the same, after the same time, whether there is nobody of that login or the password is
    /// another. Who fails is counted, and entered later, so that nothing of it shows in the time.
    pub async fn log_in(&self, draft: LogIn, origin: Origin) -> Result<MadeSession, Problem> {
        let now = self.inner.world.now();
        let login = draft.login.trim().to_lowercase();
        let address = origin.address.as_deref().unwrap_or_default();
        let attempt = self.inner.logins.attempts.begin(&login, address, now).map_err(|micros| {
            self.inner.logins.failed.count_turned_away(&origin, now);
            wait(micros)
        })?;
        let row = self.inner.store.find_login(&login).await?;
        let kept = row.as_ref().and_then(|row| row.password.as_deref());
        let is_right = self.is_password(draft.password, kept).await?;
        let Some(row) = row.clone().filter(|row| is_right && row.disabled_at.is_none()) else {
            self.inner.logins.failed.count(row.map(|row| row.id), &origin, now);
            let detail = sentences::no_such_login();
            return Err(Problem::new(Code::Unauthenticated, detail));
        };
        self.inner.logins.attempts.succeeded(attempt);
        self.begin_session(row, false, origin, now).await
    }

    pub(crate) async fn begin_session(
        &self,
        row: StaffRow,
        by_provider: bool,
        origin: Origin,
        now: Instant,
    ) -> Result<MadeSession, Problem> {
        let rule = self.password_rule().await?;
        let token = format!("{PREFIX}{}", new_secret());
        let session = SessionRow {
            hash: hash_of(&token),
            id: SessionId(self.inner.world.new_id()),
            staff_id: Some(row.id),
            customer_id: None,
            created_at: now,
            last_seen_at: now,
            expires_at: now.plus(SESSION_LASTS_US),
            ended_at: None,
            address: origin.address.clone(),
            agent: origin.agent.clone(),
            by_provider,
        };
        let audit = logged_in(&self.inner.world, &row, &session, origin);
        self.inner.store.add_session(&session, &audit).await?;
        Ok(MadeSession {
            session: session_view(&session, None),
            staff: row.id,
            must_change_password: !by_provider && rule.must_change(&row, now),
            token,
        })
    }

    /// One's own; for an administrator, anybody's.
    pub async fn list_sessions(
        &self,
        ctx: &Ctx,
        staff: Option<StaffId>,
    ) -> Result<Vec<SessionView>, Problem> {
        authorise(ctx, Action::ListSessions)?;
        let staff = whose(ctx, staff)?;
        let rows = self.inner.store.list_sessions(staff, ctx.now).await?;
        Ok(rows.iter().map(|row| session_view(row, ctx.actor.session_id)).collect())
    }

    pub async fn end_session(&self, ctx: &Ctx, id: SessionId) -> Result<SessionView, Problem> {
        authorise(ctx, Action::EndSession)?;
        let row = self.inner.store.find_session_by_id(id).await?;
        let may = |row: &SessionRow| {
            row.staff_id == Some(ctx.actor.staff_id) || ctx.actor.role == Role::Admin
        };
        let row = row.filter(may).ok_or_else(|| Problem::not_found(sentences::SESSION, id))?;
        let audit = self.ended(ctx, About::new("session", id), ctx.now);
        self.inner.store.end_session(id, ctx.now, Some(&audit)).await?;
        self.inner.logins.sessions.forget();
        let ended_at = row.ended_at.or(Some(ctx.now));
        Ok(session_view(&SessionRow { ended_at, ..row }, ctx.actor.session_id))
    }

    /// All of one person; how many there were.
    pub async fn end_sessions(&self, ctx: &Ctx, staff: Option<StaffId>) -> Result<u64, Problem> {
        authorise(ctx, Action::EndSessions)?;
        let staff = whose(ctx, staff)?;
        let audit = self.ended(ctx, About::new("staff", staff), ctx.now);
        let ended = self.inner.store.end_sessions(staff, ctx.now, Some(&audit)).await?;
        self.inner.logins.sessions.forget();
        Ok(ended)
    }

    fn ended(&self, ctx: &Ctx, about: About, at: Instant) -> AuditRow {
        self.inner.audit(ctx, about, None, Some(json!({"sessions_ended_at": at})))
    }

    /// One's own, by who knows it. All other sessions end: whoever else knew the old one is out.
    pub async fn change_password(&self, ctx: &Ctx, draft: ChangePassword) -> Result<u64, Problem> {
        authorise(ctx, Action::ChangePassword)?;
        let ctx = &self.hide_password(ctx).await?;
        self.once(ctx, self.put_own_password(ctx, draft)).await
    }

    async fn put_own_password(&self, ctx: &Ctx, draft: ChangePassword) -> Result<u64, Problem> {
        let row = self.inner.store.find_staff(ctx.actor.staff_id).await?;
        let row = row.ok_or_else(|| Problem::new(Code::Conflict, sentences::no_password()))?;
        let Some(password) = &row.password else {
            return Err(Problem::new(Code::Conflict, sentences::only_by_provider()));
        };
        let attempt = self.inner.logins.attempts.begin(&row.login, "own", ctx.now).map_err(wait)?;
        if !self.is_password(draft.current.clone(), Some(password)).await? {
            let message = sentences::not_the_password();
            return Err(Problem::invalid_at("/current", "wrong_password", message));
        }
        self.inner.logins.attempts.succeeded(attempt);
        if draft.current == draft.new {
            let message = sentences::same_password();
            return Err(Problem::invalid_at("/new", "same_password", message));
        }
        if let Some(fault) = check_password(&draft.new, &[&row.login, &row.name], "/new") {
            return Err(Problem::invalid(vec![fault]));
        }
        self.check_former(&row, &draft.new).await?;
        let password = self.hash_password(draft.new).await?;
        let row =
            StaffRow { must_change: false, ..self.with_password(row, password, ctx.now).await? };
        let about = About::new("staff", row.id);
        let audit = self.inner.audit(ctx, about, None, Some(password_set()));
        let except = ctx.actor.session_id;
        let sessions = self.inner.store.list_sessions(row.id, ctx.now).await?;
        let ended = sessions.iter().filter(|session| Some(session.id) != except).count() as u64;
        let store = self.inner.store.answering(ctx.answer(&ended));
        store.put_staff(&row, Some(Ending { at: ctx.now, except }), &audit).await?;
        self.inner.logins.sessions.forget();
        Ok(ended)
    }

    /// Whoever holds the token: a person, or a customer.
    pub(crate) async fn authenticate_session(&self, hash: Hash) -> Result<Actor, Problem> {
        let refused = |detail: Said| Problem::new(Code::Unauthenticated, detail);
        let now = self.inner.world.now();
        let sessions = &self.inner.logins.sessions;
        let mut known = match sessions.find(&hash, now) {
            Some(known) => known,
            None => {
                let found = self.find_session(&hash).await?;
                found.ok_or_else(|| refused(sentences::token_unknown()))?
            }
        };
        let session = &known.session;
        let is_idle = known.staff.is_some() && session.last_seen_at.plus(SESSION_IDLE_US) <= now;
        if session.ended_at.is_some() || session.expires_at <= now || is_idle {
            return Err(refused(sentences::session_over()));
        }
        if known.staff.is_some() && session.last_seen_at.plus(SESSION_SEEN_US) <= now {
            self.inner.store.see_session(&hash, now).await?;
            known.session.last_seen_at = now;
        }
        sessions.keep(hash, known.clone(), now);
        self.actor_of_session(known, now)
    }

    async fn find_session(&self, hash: &Hash) -> Result<Option<KnownSession>, Problem> {
        let Some(session) = self.inner.store.find_session(hash).await? else { return Ok(None) };
        let Some(id) = session.staff_id else {
            return Ok(Some(KnownSession { session, staff: None, rule: PasswordRule::default() }));
        };
        let staff = self.inner.store.find_staff(id).await?;
        Ok(Some(KnownSession { session, staff, rule: self.password_rule().await? }))
    }

    fn actor_of_session(&self, known: KnownSession, now: Instant) -> Result<Actor, Problem> {
        let KnownSession { session, staff, rule } = known;
        if let Some(customer) = session.customer_id {
            return Ok(Actor::member(customer));
        }
        let broken =
            |what: &str| Problem::internal(format!("session {} has no {what}", session.id));
        let staff = staff.ok_or_else(|| broken("person"))?;
        if staff.disabled_at.is_some() {
            return Err(Problem::new(Code::Unauthenticated, sentences::account_disabled()));
        }
        let role = Role::find(&staff.role).ok_or_else(|| broken("known role"))?;
        let units = find_units(&self.configuration(), &staff.units);
        // Until there is a new password, nothing else can be done by whoever came with the old one.
        let must_change = !session.by_provider && rule.must_change(&staff, now);
        let first =
            || Arc::from([Action::ChangePassword, Action::ListSessions, Action::EndSession]);
        Ok(Actor {
            staff_id: staff.id,
            name: staff.name,
            role,
            actions: must_change.then(first),
            units: units.ok_or_else(|| broken("known unit"))?,
            customer_id: None,
            session_id: Some(session.id),
        })
    }
}

fn whose(ctx: &Ctx, staff: Option<StaffId>) -> Result<StaffId, Problem> {
    match staff {
        Some(other) if other != ctx.actor.staff_id && ctx.actor.role != Role::Admin => {
            let detail = sentences::own_sessions_only(ctx.actor.role.name());
            Err(Problem::new(Code::Forbidden, detail))
        }
        Some(staff) => Ok(staff),
        None => Ok(ctx.actor.staff_id),
    }
}

/// Nothing was looked at.
pub(crate) fn wait(micros: i64) -> Problem {
    let seconds = (micros + SECOND_US - 1) / SECOND_US;
    let detail = sentences::too_many_attempts(seconds);
    Problem::new(Code::TooManyAttempts, detail).with("retry_after_seconds", seconds)
}

fn session_view(row: &SessionRow, own: Option<SessionId>) -> SessionView {
    SessionView {
        id: row.id,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        idle_until: idle_until(row),
        expires_at: row.expires_at,
        ended_at: row.ended_at,
        address: row.address.clone(),
        agent: row.agent.clone(),
        by_provider: row.by_provider,
        is_this: own == Some(row.id),
    }
}

fn idle_until(row: &SessionRow) -> Instant {
    row.last_seen_at.plus(SESSION_IDLE_US).min(row.expires_at)
}
