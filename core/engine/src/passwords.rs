//! Passwords: argon2id, a few at a time, and none that is soon guessed.

use crate::{Engine, Problem, ctx::fill_random, sentences};
use argon2::{Algorithm, Argon2, Params, Version};
use regulars_model::{
    Fault,
    canonical::{hex, unhex},
    limits::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, PASSWORDS_HASHED_MAX},
    said::Said,
};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

/// Of 4: safe against whoever tries slowly and against most who try fast.
const SCORE_MIN: u8 = 3;
/// Whoever waits longer for a turn is told to come again.
const PATIENCE: Duration = Duration::from_secs(10);
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// Each hash takes 19 MiB, so few are made at once.
pub(crate) struct Hashing(Arc<Semaphore>);

impl Default for Hashing {
    fn default() -> Hashing {
        Hashing(Arc::new(Semaphore::new(PASSWORDS_HASHED_MAX)))
    }
}

impl Engine {
    /// As it is kept: `argon2id$19456$2$1$SALT$HASH`.
    pub(crate) async fn hash_password(&self, password: String) -> Result<String, Problem> {
        let mut salt = [0; SALT_BYTES];
        fill_random(&mut salt);
        let params = Params::default();
        let hash = self.derive(password, salt.to_vec(), params.clone()).await?;
        let (memory, rounds, lanes) = (params.m_cost(), params.t_cost(), params.p_cost());
        Ok(format!("argon2id${memory}${rounds}${lanes}${}${}", hex(&salt), hex(&hash)))
    }

    /// Where nothing is kept, the same work is done, so that the time tells nothing.
    pub(crate) async fn is_password(
        &self,
        password: String,
        kept: Option<&str>,
    ) -> Result<bool, Problem> {
        let Some(kept) = kept else {
            self.derive(password, vec![0; SALT_BYTES], Params::default()).await?;
            return Ok(false);
        };
        let (params, salt, hash) =
            read(kept).ok_or_else(|| Problem::internal("a kept password cannot be read"))?;
        let derived = self.derive(password, salt, params).await?;
        let differing = derived.iter().zip(&hash).fold(0, |all, (one, other)| all | (one ^ other));
        Ok(differing == 0 && hash.len() == HASH_BYTES)
    }

    pub(crate) async fn derive(
        &self,
        password: String,
        salt: Vec<u8>,
        params: Params,
    ) -> Result<[u8; HASH_BYTES], Problem> {
        let busy = || Problem::unavailable(sentences::too_many_log_ins());
        let turns = self.inner.logins.hashing.0.clone();
        let turn = timeout(PATIENCE, turns.acquire_owned()).await.map_err(|_| busy())?;
        let turn = turn.map_err(Problem::internal)?;
        let derived = spawn_blocking(move || {
            let _turn = turn;
            let mut hash = [0; HASH_BYTES];
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                .hash_password_into(password.as_bytes(), &salt, &mut hash)
                .map(|()| hash)
        });
        derived.await.map_err(Problem::internal)?.map_err(Problem::internal)
    }
}

fn read(kept: &str) -> Option<(Params, Vec<u8>, Vec<u8>)> {
    let mut parts = kept.strip_prefix("argon2id$")?.split('$');
    let mut number = || parts.next()?.parse::<u32>().ok();
    let (memory, rounds, lanes) = (number()?, number()?, number()?);
    let params = Params::new(memory, rounds, lanes, None).ok()?;
    let (salt, hash) = (unhex(parts.next()?)?, unhex(parts.next()?)?);
    Some((params, salt, hash))
}

/// `own` is what whoever guesses tries first: name and login.
pub(crate) fn check_password(password: &str, own: &[&str], pointer: &str) -> Option<Fault> {
    let fault = |code: &str, message: Said| Some(Fault::new(pointer, code, message));
    let length = password.chars().count();
    if !(PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&length) {
        let message = sentences::chars_between(PASSWORD_CHARS_MIN, PASSWORD_CHARS_MAX);
        return fault("wrong_length", message);
    }
    let estimate = zxcvbn::zxcvbn(password, own);
    if u8::from(estimate.score()) >= SCORE_MIN {
        return None;
    }
    let warning = estimate.feedback().and_then(|feedback| feedback.warning());
    let mut said = sentences::soon_guessed();
    // The estimate speaks English alone; what is to be done is said in either language.
    if let Some(warning) = warning {
        said.text.en.push_str(&format!(": {warning}"));
    }
    fault("too_weak", said)
}

/// 80 bits to be used once, and then changed.
pub(crate) fn one_time_password() -> String {
    let mut bits = [0_u8; 10];
    fill_random(&mut bits);
    hex(&bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_soon_guessed_is_refused() {
        for weak in ["short", "password1234", "aaaaaaaaaaaaaa", "1234567890123", "wang.fang.2026"] {
            assert!(
                check_password(weak, &["wang.fang", "Wang Fang"], "/password").is_some(),
                "{weak}"
            );
        }
        for strong in
            ["correct-horse-battery-staple", "长江后浪推前浪一浪更比一浪强", &one_time_password()]
        {
            assert_eq!(check_password(strong, &["wang.fang"], "/password"), None, "{strong}");
        }
    }

    #[test]
    fn only_what_was_written_reads_back() {
        assert!(read("argon2id$19456$2$1$00ff$ff00").is_some());
        for wrong in [
            "",
            "argon2id$1$2$1$00$00",
            "bcrypt$x",
            "argon2id$19456$2$1$0$00",
            "argon2id$19456$2$1$zz$00",
        ] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }
}
