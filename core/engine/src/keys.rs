//! API keys: 256 random bits, shown once, kept as their SHA-256.

use crate::{
    Actor, Ctx, Engine, Problem, Role,
    authorise::{Action, authorise},
    ctx::fill_random,
    problem::Code,
};
use regulars_model::{
    KeyId, StaffId,
    canonical::{Hash, hex},
    limits::NAME_CHARS_MAX,
};
use regulars_store::KeyRow;
use sha2::{Digest, Sha256};

const PREFIX: &str = "rgk_";

/// A key just made; its text is not to be had again.
pub struct NewKey {
    pub id: KeyId,
    pub text: String,
}

impl Engine {
    pub async fn create_key(&self, ctx: &Ctx, name: &str, role: Role) -> Result<NewKey, Problem> {
        authorise(ctx, Action::CreateKey)?;
        if name.trim().is_empty() || name.chars().count() > NAME_CHARS_MAX {
            let message = format!("expected 1 to {NAME_CHARS_MAX} characters");
            return Err(Problem::invalid_at("/name", "wrong_length", message));
        }
        let text = new_text();
        let id = KeyId(self.inner.world.new_id());
        let row = KeyRow {
            id,
            name: name.to_owned(),
            role: role.name().to_owned(),
            key_hash: hash_of(&text),
            unit_id: None,
            created_at: ctx.now,
            revoked_at: None,
        };
        self.inner.store.add_key(&row).await?;
        Ok(NewKey { id, text })
    }

    /// A key for the command line of this machine, good for as long as this process lives.
    pub fn make_local_key(&self) -> String {
        let text = new_text();
        let _ = self.inner.local_key.set(hash_of(&text));
        text
    }

    /// The look-up goes by the hash, so its time says nothing about the key.
    pub async fn authenticate(&self, key: &str) -> Result<Actor, Problem> {
        let refused = || Problem::new(Code::Unauthenticated, "the API key is not known");
        if !key.starts_with(PREFIX) || key.len() != PREFIX.len() + 64 {
            return Err(refused());
        }
        let hash = hash_of(key);
        if self.inner.local_key.get() == Some(&hash) {
            return Ok(Actor::operator());
        }
        let now = self.inner.world.now();
        let row = match self.inner.keys.find(&hash, now) {
            Some(row) => row,
            None => {
                let row = self.inner.store.find_key(&hash).await?.ok_or_else(refused)?;
                self.inner.keys.keep(hash, row.clone(), now);
                row
            }
        };
        if row.revoked_at.is_some() {
            return Err(Problem::new(Code::Unauthenticated, "the API key has been revoked"));
        }
        let role = Role::find(&row.role)
            .ok_or_else(|| Problem::internal(format!("key {} has no known role", row.id)))?;
        // Until people have accounts, who holds the key is who acts.
        Ok(Actor { staff_id: StaffId(row.id.0), name: row.name, role, unit_id: row.unit_id })
    }
}

fn new_text() -> String {
    let mut bits = [0_u8; 32];
    fill_random(&mut bits);
    format!("{PREFIX}{}", hex(&bits))
}

fn hash_of(key: &str) -> Hash {
    Sha256::digest(key.as_bytes()).into()
}

/// Keys seen lately, so that a till's every sale does not ask the database who it is. A revoked key
/// is refused everywhere within [`KEPT_US`].
#[derive(Default)]
pub(crate) struct KnownKeys(std::sync::Mutex<Kept>);

#[derive(Default)]
struct Kept {
    keys: std::collections::HashMap<Hash, KeyRow>,
    since: regulars_model::Instant,
}

const KEPT_US: i64 = 5 * regulars_model::duration::SECOND_US;
const KEPT_MAX: usize = 10_000;

impl KnownKeys {
    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn find(&self, hash: &Hash, now: regulars_model::Instant) -> Option<KeyRow> {
        let kept = self.lock();
        if now > kept.since.plus(KEPT_US) { None } else { kept.keys.get(hash).cloned() }
    }

    fn keep(&self, hash: Hash, row: KeyRow, now: regulars_model::Instant) {
        let mut kept = self.lock();
        if now > kept.since.plus(KEPT_US) || kept.keys.len() >= KEPT_MAX {
            kept.keys.clear();
            kept.since = now;
        }
        kept.keys.insert(hash, row);
    }
}
