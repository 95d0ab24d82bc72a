//! `regulars plugin new`: a rule that works, to be changed into another.

use super::{unreadable, unwritable};
use crate::{Fault, cli::NewArgs, language::language, sentences};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

const MANIFEST: &str = include_str!("starter/plugin.toml");
const SCENARIO: (&str, &str) =
    ("scenarios/01-three-days.toml", include_str!("starter/scenarios/01-three-days.toml"));

/// What the folder holds beside the manifest: path, and what stands there.
type Files = Vec<(&'static str, String)>;

/// Makes the folder; its last part is the plugin's id. Nothing that exists is written over.
pub fn new(args: &NewArgs) -> Result<(), Fault> {
    let folder = &args.folder;
    let id = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let manifest = manifest(id, args.rust);
    check_id(id, &manifest)?;
    let mut files = if args.rust { rust_files(id, args.sdk.as_deref())? } else { rhai_files() };
    files.push(("plugin.toml", manifest));
    files.push((SCENARIO.0, SCENARIO.1.to_owned()));
    if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        fs::create_dir_all(above).map_err(|error| unwritable(above.display(), error))?;
    }
    // Fails where it exists, so that nobody's work is written over.
    fs::create_dir(folder).map_err(|error| unwritable(folder.display(), error))?;
    for (name, text) in files {
        write(&folder.join(name), &text)?;
    }
    tell(folder, args.rust);
    Ok(())
}

fn tell(folder: &Path, is_rust: bool) {
    let shown = folder.display().to_string();
    let next = [
        Some(sentences::is_a_plugin(&shown)),
        is_rust.then(|| sentences::build_makes(&shown)),
        Some(sentences::check_says(&shown)),
        Some(sentences::test_runs(&shown)),
    ];
    for said in next.into_iter().flatten() {
        println!("{}", said.get(language()));
    }
}

fn write(path: &Path, text: &str) -> Result<(), Fault> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    let made = made.and_then(|()| fs::File::create_new(path));
    let written = made.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| unwritable(path.display(), error))
}

fn manifest(id: &str, is_rust: bool) -> String {
    let (runtime, entry) = match is_rust {
        true => ("wasm", format!("{}.wasm", id.replace('-', "_"))),
        false => ("rhai", "rules.rhai".to_owned()),
    };
    let text = MANIFEST.replace("{id}", id).replace("{runtime}", runtime);
    text.replace("{entry}", &entry)
}

/// The manifest would be refused later, with the folder already made.
fn check_id(id: &str, manifest: &str) -> Result<(), Fault> {
    match regulars_model::Manifest::parse(manifest) {
        Ok(_) => Ok(()),
        Err(error) => Err(sentences::no_plugin_id(id, error.0.text()).into()),
    }
}

fn rhai_files() -> Files {
    vec![("rules.rhai", include_str!("starter/rhai/rules.rhai").to_owned())]
}

fn rust_files(id: &str, sdk: Option<&Path>) -> Result<Files, Fault> {
    let sdk = find_sdk(sdk)?;
    // As TOML writes a text: a path may hold what needs to be escaped.
    let path = toml::Value::String(sdk.display().to_string()).to_string();
    let crate_toml = include_str!("starter/rust/crate.toml");
    let mut files = vec![
        ("Cargo.toml", crate_toml.replace("{id}", id).replace("{sdk}", &path)),
        ("src/lib.rs", include_str!("starter/rust/lib.rs").to_owned()),
        (".gitignore", "/target\n*.wasm\n*.wasm.new\n".to_owned()),
    ];
    // The versions the SDK was tested with; cargo drops what the plugin does not need.
    if let Ok(lock) = fs::read_to_string(sdk.join("../../Cargo.lock")) {
        files.push(("Cargo.lock", lock));
    }
    Ok(files)
}

fn find_sdk(given: Option<&Path>) -> Result<PathBuf, Fault> {
    let Some(given) = given else {
        return Err(sentences::needs_sdk().into());
    };
    let manifest = fs::read_to_string(given.join("Cargo.toml")).unwrap_or_default();
    if !manifest.lines().any(|line| line.trim() == "name = \"regulars-sdk\"") {
        return Err(sentences::no_sdk(given.display().to_string()).into());
    }
    std::path::absolute(given).map_err(|error| unreadable(given, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(folder: PathBuf, sdk: Option<&str>) -> NewArgs {
        NewArgs { folder, rust: sdk.is_some(), rhai: false, sdk: sdk.map(PathBuf::from) }
    }

    #[test]
    fn the_new_plugin_is_in_order_and_passes_its_scenarios() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = place.path().join("deep/bubble-tea");
        new(&args(folder.clone(), None)).expect("made");
        crate::plugin::check(&folder).expect("in order");
        let again = new(&args(folder, None)).expect_err("it is there already").0;
        assert!(again.contains("bubble-tea"), "{again}");
    }

    #[test]
    fn what_can_be_no_id_makes_no_folder() {
        let place = tempfile::tempdir().expect("a folder");
        for id in ["Bubble Tea", "奶茶", "-", "a\"b"] {
            let folder = place.path().join(id);
            let fault = new(&args(folder.clone(), None)).expect_err("refused").0;
            assert!(fault.contains("can not be a plugin's id"), "{fault}");
            assert!(!folder.exists());
        }
    }

    #[test]
    fn a_crate_needs_the_sdk() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = place.path().join("bakery");
        let fault = new(&args(folder.clone(), Some("/nowhere"))).expect_err("no SDK").0;
        assert!(fault.contains("--sdk /nowhere: there is no Cargo.toml"), "{fault}");
        let none = NewArgs { sdk: None, ..args(folder.clone(), Some("")) };
        assert!(new(&none).expect_err("no SDK").0.contains("--rust needs --sdk PATH"));
        assert!(!folder.exists());
    }
}
