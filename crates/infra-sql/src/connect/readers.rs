//! Connections that read.
//!
//! A pool of sqlx asks a connection that it gets back whether it still lives, and starts a task for that: right for one that a
//! transaction may have left half done, and as expensive as the statement itself for a single read. So reads have connections of
//! their own, each given back as it is after a statement that ended, and closed after anything else.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Values,
    sqlx::{
        self, AssertSqlSafe, ConnectOptions as _, Connection, Executor, IntoArguments, Postgres, Sqlite, query::Query,
    },
};
use sea_query_sqlx::SqlxValues;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout},
};

use super::PoolStatus;

/// A connection that was idle for longer is asked whether it still lives before it is used.
const TRUSTED_FOR: Duration = Duration::from_secs(1);
/// How long it may take to say so.
const PING_TIMEOUT: Duration = Duration::from_secs(1);
/// How PostgreSQL's errors begin with which it ends a connection.
const OPERATOR_INTERVENTION: &str = "57P";

/// Connections that read, of either database. A clone stands for the same ones.
#[derive(Clone)]
pub struct Readers {
    database: Reading,
    statements: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Reading {
    Sqlite(Arc<Connections<Sqlite>>),
    Postgres(Arc<Connections<Postgres>>),
}

/// Does the same with whichever database it is.
macro_rules! of_either {
    ($readers:expr, $connections:ident => $work:expr) => {
        match &$readers.database {
            Reading::Sqlite($connections) => $work,
            Reading::Postgres($connections) => $work,
        }
    };
}

impl Readers {
    pub(super) fn of_sqlite(connections: Connections<Sqlite>) -> Self {
        Self { database: Reading::Sqlite(Arc::new(connections)), statements: Arc::default() }
    }

    pub(super) fn of_postgres(connections: Connections<Postgres>) -> Self {
        Self { database: Reading::Postgres(Arc::new(connections)), statements: Arc::default() }
    }

    /// How many statements were sent.
    pub(super) fn statements(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.statements)
    }

    pub(super) fn status(&self) -> PoolStatus {
        of_either!(self, connections => connections.status())
    }

    /// Closes all connections, waiting for those in use.
    pub(super) async fn close(&self) {
        of_either!(self, connections => connections.close().await);
    }

    fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").field("status", &self.status()).finish_non_exhaustive()
    }
}

#[async_trait]
impl ConnectionTrait for Readers {
    fn get_database_backend(&self) -> DbBackend {
        match self.database {
            Reading::Sqlite(_) => DbBackend::Sqlite,
            Reading::Postgres(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.count();
        of_either!(self, connections => connections.execute(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.execute_raw(Statement::from_string(self.get_database_backend(), sql)).await
    }

    /// Whoever asks for one row limits the statement to it.
    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.query_all_raw(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.count();
        of_either!(self, connections => connections.query(statement).await)
    }
}

type Options<DB> = <<DB as sqlx::Database>::Connection as Connection>::Options;

/// So many connections to one database, opened as they are needed.
pub(super) struct Connections<DB: sqlx::Database> {
    options: Options<DB>,
    places: Semaphore,
    most: u32,
    /// How long to wait for a place, and for a connection to open.
    patience: Duration,
    /// Those nobody uses; the one used last, whose caches are warmest, at the end.
    idle: Mutex<Vec<Idle<DB>>>,
}

struct Idle<DB: sqlx::Database> {
    connection: DB::Connection,
    since: Instant,
}

impl<DB: sqlx::Database> Connections<DB> {
    pub(super) fn new(options: Options<DB>, most: u32, patience: Duration) -> Self {
        let most = most.max(1);
        Self { options, places: Semaphore::new(most as usize), most, patience, idle: Mutex::new(Vec::new()) }
    }

    fn status(&self) -> PoolStatus {
        let in_use = (self.most as usize).saturating_sub(self.places.available_permits());
        let idle = self.with_idle(|idle| idle.len());
        PoolStatus { size: in_use + idle, idle }
    }

    fn with_idle<T>(&self, work: impl FnOnce(&mut Vec<Idle<DB>>) -> T) -> T {
        work(&mut self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn close(&self) {
        let everything = self.places.acquire_many(self.most).await;
        self.places.close();
        for Idle { connection, .. } in self.with_idle(std::mem::take) {
            // What cannot be closed any more is closed already.
            let _ = connection.close().await;
        }
        drop(everything);
    }

    /// A connection, and the place it takes. If it is dropped and not given back, it is closed: nobody knows then what is still under
    /// way on it.
    async fn acquire(&self) -> Result<(SemaphorePermit<'_>, DB::Connection), DbErr> {
        let place = timeout(self.patience, self.places.acquire()).await.map_err(|_| timed_out())?;
        let place = place.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?;
        if let Some(connection) = self.find_live().await {
            return Ok((place, connection));
        }
        let opened = timeout(self.patience, self.options.connect()).await.map_err(|_| timed_out())?;
        Ok((place, opened.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?))
    }

    /// An idle connection that lives. Where one has died, those that were idle for longer have too, most likely.
    async fn find_live(&self) -> Option<DB::Connection> {
        let Idle { mut connection, since } = self.with_idle(Vec::pop)?;
        if since.elapsed() < TRUSTED_FOR || matches!(timeout(PING_TIMEOUT, connection.ping()).await, Ok(Ok(()))) {
            return Some(connection);
        }
        self.with_idle(Vec::clear);
        None
    }

    /// Keeps a connection whose statement ended, well or with an error of the statement's own. Where one was lost, the others most
    /// likely are, too.
    fn give_back<T>(&self, connection: DB::Connection, outcome: &Result<T, sqlx::Error>) {
        if is_lost(outcome) {
            self.with_idle(Vec::clear);
        } else {
            self.with_idle(|idle| idle.push(Idle { connection, since: Instant::now() }));
        }
    }
}

/// Whether the connection did not outlive its statement: it broke, or PostgreSQL ended it.
fn is_lost<T>(outcome: &Result<T, sqlx::Error>) -> bool {
    match outcome {
        Ok(_) => false,
        Err(sqlx::Error::Database(said)) => said.code().is_some_and(|code| code.starts_with(OPERATOR_INTERVENTION)),
        Err(_) => true,
    }
}

impl<DB: sqlx::Database> Connections<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    SqlxValues: IntoArguments<DB>,
    QueryResult: From<DB::Row>,
    ExecResult: From<DB::QueryResult>,
{
    /// Asks once more if the connection was lost: what only reads may be asked again, and the server may have restarted.
    async fn query(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut outcome = self.query_once(statement.clone()).await?;
        if is_lost(&outcome) {
            outcome = self.query_once(statement).await?;
        }
        let rows = outcome.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))?;
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    async fn query_once(&self, statement: Statement) -> Result<Result<Vec<DB::Row>, sqlx::Error>, DbErr> {
        let (_place, mut connection) = self.acquire().await?;
        let outcome = prepare::<DB>(statement).fetch_all(&mut connection).await;
        self.give_back(connection, &outcome);
        Ok(outcome)
    }

    async fn execute(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let (_place, mut connection) = self.acquire().await?;
        let outcome = prepare::<DB>(statement).execute(&mut connection).await;
        self.give_back(connection, &outcome);
        outcome.map(ExecResult::from).map_err(|error| DbErr::Exec(RuntimeErr::SqlxError(error.into())))
    }
}

fn prepare<DB: sqlx::Database>(statement: Statement) -> Query<'static, DB, SqlxValues>
where
    SqlxValues: IntoArguments<DB>,
{
    let values = statement.values.unwrap_or_else(|| Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

const fn timed_out() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)
}
