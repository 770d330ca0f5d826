//! Transactions of either database.

use std::sync::{Arc, atomic::AtomicU64};

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use tenantry_app::ports::StorageError;

use super::{
    PoolStatus,
    lane::{Lane, Turn},
    units::{Unit, Units},
};

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
    /// Several.
    Postgres(Units),
}

/// Does the same with whichever of two it is.
macro_rules! of_either {
    ($of:ident $either:expr, $inner:ident => $work:expr) => {
        match $either {
            $of::Sqlite($inner) => $work,
            $of::Postgres($inner) => $work,
        }
    };
}

impl Writer {
    /// A transaction that writes.
    pub(crate) async fn begin(&self, purpose: Purpose) -> Result<Transaction, DbErr> {
        match self {
            Self::Sqlite(lane) => lane.begin(purpose).await.map(Transaction::Sqlite),
            Self::Postgres(units) => units.begin(purpose).await.map(Transaction::Postgres),
        }
    }

    /// Counts every statement that is sent in a transaction from here on.
    pub(super) fn count_statements(&mut self, sent: &Arc<AtomicU64>) {
        let counted = Arc::clone(sent);
        of_either!(Writer self, connections => connections.count_statements(counted));
    }

    pub(super) fn status(&self) -> PoolStatus {
        of_either!(Writer self, connections => connections.status())
    }

    /// Closes all connections, waiting for those in use.
    pub(super) async fn close(&self) {
        of_either!(Writer self, connections => connections.close().await);
    }
}

/// An open transaction. Dropping it rolls back.
pub(crate) enum Transaction {
    /// A turn in the lane.
    Sqlite(Turn),
    /// On a connection of its own.
    Postgres(Unit),
}

impl Transaction {
    /// Returns when all of it is stored.
    pub(crate) async fn commit(self) -> Result<(), StorageError> {
        of_either!(Transaction self, inner => inner.commit().await)
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        of_either!(Transaction self, inner => inner.get_database_backend())
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        of_either!(Transaction self, inner => inner.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        of_either!(Transaction self, inner => inner.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        of_either!(Transaction self, inner => inner.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        of_either!(Transaction self, inner => inner.query_all_raw(statement).await)
    }
}
