//! `regulars plugin held` and `rerun`: here, or by the server that holds the database.

use crate::{
    Fault,
    cli::Place,
    language::tell,
    sentences,
    session::{Session, open, read},
};
use regulars_engine::{
    request::Rerun,
    view::{HeldDecision, HeldPage, Reran},
};
use regulars_model::{CustomerId, decide::PluginFaultCode, limits::PAGE_SIZE_MAX};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What to list, as it goes into a query.
struct Filter<'a> {
    plugin: Option<&'a str>,
    fault: Option<PluginFaultCode>,
}

pub async fn list(
    place: &Place,
    plugin: Option<&str>,
    fault: Option<&str>,
    as_json: bool,
) -> Result<(), Fault> {
    let fault = fault.map(|fault| serde_json::from_value(Json::from(fault))).transpose();
    let fault = fault.map_err(|error| Fault(error.to_string()))?;
    let filter = Filter { plugin, fault };
    let session = open(place).await?;
    let (mut counts, mut items, mut cursor) = (BTreeMap::new(), Vec::new(), None);
    loop {
        let page = page(&session, &filter, cursor.as_deref()).await?;
        counts.extend(page.counts.unwrap_or_default());
        if as_json {
            items.extend(page.items);
        } else {
            page.items.iter().for_each(print);
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    if as_json {
        println!("{}", json!({"counts": counts, "items": items}));
    } else if counts.is_empty() {
        tell(&sentences::nothing_held());
    }
    if !as_json {
        counts
            .iter()
            .for_each(|(plugin, count)| tell(&sentences::held_of(plugin, count.to_string())));
    }
    Ok(())
}

async fn page(
    session: &Session,
    filter: &Filter<'_>,
    cursor: Option<&str>,
) -> Result<HeldPage, Fault> {
    let Filter { plugin, fault } = filter;
    match session {
        Session::Local(local) => {
            let ctx = local.ctx();
            Ok(local.engine.list_held(&ctx, *plugin, *fault, cursor, PAGE_SIZE_MAX).await?)
        }
        Session::Remote(remote) => {
            let mut path = format!("/decisions/held?limit={PAGE_SIZE_MAX}");
            let fault = fault.map(|code| code.to_string());
            let parts = [("plugin", *plugin), ("fault", fault.as_deref()), ("cursor", cursor)];
            for (name, value) in parts {
                let Some(value) = value else { continue };
                let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
                let value: String = value.bytes().filter(plain).map(char::from).collect();
                path.push_str(&format!("&{name}={value}"));
            }
            read(remote.call("GET", &path, None).await?)
        }
    }
}

fn print(held: &HeldDecision) {
    let HeldDecision { plugin, plugin_version, customer_id, at, cause, fault, .. } = held;
    let message = fault.message.lines().next().unwrap_or_default();
    println!("{plugin} {plugin_version}  {customer_id}  {at}  {cause}  {}: {message}", fault.code);
}

pub async fn rerun(place: &Place, plugin: &str, chosen: Vec<CustomerId>) -> Result<(), Fault> {
    let session = open(place).await?;
    let customers = (!chosen.is_empty()).then_some(chosen);
    let mut draft = Rerun { customers, cursor: None };
    let mut decided = 0;
    let held = loop {
        let done: Reran = match &session {
            Session::Local(local) => {
                local.engine.rerun_plugin(&local.ctx(), plugin, &draft).await?
            }
            Session::Remote(remote) => {
                let path = format!("/plugins/{plugin}/rerun");
                read(remote.call("POST", &path, Some(json!(draft))).await?)?
            }
        };
        decided += done.decided;
        draft.cursor = done.next;
        if draft.cursor.is_none() && draft.customers.is_some() {
            break done.held;
        }
        if draft.cursor.is_none() {
            // Of all, and not of the last page.
            let filter = Filter { plugin: Some(plugin), fault: None };
            let counts = page(&session, &filter, None).await?.counts.unwrap_or_default();
            break counts.get(plugin).copied().unwrap_or_default();
        }
    };
    tell(&sentences::rerun(plugin, decided.to_string(), held.to_string()));
    Ok(())
}
