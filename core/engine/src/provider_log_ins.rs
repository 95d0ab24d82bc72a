//! Logging in by the chain's own identity provider. Whoever begins gets an address to open and a ticket
//! to keep; the provider sends them back with a code and a state. All three together finish it, once. The
//! ticket never stands in an address, so what a history or a log knows opens nothing; and since only
//! whoever began has it, nobody is logged in as somebody else by following a link.

use crate::{
    Answered, Asked, Engine, IdentityProvider, Origin, Problem, Proven, Unproven,
    audit::linked,
    keys::new_secret,
    problem::Code,
    request::FinishLogIn,
    sentences,
    sessions::wait,
    view::{BegunLogIn, MadeSession},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use regulars_model::{
    Instant,
    canonical::{Hash, hash_bytes},
    limits::{PROVIDER_LOG_IN_US, PROVIDER_LOG_INS_MAX},
};
use regulars_store::{Link, StaffRow};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, PoisonError};

impl Engine {
    /// Once, before anybody is served.
    pub fn use_provider(&self, provider: Arc<dyn IdentityProvider>) {
        let _ = self.inner.provider.set(provider);
    }

    pub(crate) fn provider(&self) -> Result<&dyn IdentityProvider, Problem> {
        let provider = self.inner.provider.get();
        provider
            .map(|provider| &**provider)
            .ok_or_else(|| Problem::new(Code::Conflict, sentences::no_provider()))
    }

    pub async fn begin_log_in(&self) -> Result<BegunLogIn, Problem> {
        let provider = self.provider()?;
        let now = self.inner.world.now();
        self.inner.logins.begun.count(now).map_err(wait)?;
        let (state, ticket) = (new_secret(), new_secret());
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier_of(&ticket)));
        let nonce = nonce_of(&ticket);
        let asked = Asked { state: &state, nonce: &nonce, challenge: &challenge };
        let address = provider.address(asked, now).await.map_err(refusal)?;
        let expires_at = now.plus(PROVIDER_LOG_IN_US);
        self.inner.store.add_provider_log_in(&hash_of(&state, &ticket), expires_at).await?;
        Ok(BegunLogIn { address, ticket, expires_at })
    }

    /// Whoever fails is counted as who fails with a password is; what was begun is used up all the same.
    pub async fn finish_log_in(
        &self,
        draft: FinishLogIn,
        origin: Origin,
    ) -> Result<MadeSession, Problem> {
        let provider = self.provider()?;
        let now = self.inner.world.now();
        let failed = |account| self.inner.logins.failed.count(account, &origin, now);
        let FinishLogIn { code, state, ticket } = &draft;
        if !self.inner.store.take_provider_log_in(&hash_of(state, ticket), now).await? {
            failed(None);
            return Err(Problem::new(Code::Unauthenticated, sentences::log_in_not_begun()));
        }
        let (verifier, nonce) = (verifier_of(ticket), nonce_of(ticket));
        let answered = Answered { code, verifier: &verifier, nonce: &nonce };
        let proven = match provider.prove(answered, now).await {
            Ok(proven) => proven,
            Err(unproven) => {
                if matches!(unproven, Unproven::Refused(_)) {
                    failed(None);
                }
                return Err(refusal(unproven));
            }
        };
        let Some(row) = self.account_of(&proven, &origin, now).await? else {
            failed(None);
            let detail = sentences::not_linked(&proven.subject);
            let problem = Problem::new(Code::Unauthenticated, detail);
            return Err(problem.with("subject", &proven.subject));
        };
        if row.disabled_at.is_some() {
            failed(Some(row.id));
            return Err(Problem::new(Code::Unauthenticated, sentences::account_disabled()));
        }
        self.begin_session(row, true, origin, now).await
    }

    /// The one that is linked with whom the provider means. Else, where the configuration says so, the
    /// one whose login is their e-mail address, linked from now on; never a new one.
    async fn account_of(
        &self,
        proven: &Proven,
        origin: &Origin,
        now: Instant,
    ) -> Result<Option<StaffRow>, Problem> {
        let store = &self.inner.store;
        let link = Link { issuer: proven.issuer.clone(), subject: proven.subject.clone() };
        if let Some(row) = store.find_linked(&link).await? {
            return Ok(Some(row));
        }
        let Some(login) = &proven.login else { return Ok(None) };
        let Some(row) = store.find_login(login).await?.filter(|row| row.link.is_none()) else {
            return Ok(None);
        };
        if row.disabled_at.is_some() {
            return Ok(Some(row));
        }
        let audit = linked(&self.inner.world, &row, &link, origin.clone(), now);
        // Another process may have linked the account meanwhile, with the same or with somebody else.
        match store.link_staff(row.id, &link, &audit).await? {
            true => Ok(Some(StaffRow { link: Some(link), ..row })),
            false => Ok(store.find_linked(&link).await?),
        }
    }
}

/// Log-ins that were begun here since: whoever begins one is nobody yet, and each is a row.
#[derive(Default)]
pub(crate) struct Begun(Mutex<(Instant, u32)>);

impl Begun {
    /// Or how many microseconds to wait before the next.
    fn count(&self, now: Instant) -> Result<(), i64> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, count) = &mut *kept;
        let until = since.plus(PROVIDER_LOG_IN_US);
        if now >= until {
            (*since, *count) = (now, 0);
        } else if *count >= PROVIDER_LOG_INS_MAX {
            return Err(until.0 - now.0);
        }
        *count += 1;
        Ok(())
    }
}

fn hash_of(state: &str, ticket: &str) -> Hash {
    hash_bytes(&[b"provider-log-in", state.as_bytes(), ticket.as_bytes()])
}

/// Known to whoever has the ticket, and told to the provider by this server alone.
fn verifier_of(ticket: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(hash_bytes(&[b"verifier", ticket.as_bytes()]))
}

/// Stands in an address, and tells nothing of the ticket.
fn nonce_of(ticket: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(hash_bytes(&[b"nonce", ticket.as_bytes()]))
}

fn refusal(unproven: Unproven) -> Problem {
    match unproven {
        Unproven::Unanswered(said) => Problem::new(Code::ProviderUnavailable, said),
        Unproven::Refused(said) => Problem::new(Code::Unauthenticated, said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_log_ins_that_are_begun_is_dammed() {
        let (begun, start) = (Begun::default(), Instant(1_000_000_000_000));
        for _ in 0..PROVIDER_LOG_INS_MAX {
            assert_eq!(begun.count(start), Ok(()));
        }
        assert_eq!(begun.count(start.plus(1)), Err(PROVIDER_LOG_IN_US - 1));
        assert_eq!(begun.count(start.plus(PROVIDER_LOG_IN_US)), Ok(()));
    }
}
