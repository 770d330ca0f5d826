//! A server with nothing but what its routes say: no session, no permission, no page. Started by `cargo xtask bench`.
//!
//! `tenantry-ceilings ADDRESS DATABASE`, where the database is an empty one of its own.

mod database;

use std::{
    env,
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use argon2::{Argon2, password_hash::PasswordHasher as _};
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use sea_orm::{DatabaseConnection, DbErr, EntityTrait as _, TransactionTrait as _};
use tokio::{net::TcpListener, sync::Semaphore, task::spawn_blocking};

use database::{Pools, THINGS, id, insert, things};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Clone)]
struct Ceilings {
    pools: Pools,
    next: Arc<AtomicU64>,
    cores: Arc<Semaphore>,
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, database] = &arguments[..] else { panic!("usage: tenantry-ceilings ADDRESS DATABASE") };
    let pools = Pools::open(database).await.expect("an empty database");
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let state =
        Ceilings { pools, next: Arc::new(AtomicU64::new(THINGS)), cores: Arc::new(Semaphore::new(cores)) };
    let routes = Router::new()
        .route("/hello", get(|| async { "hello" }))
        .route("/point/{number}", get(point))
        .route("/three-inserts", post(three_inserts))
        .route("/create", post(create))
        .route("/hash", post(hash))
        .with_state(state);
    let listener = TcpListener::bind(address).await.expect("a free address");
    axum::serve(listener, routes).await.expect("to serve");
}

/// One row by its key.
async fn point(State(ceilings): State<Ceilings>, Path(number): Path<u64>) -> Result<String, StatusCode> {
    let found = things::Entity::find_by_id(id(number % THINGS)).one(&ceilings.pools.readers).await;
    Ok(found.map_err(failed)?.ok_or(StatusCode::NOT_FOUND)?.name)
}

/// Three rows in one transaction.
async fn three_inserts(State(ceilings): State<Ceilings>) -> Result<StatusCode, StatusCode> {
    ceilings.write(0, 3).await.map_err(failed)
}

/// What creating a user takes at the least: three rows read, six written, in one transaction.
async fn create(State(ceilings): State<Ceilings>) -> Result<StatusCode, StatusCode> {
    ceilings.write(3, 6).await.map_err(failed)
}

/// A password hashed with the program's parameters, on as many threads as there are cores.
async fn hash(State(ceilings): State<Ceilings>) -> Result<StatusCode, StatusCode> {
    let _permit = ceilings.cores.acquire().await;
    let hashed = spawn_blocking(|| Argon2::default().hash_password(b"correct horse battery").is_ok()).await;
    if hashed.is_ok_and(|hashed| hashed) { Ok(StatusCode::NO_CONTENT) } else { Err(StatusCode::SERVICE_UNAVAILABLE) }
}

impl Ceilings {
    async fn write(&self, reads: u64, inserts: u64) -> Result<StatusCode, DbErr> {
        let first = self.next.fetch_add(inserts, Ordering::Relaxed);
        let transaction = begin(&self.pools.writer).await?;
        for read in 0..reads {
            things::Entity::find_by_id(id((first + read) % THINGS)).one(&transaction).await?;
        }
        for number in first..first + inserts {
            insert(&transaction, number).await?;
        }
        transaction.commit().await?;
        Ok(StatusCode::CREATED)
    }
}

async fn begin(writer: &DatabaseConnection) -> Result<sea_orm::DatabaseTransaction, DbErr> {
    use sea_orm::{SqliteTransactionMode, TransactionOptions};
    let options =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    writer.begin_with_options(options).await
}

fn failed(error: DbErr) -> StatusCode {
    eprintln!("{error}");
    StatusCode::SERVICE_UNAVAILABLE
}
