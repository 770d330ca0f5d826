//! So many connections to one database.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sea_orm::{
    ConnAcquireErr, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
    sqlx::{self, ConnectOptions as _, Connection, Executor, IntoArguments, database::HasStatementCache},
};
use sea_query_sqlx::SqlxValues;
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout},
};

use super::{
    PoolStatus,
    statements::{self, Planning},
};
use crate::error::was_connection_lost;

/// A connection that was idle for longer is asked whether it still lives before it is used.
const TRUSTED_FOR: Duration = Duration::from_secs(1);
/// How long it may take to say so.
const PING_TIMEOUT: Duration = Duration::from_secs(1);
/// Where no connection can be opened for now.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(50);
/// How long a statement that nobody waits for any more is waited for, before its connection is closed.
const COMES_TO_REST_WITHIN: Duration = Duration::from_secs(30);

/// A connection is closed that nobody needed for so long: there was more to do when it was opened.
const UNUSED_FOR: Duration = Duration::from_mins(10);
/// Not for ever: a server keeps with each connection what it looked up once, and there may be another server behind the name.
const LIVES_FOR: Duration = Duration::from_mins(30);

type Options<DB> = <<DB as sqlx::Database>::Connection as Connection>::Options;

/// So many connections to one database, opened as they are needed.
pub(super) struct Connections<DB: sqlx::Database> {
    options: Options<DB>,
    places: Arc<Semaphore>,
    most: u32,
    /// How long to wait for a place, and for a connection to open.
    patience: Duration,
    /// Those nobody uses; the one used last, whose caches are warmest, at the end.
    idle: Mutex<Vec<Idle<DB>>>,
}

struct Idle<DB: sqlx::Database> {
    opened: Opened<DB>,
    since: Instant,
}

struct Opened<DB: sqlx::Database> {
    connection: DB::Connection,
    at: Instant,
}

impl<DB: sqlx::Database> Connections<DB> {
    pub(super) fn new(options: Options<DB>, most: u32, patience: Duration) -> Self {
        let most = most.max(1);
        Self { options, places: Arc::new(Semaphore::new(most as usize)), most, patience, idle: Mutex::new(Vec::new()) }
    }

    pub(super) fn status(&self) -> PoolStatus {
        let in_use = (self.most as usize).saturating_sub(self.places.available_permits());
        let idle = self.with_idle(|idle| idle.len());
        PoolStatus { size: in_use + idle, idle }
    }

    fn with_idle<T>(&self, work: impl FnOnce(&mut Vec<Idle<DB>>) -> T) -> T {
        work(&mut self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) async fn close(&self) {
        let everything = self.places.acquire_many(self.most).await;
        self.places.close();
        for Idle { opened, .. } in self.with_idle(std::mem::take) {
            // What cannot be closed any more is closed already.
            let _ = opened.connection.close().await;
        }
        drop(everything);
    }

    /// A connection that lives, in a place of its own.
    pub(super) async fn acquire(self: &Arc<Self>) -> Result<InUse<DB>, DbErr> {
        let place = timeout(self.patience, Arc::clone(&self.places).acquire_owned()).await.map_err(|_| timed_out())?;
        let place = place.map_err(|_| closed())?;
        let opened = match self.find_live().await {
            Some(opened) => opened,
            None => self.open().await?,
        };
        Ok(InUse { held: Some((opened, place)), of: Arc::clone(self) })
    }

    async fn open(&self) -> Result<Opened<DB>, DbErr> {
        let opened = timeout(self.patience, self.connect()).await.map_err(|_| timed_out())?;
        let connection = opened.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?;
        Ok(Opened { connection, at: Instant::now() })
    }

    /// Again and again while the server is starting, or has no place for now.
    async fn connect(&self) -> Result<DB::Connection, sqlx::Error> {
        loop {
            match self.options.connect().await {
                Err(error) if will_pass(&error) => sleep(TRY_AGAIN_AFTER).await,
                outcome => return outcome,
            }
        }
    }

    /// An idle connection that lives. Where one has died, those that were idle for longer have too, most likely.
    async fn find_live(&self) -> Option<Opened<DB>> {
        let Idle { mut opened, since } = self.with_idle(Vec::pop)?;
        if since.elapsed() < TRUSTED_FOR || matches!(timeout(PING_TIMEOUT, opened.connection.ping()).await, Ok(Ok(())))
        {
            return Some(opened);
        }
        self.with_idle(Vec::clear);
        None
    }

    /// Keeps a connection for whoever comes next, unless it is old, and no more than are used.
    fn keep(&self, opened: Opened<DB>) {
        let now = Instant::now();
        self.with_idle(|idle| {
            if idle.first().is_some_and(|longest| now.duration_since(longest.since) > UNUSED_FOR) {
                idle.remove(0);
            }
            if now.duration_since(opened.at) < LIVES_FOR {
                idle.push(Idle { opened, since: now });
            }
        });
    }
}

/// A connection at work, and the place it takes.
pub(super) struct InUse<DB: sqlx::Database> {
    /// Until it is given back.
    held: Option<(Opened<DB>, OwnedSemaphorePermit)>,
    of: Arc<Connections<DB>>,
}

impl<DB: sqlx::Database> InUse<DB> {
    pub(super) fn connection(&mut self) -> Result<&mut DB::Connection, DbErr> {
        self.held.as_mut().map(|(opened, _)| &mut opened.connection).ok_or_else(closed)
    }

    /// Keeps a connection whose statement ended, well or with an error of the statement's own.
    pub(super) fn give_back<T>(mut self, outcome: &Result<T, DbErr>) {
        if outcome.as_ref().is_err_and(was_connection_lost) {
            self.lose();
        } else if let Some((opened, _place)) = self.held.take() {
            self.of.keep(opened);
        }
    }

    /// Closes a connection that is not in order.
    pub(super) fn close(mut self) {
        self.held = None;
    }

    /// Closes a connection that was lost, and those that are idle: most likely they are lost, too.
    pub(super) fn lose(&mut self) {
        self.held = None;
        self.of.with_idle(Vec::clear);
    }
}

/// Whoever asked is gone, and the database may be at it still: the place is taken until it is not. Otherwise those who ask and leave
/// would have it do ever more at once.
impl<DB: sqlx::Database> Drop for InUse<DB> {
    fn drop(&mut self) {
        let (Some((mut opened, place)), Ok(runtime)) = (self.held.take(), Handle::try_current()) else { return };
        let of = Arc::clone(&self.of);
        runtime.spawn(async move {
            if let Ok(Ok(())) = timeout(COMES_TO_REST_WITHIN, opened.connection.ping()).await {
                of.keep(opened);
            }
            drop(place);
        });
    }
}

impl<DB: sqlx::Database + HasStatementCache> Connections<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    SqlxValues: IntoArguments<DB>,
    QueryResult: From<DB::Row>,
    ExecResult: From<DB::QueryResult>,
{
    /// Asks once more if the connection was lost: what only reads may be asked again, and the server may have restarted.
    pub(super) async fn query(
        self: &Arc<Self>,
        statement: Statement,
        planning: Planning,
    ) -> Result<Vec<QueryResult>, DbErr> {
        let outcome = self.query_once(statement.clone(), planning).await;
        if outcome.as_ref().is_err_and(was_connection_lost) {
            self.query_once(statement, planning).await
        } else {
            outcome
        }
    }

    async fn query_once(self: &Arc<Self>, statement: Statement, planning: Planning) -> Result<Vec<QueryResult>, DbErr> {
        let mut in_use = self.acquire().await?;
        let outcome = statements::in_time(statements::query::<DB>(in_use.connection()?, statement, planning)).await;
        in_use.give_back(&outcome);
        outcome
    }

    /// How many plans the idle connections keep.
    #[cfg(test)]
    pub(super) fn kept_plans(&self) -> usize {
        self.with_idle(|idle| idle.iter().map(|idle| idle.opened.connection.cached_statements_size()).sum())
    }

    pub(super) async fn execute(self: &Arc<Self>, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut in_use = self.acquire().await?;
        let outcome = statements::in_time(statements::execute::<DB>(in_use.connection()?, statement)).await;
        in_use.give_back(&outcome);
        outcome
    }
}

fn will_pass(error: &sqlx::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    match error {
        sqlx::Error::Io(error) => matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset),
        sqlx::Error::Database(said) => said.is_transient_in_connect_phase(),
        _ => false,
    }
}

const fn closed() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
}

const fn timed_out() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)
}

#[cfg(test)]
mod tests {
    use sea_orm::sqlx::{Sqlite, sqlite::SqliteConnectOptions};

    use super::*;

    async fn use_one(connections: &Arc<Connections<Sqlite>>) {
        connections.acquire().await.unwrap().give_back(&Ok(()));
    }

    #[tokio::test]
    async fn a_connection_that_nobody_needs_or_that_is_old_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteConnectOptions::new().filename(folder.path().join("x.db")).create_if_missing(true);
        let connections = Arc::new(Connections::<Sqlite>::new(options, 3, Duration::from_secs(20)));
        let (one, other) = (connections.acquire().await.unwrap(), connections.acquire().await.unwrap());
        one.give_back(&Ok(()));
        other.give_back(&Ok(()));
        use_one(&connections).await;
        assert_eq!(connections.status(), PoolStatus { size: 2, idle: 2 });
        connections.with_idle(|idle| idle[0].since -= UNUSED_FOR + Duration::from_secs(1));
        use_one(&connections).await;
        assert_eq!(connections.status(), PoolStatus { size: 1, idle: 1 });
        connections.with_idle(|idle| idle[0].opened.at -= LIVES_FOR);
        use_one(&connections).await;
        assert_eq!(connections.status(), PoolStatus { size: 0, idle: 0 });
    }
}
