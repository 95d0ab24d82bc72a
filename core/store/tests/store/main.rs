//! The same suite on SQLite and on Postgres.

#![expect(clippy::unwrap_used, reason = "a test that can not set itself up has failed")]

#[macro_use]
mod database;
mod audit;
mod catalogue;
mod commit;
mod configuration;
mod conflicts;
mod customers;
mod due;
mod history;
mod idempotency;
mod limits;
mod load;
mod lock;
mod migrations;
mod rows;
mod timeline;
mod work;
