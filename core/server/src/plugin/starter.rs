//! `regulars plugin new`: a rule that works, to be changed into another.

use crate::Fault;
use std::{fs, io::Write, path::Path};

/// Path in the new folder, and what stands there with `{id}` filled in.
const FILES: [(&str, &str); 3] = [
    ("plugin.toml", include_str!("starter/plugin.toml")),
    ("rules.rhai", include_str!("starter/rules.rhai")),
    ("scenarios/01-three-days.toml", include_str!("starter/scenarios/01-three-days.toml")),
];

/// Makes the folder; its last part is the plugin's id. Nothing that exists is written over.
pub fn new(folder: &Path) -> Result<(), Fault> {
    let id = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    check_id(id)?;
    let cannot = |path: &Path, error| Fault(format!("cannot make {}: {error}", path.display()));
    if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        fs::create_dir_all(above).map_err(|error| cannot(above, error))?;
    }
    // Fails where it exists, so that nobody's work is written over.
    fs::create_dir(folder).map_err(|error| cannot(folder, error))?;
    for (name, text) in FILES {
        let path = folder.join(name);
        if let Some(above) = path.parent() {
            fs::create_dir_all(above).map_err(|error| cannot(above, error))?;
        }
        let made = fs::File::create_new(&path)
            .and_then(|mut file| file.write_all(text.replace("{id}", id).as_bytes()));
        made.map_err(|error| cannot(&path, error))?;
    }
    let shown = folder.display();
    println!("{shown} is a plugin: days with a purchase make a regular.");
    println!("regulars plugin check {shown}     says what is wrong with it");
    println!("regulars plugin test {shown}      runs its scenarios");
    Ok(())
}

/// The manifest would be refused later, with the folder already made.
fn check_id(id: &str) -> Result<(), Fault> {
    let text = FILES[0].1.replace("{id}", id);
    match regulars_model::Manifest::parse(&text) {
        Ok(_) => Ok(()),
        Err(error) => Err(Fault(format!("`{id}` can not be a plugin's id: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_plugin_is_in_order_and_passes_its_scenarios() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = place.path().join("deep/bubble-tea");
        new(&folder).expect("made");
        crate::plugin::check(&folder).expect("in order");
        let tested = crate::plugin::test(&folder).expect("it runs");
        assert_eq!(format!("{tested:?}"), format!("{:?}", std::process::ExitCode::SUCCESS));
        let again = new(&folder).expect_err("it is there already").0;
        assert!(again.contains("bubble-tea"), "{again}");
    }

    #[test]
    fn what_can_be_no_id_makes_no_folder() {
        let place = tempfile::tempdir().expect("a folder");
        for id in ["Bubble Tea", "奶茶", "-", "a\"b"] {
            let folder = place.path().join(id);
            let fault = new(&folder).expect_err("refused").0;
            assert!(fault.contains("can not be a plugin's id"), "{fault}");
            assert!(!folder.exists());
        }
    }
}
