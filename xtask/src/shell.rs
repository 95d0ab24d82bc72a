//! Running other programs: each failure is one sentence.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The error is a sentence for whoever typed the command.
pub type Outcome<T = ()> = Result<T, String>;

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// The cargo that runs this, in the root of the repository.
pub fn cargo() -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Runs with the terminal as its own; says the command first.
pub fn execute(command: &mut Command) -> Outcome {
    say(&shown(command));
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed", shown(command))) }
}

/// What it prints, or what it complained about.
pub fn capture(command: &mut Command) -> Outcome<String> {
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, &error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(format!("`{}` failed: {complaint}", shown(command)))
}

pub fn say(line: &str) {
    eprintln!("\x1b[2m$ {line}\x1b[0m");
}

pub fn find_program(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

pub fn is_root() -> bool {
    capture(command("id").arg("-u")).is_ok_and(|id| id == "0")
}

/// Installs Debian packages where that may be done; the error says why it could not.
pub fn apt_install(packages: &[&str]) -> Outcome {
    if find_program("apt-get").is_none() {
        return Err("there is no apt-get here".into());
    }
    if !is_root() {
        return Err(format!("installing needs root: `apt-get install {}`", packages.join(" ")));
    }
    let apt = || {
        let mut apt = command("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-q");
        apt
    };
    execute(apt().arg("update"))?;
    execute(apt().args(["install", "-y", "--no-install-recommends"]).args(packages))
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("`{}` can not be started: {error}", shown(command))
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
