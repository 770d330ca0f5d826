//! SQLite: one connection that writes, several that read.

use std::{str::FromStr, time::Duration};

use sea_orm::{
    ConnectOptions, DatabaseConnection,
    sqlx::{
        ConnectOptions as _, Connection as _,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};
use tokio::time::{Instant, sleep};

use super::{
    ConnectError, DatabaseOptions, Readers, Writer, connections::Connections, lane::Lane, number, open, pool_options,
};

/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(20);
/// How SQLite says so.
const LOCKED: &str = "database is locked";
/// In bytes.
const MAPPED: &str = "2147418112";
/// `PRAGMA synchronous` answers this for FULL.
const SYNCHRONOUS_FULL: i64 = 2;

pub(super) async fn connect(
    url: &str,
    options: &DatabaseOptions,
) -> Result<(DatabaseConnection, Writer, Readers), ConnectError> {
    if url.contains(":memory:") || url.contains("mode=memory") {
        // What is acknowledged there is lost with the process; and each connection would see another one.
        return Err(ConnectError::Unsafe("sqlite in memory"));
    }
    let file = SqliteConnectOptions::from_str(url)
        .map_err(|_| ConnectError::InvalidAddress)?
        .create_if_missing(options.create_if_missing)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // In KiB, for each connection; SQLite's own is half of it, too little to gather a long list in.
        .pragma("cache_size", "-4096")
        .disable_statement_logging();
    let setup = pool(url, file.clone(), options).await?;
    if number(&setup, "PRAGMA synchronous").await? != SYNCHRONOUS_FULL {
        return Err(ConnectError::Unsafe("synchronous = FULL"));
    }
    if number(&setup, "PRAGMA foreign_keys").await? != 1 {
        return Err(ConnectError::Unsafe("foreign_keys = ON"));
    }
    let writer = Writer::Sqlite(Lane::new(file.clone(), options.acquire_timeout));
    // What is read is looked at where the system keeps it and not copied page by page; as much of the file as SQLite ever maps.
    let reading = file.pragma("query_only", "ON").pragma("mmap_size", MAPPED);
    let readers = Connections::new(reading, options.reading(), options.acquire_timeout);
    Ok((setup, writer, Readers::of_sqlite(readers)))
}

/// A connection for what is done before there is other work.
///
/// On some errors, a full disk is one, SQLite rolls back by itself. sqlx then fails to roll back and goes on counting a transaction that
/// is none; later ones would be savepoints, at last inside of one that nobody commits, and whatever is acknowledged would be lost.
/// Such a connection is closed, which rolls back whatever is open, and another one opened.
async fn pool(
    url: &str,
    file: SqliteConnectOptions,
    options: &DatabaseOptions,
) -> Result<DatabaseConnection, ConnectError> {
    let mut pool = pool_options(url, options);
    pool.min_connections(1).max_connections(1).test_before_acquire(false);
    // A file does not go away.
    pool.idle_timeout(None).max_lifetime(None);
    pool.map_sqlx_sqlite_opts(move |_| file.clone());
    pool.map_sqlx_sqlite_pool_opts(|pool| {
        // Where the one before ended without its transaction, whatever it asked last is done when the pool takes it back.
        pool.before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
    });
    open_in_turn(pool).await
}

/// Of several processes that make a file at once some are told that it is locked: SQLite does not wait to change the journal mode.
async fn open_in_turn(pool: ConnectOptions) -> Result<DatabaseConnection, ConnectError> {
    let since = Instant::now();
    loop {
        match open(pool.clone()).await {
            Err(ConnectError::Unreachable(why)) if why.contains(LOCKED) && since.elapsed() < BUSY_TIMEOUT => {
                sleep(TRY_AGAIN_AFTER).await;
            }
            opened => return opened,
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};

    use super::*;
    use crate::connect::Purpose;

    #[tokio::test]
    async fn every_connection_is_durable_and_readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("tenantry.db").display());
        let (setup, writer, readers) = connect(&url, &DatabaseOptions::default()).await.unwrap();
        check(&setup, 0).await;
        check(&writer.begin(Purpose::Unit).await.unwrap(), 0).await;
        check(&readers, 1).await;
        assert!(readers.execute_unprepared("CREATE TABLE t (x)").await.is_err());
    }

    async fn check(db: &impl ConnectionTrait, query_only: i64) {
        assert_eq!(number(db, "PRAGMA synchronous").await, Ok(SYNCHRONOUS_FULL));
        assert_eq!(number(db, "PRAGMA foreign_keys").await, Ok(1));
        assert_eq!(number(db, "PRAGMA busy_timeout").await, Ok(5000));
        assert_eq!(number(db, "PRAGMA query_only").await, Ok(query_only));
        let mode = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, "PRAGMA journal_mode")).await;
        assert_eq!(mode.unwrap().unwrap().try_get_by_index::<String>(0).unwrap(), "wal");
    }

    #[tokio::test]
    async fn a_database_that_dies_with_the_process_is_refused() {
        for url in ["sqlite::memory:", "sqlite://x.db?mode=memory"] {
            let refused = connect(url, &DatabaseOptions::default()).await.unwrap_err();
            assert_eq!(refused, ConnectError::Unsafe("sqlite in memory"));
        }
    }

    /// As SQLite does by itself on a full disk.
    #[tokio::test]
    async fn what_is_committed_after_sqlite_rolled_back_by_itself_is_stored() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("tenantry.db").display());
        let (setup, _, readers) = connect(&url, &DatabaseOptions::default()).await.unwrap();
        setup.execute_unprepared("CREATE TABLE t (x)").await.unwrap();
        for _ in 0..3 {
            let failing = setup.begin().await.unwrap();
            failing.execute_unprepared("ROLLBACK").await.unwrap();
            drop(failing);
            drop(setup.begin().await.unwrap());
        }
        let unit = setup.begin().await.unwrap();
        unit.execute_unprepared("INSERT INTO t VALUES (7)").await.unwrap();
        unit.commit().await.unwrap();
        let stored = readers.query_one_raw(Statement::from_string(DbBackend::Sqlite, "SELECT x FROM t")).await.unwrap();
        assert_eq!(stored.unwrap().try_get_by_index::<i64>(0).unwrap(), 7);
    }
}
