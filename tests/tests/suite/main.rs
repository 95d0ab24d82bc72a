//! Tests through the public door: HTTP, on both databases. The tree mirrors that of the URLs.

#![expect(clippy::unwrap_used, reason = "a test that can not set itself up has failed")]

mod house;
mod plugins;
mod rest;
