//! `regulars plugin key` and `regulars plugin pack`: what an integrator hands on.

use super::{check::load, host, unreadable, unwritable};
use crate::{Fault, cli::PackArgs, language::language, sentences};
use regulars_engine::ctx::fill_random;
use regulars_host::pack::{InvalidKey, Pack, PrivateKey, pack_folder};
use regulars_rules::scenario::run_texts;
use regulars_system::open_private;
use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
};

/// Makes both files in the folder of the moment, and writes over none.
pub fn make_key(name: &str) -> Result<(), Fault> {
    if name.contains(['/', '\\']) {
        return Err(sentences::no_file_name(name).into());
    }
    let mut random = [0; 32];
    fill_random(&mut random);
    let key = PrivateKey::new(name, random).map_err(|error| Fault::from(error.said()))?;
    let publisher = key.publisher();
    let (private, public) = (format!("{name}.key"), format!("{name}.pub"));
    write_private(Path::new(&private), &key.to_line())
        .map_err(|error| unwritable(&private, error))?;
    let written = File::create_new(&public).and_then(|mut file| writeln!(file, "{publisher}"));
    written.map_err(|error| unwritable(&public, error))?;
    println!("{}", sentences::private_key(private, name).get(language()));
    println!("{}", sentences::public_key(public, publisher.to_string()).get(language()));
    Ok(())
}

/// What is packed is loaded as a chain will load it, and its scenarios run from there.
pub fn pack(args: &PackArgs) -> Result<(), Fault> {
    let key = args.key.as_deref().map(read_key).transpose()?;
    load(&args.folder)?;
    let bytes = pack_folder(&args.folder, key.as_ref())?;
    let pack = Pack::read(&bytes)?;
    let plugin = host()?.load_pack(&pack)?;
    let scenarios = pack.scenarios.iter().map(|scenario| (scenario.name.as_str(), scenario.toml));
    let report = run_texts(scenarios, &plugin.manifest, &plugin.decider);
    if report.failed() > 0 {
        return Err(sentences::not_packed(report.text()).into());
    }
    if report.passed() == 0 {
        let folder = args.folder.join("scenarios");
        return Err(sentences::not_packed_without(folder.display().to_string()).into());
    }
    let named = format!("{}-{}.plugin", plugin.manifest.id, plugin.manifest.version);
    let out = args.out.clone().unwrap_or_else(|| named.into());
    std::fs::write(&out, &bytes).map_err(|error| unwritable(out.display(), error))?;
    let by = match pack.publisher {
        Some(own) => sentences::signed_by(own.name.to_string()),
        None => sentences::not_signed(),
    };
    let said = sentences::packed(out.display().to_string(), bytes.len(), by);
    println!("{}\n{}", report.write(language()), said.get(language()));
    Ok(())
}

fn read_key(path: &Path) -> Result<PrivateKey, Fault> {
    let line = std::fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
    line.parse().map_err(|error: InvalidKey| {
        sentences::wrong_key(path.display().to_string(), error.said()).into()
    })
}

fn write_private(path: &Path, line: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    writeln!(open_private(&mut options, path)?, "{line}")
}
