//! Connections that read.
//!
//! A pool of sqlx asks a connection that it gets back whether it still lives, and starts a task for that: right for one that a
//! transaction may have left half done, and as expensive as the statement itself for a single read. So reads have connections of
//! their own, each given back as it is after a statement that ended, and asked only after anything else.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    sqlx::{Postgres, Sqlite},
};

use super::{PoolStatus, connections::Connections, statements::Planning};

/// Connections that read, of either database. A clone stands for the same ones.
#[derive(Clone)]
pub struct Readers {
    database: Reading,
    planning: Planning,
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
        Self::new(Reading::Sqlite(Arc::new(connections)))
    }

    pub(super) fn of_postgres(connections: Connections<Postgres>) -> Self {
        Self::new(Reading::Postgres(Arc::new(connections)))
    }

    fn new(database: Reading) -> Self {
        Self { database, planning: Planning::Once, statements: Arc::default() }
    }

    /// The same connections, for statements whose best plan depends on the values, as where a text is looked for. PostgreSQL would
    /// at last settle for one plan for all of them, which takes an unknown text for a rare one.
    pub(crate) fn planning_afresh(&self) -> Self {
        Self { planning: Planning::Afresh, ..self.clone() }
    }

    /// The same connections, for what nobody's request asks for.
    pub(crate) fn uncounted(&self) -> Self {
        Self { statements: Arc::default(), ..self.clone() }
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
        of_either!(self, connections => connections.query(statement, self.planning).await)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sea_orm::{ConnAcquireErr, sqlx::sqlite::SqliteConnectOptions};
    use tokio::time::timeout;

    use super::*;

    const ENDLESS: &str = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM (SELECT i FROM n LIMIT $1)";

    async fn numbers_to(readers: &Readers, most: i64) -> Result<Vec<QueryResult>, DbErr> {
        readers.query_all_raw(Statement::from_sql_and_values(DbBackend::Sqlite, ENDLESS, [most.into()])).await
    }

    fn one_reader(folder: &tempfile::TempDir, patience: Duration) -> Readers {
        let file = folder.path().join("x.db");
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        Readers::of_sqlite(Connections::new(options, 1, patience))
    }

    /// Otherwise whoever asks for something slow and leaves, again and again, has the database do it many times at once.
    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_under_way_for_nobody_takes_its_place_until_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let readers = one_reader(&folder, Duration::from_secs(20));
        let slow = Duration::from_millis(50);
        assert!(timeout(slow, numbers_to(&readers, 3_000_000)).await.is_err());
        assert_eq!(readers.status(), PoolStatus { size: 1, idle: 0 });
        assert_eq!(numbers_to(&readers, 7).await.unwrap().len(), 1);
        assert_eq!(readers.status(), PoolStatus { size: 1, idle: 1 }, "it is the same connection");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_finds_no_place_is_told_in_time() {
        let folder = tempfile::tempdir().unwrap();
        let readers = one_reader(&folder, Duration::from_millis(50));
        let other = readers.clone();
        let busy = tokio::spawn(async move { numbers_to(&other, 3_000_000).await });
        while readers.status().size == 0 {
            tokio::task::yield_now().await;
        }
        let refused = numbers_to(&readers, 1).await.unwrap_err();
        assert_eq!(refused, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
        busy.await.unwrap().unwrap();
        assert!(numbers_to(&readers, 1).await.is_ok());
        readers.close().await;
        let closed = numbers_to(&readers, 1).await.unwrap_err();
        assert_eq!(closed, DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed));
    }

    #[tokio::test]
    async fn what_is_planned_afresh_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let readers = one_reader(&folder, Duration::from_secs(20));
        let kept = || of_either!(readers, connections => connections.kept_plans());
        let before = kept();
        numbers_to(&readers.planning_afresh(), 1).await.unwrap();
        assert_eq!(kept(), before);
        numbers_to(&readers, 1).await.unwrap();
        assert_eq!(kept(), before + 1);
    }

    #[tokio::test]
    async fn a_statement_that_is_wrong_costs_no_connection() {
        let folder = tempfile::tempdir().unwrap();
        let readers = one_reader(&folder, Duration::from_secs(20));
        assert!(readers.execute_unprepared("SELECT nothing FROM nowhere").await.is_err());
        assert_eq!(readers.status(), PoolStatus { size: 1, idle: 1 });
    }
}
