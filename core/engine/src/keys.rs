//! API keys: 256 random bits, shown once, kept as their SHA-256. A key has a role, and may be narrowed
//! to some actions, to some units and to some time.

use crate::{
    Actor, Ctx, Engine, Problem, Role,
    audit::About,
    authorise::{Action, authorise},
    configuration::Configuration,
    ctx::fill_random,
    problem::Code,
    request::KeyDraft,
    sentences,
    units::unknown_unit,
    view::{KeyView, MadeKey},
};
use regulars_model::{
    Fault, KeyId, StaffId, UnitId,
    canonical::{Hash, hex},
    limits::NAME_CHARS_MAX,
};
use regulars_store::KeyRow;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;

const PREFIX: &str = "rgk_";

impl Engine {
    pub async fn create_key(&self, ctx: &Ctx, draft: KeyDraft) -> Result<MadeKey, Problem> {
        authorise(ctx, Action::CreateKey)?;
        self.once(ctx, self.make_key(ctx, draft)).await
    }

    async fn make_key(&self, ctx: &Ctx, draft: KeyDraft) -> Result<MadeKey, Problem> {
        let configuration = match draft.units.is_empty() {
            true => self.configuration(),
            false => self.inner.reload().await?,
        };
        let faults = check(&draft, ctx, &configuration);
        if !faults.is_empty() {
            return Err(Problem::invalid(faults));
        }
        let text = new_text();
        let row = KeyRow {
            id: KeyId(self.inner.world.new_id()),
            name: draft.name,
            role: draft.role.name().to_owned(),
            key_hash: hash_of(&text),
            created_at: ctx.now,
            revoked_at: None,
            units: draft.units,
            actions: draft.actions,
            expires_at: draft.expires_at,
        };
        let after = json!({
            "name": row.name, "role": row.role, "units": row.units, "actions": row.actions,
            "expires_at": row.expires_at,
        });
        let audit = self.inner.audit(ctx, About::new("key", row.id), None, Some(after));
        let made = MadeKey { view: key_view(row.clone()), key: text };
        let answer = ctx.answer_without("key", &made);
        self.inner.store.answering(answer).add_key(&row, &audit).await?;
        Ok(made)
    }

    /// Revoked and expired ones too: they did what stands under their names.
    pub async fn list_keys(&self, ctx: &Ctx) -> Result<Vec<KeyView>, Problem> {
        authorise(ctx, Action::ListKeys)?;
        Ok(self.inner.store.list_keys().await?.into_iter().map(key_view).collect())
    }

    /// Here at once, in other processes of the same database within seconds.
    pub async fn revoke_key(&self, ctx: &Ctx, id: KeyId) -> Result<KeyView, Problem> {
        authorise(ctx, Action::RevokeKey)?;
        let [before, after] = [None, Some(ctx.now)].map(|at| Some(json!({"revoked_at": at})));
        let audit = self.inner.audit(ctx, About::new("key", id), before, after);
        self.inner.store.revoke_key(id, ctx.now, &audit).await?;
        self.inner.keys.forget();
        let row = self.inner.store.list_keys().await?.into_iter().find(|row| row.id == id);
        row.map(key_view).ok_or_else(|| Problem::not_found(sentences::KEY, id))
    }

    /// A key for the command line of this machine, good for as long as this process lives.
    pub fn make_local_key(&self) -> String {
        let text = new_text();
        let _ = self.inner.local_key.set(hash_of(&text));
        text
    }

    /// The look-up goes by the hash, so its time says nothing about the key.
    pub async fn authenticate(&self, key: &str) -> Result<Actor, Problem> {
        let refused = || Problem::new(Code::Unauthenticated, sentences::key_unknown());
        if key.starts_with(crate::sessions::PREFIX) && key.len() == PREFIX.len() + 64 {
            return self.authenticate_session(hash_of(key)).await;
        }
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
            return Err(Problem::new(Code::Unauthenticated, sentences::key_revoked()));
        }
        if row.expires_at.is_some_and(|at| at <= now) {
            return Err(Problem::new(Code::Unauthenticated, sentences::key_expired()));
        }
        self.actor_of(row)
    }

    /// Of a key that was looked up just now, whether it is good or not.
    pub(crate) fn known_holder(&self, key: &str) -> Option<Actor> {
        let row = self.inner.keys.find(&hash_of(key), self.inner.world.now())?;
        self.actor_of(row).ok()
    }

    /// Whoever holds the key is who acts.
    fn actor_of(&self, row: KeyRow) -> Result<Actor, Problem> {
        let unknown =
            |what: &str| Problem::internal(format!("key {} has an unknown {what}", row.id));
        let role = Role::find(&row.role).ok_or_else(|| unknown("role"))?;
        let actions = row.actions.as_ref().map(|names| {
            // One that went with a newer server is nobody's to do.
            names.iter().filter_map(|name| Action::find(name)).collect::<Arc<[Action]>>()
        });
        let units = find_units(&self.configuration(), &row.units).ok_or_else(|| unknown("unit"))?;
        Ok(Actor {
            staff_id: StaffId(row.id.0),
            name: row.name,
            role,
            actions,
            units,
            customer_id: None,
            session_id: None,
        })
    }
}

/// All of them, or none: who was limited must never become unlimited.
pub(crate) fn find_units(configuration: &Configuration, codes: &[String]) -> Option<Arc<[UnitId]>> {
    let find = |code: &String| configuration.units.find_by_code(code).map(|unit| unit.id);
    codes.iter().map(find).collect()
}

fn check(draft: &KeyDraft, ctx: &Ctx, configuration: &Configuration) -> Vec<Fault> {
    let mut faults = Vec::new();
    if draft.name.trim().is_empty() || draft.name.chars().count() > NAME_CHARS_MAX {
        let message = sentences::chars_between(1, NAME_CHARS_MAX);
        faults.push(Fault::new("/name", "wrong_length", message));
    }
    if draft.role == Role::Member {
        let message = sentences::member_is_one();
        faults.push(Fault::new("/role", "not_in_list", message));
    }
    faults.extend(check_units(&draft.units, configuration));
    for (index, name) in draft.actions.iter().flatten().enumerate() {
        let pointer = format!("/actions/{index}");
        match Action::find(name) {
            None => {
                let message = sentences::no_operation(name);
                faults.push(Fault::new(pointer, "unknown_action", message));
            }
            Some(action) if !action.is_open_to(draft.role) => {
                let message = sentences::not_of_role(draft.role.name(), name);
                faults.push(Fault::new(pointer, "not_of_role", message));
            }
            Some(_) => {}
        }
    }
    if draft.expires_at.is_some_and(|at| at <= ctx.now) {
        faults.push(Fault::new("/expires_at", "out_of_range", sentences::in_the_past()));
    }
    faults
}

pub(crate) fn check_units(codes: &[String], configuration: &Configuration) -> Vec<Fault> {
    let unknown = |(index, code): (usize, &String)| {
        let known = configuration.units.find_by_code(code).is_some();
        (!known).then(|| unknown_unit(&format!("/units/{index}"), code))
    };
    codes.iter().enumerate().filter_map(unknown).collect()
}

fn key_view(row: KeyRow) -> KeyView {
    let KeyRow { id, name, role, created_at, revoked_at, units, actions, expires_at, .. } = row;
    KeyView { id, name, role, units, actions, created_at, expires_at, revoked_at }
}

fn new_text() -> String {
    format!("{PREFIX}{}", new_secret())
}

/// 256 bits nobody guesses.
pub(crate) fn new_secret() -> String {
    let mut bits = [0_u8; 32];
    fill_random(&mut bits);
    hex(&bits)
}

pub(crate) fn hash_of(key: &str) -> Hash {
    Sha256::digest(key.as_bytes()).into()
}
