//! Commands about rules: what-if, drafts, issues of rewards, and decisions made again.

use clap::{Args, Subcommand};
use regulars_model::{
    DraftId, Instant, IssueId,
    limits::{VERIFIED_DEFAULT, VERIFIED_MAX},
};
use std::path::PathBuf;

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
