//! Looking at a component before it is compiled: what it asks for, what it offers.

use super::{effort, sentences};
use crate::LoadError;
use regulars_model::{manifest::ABI, said::Said};
use wit_parser::{Resolve, World, WorldItem, WorldKey, decoding::DecodedWasm};

const IMPORT: &str = "host";
const EXPORT: &str = "rules";
const PACKAGE: &str = "regulars:plugin";

pub(super) fn inspect(bytes: &[u8]) -> Result<(), LoadError> {
    effort::check(bytes)?;
    let decoded = wit_parser::decoding::decode(bytes)
        .map_err(|error| LoadError::of(sentences::not_valid(format!("{error:#}"))))?;
    let DecodedWasm::Component(resolve, world) = decoded else {
        return refuse(sentences::wit_package());
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
        return refuse(match name.split(':').next() {
            Some("wasi") => sentences::imports_wasi(name, full(IMPORT)),
            _ => sentences::imports(name, full(IMPORT)),
        });
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
        Some(other) => refuse(sentences::other_major(other, full(EXPORT))),
        None => refuse(sentences::no_export(full(EXPORT))),
    }
}

/// `regulars:plugin@1.0.0-rc.1` and `rules` → `regulars:plugin/rules@1.0.0-rc.1`.
fn full(interface: &str) -> String {
    let (package, version) = ABI.split_once('@').unwrap_or((ABI, ""));
    format!("{package}/{interface}@{version}")
}

fn refuse<T>(said: Said) -> Result<T, LoadError> {
    Err(LoadError::of(said))
}
