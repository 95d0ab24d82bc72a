//! The same suite on SQLite and on Postgres.

#[macro_use]
mod database;
mod catalogue;
mod commit;
mod configuration;
mod conflicts;
mod customers;
mod due;
mod limits;
mod load;
mod lock;
mod migrations;
mod rows;
mod timeline;
mod work;
