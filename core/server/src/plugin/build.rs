//! `regulars plugin build` and `wrap`: from a crate or a module to the component a server loads.

use super::{unreadable, unwritable};
use crate::{Fault, language::language, sentences};
use regulars_host::{LoadError, MANIFEST_FILE};
use regulars_model::{Manifest, manifest::Runtime};
use serde_json::Value as Json;
use std::{
    fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

pub const TARGET: &str = "wasm32-unknown-unknown";
const CARGO_MANIFEST: &str = "Cargo.toml";

/// Builds the plugin of a folder; a script is what is run, and nothing is to be built.
pub fn build(folder: &Path) -> Result<(), Fault> {
    let path = folder.join(MANIFEST_FILE);
    let toml = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
    let manifest = Manifest::parse(&toml).map_err(LoadError::from)?;
    if manifest.runtime == Runtime::Rhai {
        println!("{}", sentences::nothing_to_build(&manifest.id).get(language()));
        return Ok(());
    }
    let module = compile(folder)?;
    wrap(&module, &path, &folder.join(&manifest.entry))
}

/// Whether the folder holds a crate, whose component is made here.
pub fn is_crate(folder: &Path) -> bool {
    folder.join(CARGO_MANIFEST).is_file()
}

/// A module into a component that carries the manifest, put in place as a whole: a server that
/// watches never sees half of it.
pub fn wrap(module: &Path, manifest: &Path, out: &Path) -> Result<(), Fault> {
    let bytes = fs::read(module).map_err(|error| unreadable(module, error))?;
    let toml = fs::read_to_string(manifest).map_err(|error| unreadable(manifest, error))?;
    let component = regulars_host::wrap(&bytes, &toml)
        .map_err(|error| Fault(format!("{}: {}", module.display(), Fault::from(error))))?;
    let fresh = out.with_extension("wasm.new");
    fs::write(&fresh, &component).map_err(|error| unwritable(fresh.display(), error))?;
    fs::rename(&fresh, out).map_err(|error| unwritable(out.display(), error))?;
    let said = sentences::built(out.display().to_string(), component.len());
    println!("{}", said.get(language()));
    Ok(())
}

/// The module cargo makes of the crate. What the compiler says goes to the author as it is.
fn compile(folder: &Path) -> Result<PathBuf, Fault> {
    let shown = folder.display().to_string();
    if !is_crate(folder) {
        return Err(sentences::no_crate(shown, CARGO_MANIFEST).into());
    }
    let mut cargo = tool("CARGO", "cargo");
    cargo.args(["build", "--release", "--target", TARGET]);
    cargo.args(["--message-format", "json-render-diagnostics"]);
    if !io::stderr().is_terminal() {
        cargo.arg("--quiet");
    }
    cargo.current_dir(folder).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = cargo.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => sentences::no_cargo(),
        _ => sentences::cargo_fails(error.to_string()),
    })?;
    if !output.status.success() {
        return Err(not_compiled(folder));
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let module = find_module(&said, folder);
    module.ok_or_else(|| sentences::no_module(shown, CARGO_MANIFEST).into())
}

/// A compiler without the target fails on each crate with a sentence about `core`: say it once.
fn not_compiled(folder: &Path) -> Fault {
    let mut rustc = tool("RUSTC", "rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]).current_dir(folder);
    let has_target = rustc.output().is_ok_and(|output| {
        let path = String::from_utf8_lossy(&output.stdout);
        output.status.success() && Path::new(path.trim()).is_dir()
    });
    let said = match has_target {
        true => sentences::not_compiled(folder.display().to_string()),
        false => sentences::no_target(TARGET),
    };
    said.into()
}

/// As whoever runs it under cargo has chosen, or the one that is found.
fn tool(variable: &str, name: &str) -> Command {
    Command::new(std::env::var_os(variable).unwrap_or_else(|| name.into()))
}

/// Cargo says of each crate what it made, a line of JSON each; ours is the one of this folder.
fn find_module(said: &str, folder: &Path) -> Option<PathBuf> {
    let own = fs::canonicalize(folder.join(CARGO_MANIFEST)).ok()?;
    let made = said.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
    let mut of_folder = made.filter(|one| {
        let path = one["manifest_path"].as_str().and_then(|path| fs::canonicalize(path).ok());
        one["reason"] == "compiler-artifact" && path.as_ref() == Some(&own)
    });
    of_folder.find_map(|one| {
        let files = one["filenames"].as_array()?.iter().filter_map(Json::as_str).map(PathBuf::from);
        files.into_iter().find(|file| file.extension().is_some_and(|kind| kind == "wasm"))
    })
}
