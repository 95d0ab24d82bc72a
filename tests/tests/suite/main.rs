//! Tests through the public doors, on both databases: HTTP, in a tree like that of the URLs, and the
//! program itself, which can be killed.

#![expect(clippy::unwrap_used, reason = "a test that can not set itself up has failed")]

mod determinism;
mod findings;
mod generate;
mod golden;
mod guide;
mod house;
mod order;
mod plugins;
mod program;
mod rest;
mod scenarios;
mod story;
mod tables;
mod twins;
