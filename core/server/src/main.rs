//! `regulars`: the server and its command line.

mod audit;
mod backup;
mod cli;
mod drafts;
mod held;
mod import;
mod issues;
mod keys;
mod language;
mod packages;
mod plugin;
mod remote;
mod sentences;
mod serve;
mod session;
mod staff;
mod tables;
mod verify;
mod what_if;

use clap::Parser;
use cli::{Cli, Command, DecisionsCommand, KeyCommand, PluginCommand, UnitCommand};
use regulars_engine::{Problem, problem::Code};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    language::choose(cli.lang);
    let filter = tracing_subscriber::EnvFilter::try_from_env("REGULARS_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,regulars=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(cli).await {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("regulars: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// What ends a command, as a sentence.
#[derive(Debug)]
pub(crate) struct Fault(pub String);

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<regulars_model::said::Said> for Fault {
    fn from(said: regulars_model::said::Said) -> Fault {
        Fault(said.get(language::language()).to_owned())
    }
}

impl From<regulars_model::text::Bilingual> for Fault {
    fn from(text: regulars_model::text::Bilingual) -> Fault {
        Fault(text.get(language::language()).to_owned())
    }
}

impl From<regulars_host::LoadError> for Fault {
    fn from(error: regulars_host::LoadError) -> Fault {
        Fault(error.write(language::language()))
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Fault {
        // Their titles speak of a server that answers others; here the detail says it all.
        match problem.code {
            Code::Unavailable | Code::Internal => {
                Fault(problem.detail.get(language::language()).to_owned())
            }
            _ => Fault(problem.write(language::language())),
        }
    }
}

async fn run(cli: Cli) -> Result<ExitCode, Fault> {
    let place = &cli.place;
    match cli.command {
        Command::Serve(args) => serve::serve(place, &args).await?,
        Command::Import(args) => {
            let engine = session::open_local(place).await?;
            let summary = import::run(&engine.engine, &args).await;
            let summary = summary.map_err(|error| Fault(error.to_string()))?;
            println!("{}", summary.text(args.json, language::language()));
        }
        Command::Key(KeyCommand::Create { name, role, unit, action, expires_at }) => {
            keys::create(place, name, &role, unit, action, expires_at).await?;
        }
        Command::Key(KeyCommand::List) => keys::list(place).await?,
        Command::Key(KeyCommand::Revoke { id }) => keys::revoke(place, id).await?,
        Command::Staff(command) => staff::run(place, command).await?,
        Command::Count { by, json } => session::count(place, &by, json).await?,
        Command::WhatIf(args) => what_if::run(place, &args).await?,
        Command::Audit(command) => return audit::run(place, command).await,
        Command::Decisions(DecisionsCommand::Verify(args)) => {
            return verify::run(place, &args).await;
        }
        Command::Backup { file } => backup::back_up(place, &file).await?,
        Command::Restore { file } => backup::restore(place, &file).await?,
        Command::Copy { to } => backup::copy(place, &to).await?,
        Command::Unit(UnitCommand::Put(args)) => session::put_unit(place, args).await?,
        Command::Unit(UnitCommand::List) => session::list_units(place).await?,
        Command::Plugin(PluginCommand::List) => session::list_plugins(place).await?,
        Command::Plugin(PluginCommand::Settings { plugin, set, unit }) => {
            session::change_settings(place, &plugin, unit.as_deref(), &set).await?;
        }
        Command::Plugin(PluginCommand::Enable { plugin, unit }) => {
            session::put_plugin_units(place, &plugin, true, unit).await?;
        }
        Command::Plugin(PluginCommand::Disable { plugin }) => {
            session::put_plugin_units(place, &plugin, false, Vec::new()).await?;
        }
        Command::Plugin(PluginCommand::Table { plugin, name, file }) => {
            tables::table(place, &plugin, &name, file.as_deref()).await?;
        }
        Command::Plugin(PluginCommand::Install { file, hold }) => {
            packages::install(place, &file, hold).await?;
        }
        Command::Issue(command) => issues::run(place, command).await?,
        Command::Draft(command) => drafts::run(place, command).await?,
        Command::Plugin(PluginCommand::Upgrade { file }) => packages::upgrade(place, &file).await?,
        Command::Plugin(PluginCommand::Rollback { plugin }) => {
            packages::rollback(place, &plugin).await?;
        }
        Command::Plugin(PluginCommand::Held { plugin, fault, json }) => {
            held::list(place, plugin.as_deref(), fault.as_deref(), json).await?;
        }
        Command::Plugin(PluginCommand::Release { plugin }) => {
            packages::release(place, &plugin).await?;
        }
        Command::Plugin(PluginCommand::Rerun { plugin, customer }) => {
            held::rerun(place, &plugin, customer).await?;
        }
        Command::Plugin(PluginCommand::Uninstall { plugin }) => {
            packages::uninstall(place, &plugin).await?;
        }
        Command::Plugin(PluginCommand::New(args)) => plugin::new(&args)?,
        Command::Plugin(PluginCommand::Build { folder }) => plugin::build(&folder)?,
        Command::Plugin(PluginCommand::Wrap { module, manifest, out }) => {
            plugin::wrap(&module, &manifest, &out)?;
        }
        Command::Plugin(PluginCommand::Key { name }) => plugin::make_key(&name)?,
        Command::Plugin(PluginCommand::Pack(args)) => plugin::pack(&args)?,
        Command::Plugin(PluginCommand::Check { folder }) => plugin::check(&folder)?,
        Command::Plugin(PluginCommand::Test(args)) => return plugin::test(&args).await,
        Command::Plugin(PluginCommand::Bench { folder }) => plugin::bench(&folder)?,
        Command::Plugin(PluginCommand::Record(args)) => plugin::record(place, &args).await?,
        Command::Plugin(PluginCommand::Dev(args)) => plugin::dev(place, &args).await?,
    }
    Ok(ExitCode::SUCCESS)
}
