//! Looking at a component before it is compiled: what it asks for, what it offers.

use super::effort;
use crate::{LoadError, fault::brief};
use regulars_model::manifest::ABI;
use wit_parser::{Resolve, World, WorldItem, WorldKey, decoding::DecodedWasm};

const IMPORT: &str = "host";
const EXPORT: &str = "rules";
const PACKAGE: &str = "regulars:plugin";

pub(super) fn inspect(bytes: &[u8]) -> Result<(), LoadError> {
    effort::check(bytes)?;
    let decoded = wit_parser::decoding::decode(bytes)
        .map_err(|error| refused(format!("it is not a valid component: {error:#}")))?;
    let DecodedWasm::Component(resolve, world) = decoded else {
        return refuse("it is a WIT package, not a component".into());
    };
    let world = &resolve.worlds[world];
    check_imports(&resolve, world)?;
    check_exports(&resolve, world)
}

fn check_imports(resolve: &Resolve, world: &World) -> Result<(), LoadError> {
    for (key, item) in &world.imports {
        let name = resolve.name_world_key(key);
        let types = [IMPORT, "types"].iter().any(|interface| name == full(interface));
        if types && matches!(item, WorldItem::Interface { .. }) {
            continue;
        }
        if matches!((item, key), (WorldItem::Type { .. }, WorldKey::Name(_))) {
            continue;
        }
        let advice = match name.split(':').next() {
            Some("wasi") => "build it for wasm32-unknown-unknown, which has no WASI",
            _ => "a plugin has no clock, no files and no network",
        };
        return refuse(format!(
            "it imports {name}, and {} is all there is: {advice}",
            full(IMPORT)
        ));
    }
    Ok(())
}

fn check_exports(resolve: &Resolve, world: &World) -> Result<(), LoadError> {
    let exports: Vec<String> =
        world.exports.keys().map(|key| resolve.name_world_key(key)).collect();
    if exports.contains(&full(EXPORT)) {
        return Ok(());
    }
    let other = exports.iter().find(|name| name.starts_with(&format!("{PACKAGE}/{EXPORT}@")));
    match other {
        Some(other) => refuse(format!(
            "it exports {other}, and this server speaks {}; build it with the SDK of this version",
            full(EXPORT)
        )),
        None => refuse(format!(
            "it does not export {}; a rule is marked #[decide] in a crate with plugin!(\"plugin.toml\")",
            full(EXPORT)
        )),
    }
}

/// `regulars:plugin@1.0.0-rc.1` and `rules` → `regulars:plugin/rules@1.0.0-rc.1`.
fn full(interface: &str) -> String {
    let (package, version) = ABI.split_once('@').unwrap_or((ABI, ""));
    format!("{package}/{interface}@{version}")
}

fn refuse<T>(message: String) -> Result<T, LoadError> {
    Err(refused(message))
}

pub(super) fn refused(message: String) -> LoadError {
    LoadError::Refused(brief(message))
}
