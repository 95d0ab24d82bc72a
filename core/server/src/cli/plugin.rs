//! Commands about plugins, most of them without a server.

use clap::{Args, Subcommand};
use regulars_model::CustomerId;
use std::path::PathBuf;

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
