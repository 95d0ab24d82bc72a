//! `cargo xtask demo`: from a clone to a server that has customers and can say why.

mod check;
mod load;

use crate::{
    build, guests,
    server::Server,
    shell::{Outcome, command, root},
};
use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::Command,
};

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
    let mut running = demo.serve(address)?;
    let shown = check::Shown::find(address, &key)?;
    println!("{}", shown.introduction());
    if options.check {
        return shown.check();
    }
    println!("Stop it with Ctrl-C.");
    running.wait_until_it_ends()
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

    /// Ready when this returns.
    fn serve(&self, address: SocketAddr) -> Outcome<Server> {
        if TcpListener::bind(address).is_err() {
            return Err(format!("{address} is in use; stop what listens there, or give `--port`"));
        }
        let file = self.folder.join("server.log");
        let log = fs::File::create(&file)
            .map_err(|error| format!("{} can not be written: {error}", file.display()))?;
        let mut serve = self.regulars();
        serve.args(["serve", "--listen", &address.to_string()]).stderr(log);
        let mut server = Server::start(&mut serve, address)?;
        server.wait_until_ready().map_err(|error| {
            let log = fs::read_to_string(&file).unwrap_or_default();
            format!("{error}; it says:\n{}", log.trim())
        })?;
        Ok(server)
    }
}
