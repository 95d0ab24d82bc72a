//! Filling the demo's database, with nothing but commands anyone can type. Each may be run again,
//! so a load that was cut off goes on where it stopped.

use super::Demo;
use crate::shell::{Outcome, capture, execute, root};
use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

/// (file, map) under `samples/`.
const IMPORTS: [(&str, &str); 2] = [
    ("cdnow/CDNOW_sample.txt", "cdnow/map.toml"),
    ("furniture/inquiries.csv", "furniture/map.toml"),
];

/// Loads what is not loaded yet; the API key.
pub fn load(demo: &Demo) -> Outcome<String> {
    fs::create_dir_all(&demo.folder)
        .map_err(|error| format!("{} can not be made: {error}", demo.folder.display()))?;
    let key_file = demo.folder.join("key");
    if let Ok(key) = fs::read_to_string(&key_file) {
        return Ok(key);
    }
    let mut shop = demo.regulars();
    shop.args(["unit", "put", "organisation", "--name", "Music by mail", "--kind", "organisation"]);
    execute(shop.args(["--time-zone", "America/New_York", "--currency", "USD"]))?;
    // The plugin's own thresholds are a jeweller's; these suit a shop that sells music.
    let mut settings = demo.regulars();
    settings.args(["plugin", "settings", "jewellery-tiers"]);
    execute(settings.args(["--set", "high_above=500.00", "--set", "mid_from=100.00"]))?;
    for (file, map) in IMPORTS {
        let samples = root().join("samples");
        execute(
            demo.regulars()
                .arg("import")
                .arg(samples.join(file))
                .arg("--map")
                .arg(samples.join(map)),
        )?;
    }
    let made =
        capture(demo.regulars().args(["key", "create", "--role", "admin", "--name", "demo"]))?;
    let key = made.split_whitespace().last().unwrap_or_default().to_owned();
    // Written last: without it the load begins again.
    write_private(&key_file, &key)?;
    Ok(key)
}

fn write_private(file: &Path, text: &str) -> Outcome {
    let mut options = fs::OpenOptions::new();
    let opened = options.write(true).create(true).truncate(true).mode(0o600).open(file);
    opened
        .and_then(|mut opened| opened.write_all(text.as_bytes()))
        .map_err(|error| format!("{} can not be written: {error}", file.display()))
}
