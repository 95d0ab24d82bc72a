//! The command line, as `regulars --help` shows it.

use crate::import::ImportArgs;
use clap::{Args, Parser, Subcommand};
use regulars_model::{
    CustomerId, DraftId, Instant, IssueId, KeyId, StaffId,
    limits::{PAGE_SIZE_DEFAULT, VERIFIED_DEFAULT, VERIFIED_MAX},
    text::Language,
};
use regulars_store::Seal;
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

#[derive(Args)]
pub struct WhatIfArgs {
    #[arg(required_unless_present_any = ["draft", "without"])]
    pub plugin: Option<String>,
    /// NAME=VALUE; may be given more than once
    #[arg(long, required_unless_present_any = ["script", "package", "table", "draft", "without"])]
    pub set: Vec<String>,
    /// As if this draft were in force everywhere
    #[arg(long, conflicts_with_all = ["plugin", "set", "script", "package", "table", "without"])]
    pub draft: Option<DraftId>,
    /// As if this draft had never been in force: what a rollback would do
    #[arg(long, conflicts_with_all = ["plugin", "set", "script", "package", "table", "from"])]
    pub without: Option<DraftId>,
    /// A script in place of the plugin's own, under its manifest
    #[arg(long, value_name = "FILE", conflicts_with = "package")]
    pub script: Option<PathBuf>,
    /// Another version of the plugin, packed; it is checked as an installation would, and not installed
    #[arg(long, value_name = "FILE")]
    pub package: Option<PathBuf>,
    /// NAME=FILE: rows (CSV or JSON) in place of a reference table; may be given more than once
    #[arg(long, value_name = "NAME=FILE")]
    pub table: Vec<String>,
    /// As if in force since then, history replayed under both: 2026-01-01T00:00:00+08:00
    #[arg(long, value_name = "INSTANT")]
    pub from: Option<Instant>,
    /// Replayed up to then
    #[arg(long, value_name = "INSTANT", requires = "from")]
    pub to: Option<Instant>,
    /// Code of a unit: only customers whose home store is there; may be given more than once
    #[arg(long)]
    pub store: Vec<String>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Subcommand)]
pub enum DecisionsCommand {
    /// Run stored decisions again, each under its own rule and settings, and compare the bytes; fails
    /// where any differs
    Verify(VerifyArgs),
}

#[derive(Args)]
pub struct VerifyArgs {
    /// How many, of customers all over the base
    #[arg(long, default_value_t = VERIFIED_DEFAULT, value_parser = clap::value_parser!(u32).range(1..=i64::from(VERIFIED_MAX)))]
    pub sample: u32,
    /// Chooses them; another one each time unless given
    #[arg(long)]
    pub seed: Option<u32>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Subcommand)]
pub enum KeyCommand {
    /// Make a key; it is shown this once
    Create {
        #[arg(long)]
        name: String,
        /// admin, head_office, marketing, store_manager, cashier, sales_guide, customer_service or
        /// integration
        #[arg(long)]
        role: String,
        /// Code of a unit it may act for; may be given more than once; the whole organisation when absent
        #[arg(long)]
        unit: Vec<String>,
        /// The only operation it may use, such as append_event; may be given more than once
        #[arg(long)]
        action: Vec<String>,
        /// 2027-01-01T00:00:00+08:00
        #[arg(long, value_name = "INSTANT")]
        expires_at: Option<Instant>,
    },
    /// List all keys, revoked and expired ones too
    List,
    /// Revoke a key, for good
    Revoke {
        /// As the list has it: key_…
        id: KeyId,
    },
}

#[derive(Subcommand)]
pub enum AuditCommand {
    /// List entries, newest first
    List(AuditListArgs),
    /// Go along the chain of all entries, and name the first that does not fit
    Verify {
        /// A checkpoint made earlier: the chain must still lead through it
        #[arg(long, value_name = "NUMBER:HASH", value_parser = crate::audit::read_checkpoint)]
        from: Option<Seal>,
        #[arg(long)]
        json: bool,
    },
    /// Print number and hash of the last entry, to be kept where nobody can change it who may change
    /// the database
    Checkpoint,
}

#[derive(Args)]
pub struct AuditListArgs {
    /// Only what this actor did: stf_…
    #[arg(long, value_name = "ID")]
    pub actor: Option<StaffId>,
    /// Only this operation, such as put_unit
    #[arg(long)]
    pub action: Option<String>,
    /// Only records of this kind, such as unit
    #[arg(long)]
    pub kind: Option<String>,
    /// Only the record with this id or code
    #[arg(long)]
    pub record: Option<String>,
    /// Only what holds this customer's data: cus_…
    #[arg(long, value_name = "ID")]
    pub customer: Option<CustomerId>,
    /// Not before this instant: 2026-01-01T00:00:00+08:00
    #[arg(long, value_name = "INSTANT")]
    pub from: Option<Instant>,
    /// Before this instant
    #[arg(long, value_name = "INSTANT")]
    pub until: Option<Instant>,
    /// How many at the most
    #[arg(long, default_value_t = PAGE_SIZE_DEFAULT)]
    pub limit: u32,
    #[arg(long)]
    pub json: bool,
}

#[derive(Subcommand)]
pub enum StaffCommand {
    /// Make an account; its first password is shown this once
    Create {
        /// What they log in with, such as wang.fang
        login: String,
        #[arg(long)]
        name: String,
        /// admin, head_office, marketing, store_manager, cashier, sales_guide or customer_service
        #[arg(long)]
        role: String,
        /// Code of a unit they act for; may be given more than once; the whole organisation when absent
        #[arg(long)]
        unit: Vec<String>,
        /// Read the password from standard input instead
        #[arg(long)]
        password_stdin: bool,
    },
    /// List people
    List,
    /// Disable an account and end its sessions
    Disable { login: String },
    /// Set a password, shown this once; it must be changed at the next log-in
    SetPassword {
        login: String,
        /// Read it from standard input instead
        #[arg(long)]
        password_stdin: bool,
    },
    /// Hand over the customers somebody looks after, and their tasks
    HandOver {
        /// Who leaves
        login: String,
        /// Login of who gets them; may be given more than once, then they are spread evenly
        #[arg(long, required = true)]
        to: Vec<String>,
    },
}

#[derive(Subcommand)]
pub enum UnitCommand {
    /// Create a unit, or change it
    Put(UnitArgs),
    /// List all units
    List,
}

#[derive(Args)]
pub struct UnitArgs {
    /// What the chain calls it: store-12
    pub code: String,
    #[arg(long)]
    pub name: String,
    /// organisation, brand, region, franchisee or store
    #[arg(long)]
    pub kind: String,
    /// Code of the unit above; the organisation when absent
    #[arg(long)]
    pub parent: Option<String>,
    /// IANA name, such as Asia/Shanghai
    #[arg(long)]
    pub time_zone: Option<String>,
    /// ISO 4217, such as CNY
    #[arg(long)]
    pub currency: Option<String>,
    /// Hours after midnight that still belong to the day before
    #[arg(long)]
    pub cutoff_hour: Option<u8>,
    /// Who looks after a new customer: by-hand, or by-load (else the sales guide with the fewest)
    #[arg(long)]
    pub assignment: Option<String>,
}

/// A change of a plugin to be prepared.
#[derive(Args)]
pub struct DraftArgs {
    pub plugin: String,
    /// What it is about, for people
    #[arg(long)]
    pub title: String,
    /// NAME=VALUE for the whole organisation; may be given more than once
    #[arg(long)]
    pub set: Vec<String>,
    /// UNIT:NAME=VALUE for one part of it; may be given more than once
    #[arg(long)]
    pub set_at: Vec<String>,
    /// Another version of the plugin, brought in with `plugin install --hold`
    #[arg(long)]
    pub version: Option<String>,
}

#[derive(Subcommand)]
pub enum DraftCommand {
    /// Prepare a change of a plugin; it is checked, and nothing of it is in force
    Create(DraftArgs),
    /// List drafts, the newest first
    List,
    /// Show a draft
    Show { draft: DraftId },
    /// Check it against what is in force by now
    Check { draft: DraftId },
    /// Put it in force for customers who are at home in some stores
    Rollout {
        draft: DraftId,
        /// Codes of units; may be given more than once
        #[arg(long, value_delimiter = ',', required = true)]
        unit: Vec<String>,
        /// By itself, from then on: 2026-12-01T03:00:00+08:00
        #[arg(long, value_name = "INSTANT")]
        at: Option<Instant>,
    },
    /// Put it in force everywhere
    Publish {
        draft: DraftId,
        /// By itself, from then on: 2026-12-01T03:00:00+08:00
        #[arg(long, value_name = "INSTANT")]
        at: Option<Instant>,
    },
    /// End a trial, or what is scheduled
    Abort { draft: DraftId },
    /// Take it back as if it had never been in force
    Rollback { draft: DraftId },
    /// Put one away that never was in force
    Discard { draft: DraftId },
}

#[derive(Args)]
pub struct IssueArgs {
    /// All that this draft left out
    #[arg(long, required_unless_present = "plugin")]
    pub draft: Option<DraftId>,
    /// What the settings of this plugin left out that are in force
    #[arg(long, conflicts_with = "draft")]
    pub plugin: Option<String>,
    /// task, message, voucher, points or custom; may be given more than once; all when absent
    #[arg(long, value_delimiter = ',')]
    pub sort: Vec<String>,
    /// At most so many a minute: 600/min
    #[arg(long, value_name = "NUMBER/min", value_parser = read_pace)]
    pub pace: u32,
}

fn read_pace(text: &str) -> Result<u32, String> {
    let number = text.strip_suffix("/min").and_then(|number| number.parse().ok());
    number.ok_or_else(|| "expected a number of effects a minute, such as 600/min".to_owned())
}

#[derive(Subcommand)]
pub enum IssueCommand {
    /// Count what there is to give; nothing is given before it is started
    Create(IssueArgs),
    /// List issues, the newest first
    List,
    /// Show how far one is: what was given, and what was not and why
    Show { issue: IssueId },
    /// Have what was counted given by the server, or go on after a pause
    Start { issue: IssueId },
    /// Give nothing more until it is started again
    Pause { issue: IssueId },
    /// Give nothing more; what was given stays
    Cancel { issue: IssueId },
}

#[derive(Subcommand)]
pub enum PluginCommand {
    /// List plugins with their settings and health
    List,
    /// Show settings, or change them
    Settings {
        plugin: String,
        /// NAME=VALUE; a VALUE that is JSON is taken as such, everything else as text
        #[arg(long)]
        set: Vec<String>,
        /// Code of a unit: as they are there, and from where; --set changes them for that part alone
        #[arg(long)]
        unit: Option<String>,
    },
    /// Show a reference table of a plugin as JSON, or put another in its place
    Table {
        plugin: String,
        name: String,
        /// Rows: CSV whose first line names the columns, or a JSON list of objects
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// Switch a plugin on, for the whole organisation or for parts of it
    Enable {
        plugin: String,
        /// Codes of units; may be given more than once
        #[arg(long, value_delimiter = ',')]
        unit: Vec<String>,
    },
    /// Switch a plugin off: it leaves nothing behind on customers
    Disable { plugin: String },
    /// Install a packed plugin; in force from now on, on a server that runs, too
    Install {
        file: PathBuf,
        /// Keep a version at hand without putting it in force: a draft does that
        #[arg(long)]
        hold: bool,
    },
    /// Install a newer version of an installed plugin
    Upgrade { file: PathBuf },
    /// Put the version before back, with the settings it had
    Rollback { plugin: String },
    /// List decisions that are held since a plugin failed
    Held {
        /// Only this plugin's
        plugin: Option<String>,
        /// Only those with this fault, such as out_of_fuel
        #[arg(long)]
        fault: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Let a quarantined version decide again
    Release { plugin: String },
    /// Run a plugin's held decisions again
    Rerun {
        plugin: String,
        /// Only those about this customer; may be given more than once
        #[arg(long, value_name = "ID")]
        customer: Vec<CustomerId>,
    },
    /// Switch an installed plugin off and forget it; what it decided stays on record
    Uninstall { plugin: String },
    /// Make a plugin that works, to be changed; the folder's name is its id
    New(NewArgs),
    /// Make the component of a Rust plugin: compile its crate, and wrap the module
    Build { folder: PathBuf },
    /// Load a plugin as the server would, and say what is wrong
    Check { folder: PathBuf },
    /// Run a plugin's scenarios; say what of the rule they leave out, and how near its limits it comes
    Test(TestArgs),
    /// Watch a plugin's folder: build it, check it, run its scenarios, and see that the server which
    /// runs with `serve --dev` has taken it
    Dev(DevArgs),
    /// Measure the rule on the entries of its scenarios, beside one that does nothing
    Bench { folder: PathBuf },
    /// Make a scenario of a decision on record, with nobody to be known by it
    Record(RecordArgs),
    /// Make a publisher's keys: NAME.key to sign with and to keep to oneself, NAME.pub to be given
    /// to those who are to trust it
    Key { name: String },
    /// Check a plugin, run its scenarios, and make one signed file of it
    Pack(PackArgs),
    /// Make a component of a module that was built for wasm32-unknown-unknown otherwise than by `build`
    Wrap {
        module: PathBuf,
        #[arg(long)]
        manifest: PathBuf,
        #[arg(long)]
        out: PathBuf,
    },
}

#[derive(Args)]
pub struct NewArgs {
    pub folder: PathBuf,
    /// A script: no compiler is needed; so it is unless told otherwise
    #[arg(long, conflicts_with = "rust")]
    pub rhai: bool,
    /// A crate, compiled to WebAssembly
    #[arg(long)]
    pub rust: bool,
    /// Where `sdk/rust` of a copy of Regulars lies; for --rust
    #[arg(long, value_name = "PATH", conflicts_with = "rhai")]
    pub sdk: Option<PathBuf>,
}

#[derive(Args)]
pub struct DevArgs {
    pub folder: PathBuf,
    /// Where the server answers, such as http://127.0.0.1:7878, if its database does not say so, as
    /// Postgres does not; with an API key in REGULARS_KEY
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
}

#[derive(Args)]
pub struct TestArgs {
    pub folder: PathBuf,
    /// One scenario, or a folder of them; those of the plugin unless told otherwise
    #[arg(long, value_name = "PATH")]
    pub scenarios: Option<PathBuf>,
    /// Run them again whenever a file of the folder changes; a crate is built before
    #[arg(long)]
    pub watch: bool,
}

#[derive(Args)]
pub struct RecordArgs {
    /// Id of the decision, as the list of a customer's decisions and `explain` have it: dec_…
    pub decision: String,
    /// Where to write it; shown unless told otherwise
    #[arg(long)]
    pub out: Option<PathBuf>,
}

#[derive(Args)]
pub struct PackArgs {
    pub folder: PathBuf,
    /// The publisher's private key, as `plugin key` made it; or else say --unsigned
    #[arg(long, required_unless_present = "unsigned")]
    pub key: Option<PathBuf>,
    /// Without a signature: it is installed only where everybody is trusted
    #[arg(long, conflicts_with = "key")]
    pub unsigned: bool,
    /// ID-VERSION.plugin unless told otherwise
    #[arg(long)]
    pub out: Option<PathBuf>,
}
