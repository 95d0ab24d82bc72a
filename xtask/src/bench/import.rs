//! How fast history comes in, with all three plugins on.

use crate::{
    http::number_of,
    shell::{Outcome, capture, command, root},
};
use std::path::{Path, PathBuf};

/// The end of the data: its purchases end 1998-06-30. Not later, so that the clock is not played on
/// over years of silence.
const AS_OF: &str = "1998-07-01T00:00:00Z";

pub fn run(server: &Path, folder: &Path, given: Option<&(PathBuf, PathBuf)>) -> Outcome {
    let samples = root().join("samples/cdnow");
    let sample = (samples.join("CDNOW_sample.txt"), samples.join("map.toml"));
    let (file, map) = given.unwrap_or(&sample);
    for turn in 0..2 {
        let regulars = || {
            let mut regulars = command(server);
            let database = folder.join(format!("import-{turn}.db"));
            regulars.arg("--database").arg(format!("sqlite:{}", database.display()));
            regulars.arg("--plugins").arg(root().join("plugins"));
            regulars.arg("--cache").arg(root().join("var/cache"));
            regulars
        };
        let thresholds = ["--set", "high_above=500.00", "--set", "mid_from=100.00"];
        capture(regulars().args(["plugin", "settings", "jewellery-tiers"]).args(thresholds))?;
        let mut import = regulars();
        import.arg("import").arg(file).arg("--map").arg(map);
        let line = capture(import.args(["--as-of", AS_OF, "--json", "--no-progress"]))?;
        let events = number_of(&line, "events").unwrap_or(0);
        let seconds = line
            .split("\"seconds\":")
            .nth(1)
            .and_then(|rest| rest.split([',', '}']).next()?.trim().parse::<f64>().ok());
        let seconds = seconds.ok_or_else(|| format!("the import said {line}"))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let per_second = events as f64 / seconds;
        println!(
            "SQLite    import of {name}: {events} events in {seconds:.2} s, {per_second:.0}/s"
        );
    }
    Ok(())
}
