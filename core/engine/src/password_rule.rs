//! Passwords that must change with age, where head office says so. Off by default: who has to invent
//! one every few months chooses weak ones, which is why nobody should be made to without need.

use crate::{
    Ctx, Engine, Problem,
    audit::{About, image},
    authorise::{Action, authorise},
    request::PasswordRuleDraft,
    sentences,
    view::PasswordRuleView,
};
use regulars_model::{
    Instant,
    duration::DAY_US,
    limits::{PASSWORD_AGE_DAYS_MAX, PASSWORD_AGE_DAYS_MIN, PASSWORDS_REMEMBERED},
};
use regulars_store::{PasswordRuleRow, StaffRow};

/// The rule in force.
#[derive(Clone, Copy, Default)]
pub(crate) struct PasswordRule {
    max_age_days: Option<i64>,
}

impl PasswordRule {
    /// Whether nothing else may be done before there is a new password.
    pub fn must_change(self, staff: &StaffRow, now: Instant) -> bool {
        let is_old = |days: i64| staff.password_set_at.plus(days * DAY_US) <= now;
        staff.password.is_some() && (staff.must_change || self.max_age_days.is_some_and(is_old))
    }
}

impl Engine {
    pub async fn load_password_rule(&self, ctx: &Ctx) -> Result<PasswordRuleView, Problem> {
        authorise(ctx, Action::LoadPasswordRule)?;
        Ok(view(self.password_rule().await?))
    }

    /// Holds at once in this process, and in the others as soon as a session that ended would.
    pub async fn put_password_rule(
        &self,
        ctx: &Ctx,
        draft: PasswordRuleDraft,
    ) -> Result<PasswordRuleView, Problem> {
        authorise(ctx, Action::PutPasswordRule)?;
        let allowed = PASSWORD_AGE_DAYS_MIN..=PASSWORD_AGE_DAYS_MAX;
        if draft.max_age_days.is_some_and(|days| !allowed.contains(&days)) {
            let message = sentences::days_or_null(PASSWORD_AGE_DAYS_MIN, PASSWORD_AGE_DAYS_MAX);
            return Err(Problem::invalid_at("/max_age_days", "out_of_range", message));
        }
        let before = self.password_rule().await?;
        let after = PasswordRule { max_age_days: draft.max_age_days };
        if before.max_age_days != after.max_age_days {
            let rule = PasswordRuleRow {
                version: 0,
                max_age_days: draft.max_age_days,
                created_at: ctx.now,
                created_by: ctx.actor.staff(),
            };
            let about = About::new("password_rule", "organisation");
            let (was, is) = (image(Some(&view(before))), image(Some(&view(after))));
            let audit = self.inner.audit(ctx, about, was, is);
            self.inner.store.add_password_rule(&rule, &audit).await?;
            self.inner.logins.sessions.forget();
        }
        Ok(view(after))
    }

    pub(crate) async fn password_rule(&self) -> Result<PasswordRule, Problem> {
        let row = self.inner.store.find_password_rule().await?;
        Ok(PasswordRule { max_age_days: row.and_then(|row| row.max_age_days) })
    }

    /// None of the last few may come again while passwords must change; the present one never may.
    pub(crate) async fn check_former(&self, staff: &StaffRow, new: &str) -> Result<(), Problem> {
        if self.password_rule().await?.max_age_days.is_none() {
            return Ok(());
        }
        for former in &staff.former_passwords {
            if self.is_password(new.to_owned(), Some(former)).await? {
                let message = sentences::former_password(PASSWORDS_REMEMBERED);
                return Err(Problem::invalid_at("/new", "former_password", message));
            }
        }
        Ok(())
    }

    /// The one it takes the place of is remembered, while that is for anything.
    pub(crate) async fn with_password(
        &self,
        mut staff: StaffRow,
        password: String,
        now: Instant,
    ) -> Result<StaffRow, Problem> {
        let before = staff.password.replace(password);
        staff.password_set_at = now;
        match self.password_rule().await?.max_age_days {
            Some(_) => staff.former_passwords.splice(0..0, before).for_each(drop),
            None => staff.former_passwords.clear(),
        }
        // The present one counts as well.
        staff.former_passwords.truncate(PASSWORDS_REMEMBERED - 1);
        Ok(staff)
    }
}

fn view(rule: PasswordRule) -> PasswordRuleView {
    PasswordRuleView { max_age_days: rule.max_age_days }
}
