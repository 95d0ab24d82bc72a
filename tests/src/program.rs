//! The program `regulars` itself, as a process of its own that can be killed.

use crate::{
    call::{Call, agent},
    place::Place,
    root,
};
use serde_json::Value as Json;
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

const READY_MAX: Duration = Duration::from_secs(60);

/// The program on a database of its own, with the plugins that are shipped.
pub struct Program {
    place: Place,
    cache: tempfile::TempDir,
    trusted: Option<String>,
    plugins: Vec<PathBuf>,
    /// What `serve` is told beside where to listen.
    serving: Vec<String>,
}

impl Program {
    pub fn on(place: Place) -> Program {
        let cache = tempfile::tempdir().expect("a temporary folder");
        let plugins = vec![root().join("plugins")];
        Program { place, cache, trusted: None, plugins, serving: Vec::new() }
    }

    /// From now on with the plugins of another folder.
    pub fn use_plugins(&mut self, folder: &Path) {
        self.plugins = vec![folder.to_owned()];
    }

    /// From now on its server is told this as well.
    pub fn serve_with(&mut self, option: &str) {
        self.serving.push(option.to_owned());
    }

    /// From now on, whose plugins it installs.
    pub fn trust(&mut self, public_key: &str) {
        self.trusted = Some(public_key.to_owned());
    }

    /// From now on, a folder of plugins more.
    pub fn add_plugins(&mut self, folder: PathBuf) {
        self.plugins.push(folder);
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(built_program());
        command.args(["--database", &self.place.url()]);
        for folder in &self.plugins {
            command.arg("--plugins").arg(folder);
        }
        command.arg("--cache").arg(self.cache.path());
        command.args(self.trusted.iter().flat_map(|key| ["--trust", key]));
        command.args(arguments).current_dir(root()).stdin(Stdio::null());
        // Whatever is spoken where the tests run.
        command.env_remove("REGULARS_LANG").env("LC_ALL", "C");
        command
    }

    /// What a command prints, which must succeed.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> String {
        let Output { status, stdout, stderr } =
            self.command(arguments).output().expect("the program runs");
        let said = String::from_utf8_lossy(&stderr);
        assert!(status.success(), "regulars {arguments:?} ended with {status}: {said}");
        String::from_utf8_lossy(&stdout).into_owned()
    }

    /// A shop that sells music, with thresholds that suit it.
    pub fn set_up_music_shop(&self) {
        let name = "Music by mail";
        self.run(&[
            "unit",
            "put",
            "organisation",
            "--name",
            name,
            "--kind",
            "organisation",
            "--time-zone",
            "America/New_York",
            "--currency",
            "USD",
        ]);
        let settings = ["--set", "high_above=500.00", "--set", "mid_from=100.00"];
        self.run(&[&["plugin", "settings", "jewellery-tiers"][..], &settings].concat());
    }

    /// Customers by the values of a field.
    pub fn count_by(&self, field: &str) -> Json {
        let line = self.run(&["count", "--by", field, "--json"]);
        serde_json::from_str(&line).expect("JSON")
    }

    pub fn place(&self) -> &Place {
        &self.place
    }

    pub fn into_place(self) -> Place {
        self.place
    }

    /// A server on it, ready; its clients use the key.
    pub fn serve(&self, key: &str) -> Server {
        let began = Instant::now();
        let mut server = self.start(key);
        while ureq::get(format!("{}/v1/ready", server.base)).call().is_err() {
            // Another test may have taken the port that was free just now.
            if server.child.try_wait().expect("its state").is_some() {
                server = self.start(key);
            }
            assert!(began.elapsed() < READY_MAX, "the server does not get ready");
            sleep(Duration::from_millis(20));
        }
        server
    }

    fn start(&self, key: &str) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        drop(listener);
        let mut serve = self.command(&["serve", "--listen", &address]);
        serve.args(&self.serving);
        let child = serve.stderr(Stdio::null()).spawn().expect("the server starts");
        Server { child, base: format!("http://{address}"), key: key.to_owned() }
    }

    pub fn make_key(&self) -> String {
        let said = self.run(&["key", "create", "--name", "test", "--role", "admin"]);
        said.split_whitespace().last().expect("a key").to_owned()
    }
}

/// A running server; killed when it goes.
pub struct Server {
    child: Child,
    base: String,
    key: String,
}

impl Server {
    /// As `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.base
    }

    pub fn client(&self) -> Client {
        Client { base: self.base.clone(), key: self.key.clone(), agent: agent() }
    }

    /// As `kill -9` does.
    pub fn kill(mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it is gone");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One caller with a connection of its own.
pub struct Client {
    base: String,
    key: String,
    agent: ureq::Agent,
}

impl Client {
    pub fn call(&self, method: &str, path: &str) -> Call<'_> {
        Call::new(&self.agent, method, format!("{}{path}", self.base)).key(&self.key)
    }
}

/// Found beside the test's own program unless `cargo xtask test` says where it is.
pub fn built_program() -> PathBuf {
    if let Some(given) = std::env::var_os("REGULARS_TEST_SERVER") {
        return given.into();
    }
    let own = std::env::current_exe().expect("a path");
    let folder = own.parent().and_then(Path::parent).expect("the target folder");
    folder.join(format!("regulars{}", std::env::consts::EXE_SUFFIX))
}

/// For a command that runs cargo on a crate outside this repository: what it builds is kept for the
/// next time, and what this repository was built from is enough.
pub fn with_cargo(command: &mut Command) -> &mut Command {
    let program = built_program();
    let target = program.ancestors().nth(2).expect("the target folder").join("authors");
    command.env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true")
}
