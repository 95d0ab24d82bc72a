//! The plugins that are WebAssembly: every folder of `plugins/`, `sdk/examples/` and `tests/twins/`
//! with a `Cargo.toml` beside its `plugin.toml`. What cargo builds is a core module; the server's own
//! `plugin wrap` makes it a component that carries its manifest.

use crate::{
    shell::{Outcome, capture, command, execute, root},
    wasm::Compiler,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

struct Guest {
    folder: PathBuf,
    /// Of its package; the module is called the same with underscores.
    package: String,
    /// The file its manifest names as entry.
    entry: String,
}

pub fn build(server: &Path) -> Outcome {
    let guests = find()?;
    if guests.is_empty() {
        return Ok(());
    }
    let compiler = Compiler::find()?;
    let mut build = compiler.cargo_build();
    for guest in &guests {
        build.args(["-p", &guest.package]);
    }
    execute(&mut build)?;
    guests.iter().try_for_each(|guest| wrap(guest, server, &compiler.modules()))
}

fn wrap(guest: &Guest, server: &Path, modules: &Path) -> Outcome {
    let module = modules.join(format!("{}.wasm", guest.package.replace('-', "_")));
    let entry = guest.folder.join(&guest.entry);
    let mut wrap = command(server);
    wrap.args(["plugin", "wrap"]).arg(&module);
    wrap.arg("--manifest").arg(guest.folder.join("plugin.toml")).arg("--out").arg(&entry);
    capture(&mut wrap).map(drop)
}

fn find() -> Outcome<Vec<Guest>> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for plugins in ["plugins", "sdk/examples", "tests/twins"].map(|folder| root().join(folder)) {
        let found = fs::read_dir(&plugins)
            .map_err(|error| format!("{} can not be read: {error}", plugins.display()))?;
        folders.extend(found.flatten().map(|folder| folder.path()));
    }
    folders.sort();
    let guests = folders.into_iter().filter(|folder| {
        folder.join("Cargo.toml").is_file() && folder.join("plugin.toml").is_file()
    });
    guests
        .map(|folder| {
            let package = value_of("name", &folder.join("Cargo.toml"))?;
            let entry = value_of("entry", &folder.join("plugin.toml"))?;
            Ok(Guest { folder, package, entry })
        })
        .collect()
}

/// The text of the first `key = "text"` in a TOML file: enough for a name at the top of it.
fn value_of(key: &str, file: &Path) -> Outcome<String> {
    let text = fs::read_to_string(file)
        .map_err(|error| format!("{} can not be read: {error}", file.display()))?;
    let values = text.lines().filter_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then(|| value.trim().trim_matches('"').to_owned())
    });
    values.into_iter().next().ok_or_else(|| format!("{} says no `{key}`", file.display()))
}
