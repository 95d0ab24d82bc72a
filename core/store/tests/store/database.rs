//! A database of its own for each test, on either engine.

use regulars_store::{Store, StoreError};
use sqlx::{Connection, Executor};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;

/// `on_both! { async fn name(db: &Database) { … } }`: a test per engine.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($db:ident: &Database) $body:block)+) => {$(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes)]
            use super::*;
            use $crate::database::{Database, Engine, Test, run};

            fn test($db: &Database) -> Test<'_> {
                Box::pin(async move { $body })
            }

            #[test]
            fn sqlite() {
                run(Engine::Sqlite, test);
            }

            #[test]
            fn postgres() {
                run(Engine::Postgres, test);
            }
        }
    )+};
}

pub struct Database {
    pub store: Store,
    pub url: String,
    place: Place,
}

enum Place {
    Folder(tempfile::TempDir),
    Server { url: String, name: String },
}

static MADE: AtomicU32 = AtomicU32::new(0);

impl Database {
    pub async fn sqlite() -> Database {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("var/test.db").display());
        let store = Store::open(&url).await.expect("a database");
        Database { store, url, place: Place::Folder(folder) }
    }

    pub async fn postgres() -> Database {
        let Ok(server) = std::env::var("REGULARS_TEST_POSTGRES") else {
            panic!("set REGULARS_TEST_POSTGRES or run cargo xtask test");
        };
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        // A schema is made much faster than a database.
        let name = format!("regulars_store_{}_{number}", std::process::id());
        on_server(&server, format!("DROP SCHEMA IF EXISTS {name} CASCADE")).await;
        on_server(&server, format!("CREATE SCHEMA {name}")).await;
        let mark = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{mark}options[search_path]={name}");
        let store = Store::open(&url).await.expect("a database");
        Database { store, url, place: Place::Server { url: server, name } }
    }

    /// A second opening of the same database.
    pub async fn open_again(&self) -> Result<Store, StoreError> {
        Store::open(&self.url).await
    }

    /// One statement past the store.
    pub async fn execute(&self, sql: &str) {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        if self.store.is_sqlite() {
            let mut raw = sqlx::SqliteConnection::connect(&self.url).await.expect("SQLite");
            raw.execute(sqlx::raw_sql(sql)).await.expect("a statement");
            raw.close().await.expect("closed");
        } else {
            let mut raw = sqlx::PgConnection::connect(&self.url).await.expect("Postgres");
            raw.execute(sqlx::raw_sql(sql)).await.expect("a statement");
        }
    }

    /// The first column of a query past the store.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        if self.store.is_sqlite() {
            let mut raw = sqlx::SqliteConnection::connect(&self.url).await.expect("SQLite");
            sqlx::query_scalar(sql).fetch_all(&mut raw).await.expect("a query")
        } else {
            let mut raw = sqlx::PgConnection::connect(&self.url).await.expect("Postgres");
            sqlx::query_scalar(sql).fetch_all(&mut raw).await.expect("a query")
        }
    }

    pub async fn count(&self, table: &str) -> i64 {
        let texts = self.texts(&format!("SELECT CAST(count(*) AS TEXT) FROM {table}")).await;
        texts[0].parse().expect("a count")
    }

    pub async fn remove(self) {
        self.store.close().await;
        match self.place {
            Place::Folder(folder) => folder.close().expect("the folder goes"),
            Place::Server { url, name } => {
                on_server(&url, format!("DROP SCHEMA {name} CASCADE")).await;
            }
        }
    }
}

pub type Test<'d> = Pin<Box<dyn Future<Output = ()> + 'd>>;

pub enum Engine {
    Sqlite,
    Postgres,
}

/// Runs a test and takes its database away, whatever came of it.
pub fn run(engine: Engine, test: fn(&Database) -> Test<'_>) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let database = match engine {
            Engine::Sqlite => Database::sqlite().await,
            Engine::Postgres => Database::postgres().await,
        };
        let mut test = test(&database);
        let outcome =
            poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| test.as_mut().poll(cx))) {
                Ok(poll) => poll.map(Ok),
                Err(panic) => Poll::Ready(Err(panic)),
            })
            .await;
        drop(test);
        database.remove().await;
        if let Err(panic) = outcome {
            resume_unwind(panic);
        }
    });
}

async fn on_server(url: &str, sql: String) {
    let mut raw = sqlx::PgConnection::connect(url).await.expect("the Postgres to test on");
    raw.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await.expect("a statement");
}
