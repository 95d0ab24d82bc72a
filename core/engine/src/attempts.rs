//! Who guesses passwords waits longer each time; who knows theirs hardly notices.
//!
//! Counted in this process, by login and address, whether the login exists or not. A second, milder
//! count is by login alone, for who guesses from many addresses: it delays its owner too, but briefly.

use regulars_model::{
    Instant,
    canonical::{Hash, hash_bytes},
    duration::{HOUR_US, SECOND_US},
    limits::{
        ATTEMPT_WAIT_ANYWHERE_MAX_US, ATTEMPT_WAIT_MAX_US, ATTEMPTS_FREE, ATTEMPTS_FREE_ANYWHERE,
        ATTEMPTS_KEPT_MAX,
    },
};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

#[derive(Default)]
pub(crate) struct Attempts(Mutex<HashMap<Hash, Failed>>);

#[derive(Clone, Copy)]
struct Failed {
    count: u32,
    last: Instant,
    until: Instant,
}

/// Counted as failed until it is said to have succeeded, so that many at once gain nothing.
pub(crate) struct Attempt([Hash; 2]);

impl Attempts {
    /// Or how many microseconds to wait before the next.
    pub fn begin(&self, login: &str, address: &str, now: Instant) -> Result<Attempt, i64> {
        let here = hash_bytes(&[b"attempt", login.as_bytes(), address.as_bytes()]);
        let anywhere = hash_bytes(&[b"attempt", login.as_bytes()]);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in [&here, &anywhere] {
            if let Some(failed) = kept.get(key).filter(|failed| failed.until > now) {
                return Err(failed.until.0 - now.0);
            }
        }
        make_room(&mut kept, now);
        count(&mut kept, here, now, ATTEMPTS_FREE, ATTEMPT_WAIT_MAX_US);
        let (free, wait_max) = (ATTEMPTS_FREE_ANYWHERE, ATTEMPT_WAIT_ANYWHERE_MAX_US);
        count(&mut kept, anywhere, now, free, wait_max);
        Ok(Attempt([here, anywhere]))
    }

    pub fn succeeded(&self, attempt: Attempt) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in attempt.0 {
            kept.remove(&key);
        }
    }
}

fn count(kept: &mut HashMap<Hash, Failed>, key: Hash, now: Instant, free: u32, wait_max: i64) {
    let failed = kept.entry(key).or_insert(Failed { count: 0, last: now, until: now });
    if failed.last.plus(HOUR_US) < now {
        failed.count = 0;
    }
    failed.count += 1;
    failed.last = now;
    if failed.count >= free {
        // Doubled with each, from a second on.
        let doubled = SECOND_US << (failed.count - free).min(20);
        failed.until = now.plus(doubled.min(wait_max));
    }
}

/// What is an hour old goes; then, if a flood of names has come, whoever waits for nothing.
fn make_room(kept: &mut HashMap<Hash, Failed>, now: Instant) {
    if kept.len() < ATTEMPTS_KEPT_MAX {
        return;
    }
    kept.retain(|_, failed| failed.last.plus(HOUR_US) >= now);
    if kept.len() >= ATTEMPTS_KEPT_MAX {
        kept.retain(|_, failed| failed.until > now);
    }
    if kept.len() >= ATTEMPTS_KEPT_MAX {
        kept.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant(1_000_000_000);

    #[test]
    fn who_guesses_waits_longer_each_time_and_never_for_ever() {
        let attempts = Attempts::default();
        let (mut now, mut waits) = (START, Vec::new());
        for _ in 0..20 {
            match attempts.begin("wang", "10.0.0.1", now) {
                Ok(_) => {}
                Err(wait) => {
                    waits.push(wait / SECOND_US);
                    now = now.plus(wait);
                    assert!(attempts.begin("wang", "10.0.0.1", now).is_ok());
                }
            }
        }
        assert_eq!(waits[..4], [1, 2, 4, 8]);
        assert!(waits.iter().all(|wait| *wait <= ATTEMPT_WAIT_MAX_US / SECOND_US), "{waits:?}");
    }

    #[test]
    fn the_owner_elsewhere_is_let_in() {
        let attempts = Attempts::default();
        for _ in 0..ATTEMPTS_FREE {
            attempts.begin("wang", "10.0.0.1", START).ok().unwrap();
        }
        assert!(attempts.begin("wang", "10.0.0.1", START).is_err());
        let own = attempts.begin("wang", "10.0.0.2", START).ok().unwrap();
        attempts.succeeded(own);
        assert!(attempts.begin("li", "10.0.0.1", START).is_ok());
    }

    #[test]
    fn who_guesses_from_everywhere_is_slowed_too() {
        let attempts = Attempts::default();
        for number in 0..ATTEMPTS_FREE_ANYWHERE {
            attempts.begin("wang", &format!("10.0.1.{number}"), START).ok().unwrap();
        }
        let wait = attempts.begin("wang", "10.0.2.1", START).err().unwrap();
        assert!((1..=ATTEMPT_WAIT_ANYWHERE_MAX_US).contains(&wait));
    }

    #[test]
    fn a_flood_of_names_takes_no_memory() {
        let attempts = Attempts::default();
        for number in 0..ATTEMPTS_KEPT_MAX {
            attempts.begin(&format!("name-{number}"), "10.0.0.1", START).ok().unwrap();
        }
        assert!(attempts.0.lock().unwrap().len() <= ATTEMPTS_KEPT_MAX + 2);
    }
}
