//! `regulars backup`, `restore` and `copy`: everything there is, in a file that either database takes.

use crate::{
    Fault,
    cli::Place,
    language::{language, tell},
    sentences as say,
    session::{command_line, own_lock},
};
use regulars_engine::{
    World,
    audit::{BACK_UP, RESTORE, of_command_line},
};
use regulars_store::{BackedUp, Store, without_password};
use regulars_system::open_private;
use serde_json::json;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

const BUFFER_BYTES: usize = 1 << 20;

/// As of one instant, while a server may go on writing. A file appears only when it is whole.
pub async fn back_up(place: &Place, file: &Path) -> Result<(), Fault> {
    if file == Path::new("-") {
        let mut out = BufWriter::with_capacity(BUFFER_BYTES, io::stdout());
        let rows = dump(&place.database, "-", &mut out).await?;
        eprintln!("{}", say::rows(rows.to_string()).get(language()));
        return Ok(());
    }
    if file.exists() {
        return Err(say::file_is_there(file.display().to_string()).into());
    }
    let part = PathBuf::from(format!("{}.part", file.display()));
    let rows = match dump_to_file(place, &part).await {
        Ok(rows) => rows,
        Err(fault) => {
            let _ = fs::remove_file(&part);
            return Err(fault);
        }
    };
    fs::rename(&part, file).map_err(|error| unwritable(file, &error))?;
    tell(&say::backed_up(rows.to_string(), file.display().to_string()));
    Ok(())
}

async fn dump_to_file(place: &Place, part: &Path) -> Result<u64, Fault> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    let opened = open_private(&mut options, part).map_err(|error| unwritable(part, &error))?;
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, opened);
    let to = part.with_extension("").display().to_string();
    let rows = dump(&place.database, &to, &mut out).await?;
    out.get_ref().sync_all().map_err(|error| unwritable(part, &error))?;
    Ok(rows)
}

async fn dump(database: &str, to: &str, out: &mut (dyn Write + Send)) -> Result<u64, Fault> {
    let world = World::real();
    let entry = of_command_line(&world, command_line(), BACK_UP, json!({"to": to}));
    let dumped = Store::back_up(database, world.now(), &entry, out).await;
    let BackedUp { rows, not_entered } = dumped.map_err(|error| Fault(error.to_string()))?;
    // A copy that can only be read can be backed up all the same.
    if let Some(error) = not_entered {
        eprintln!("{}", say::backup_not_entered(error.to_string()).get(language()));
    }
    Ok(rows)
}

/// Into an empty database; wholly or not at all.
pub async fn restore(place: &Place, file: &Path) -> Result<(), Fault> {
    let mut input: Box<dyn BufRead + Send> = if file == Path::new("-") {
        Box::new(BufReader::new(io::stdin()))
    } else {
        let unreadable =
            |error: io::Error| say::unreadable(file.display().to_string(), error.to_string());
        let opened = File::open(file).map_err(unreadable)?;
        Box::new(BufReader::with_capacity(BUFFER_BYTES, opened))
    };
    let rows = fill(place, &mut *input).await?;
    tell(&say::restored(rows.to_string()));
    Ok(())
}

async fn fill(place: &Place, input: &mut (dyn BufRead + Send)) -> Result<u64, Fault> {
    let _lock = own_lock(place)?;
    let refused = |error: regulars_store::StoreError| Fault(error.to_string());
    let rows = Store::restore(&place.database, input).await.map_err(refused)?;
    // Brought up to this program's version where the backup is of an older one.
    let store = Store::open(&place.database).await.map_err(refused)?;
    let entry = of_command_line(&World::real(), command_line(), RESTORE, json!({"rows": rows}));
    store.add_audit(&entry).await.map_err(refused)?;
    store.close().await;
    Ok(rows)
}

/// A backup restored elsewhere as it is made: from SQLite to Postgres, or back.
pub async fn copy(place: &Place, to: &str) -> Result<(), Fault> {
    let (reader, writer) = io::pipe().map_err(|error| Fault(error.to_string()))?;
    let (from, handle) = (place.database.clone(), tokio::runtime::Handle::current());
    let address = without_password(to);
    // A thread of its own, since it waits for the other end.
    let dumping = std::thread::spawn(move || {
        let mut out = BufWriter::with_capacity(BUFFER_BYTES, writer);
        handle.block_on(dump(&from, &address, &mut out))
    });
    let target = Place { database: to.to_owned(), ..place.clone() };
    let filled = fill(&target, &mut BufReader::with_capacity(BUFFER_BYTES, reader)).await;
    let dumped = dumping.join().map_err(|_| say::copy_broke_off())?;
    // Where both failed, the reading end only saw the pipe break.
    let rows = match (filled, dumped) {
        (Ok(rows), Ok(_)) => rows,
        (Err(fault), Ok(_)) => return Err(fault),
        (Err(fault), Err(dumped)) if dumped.0.contains("roken pipe") => return Err(fault),
        (_, Err(dumped)) => return Err(dumped),
    };
    tell(&say::copied(rows.to_string()));
    Ok(())
}

fn unwritable(file: &Path, error: &io::Error) -> Fault {
    say::unwritable(file.display().to_string(), error.to_string()).into()
}
