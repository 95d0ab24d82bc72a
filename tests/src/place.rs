//! A database of its own for each test.

use std::{
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};
use tempfile::TempDir;

pub enum Place {
    Sqlite(TempDir),
    /// A schema of the server at `url`, made much faster than a database.
    Postgres {
        url: String,
        schema: String,
    },
}

static MADE: AtomicU32 = AtomicU32::new(0);

impl Place {
    pub fn sqlite() -> Place {
        Place::Sqlite(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn postgres() -> Place {
        let Ok(url) = std::env::var("REGULARS_TEST_POSTGRES") else {
            panic!("set REGULARS_TEST_POSTGRES to a Postgres, or run cargo xtask test");
        };
        let number = MADE.fetch_add(1, Ordering::SeqCst);
        let schema = format!("regulars_rest_{}_{number}", std::process::id());
        execute(&url, &format!("CREATE SCHEMA {schema}"));
        Place::Postgres { url, schema }
    }

    /// A measure of what has been committed: it is another after each commit of customers.
    pub fn written(&self) -> String {
        match self {
            Place::Sqlite(folder) => {
                let log = std::fs::metadata(folder.path().join("test.db-wal"));
                // A page of bookkeeping is not yet a customer.
                log.map_or(0, |log| log.len() >> 18).to_string()
            }
            Place::Postgres { url, schema } => {
                execute(url, &format!("SELECT count(*) FROM {schema}.customer"))
            }
        }
    }

    /// Makes the file of an installed version one that does not load; on Postgres.
    pub fn spoil_package(&self, version: &str) {
        let Place::Postgres { url, schema } = self else { panic!("only the store opens SQLite") };
        let table = format!("{schema}.plugin_package");
        execute(url, &format!("UPDATE {table} SET file = '\\x00' WHERE version = '{version}'"));
    }

    /// Does to the audit what only somebody does who means harm; on Postgres.
    pub fn spoil_audit(&self, sql: &str) {
        let Place::Postgres { url, schema } = self else { panic!("only the store opens SQLite") };
        execute(url, &format!("SET search_path TO {schema}; {sql}"));
    }

    pub fn url(&self) -> String {
        match self {
            Place::Sqlite(folder) => format!("sqlite:{}", folder.path().join("test.db").display()),
            Place::Postgres { url, schema } => {
                let mark = if url.contains('?') { '&' } else { '?' };
                format!("{url}{mark}options[search_path]={schema}")
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Place::Postgres { url, schema } = self {
            execute(url, &format!("DROP SCHEMA {schema} CASCADE"));
        }
    }
}

/// Only the store speaks SQL, so this goes by Postgres's own client.
fn execute(url: &str, sql: &str) -> String {
    let done = Command::new("psql")
        .env("PGOPTIONS", "-c client_min_messages=warning")
        .args([
            url,
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--set=ON_ERROR_STOP=1",
            "--command",
            sql,
        ])
        .output()
        .expect("psql, which comes with Postgres");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).trim().to_owned()
}
