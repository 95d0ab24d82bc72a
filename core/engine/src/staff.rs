//! People who work for the chain: their accounts.

use crate::{
    Ctx, Engine, Problem, Role,
    audit::About,
    authorise::{Action, authorise},
    keys::{check_units, find_units},
    passwords::{check_password, one_time_password},
    problem::Code,
    request::{SetPassword, StaffChange, StaffDraft},
    sentences,
    sight::may_act_at,
    view::{MadeStaff, StaffView},
};
use regulars_model::{
    Fault, StaffId,
    limits::{LOGIN_CHARS_MAX, NAME_CHARS_MAX, SUBJECT_CHARS_MAX},
    said::Said,
};
use regulars_store::{Ending, Link, StaffRow};
use serde_json::{Value as Json, json};

impl Engine {
    /// Without a password, one is made that must be changed at the first log-in.
    pub async fn create_staff(&self, ctx: &Ctx, draft: StaffDraft) -> Result<MadeStaff, Problem> {
        authorise(ctx, Action::CreateStaff)?;
        let ctx = &self.hide_password(ctx).await?;
        self.once(ctx, self.make_staff(ctx, draft)).await
    }

    async fn make_staff(&self, ctx: &Ctx, draft: StaffDraft) -> Result<MadeStaff, Problem> {
        let login = draft.login.trim().to_lowercase();
        let mut faults = self.check_staff(&draft.name, draft.role, &draft.units).await?;
        if !is_login(&login) {
            let message = sentences::login_chars(LOGIN_CHARS_MAX);
            faults.push(Fault::new("/login", "wrong_value", message));
        }
        if let Some(password) = &draft.password {
            faults.extend(check_password(password, &[&login, &draft.name], "/password"));
        }
        let link = self.read_link(draft.subject, None, &mut faults);
        if !faults.is_empty() {
            return Err(Problem::invalid(faults));
        }
        let made = (draft.password.is_none() && link.is_none()).then(one_time_password);
        let password = match draft.password.or(made.clone()) {
            Some(password) => Some(self.hash_password(password).await?),
            None => None,
        };
        let row = StaffRow {
            id: StaffId(self.inner.world.new_id()),
            login,
            name: draft.name,
            role: draft.role.name().to_owned(),
            units: draft.units,
            password,
            must_change: made.is_some(),
            created_at: ctx.now,
            disabled_at: None,
            password_set_at: ctx.now,
            former_passwords: Vec::new(),
            link,
        };
        let about = About::new("staff", row.id);
        let audit = self.inner.audit(ctx, about, None, Some(image_of(&row)));
        let made = MadeStaff { staff: staff_view(row.clone()), password: made };
        let store = self.inner.store.answering(ctx.answer_without("password", &made));
        if !store.add_staff(&row, &audit).await? {
            let detail = sentences::login_taken(&row.login);
            return Err(Problem::new(Code::Conflict, detail));
        }
        Ok(made)
    }

    /// Those who act for any of the actor's units.
    pub async fn list_staff(&self, ctx: &Ctx) -> Result<Vec<StaffView>, Problem> {
        authorise(ctx, Action::ListStaff)?;
        let rows = self.inner.store.list_staff().await?;
        let own = rows.into_iter().filter(|row| self.works_for(ctx, row));
        Ok(own.map(staff_view).collect())
    }

    /// Ends all sessions of whoever is disabled; what changes otherwise holds from the next request.
    pub async fn put_staff(
        &self,
        ctx: &Ctx,
        id: StaffId,
        draft: StaffChange,
    ) -> Result<StaffView, Problem> {
        authorise(ctx, Action::PutStaff)?;
        let before = self.find_staff(id).await?;
        let mut faults = self.check_staff(&draft.name, draft.role, &draft.units).await?;
        let link = match draft.subject {
            Some(subject) => self.read_link(subject, before.link.as_ref(), &mut faults),
            None => before.link.clone(),
        };
        if draft.without_password && link.is_none() {
            faults.push(Fault::new("/without_password", "no_way_in", sentences::no_way_in()));
        }
        if !faults.is_empty() {
            return Err(Problem::invalid(faults));
        }
        let row = StaffRow {
            name: draft.name,
            role: draft.role.name().to_owned(),
            units: draft.units,
            must_change: draft.must_change_password.unwrap_or(before.must_change),
            disabled_at: draft.disabled.then(|| before.disabled_at.unwrap_or(ctx.now)),
            password: before.password.clone().filter(|_| !draft.without_password),
            link,
            ..before.clone()
        };
        // By what is taken away, somebody may be logged in who should not be.
        let is_out = draft.disabled
            || (before.link.is_some() && before.link != row.link)
            || before.password != row.password;
        let ending = is_out.then_some(Ending { at: ctx.now, except: None });
        if row != before {
            let (was, is) = (Some(image_of(&before)), Some(image_of(&row)));
            let audit = self.inner.audit(ctx, About::new("staff", id), was, is);
            self.inner.store.put_staff(&row, ending, &audit).await?;
        } else if is_out {
            self.inner.store.end_sessions(id, ctx.now, None).await?;
        }
        self.inner.logins.sessions.forget();
        Ok(staff_view(row))
    }

    /// By an administrator; it must be changed at the next log-in, and all sessions end.
    pub async fn set_password(
        &self,
        ctx: &Ctx,
        id: StaffId,
        draft: SetPassword,
    ) -> Result<MadeStaff, Problem> {
        authorise(ctx, Action::SetPassword)?;
        let ctx = &self.hide_password(ctx).await?;
        self.once(ctx, self.put_password(ctx, id, draft)).await
    }

    async fn put_password(
        &self,
        ctx: &Ctx,
        id: StaffId,
        draft: SetPassword,
    ) -> Result<MadeStaff, Problem> {
        let row = self.find_staff(id).await?;
        let own = [row.login.as_str(), row.name.as_str()];
        if let Some(fault) =
            draft.password.as_ref().and_then(|new| check_password(new, &own, "/password"))
        {
            return Err(Problem::invalid(vec![fault]));
        }
        let made = draft.password.is_none().then(one_time_password);
        let password = draft.password.or(made.clone()).unwrap_or_default();
        let password = self.hash_password(password).await?;
        let row =
            StaffRow { must_change: true, ..self.with_password(row, password, ctx.now).await? };
        let audit = self.inner.audit(ctx, About::new("staff", id), None, Some(password_set()));
        let made = MadeStaff { staff: staff_view(row.clone()), password: made };
        let store = self.inner.store.answering(ctx.answer_without("password", &made));
        let ending = Ending { at: ctx.now, except: None };
        if !store.put_staff(&row, Some(ending), &audit).await? {
            return Err(Problem::not_found(sentences::STAFF, id));
        }
        self.inner.logins.sessions.forget();
        Ok(made)
    }

    pub(crate) async fn find_staff(&self, id: StaffId) -> Result<StaffRow, Problem> {
        let row = self.inner.store.find_staff(id).await?;
        row.ok_or_else(|| Problem::not_found(sentences::STAFF, id))
    }

    /// Customers are given to somebody who is there: a person, or whoever holds a key.
    pub(crate) async fn check_assignee(&self, id: StaffId, pointer: &str) -> Result<(), Problem> {
        let fault = |message: Said| Err(Problem::invalid_at(pointer, "unknown_staff", message));
        match self.inner.store.find_staff(id).await? {
            Some(row) if row.disabled_at.is_none() => return Ok(()),
            Some(_) => return fault(sentences::account_disabled()),
            None => {}
        }
        let keys = self.inner.store.list_keys().await?;
        match keys.iter().any(|key| key.id.0 == id.0 && key.revoked_at.is_none()) {
            true => Ok(()),
            false => fault(sentences::nobody_of_staff()),
        }
    }

    /// Whether one whose units are these is there for any of the actor's.
    pub(crate) fn works_for(&self, ctx: &Ctx, row: &StaffRow) -> bool {
        if ctx.actor.units.is_empty() {
            return true;
        }
        let configuration = self.configuration();
        let units = find_units(&configuration, &row.units).unwrap_or_default();
        units.iter().any(|unit| may_act_at(&ctx.actor, &configuration.units, Some(*unit)))
    }

    /// Of the provider that is configured now, unless it is the link there was.
    fn read_link(
        &self,
        subject: Option<String>,
        before: Option<&Link>,
        faults: &mut Vec<Fault>,
    ) -> Option<Link> {
        let subject = subject?;
        if let Some(before) = before.filter(|link| link.subject == subject) {
            let is_of_now = |issuer: &str| issuer == before.issuer;
            if self.provider().map_or(true, |provider| is_of_now(provider.issuer())) {
                return Some(before.clone());
            }
        }
        let mut fault =
            |code: &str, message: Said| faults.push(Fault::new("/subject", code, message));
        if !(1..=SUBJECT_CHARS_MAX).contains(&subject.chars().count())
            || subject.chars().any(char::is_control)
        {
            fault("wrong_length", sentences::subject_length(SUBJECT_CHARS_MAX));
        }
        match self.provider() {
            Ok(provider) => Some(Link { issuer: provider.issuer().to_owned(), subject }),
            Err(_) => {
                fault("no_provider", sentences::no_provider());
                None
            }
        }
    }

    async fn check_staff(
        &self,
        name: &str,
        role: Role,
        units: &[String],
    ) -> Result<Vec<Fault>, Problem> {
        let mut faults = check_units(units, &*self.inner.reload().await?);
        if name.trim().is_empty() || name.chars().count() > NAME_CHARS_MAX {
            let message = sentences::chars_between(1, NAME_CHARS_MAX);
            faults.push(Fault::new("/name", "wrong_length", message));
        }
        if [Role::Integration, Role::Member].contains(&role) {
            let message = sentences::no_staff_role();
            faults.push(Fault::new("/role", "not_in_list", message));
        }
        Ok(faults)
    }
}

/// What the audit says of an account; nothing of its password but that there is another.
fn image_of(row: &StaffRow) -> Json {
    json!({
        "login": row.login, "name": row.name, "role": row.role, "units": row.units,
        "must_change_password": row.must_change, "disabled_at": row.disabled_at,
        "subject": row.link.as_ref().map(|link| &link.subject),
        "issuer": row.link.as_ref().map(|link| &link.issuer),
        "has_password": row.password.is_some(),
    })
}

pub(crate) fn password_set() -> Json {
    json!({"password": "changed"})
}

fn is_login(login: &str) -> bool {
    let taken = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_@".contains(c);
    (1..=LOGIN_CHARS_MAX).contains(&login.len()) && login.chars().all(taken)
}

fn staff_view(row: StaffRow) -> StaffView {
    StaffView {
        id: row.id,
        login: row.login,
        name: row.name,
        role: row.role,
        units: row.units,
        must_change_password: row.must_change && row.password.is_some(),
        password_set_at: row.password.map(|_| row.password_set_at),
        created_at: row.created_at,
        disabled_at: row.disabled_at,
        issuer: row.link.as_ref().map(|link| link.issuer.clone()),
        subject: row.link.map(|link| link.subject),
    }
}
