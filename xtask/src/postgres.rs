//! A Postgres for the tests: one that is given, or one of our own in a temporary folder on a free
//! port, which is gone afterwards however this process ends.

use crate::{
    server::free_address,
    shell::{Outcome, apt_install, capture, command, find_program, is_root},
};
use std::{
    env, fs,
    io::Read,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// Takes a Postgres that is running, instead of starting one.
pub const URL_VARIABLE: &str = "REGULARS_TEST_POSTGRES";
const START_SECONDS_MAX: u64 = 60;

/// Waits until its input ends, which it does when this process is no more, then clears up.
const GUARD: &str = r#"
"$1/postgres" -D "$2/data" -k "$2" -p "$3" -h 127.0.0.1 \
    -c fsync="$4" -c full_page_writes="$4" -c max_connections=200 >"$2/log" 2>&1 </dev/null &
server=$!
read -r _
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$2"
"#;

/// Whether a commit is on the disk when it is answered: tests need not wait for that.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    OnDisk,
    None,
}

pub struct Postgres {
    pub url: String,
    /// None when the server was given.
    guard: Option<Child>,
}

impl Postgres {
    pub fn start(durability: Durability) -> Outcome<Postgres> {
        if let Some(url) = env::var(URL_VARIABLE).ok().filter(|url| !url.is_empty()) {
            return Ok(Postgres { url, guard: None });
        }
        let programs = find_or_install()?;
        let account = Account::find()?;
        let folder = make_folder(&account)?;
        let password = random_text()?;
        let started = initialise(&programs, &account, &folder, &password).and_then(|()| {
            let port = free_address()?.port();
            let mut postgres = Postgres {
                url: format!("postgres://regulars:{password}@127.0.0.1:{port}/postgres"),
                guard: Some(start_guard(&programs, &account, &folder, port, durability)?),
            };
            postgres.wait_until_ready(&folder)?;
            Ok(postgres)
        });
        if started.is_err() {
            let _ = fs::remove_dir_all(&folder);
        }
        started
    }

    fn wait_until_ready(&mut self, folder: &Path) -> Outcome {
        let start = Instant::now();
        let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
        while start.elapsed() < Duration::from_secs(START_SECONDS_MAX) {
            // The last line of this file is written when connections are taken.
            let state = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap_or_default();
            if state.lines().last().is_some_and(|line| line.trim() == "ready") {
                return Ok(());
            }
            if log().contains("FATAL") {
                break;
            }
            sleep(Duration::from_millis(50));
        }
        Err(format!("Postgres did not start; it says:\n{}", log().trim()))
    }
}

/// Until this process is interrupted; the guard clears up then.
pub fn keep() -> Outcome {
    let postgres = Postgres::start(Durability::None)?;
    println!("export {URL_VARIABLE}={}", postgres.url);
    loop {
        sleep(Duration::from_secs(3_600));
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(guard) = &mut self.guard {
            drop(guard.stdin.take());
            let _ = guard.wait();
        }
    }
}

/// Folder of `initdb` and `postgres`.
fn find_or_install() -> Outcome<PathBuf> {
    if let Some(folder) = find_programs() {
        return Ok(folder);
    }
    let installed = apt_install(&["postgresql"]);
    find_programs().ok_or_else(|| {
        format!(
            "the tests need a Postgres, and there is none on this machine ({}).\n\
             Install one (Debian: `apt-get install postgresql`), or give the URL of one that is \
             running in {URL_VARIABLE}.",
            installed.err().unwrap_or_else(|| "the package brought no initdb".into()),
        )
    })
}

fn find_programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    let on_path = find_program("initdb").and_then(|file| Some(file.parent()?.to_owned()));
    let known = ["/usr/local/pgsql/bin", "/opt/homebrew/bin"].map(PathBuf::from);
    let mut all = on_path.into_iter().chain(folders.into_iter().rev()).chain(known);
    all.find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// Who Postgres runs as: it refuses root.
struct Account {
    switch_to: Option<(u32, u32)>,
}

impl Account {
    fn find() -> Outcome<Account> {
        if !is_root() {
            return Ok(Account { switch_to: None });
        }
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let ids = |name: &str| {
            let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
            let mut fields = line.split(':').skip(2).map(|id| id.parse::<u32>().ok());
            Some((fields.next()??, fields.next()??))
        };
        let switch_to = ids("postgres").or_else(|| ids("nobody"));
        switch_to.map(|to| Account { switch_to: Some(to) }).ok_or_else(|| {
            "Postgres does not run as root, and there is neither a user `postgres` nor `nobody`"
                .into()
        })
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>, folder: &Path) -> Command {
        let mut command = command(program);
        command.current_dir(folder);
        if let Some((user, group)) = self.switch_to {
            command.uid(user).gid(group);
        }
        command
    }
}

fn make_folder(account: &Account) -> Outcome<PathBuf> {
    let folder = env::temp_dir().join(format!("regulars-postgres-{}", random_text()?));
    let made = fs::create_dir(&folder)
        .and_then(|()| fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)))
        .and_then(|()| match account.switch_to {
            Some((user, group)) => chown(&folder, Some(user), Some(group)),
            None => Ok(()),
        });
    made.map(|()| folder.clone())
        .map_err(|error| format!("{} can not be made: {error}", folder.display()))
}

fn initialise(programs: &Path, account: &Account, folder: &Path, password: &str) -> Outcome {
    let file = folder.join("password");
    fs::write(&file, password).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut initdb = account.command(programs.join("initdb"), folder);
    initdb.arg("-D").arg(folder.join("data")).args(["-U", "regulars", "-E", "UTF8", "--no-sync"]);
    initdb.args(["--locale", "C", "--auth", "scram-sha-256"]).arg("--pwfile").arg(&file);
    capture(&mut initdb).map(drop)
}

fn start_guard(
    programs: &Path,
    account: &Account,
    folder: &Path,
    port: u16,
    durability: Durability,
) -> Outcome<Child> {
    let synced = if durability == Durability::OnDisk { "on" } else { "off" };
    let mut guard = account.command("sh", Path::new("/"));
    guard.args(["-c", GUARD, "guard"]).arg(programs).arg(folder).arg(port.to_string()).arg(synced);
    // A group of its own, so that Ctrl-C reaches it only by way of this process.
    guard.process_group(0).stdin(Stdio::piped());
    guard.spawn().map_err(|error| format!("Postgres can not be started: {error}"))
}

fn random_text() -> Outcome<String> {
    let mut bytes = [0; 12];
    fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|error| format!("/dev/urandom can not be read: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
