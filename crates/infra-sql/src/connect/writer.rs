//! Transactions of either database.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, IsolationLevel,
    QueryResult, Statement, TransactionOptions, TransactionTrait,
};
use tenantry_app::ports::StorageError;

use super::{
    PoolStatus,
    lane::{Lane, Turn},
};
use crate::error::{storage_error, was_connection_lost};

/// So many connections may turn out to be lost before one begins: a server that restarted has cut all of a pool.
const MOST_LOST: u32 = 16;

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A unit of work, as if nobody else were at work: PostgreSQL is told so, and SQLite has one writer. It is short: on SQLite
    /// others may wait for it, to commit together.
    Unit,
    /// A unit of work that may be long: on SQLite nobody's commit waits for it.
    Large,
    /// A worker's step, which bears that others are at work and may be long: PostgreSQL's level is the one it gives by itself.
    Step,
}

/// Begins transactions. A clone begins them on the same connections.
#[derive(Debug, Clone)]
pub(crate) enum Writer {
    /// One connection.
    Sqlite(Lane),
    /// A pool.
    Postgres(DatabaseConnection),
}

impl Writer {
    /// A transaction that writes.
    pub(crate) async fn begin(&self, purpose: Purpose) -> Result<Transaction, DbErr> {
        match self {
            Self::Sqlite(lane) => lane.begin(purpose).await.map(Transaction::Turn),
            Self::Postgres(pool) => begin_on(pool, purpose).await.map(Transaction::Own),
        }
    }

    /// Counts every statement that is sent in a transaction from here on.
    pub(super) fn count_statements(&mut self, sent: &Arc<AtomicU64>) {
        let counted = Arc::clone(sent);
        match self {
            Self::Sqlite(lane) => lane.count_statements(counted),
            Self::Postgres(pool) => pool.set_metric_callback(move |_| {
                counted.fetch_add(1, Ordering::Relaxed);
            }),
        }
    }

    pub(super) fn status(&self) -> PoolStatus {
        match self {
            Self::Sqlite(lane) => lane.status(),
            Self::Postgres(pool) => {
                let pool = pool.get_postgres_connection_pool();
                PoolStatus { size: pool.size() as usize, idle: pool.num_idle() }
            }
        }
    }

    /// Closes all connections, waiting for those in use.
    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(lane) => lane.close().await,
            // What cannot be closed any more is closed already.
            Self::Postgres(pool) => drop(pool.close_by_ref().await),
        }
    }
}

async fn begin_on(pool: &DatabaseConnection, purpose: Purpose) -> Result<DatabaseTransaction, DbErr> {
    let isolation_level = (purpose != Purpose::Step).then_some(IsolationLevel::Serializable);
    let options = TransactionOptions { isolation_level, ..TransactionOptions::default() };
    let mut begun = pool.begin_with_options(options).await;
    for _ in 0..MOST_LOST {
        if !begun.as_ref().is_err_and(was_connection_lost) {
            break;
        }
        begun = pool.begin_with_options(options).await;
    }
    begun
}

/// An open transaction. Dropping it rolls back.
pub(crate) enum Transaction {
    /// A turn in SQLite's lane.
    Turn(Turn),
    /// One on a connection of its own.
    Own(DatabaseTransaction),
}

impl Transaction {
    /// Returns when all of it is stored.
    pub(crate) async fn commit(self) -> Result<(), StorageError> {
        match self {
            Self::Turn(turn) => turn.commit().await,
            Self::Own(transaction) => transaction.commit().await.map_err(storage_error),
        }
    }
}

/// Does the same with whichever transaction it is.
macro_rules! of_either {
    ($transaction:expr, $inner:ident => $work:expr) => {
        match $transaction {
            Transaction::Turn($inner) => $work,
            Transaction::Own($inner) => $work,
        }
    };
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        of_either!(self, inner => inner.get_database_backend())
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        of_either!(self, inner => inner.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        of_either!(self, inner => inner.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        of_either!(self, inner => inner.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        of_either!(self, inner => inner.query_all_raw(statement).await)
    }
}
