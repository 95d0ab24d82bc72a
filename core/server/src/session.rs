//! Commands on a database: here, or by the server that holds it.

use crate::{
    Fault,
    cli::{Place, UnitArgs},
    language::{language, tell},
    remote::Remote,
    sentences,
};
use regulars_engine::{
    Actor, Ctx, Engine, Options, Origin, Trust, World,
    request::{PluginUnits, UnitDraft},
    view::Counts,
};
use regulars_model::said::Said;
use regulars_store::{StoreError, StoreLock, read_contact};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};
use std::{path::Path, sync::Arc};

/// An engine of our own, with the lock of its file.
pub struct Local {
    pub engine: Engine,
    _lock: Option<StoreLock>,
}

impl Local {
    pub fn ctx(&self) -> Ctx {
        let mut ctx = self.engine.context(Actor::operator(), language(), None);
        ctx.origin = Arc::new(command_line());
        ctx
    }
}

/// Who sits at this machine, as its system says.
pub fn command_line() -> Origin {
    let user =
        ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    Origin::command_line(user)
}

pub enum Session {
    Local(Local),
    Remote(Remote),
}

/// The lock of an SQLite file; Postgres needs none.
pub fn own_lock(place: &Place) -> Result<Option<StoreLock>, Fault> {
    match sqlite_path(place) {
        Some(path) => StoreLock::acquire(path).map(Some).map_err(|error| Fault(error.to_string())),
        None => Ok(None),
    }
}

fn sqlite_path(place: &Place) -> Option<&Path> {
    let path = place.database.strip_prefix("sqlite:")?;
    Some(Path::new(path.strip_prefix("//").unwrap_or(path)))
}

pub async fn open_engine(place: &Place, world: World) -> Result<Engine, Fault> {
    let options = Options {
        database: place.database.clone(),
        plugins: place.plugin_folders(),
        cache: Some(place.cache.clone()),
        trust: Trust::read(&place.trust)?,
        world,
    };
    Ok(Engine::open(options).await?)
}

pub async fn open_local(place: &Place) -> Result<Local, Fault> {
    let lock = own_lock(place)?;
    Ok(Local { engine: open_engine(place, World::real()).await?, _lock: lock })
}

pub async fn open(place: &Place) -> Result<Session, Fault> {
    let Some(path) = sqlite_path(place) else {
        return Ok(Session::Local(open_local(place).await?));
    };
    match StoreLock::acquire(path) {
        Ok(lock) => {
            let engine = open_engine(place, World::real()).await?;
            Ok(Session::Local(Local { engine, _lock: Some(lock) }))
        }
        Err(error @ StoreError::Locked { .. }) => {
            let contact = read_contact(path).as_ref().and_then(Remote::new);
            contact.map(Session::Remote).ok_or_else(|| Fault(error.to_string()))
        }
        Err(error) => Err(Fault(error.to_string())),
    }
}

/// A server that answers.
#[derive(Clone)]
pub struct Running {
    pub remote: Remote,
    pub address: String,
}

pub fn find_running(place: &Place) -> Option<Running> {
    let contact = read_contact(sqlite_path(place)?)?;
    let remote = Remote::new(&contact)?;
    Some(Running { remote, address: contact.address? })
}

pub async fn count(place: &Place, by: &str, as_json: bool) -> Result<(), Fault> {
    let counts: Counts = match open(place).await? {
        Session::Local(local) => local.engine.count_by(&local.ctx(), by).await?,
        Session::Remote(remote) => {
            let by: String = by
                .bytes()
                .filter(|byte| byte.is_ascii_graphic() && *byte != b'&')
                .map(char::from)
                .collect();
            read(remote.call("GET", &format!("/counts?by={by}"), None).await?)?
        }
    };
    if as_json {
        println!("{}", json!(counts));
        return Ok(());
    }
    for (value, count) in &counts.counts {
        println!("{value:20} {count:>10}");
    }
    for (said, count) in [(sentences::none(), counts.none), (sentences::total(), counts.total)] {
        println!("{:20} {count:>10}", said.get(language()));
    }
    if counts.due > 0 {
        tell(&sentences::due(counts.due.to_string()));
    }
    Ok(())
}

pub async fn put_unit(place: &Place, args: UnitArgs) -> Result<(), Fault> {
    let draft: UnitDraft = read(json!({
        "name": args.name,
        "kind": args.kind,
        "parent": args.parent,
        "time_zone": args.time_zone,
        "currency": args.currency,
        "cutoff_hour": args.cutoff_hour,
        "assignment": args.assignment,
    }))?;
    let unit = match open(place).await? {
        Session::Local(local) => {
            json!(local.engine.put_unit(&local.ctx(), &args.code, draft).await?)
        }
        Session::Remote(remote) => {
            remote.call("PUT", &format!("/units/{}", args.code), Some(json!(draft))).await?
        }
    };
    print_unit(&unit);
    Ok(())
}

pub async fn list_units(place: &Place) -> Result<(), Fault> {
    let units = match open(place).await? {
        Session::Local(local) => json!(local.engine.list_units(&local.ctx()).await?),
        Session::Remote(remote) => remote.call("GET", "/units", None).await?,
    };
    let list = units.as_array().or(units["items"].as_array()).cloned().unwrap_or_default();
    list.iter().for_each(print_unit);
    Ok(())
}

fn print_unit(unit: &Json) {
    let text = |name: &str| unit[name].as_str().unwrap_or("–").to_owned();
    let (code, kind, parent) = (text("code"), text("kind"), text("parent"));
    let (zone, currency, name) = (text("time_zone"), text("currency"), text("name"));
    let under = sentences::unit_under(parent);
    println!("{code:20} {kind:12} {:23} {zone:20} {currency}  {name}", under.get(language()));
}

pub async fn list_plugins(place: &Place) -> Result<(), Fault> {
    let plugins = match open(place).await? {
        Session::Local(local) => json!(local.engine.list_plugins(&local.ctx()).await?),
        Session::Remote(remote) => remote.call("GET", "/plugins", None).await?,
    };
    let list = plugins.as_array().or(plugins["items"].as_array()).cloned().unwrap_or_default();
    for plugin in list {
        let text = |name: &str| plugin[name].as_str().unwrap_or_default().to_owned();
        let (id, health) = (text("id"), plugin["health"]["state"].as_str().unwrap_or_default());
        tell(&sentences::listed(&id, text("version"), text("runtime"), state(&plugin), health));
        if let Some(sentence) = plugin["quarantine"]["sentence"].as_str() {
            tell(&sentences::quarantine(sentence));
        }
        if let Some(held @ 1..) = plugin["held"].as_i64() {
            tell(&sentences::holds(held.to_string(), id));
        }
        print_settings(&plugin["settings"]);
        print_conflicts(&plugin["conflicts"], |_| true);
    }
    Ok(())
}

fn state(plugin: &Json) -> Said {
    if plugin["enabled"] == true { sentences::on() } else { sentences::off() }
}

fn print_conflicts(conflicts: &Json, is_shown: impl Fn(&str) -> bool) {
    for conflict in conflicts.as_array().into_iter().flatten() {
        let text = |name: &str| conflict[name].as_str().unwrap_or_default();
        let severity = text("severity");
        if is_shown(severity) {
            println!("  {severity}: {}", text("sentence"));
        }
    }
}

fn print_settings(settings: &Json) {
    for (name, value) in settings.as_object().into_iter().flatten() {
        println!("  {name} = {value}");
    }
}

pub async fn change_settings(
    place: &Place,
    plugin: &str,
    unit: Option<&str>,
    set: &[String],
) -> Result<(), Fault> {
    let session = open(place).await?;
    let known = session.load_plugin(plugin).await?;
    let changes = read_changes(set, &known)?;
    if changes.is_empty() {
        tell(&sentences::settings_version(plugin, known["settings_version"].to_string()));
        match unit {
            None => print_settings(&known["settings"]),
            Some(unit) => print_unit_settings(&session.load_unit_settings(plugin, unit).await?),
        }
        return Ok(());
    }
    let changed = match (session, unit) {
        (Session::Local(local), None) => {
            json!(local.engine.change_settings(&local.ctx(), plugin, changes).await?)
        }
        (Session::Local(local), Some(unit)) => {
            let ctx = local.ctx();
            json!(local.engine.change_unit_settings(&ctx, plugin, unit, changes).await?)
        }
        (Session::Remote(remote), unit) => {
            let part = unit.map(|unit| format!("/units/{unit}")).unwrap_or_default();
            let path = format!("/plugins/{plugin}{part}/settings");
            remote.call("PATCH", &path, Some(json!(changes))).await?
        }
    };
    tell(&sentences::settings_version(plugin, changed["settings_version"].to_string()));
    print_settings(&changed["settings"]);
    tell(&sentences::decided_again(changed["customers"].to_string()));
    Ok(())
}

/// Each with the part of the organisation that set it.
fn print_unit_settings(at: &Json) {
    for setting in at["settings"].as_array().into_iter().flatten() {
        let text = |name: &str| setting[name].as_str().unwrap_or_default();
        let from = match &setting["set_at"] {
            Json::Null => sentences::the_default(),
            _ => sentences::set_at(text("set_at"), text("since")),
        };
        println!("  {} = {}  ({})", text("name"), setting["value"], from.get(language()));
    }
}

pub async fn put_plugin_units(
    place: &Place,
    plugin: &str,
    enabled: bool,
    units: Vec<String>,
) -> Result<(), Fault> {
    let draft = PluginUnits { enabled, units };
    let changed = match open(place).await? {
        Session::Local(local) => {
            json!(local.engine.put_plugin_units(&local.ctx(), plugin, draft).await?)
        }
        Session::Remote(remote) => {
            remote.call("PUT", &format!("/plugins/{plugin}/units"), Some(json!(draft))).await?
        }
    };
    let state = state(&changed);
    let units = changed["units"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let units: Vec<_> = units.collect();
    match units.as_slice() {
        [] => tell(&sentences::switched(plugin, state)),
        some => tell(&sentences::switched_in(plugin, state, some)),
    }
    // What is harmless can wait for `plugin list`.
    print_conflicts(&changed["conflicts"], |severity| severity == "warning");
    Ok(())
}

impl Session {
    async fn load_unit_settings(&self, plugin: &str, unit: &str) -> Result<Json, Fault> {
        match self {
            Session::Local(local) => {
                let ctx = local.ctx();
                Ok(json!(local.engine.load_unit_settings(&ctx, plugin, unit).await?))
            }
            Session::Remote(remote) => {
                remote.call("GET", &format!("/plugins/{plugin}/units/{unit}/settings"), None).await
            }
        }
    }

    pub async fn load_plugin(&self, plugin: &str) -> Result<Json, Fault> {
        match self {
            Session::Local(local) => {
                Ok(json!(local.engine.load_plugin(&local.ctx(), plugin).await?))
            }
            Session::Remote(remote) => {
                remote.call("GET", &format!("/plugins/{plugin}"), None).await
            }
        }
    }
}

/// Pairs of NAME=VALUE as changes of the settings of a plugin.
pub fn read_changes(set: &[String], plugin: &Json) -> Result<Map<String, Json>, Fault> {
    let read = |pair: &String| {
        let (name, value) =
            pair.split_once('=').ok_or_else(|| sentences::not_a_pair(pair, "NAME=VALUE"))?;
        let (name, value) = (name.trim(), Json::String(value.trim().to_owned()));
        let schema = &plugin["settings_schema"]["properties"][name];
        Ok((name.to_owned(), typed(&value, schema)))
    };
    set.iter().map(read).collect()
}

/// What was typed as text, as the setting's schema wants it.
pub fn typed(value: &Json, schema: &Json) -> Json {
    let text = value.as_str().unwrap_or_default();
    match schema["type"].as_str() {
        Some("string") => value.clone(),
        _ => serde_json::from_str(text).unwrap_or_else(|_| value.clone()),
    }
}

pub fn read<T: DeserializeOwned>(json: Json) -> Result<T, Fault> {
    serde_json::from_value(json).map_err(|error| Fault(error.to_string()))
}
