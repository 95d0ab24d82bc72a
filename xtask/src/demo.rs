//! `cargo xtask demo`: from a clone to a server that has customers and can say why.

mod check;
mod load;

use crate::{
    build, guests, http,
    shell::{Outcome, command, root},
};
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

const READY_SECONDS_MAX: u64 = 60;

pub struct Options {
    fresh: bool,
    check: bool,
    port: u16,
}

impl Options {
    pub fn parse(arguments: &[String]) -> Outcome<Options> {
        let mut options = Options { fresh: false, check: false, port: 7878 };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--fresh" => options.fresh = true,
                "--check" => options.check = true,
                "--port" => {
                    let port = rest.next().and_then(|port| port.parse().ok());
                    options.port = port.ok_or("`--port` takes a port, such as 7878")?;
                }
                other => {
                    return Err(format!("demo takes --fresh, --check and --port, not `{other}`"));
                }
            }
        }
        Ok(options)
    }
}

/// What the demo keeps, all under `var/demo`.
struct Demo {
    server: PathBuf,
    folder: PathBuf,
}

pub fn run(options: &Options) -> Outcome {
    let server = build::server()?;
    guests::build(&server)?;
    let demo = Demo { server, folder: root().join("var/demo") };
    if options.fresh && demo.folder.exists() {
        fs::remove_dir_all(&demo.folder)
            .map_err(|error| format!("{} can not be removed: {error}", demo.folder.display()))?;
    }
    let key = load::load(&demo)?;
    let address = SocketAddr::from(([127, 0, 0, 1], options.port));
    let mut running = Running::start(&demo, address)?;
    let shown = check::Shown::find(address, &key)?;
    println!("{}", shown.introduction());
    if options.check {
        return shown.check();
    }
    println!("Stop it with Ctrl-C.");
    running.wait()
}

impl Demo {
    /// The product's own command line, on the demo's database.
    fn regulars(&self) -> Command {
        let mut regulars = command(&self.server);
        regulars
            .arg("--database")
            .arg(format!("sqlite:{}", self.folder.join("regulars.db").display()));
        regulars.arg("--plugins").arg(root().join("plugins"));
        regulars
    }

    fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }
}

/// The server; stopped when this goes.
struct Running(Child);

impl Running {
    fn start(demo: &Demo, address: SocketAddr) -> Outcome<Running> {
        if std::net::TcpListener::bind(address).is_err() {
            return Err(format!("{address} is in use; stop what listens there, or give `--port`"));
        }
        let log = fs::File::create(demo.log())
            .map_err(|error| format!("{} can not be written: {error}", demo.log().display()))?;
        let mut serve = demo.regulars();
        serve.args(["serve", "--listen", &address.to_string()]).stdin(Stdio::null()).stderr(log);
        let child =
            serve.spawn().map_err(|error| format!("the server can not be started: {error}"))?;
        let mut running = Running(child);
        running.wait_until_ready(address, &demo.log())?;
        Ok(running)
    }

    fn wait_until_ready(&mut self, address: SocketAddr, log: &Path) -> Outcome {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(READY_SECONDS_MAX) {
            if http::ask(address, "", "/v1/ready", None).is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if matches!(self.0.try_wait(), Ok(Some(_))) {
                break;
            }
            sleep(Duration::from_millis(50));
        }
        let log = fs::read_to_string(log).unwrap_or_default();
        Err(format!("the server did not get ready; it says:\n{}", log.trim()))
    }

    fn wait(&mut self) -> Outcome {
        match self.0.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("the server ended with {status}")),
            Err(error) => Err(format!("the server is lost: {error}")),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
