//! `regulars key`: here, or by the server that holds the database.

use crate::{
    Fault,
    cli::Place,
    language::{language, tell},
    sentences,
    session::{Session, open, read},
};
use regulars_engine::{
    Role,
    request::KeyDraft,
    view::{KeyView, Page},
};
use regulars_model::{Instant, KeyId, said::Said};
use serde_json::json;

pub async fn create(
    place: &Place,
    name: String,
    role: &str,
    units: Vec<String>,
    actions: Vec<String>,
    expires_at: Option<Instant>,
) -> Result<(), Fault> {
    let role = read_role(role)?;
    let actions = (!actions.is_empty()).then_some(actions);
    let draft = KeyDraft { name: name.clone(), role, units, actions, expires_at };
    let text = match open(place).await? {
        Session::Local(local) => local.engine.create_key(&local.ctx(), draft).await?.key,
        Session::Remote(remote) => {
            let made = remote.call("POST", "/keys", Some(json!(draft))).await?;
            made["key"].as_str().unwrap_or_default().to_owned()
        }
    };
    tell(&sentences::key_made(name, role.name(), text));
    Ok(())
}

pub fn read_role(name: &str) -> Result<Role, Fault> {
    Role::find(name).ok_or_else(|| {
        let known: Vec<_> = Role::ALL.iter().map(|(name, _)| *name).collect();
        sentences::no_role(name, &known[..]).into()
    })
}

pub async fn list(place: &Place) -> Result<(), Fault> {
    let keys: Vec<KeyView> = match open(place).await? {
        Session::Local(local) => local.engine.list_keys(&local.ctx()).await?,
        Session::Remote(remote) => {
            read::<Page<KeyView>>(remote.call("GET", "/keys", None).await?)?.items
        }
    };
    keys.iter().for_each(print);
    Ok(())
}

pub async fn revoke(place: &Place, id: KeyId) -> Result<(), Fault> {
    let key = match open(place).await? {
        Session::Local(local) => local.engine.revoke_key(&local.ctx(), id).await?,
        Session::Remote(remote) => {
            read(remote.call("DELETE", &format!("/keys/{id}"), None).await?)?
        }
    };
    print(&key);
    Ok(())
}

fn print(key: &KeyView) {
    let units = units(&key.units);
    let actions = key.actions.as_ref().map(|names| sentences::only(&names[..]));
    let state = match (key.revoked_at, key.expires_at) {
        (Some(at), _) => Some(sentences::revoked(at.to_string())),
        (None, Some(at)) => Some(sentences::until(at.to_string())),
        (None, None) => None,
    };
    let [actions, state] = [actions, state].map(said_or_nothing);
    println!("{} {:20} {}, {units}{actions}{state}", key.id, key.name, key.role);
}

/// Where somebody may act.
pub fn units(codes: &[String]) -> String {
    match codes {
        [] => sentences::everywhere().get(language()).to_owned(),
        codes => codes.join(", "),
    }
}

pub fn said_or_nothing(said: Option<Said>) -> String {
    said.map(|said| said.get(language()).to_owned()).unwrap_or_default()
}
