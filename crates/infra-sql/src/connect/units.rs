//! Units of work on PostgreSQL, each on a connection of its own while it lasts.
//!
//! A pool of sqlx sets a transaction's level in a second round trip, and asks a connection that it gets back whether it still lives: two
//! more than the eight that a creation takes.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
    sqlx::{self, Executor as _, PgConnection, Postgres},
};
use tenantry_app::ports::StorageError;
use tokio::{runtime::Handle, sync::Mutex, time::timeout};

use super::{
    PoolStatus,
    connections::{Connections, InUse},
    statements::{self, Planning, not_open},
    writer::Purpose,
};
use crate::error::{storage_error, was_connection_lost};

/// So many connections may turn out to be lost before one begins. A server that restarted has cut all of them, and those that are idle
/// go with the first; somebody else may give one back in the meantime who did not notice.
const MOST_LOST: u32 = 3;
/// How long a rollback may take, with what was under way before it, until the connection is closed instead: a server that died silently
/// never answers.
const ROLLS_BACK_WITHIN: Duration = Duration::from_secs(1);

/// Begins units of work. A clone begins them on the same connections.
#[derive(Clone)]
pub(crate) struct Units {
    connections: Arc<Connections<Postgres>>,
    statements: Arc<AtomicU64>,
}

impl Units {
    pub(super) fn new(connections: Connections<Postgres>) -> Self {
        Self { connections: Arc::new(connections), statements: Arc::default() }
    }

    pub(super) fn count_statements(&mut self, counted: Arc<AtomicU64>) {
        self.statements = counted;
    }

    pub(super) async fn begin(&self, purpose: Purpose) -> Result<Unit, DbErr> {
        let mut begun = self.begin_once(purpose).await;
        for _ in 1..MOST_LOST {
            if !begun.as_ref().is_err_and(was_connection_lost) {
                break;
            }
            begun = self.begin_once(purpose).await;
        }
        begun
    }

    async fn begin_once(&self, purpose: Purpose) -> Result<Unit, DbErr> {
        let in_use = self.connections.acquire().await?;
        // Before anything is sent: whoever leaves on the way has it rolled back.
        let statements = Arc::clone(&self.statements);
        let unit = Unit { in_use: Some(Mutex::new(in_use)), statements, is_long: purpose == Purpose::Large };
        unit.send(begin_as(purpose)).await?;
        Ok(unit)
    }

    pub(super) fn status(&self) -> PoolStatus {
        self.connections.status()
    }

    /// Closes all connections, waiting for those in use.
    pub(super) async fn close(&self) {
        self.connections.close().await;
    }
}

impl fmt::Debug for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Units").field("status", &self.status()).finish_non_exhaustive()
    }
}

const fn begin_as(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Unit | Purpose::Large => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        Purpose::Step => "BEGIN",
    }
}

/// An open transaction and its connection. Dropping it rolls back.
pub(crate) struct Unit {
    /// Until it ends.
    in_use: Option<Mutex<InUse<Postgres>>>,
    statements: Arc<AtomicU64>,
    /// Whether a statement may take as long as it takes.
    is_long: bool,
}

impl Unit {
    /// Returns when all of it is stored.
    ///
    /// # Errors
    /// [`StorageError::Contended`] if others were in its way; any other, and it may be stored or not.
    pub(super) async fn commit(mut self) -> Result<(), StorageError> {
        // Whoever leaves on the way, or is told of an error, has it rolled back, which changes nothing about what is committed.
        self.send("COMMIT").await.map_err(storage_error)?;
        if let Some(in_use) = self.in_use.take() {
            in_use.into_inner().give_back(&Ok(()));
        }
        Ok(())
    }

    /// Of a transaction itself; nothing to prepare.
    async fn send(&self, sql: &'static str) -> Result<(), DbErr> {
        self.on_connection(async |connection| send(connection, sql).await).await
    }

    /// A connection that turns out to be lost, or does not answer, is closed at once.
    async fn on_connection<T>(
        &self,
        statement: impl AsyncFnOnce(&mut PgConnection) -> Result<T, DbErr>,
    ) -> Result<T, DbErr> {
        let mut in_use = self.in_use()?.lock().await;
        let answer = statement(in_use.connection()?);
        let answer = if self.is_long { answer.await } else { statements::in_time(answer).await };
        if answer.as_ref().is_err_and(was_connection_lost) {
            in_use.lose();
        }
        answer
    }

    fn in_use(&self) -> Result<&Mutex<InUse<Postgres>>, DbErr> {
        self.in_use.as_ref().ok_or_else(not_open)
    }

    fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }
}

async fn send(connection: &mut PgConnection, sql: &'static str) -> Result<(), DbErr> {
    let sent = connection.execute(sql).await;
    sent.map(drop).map_err(|error: sqlx::Error| DbErr::Exec(RuntimeErr::SqlxError(error.into())))
}

/// Whatever was under way is waited for. It may end with an error of its own, which is then told in place of the rollback.
async fn roll_back(connection: &mut PgConnection) -> Result<(), DbErr> {
    match send(connection, "ROLLBACK").await {
        Err(error) if !was_connection_lost(&error) => send(connection, "ROLLBACK").await,
        outcome => outcome,
    }
}

/// In a task of its own, which keeps the place until the connection is in order again, or is closed.
impl Drop for Unit {
    fn drop(&mut self) {
        let (Some(in_use), Ok(runtime)) = (self.in_use.take(), Handle::try_current()) else { return };
        runtime.spawn(async move {
            let mut in_use = in_use.into_inner();
            let Ok(connection) = in_use.connection() else { return };
            match timeout(ROLLS_BACK_WITHIN, roll_back(connection)).await {
                Ok(Ok(())) => in_use.give_back(&Ok(())),
                Ok(Err(error)) if was_connection_lost(&error) => in_use.lose(),
                Ok(Err(_)) | Err(_) => in_use.close(),
            }
        });
    }
}

#[async_trait]
impl ConnectionTrait for Unit {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.count();
        self.on_connection(async |connection| statements::execute::<Postgres>(connection, statement).await).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.execute_raw(Statement::from_string(DbBackend::Postgres, sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.query_all_raw(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.count();
        let query = async |connection: &mut PgConnection| {
            statements::query::<Postgres>(connection, statement, Planning::Once).await
        };
        self.on_connection(query).await
    }
}
