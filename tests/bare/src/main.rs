//! What the machine and the two libraries allow: a route that reads a purchase and inserts its row,
//! durably, and nothing else. `cargo xtask bench` puts the product beside it.
//!
//!     regulars-bare sqlite:PATH|postgres://… ADDRESS

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::{
    PgPool, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::error::Error;
use tokio::net::TcpListener;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS purchase (source TEXT NOT NULL, source_id TEXT NOT NULL, \
    customer TEXT NOT NULL, kind TEXT NOT NULL, amount BIGINT NOT NULL, currency TEXT NOT NULL, \
    body TEXT NOT NULL, PRIMARY KEY (source, source_id))";
const INSERT: &str = "INSERT INTO purchase VALUES ($1, $2, $3, $4, $5, $6, $7)";

#[derive(Clone)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

#[derive(Deserialize)]
struct Purchase {
    customer: Value,
    kind: String,
    amount: i64,
    currency: String,
    source: String,
    source_id: String,
    #[serde(default)]
    lines: Value,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(database), Some(address)) = (arguments.next(), arguments.next()) else {
        return Err("regulars-bare DATABASE ADDRESS".into());
    };
    let pool = open(&database).await?;
    let health = axum::routing::get(async || "ok");
    let router =
        Router::new().route("/v1/events", post(insert)).route("/v1/ready", health).with_state(pool);
    axum::serve(TcpListener::bind(address).await?, router).await?;
    Ok(())
}

/// As durable as the product: the log is on the disk before the answer goes out.
async fn open(database: &str) -> Result<Pool, sqlx::Error> {
    let Some(path) = database.strip_prefix("sqlite:") else {
        let pool = PgPoolOptions::new().max_connections(16).connect(database).await?;
        sqlx::query(TABLE).execute(&pool).await?;
        return Ok(Pool::Postgres(pool));
    };
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    sqlx::query(TABLE).execute(&pool).await?;
    Ok(Pool::Sqlite(pool))
}

async fn insert(
    State(pool): State<Pool>,
    Json(purchase): Json<Purchase>,
) -> Result<(StatusCode, Json<Value>), (StatusCode, String)> {
    let Purchase { customer, kind, amount, currency, source, source_id, lines } = purchase;
    let answer = json!({"source_id": source_id});
    macro_rules! bind {
        ($query:expr) => {
            $query
                .bind(source)
                .bind(source_id)
                .bind(customer.to_string())
                .bind(kind)
                .bind(amount)
                .bind(currency)
                .bind(lines.to_string())
        };
    }
    let done = match &pool {
        Pool::Sqlite(pool) => bind!(sqlx::query(INSERT)).execute(pool).await.map(drop),
        Pool::Postgres(pool) => bind!(sqlx::query(INSERT)).execute(pool).await.map(drop),
    };
    done.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok((StatusCode::CREATED, Json(answer)))
}
