//! The one connection that writes to a SQLite file, and the commits that units of work share.
//!
//! A commit waits for the disk. So units take turns in one transaction, each in a savepoint of its own, and whoever ends a turn commits
//! for all of them if nobody waits for the next one. Nobody is told of success before that commit: if it fails, each of them has failed.
//!
//! The transaction and the savepoints are statements of our own. Those of the driver count how deep a transaction is nested, and are
//! wrong where SQLite rolled back by itself, as it does on a full disk: a commit may then do nothing and say that all is well. Here a
//! statement that does not find its savepoint or its transaction fails, and with it everybody.

mod road;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    sqlx::{Sqlite, sqlite::SqliteConnectOptions},
};
use tenantry_app::ports::StorageError;
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedMutexGuard},
    time::timeout,
};

use self::road::{Outcome, Road};
use super::{
    PoolStatus,
    statements::{self, Planning, not_open},
    writer::Purpose,
};
use crate::error::storage_error;

/// The one connection that writes. A clone stands for the same one.
#[derive(Clone)]
pub(crate) struct Lane {
    shared: Arc<Shared>,
    statements: Arc<AtomicU64>,
}

struct Shared {
    file: SqliteConnectOptions,
    patience: Duration,
    /// Whoever holds it has the turn; those who wait get it in the order in which they came.
    road: Arc<Mutex<Road>>,
    waiting: AtomicUsize,
}

impl Lane {
    /// Opens the connection when it is needed first. Waits for a turn no longer than `patience`.
    pub(super) fn new(file: SqliteConnectOptions, patience: Duration) -> Self {
        let shared = Shared { file, patience, road: Arc::default(), waiting: AtomicUsize::new(0) };
        Self { shared: Arc::new(shared), statements: Arc::default() }
    }

    pub(super) fn count_statements(&mut self, counted: Arc<AtomicU64>) {
        self.statements = counted;
    }

    pub(super) async fn begin(&self, purpose: Purpose) -> Result<Turn, DbErr> {
        let lane = &self.shared;
        let waiting = Waiting::new(lane);
        let road = timeout(lane.patience, Arc::clone(&lane.road).lock_owned()).await;
        let mut road = road.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        waiting.ends();
        let alone = purpose != Purpose::Unit;
        if alone && road.is_open() {
            road = commit(road).await?;
        }
        let statements = Arc::clone(&self.statements);
        let turn = Turn { lane: Arc::clone(lane), statements, alone, road: Some(Mutex::new(road)) };
        turn.begin().await?;
        Ok(turn)
    }

    pub(super) fn status(&self) -> PoolStatus {
        match self.shared.road.try_lock() {
            Ok(road) => {
                let size = usize::from(road.is_connected());
                PoolStatus { size, idle: size }
            }
            Err(_) => PoolStatus { size: 1, idle: 0 },
        }
    }

    /// Waits for whoever has the turn or waits for it.
    pub(super) async fn close(&self) {
        let road = Arc::clone(&self.shared.road);
        // In a task of its own: what is being committed must not be given up because nobody waits for this any more.
        let closed = tokio::spawn(async move { road.lock_owned().await.close().await });
        // Whoever closes at the end has nothing left to do where this failed.
        let _ = closed.await;
    }
}

/// Commits for others, who must not fail because nobody waits for this any more.
async fn commit(mut road: OwnedMutexGuard<Road>) -> Result<OwnedMutexGuard<Road>, DbErr> {
    let committed = tokio::spawn(async move {
        road.commit().await;
        road
    });
    committed.await.map_err(|_| not_open())
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").field("status", &self.status()).finish_non_exhaustive()
    }
}

impl Shared {
    /// Whether nobody would commit if who has the turn did not: nobody waits for the next, or too many wait for the commit.
    fn is_to_commit(&self, road: &Road) -> bool {
        self.waiting.load(Ordering::Relaxed) == 0 || road.is_full()
    }
}

/// Counted among those who wait for a turn, so that whoever ends one leaves the commit to them.
struct Waiting {
    lane: Option<Arc<Shared>>,
}

impl Waiting {
    fn new(lane: &Arc<Shared>) -> Self {
        lane.waiting.fetch_add(1, Ordering::Relaxed);
        Self { lane: Some(Arc::clone(lane)) }
    }

    /// The turn has come.
    fn ends(mut self) {
        if let Some(lane) = self.lane.take() {
            lane.waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Who leaves before the turn came may be the one for whom a commit was left.
impl Drop for Waiting {
    fn drop(&mut self) {
        let Some(lane) = self.lane.take() else { return };
        lane.waiting.fetch_sub(1, Ordering::Relaxed);
        let Ok(runtime) = Handle::try_current() else { return };
        runtime.spawn(async move {
            let mut road = Arc::clone(&lane.road).lock_owned().await;
            if lane.is_to_commit(&road) {
                road.commit().await;
            }
        });
    }
}

/// A turn in the lane: the statements between a savepoint and its release. Dropping it undoes them.
pub(crate) struct Turn {
    lane: Arc<Shared>,
    statements: Arc<AtomicU64>,
    /// Nobody else commits with it.
    alone: bool,
    /// Until the turn ends.
    road: Option<Mutex<OwnedMutexGuard<Road>>>,
}

impl Turn {
    async fn begin(&self) -> Result<(), DbErr> {
        self.road()?.lock().await.begin_turn(&self.lane.file).await
    }

    fn road(&self) -> Result<&Mutex<OwnedMutexGuard<Road>>, DbErr> {
        self.road.as_ref().ok_or_else(not_open)
    }

    /// Returns when the commit has ended that this turn has a part in. Goes on if nobody waits for it any more: others have a part in it,
    /// too.
    ///
    /// # Errors
    /// [`StorageError::Contended`] if others are to blame, and it was undone with them; any other if it failed.
    pub(super) async fn commit(mut self) -> Result<(), StorageError> {
        let outcome = match &self.road {
            Some(road) => road.lock().await.outcome(),
            None => None,
        };
        self.end(true);
        let mut outcome = outcome.ok_or_else(|| storage_error(not_open()))?;
        let known = outcome.wait_for(Option::is_some).await.map_err(|_| storage_error(not_open()))?;
        match &*known {
            Some(Outcome::Committed) => Ok(()),
            Some(Outcome::Undone) => Err(StorageError::Contended),
            Some(Outcome::Failed(error)) => Err(storage_error(error.clone())),
            None => Err(storage_error(not_open())),
        }
    }

    /// In a task of its own: others must not fail because nobody waits for this one.
    fn end(&mut self, is_kept: bool) {
        let (Some(road), Ok(runtime)) = (self.road.take(), Handle::try_current()) else { return };
        let (mut road, lane, alone) = (road.into_inner(), Arc::clone(&self.lane), self.alone);
        runtime.spawn(async move {
            let commits = alone || lane.is_to_commit(&road);
            road.end_turn(is_kept, commits).await;
        });
    }

    fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.end(false);
    }
}

#[async_trait]
impl ConnectionTrait for Turn {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Sqlite
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.count();
        statements::execute::<Sqlite>(self.road()?.lock().await.connection()?, statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.execute_raw(Statement::from_string(DbBackend::Sqlite, sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.query_all_raw(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.count();
        statements::query::<Sqlite>(self.road()?.lock().await.connection()?, statement, Planning::Once).await
    }
}
