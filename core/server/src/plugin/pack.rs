//! `regulars plugin key` and `regulars plugin pack`: what an integrator hands on.

use super::{host, unreadable};
use crate::{Fault, cli::PackArgs};
use regulars_engine::ctx::fill_random;
use regulars_host::pack::{Pack, PrivateKey, pack_folder};
use regulars_rules::scenario::run_texts;
use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
};

/// Makes both files in the folder of the moment, and writes over none.
pub fn make_key(name: &str) -> Result<(), Fault> {
    if name.contains(['/', '\\']) {
        return Err(Fault(format!(
            "`{name}` can not name a file; the keys are made in this folder"
        )));
    }
    let mut random = [0; 32];
    fill_random(&mut random);
    let key = PrivateKey::new(name, random).map_err(|error| Fault(error.to_string()))?;
    let publisher = key.publisher();
    let (private, public) = (format!("{name}.key"), format!("{name}.pub"));
    write_private(Path::new(&private), &key.to_line())
        .map_err(|error| unwritten(&private, error))?;
    let written = File::create_new(&public).and_then(|mut file| writeln!(file, "{publisher}"));
    written.map_err(|error| unwritten(&public, error))?;
    println!("{private} signs; whoever has it can publish as {name}, so keep it to yourself");
    println!("{public} is for those who install:\n{publisher}");
    Ok(())
}

/// What is packed is loaded as a chain will load it, and its scenarios run from there.
pub fn pack(args: &PackArgs) -> Result<(), Fault> {
    let key = args.key.as_deref().map(read_key).transpose()?;
    let refused = |error: regulars_host::LoadError| Fault(error.to_string());
    let bytes = pack_folder(&args.folder, key.as_ref()).map_err(refused)?;
    let pack = Pack::read(&bytes).map_err(refused)?;
    let plugin = host()?.load_pack(&pack).map_err(refused)?;
    let scenarios = pack.scenarios.iter().map(|scenario| (scenario.name.as_str(), scenario.toml));
    let report = run_texts(scenarios, &plugin.manifest, &plugin.decider);
    if !report.failed.is_empty() {
        return Err(Fault(format!("it is not packed, for its scenarios fail\n{report}")));
    }
    if report.passed.is_empty() {
        let folder = args.folder.join("scenarios");
        return Err(Fault(format!("it is not packed, for {} holds no scenario", folder.display())));
    }
    let named = format!("{}-{}.plugin", plugin.manifest.id, plugin.manifest.version);
    let out = args.out.clone().unwrap_or_else(|| named.into());
    std::fs::write(&out, &bytes).map_err(|error| unwritten(out.display(), error))?;
    let by = pack.publisher.map_or("unsigned".to_owned(), |own| format!("signed by {}", own.name));
    println!("{report}\n{}: {} bytes, {by}", out.display(), bytes.len());
    Ok(())
}

fn read_key(path: &Path) -> Result<PrivateKey, Fault> {
    let line = std::fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
    line.parse().map_err(|error| Fault(format!("{}: {error}", path.display())))
}

/// For nobody but its owner to read, where files have such a thing.
fn write_private(path: &Path, line: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(path)?, "{line}")
}

fn unwritten(path: impl std::fmt::Display, error: io::Error) -> Fault {
    Fault(format!("cannot write {path}: {error}"))
}
