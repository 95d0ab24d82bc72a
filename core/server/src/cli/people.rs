//! Commands about people and places: keys, staff, units, and the audit of what they did.

use clap::{Args, Subcommand};
use regulars_model::{CustomerId, Instant, KeyId, StaffId, limits::PAGE_SIZE_DEFAULT};
use regulars_store::Seal;

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
