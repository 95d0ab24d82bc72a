//! The command line, as `regulars --help` shows it.

mod people;
mod plugin;
mod rules;

pub use people::*;
pub use plugin::*;
pub use rules::*;

use crate::import::ImportArgs;
use clap::{Args, Parser, Subcommand};
use regulars_model::text::Language;
use std::{net::SocketAddr, path::PathBuf};

/// A CRM for retail chains whose trades are plugins.
#[derive(Parser)]
#[command(name = "regulars", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    pub place: Place,
    /// en or zh-CN; what the locale says unless told otherwise
    #[arg(long, env = "REGULARS_LANG", global = true, value_parser = crate::language::read)]
    pub lang: Option<Language>,
    #[command(subcommand)]
    pub command: Command,
}

/// Where the data are, and the rules.
#[derive(Args, Clone)]
pub struct Place {
    /// sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(
        long,
        env = "REGULARS_DATABASE",
        default_value = "sqlite:var/regulars.db",
        hide_env_values = true
    )]
    pub database: String,
    /// Folder of plugins; may be given more than once; `plugins`, where there is one, unless told
    /// otherwise
    #[arg(long, env = "REGULARS_PLUGINS", value_delimiter = ',')]
    pub plugins: Vec<PathBuf>,
    /// Public key of a publisher whose plugins may be installed, or `unsigned` for those without a
    /// signature; may be given more than once
    #[arg(long, env = "REGULARS_TRUST", value_name = "KEY", value_delimiter = ',')]
    pub trust: Vec<String>,
    /// Where compiled plugins are kept
    #[arg(long, env = "REGULARS_CACHE", default_value = "var/cache")]
    pub cache: PathBuf,
}

impl Place {
    /// A folder that was asked for must be there; all plugins may also be installed ones.
    pub fn plugin_folders(&self) -> Vec<PathBuf> {
        let usual = PathBuf::from("plugins");
        match self.plugins.is_empty() && usual.is_dir() {
            true => vec![usual],
            false => self.plugins.clone(),
        }
    }
}

#[derive(Subcommand)]
pub enum Command {
    /// Answer REST requests and decide what is due
    Serve(ServeArgs),
    /// Bring history in from a file; nobody is called or written to about it
    Import(ImportArgs),
    /// API keys: made, listed, revoked
    #[command(subcommand)]
    Key(KeyCommand),
    /// People who work for the chain
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Count customers by the values of a field
    Count {
        /// Such as jewellery-tiers.tier, or lifecycle
        #[arg(long)]
        by: String,
        #[arg(long)]
        json: bool,
    },
    /// What a change of settings would do to every customer; nothing is written
    WhatIf(WhatIfArgs),
    /// What plugins decided
    #[command(subcommand)]
    Decisions(DecisionsCommand),
    /// Write everything into a file, as of now; a server may go on meanwhile
    Backup {
        /// `-` for standard output
        file: PathBuf,
    },
    /// Read a backup into an empty database, of either kind
    Restore {
        /// `-` for standard input
        file: PathBuf,
    },
    /// Copy everything into another, empty database: from SQLite to Postgres, or back
    Copy {
        /// sqlite:PATH or postgres://USER@HOST/NAME
        #[arg(long)]
        to: String,
    },
    /// Who did what to which record, and whether the record of it is whole
    #[command(subcommand)]
    Audit(AuditCommand),
    /// The organisation, its regions and stores
    #[command(subcommand)]
    Unit(UnitCommand),
    /// Changes of a plugin that are tried store by store before they are in force everywhere
    #[command(subcommand)]
    Draft(DraftCommand),
    /// Work that a publication left out, counted, and given at a pace
    #[command(subcommand)]
    Issue(IssueCommand),
    /// Plugins and their settings
    #[command(subcommand)]
    Plugin(PluginCommand),
}

#[derive(Args)]
pub struct ServeArgs {
    /// Loopback unless told otherwise
    #[arg(long, env = "REGULARS_LISTEN", default_value = "127.0.0.1:7878")]
    pub listen: SocketAddr,
    /// File that names the chain's own identity provider (OpenID Connect), by which people may log in
    #[arg(long, env = "REGULARS_OIDC", value_name = "FILE")]
    pub oidc: Option<PathBuf>,
    /// For whoever writes a plugin, on a machine of their own: take what changes in the folders of
    /// plugins within a second
    #[arg(long)]
    pub dev: bool,
}
