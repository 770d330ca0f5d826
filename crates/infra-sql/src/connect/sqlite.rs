//! SQLite: one connection that writes, several that read.

use std::{str::FromStr, time::Duration};

use sea_orm::{
    ConnectOptions, DatabaseConnection,
    sqlx::{
        self, Connection,
        sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous},
    },
};

use tokio::time::{Instant, sleep};

use super::{ConnectError, DatabaseOptions, number, open, pool_options};

/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(20);
/// How SQLite says so.
const LOCKED: &str = "database is locked";
/// `PRAGMA synchronous` answers this for FULL.
const SYNCHRONOUS_FULL: i64 = 2;

pub(super) async fn connect(
    url: &str,
    options: &DatabaseOptions,
) -> Result<(DatabaseConnection, DatabaseConnection), ConnectError> {
    let file = SqliteConnectOptions::from_str(url)
        .map_err(|_| ConnectError::InvalidAddress)?
        .create_if_missing(options.create_if_missing)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // In KiB, for each connection; SQLite's own is half of it, too little to gather a long list in.
        .pragma("cache_size", "-4096");
    let in_memory = url.contains(":memory:") || url.contains("mode=memory");
    let writer = pool(url, file.clone(), 1, options).await?;
    if number(&writer, "PRAGMA synchronous").await? != SYNCHRONOUS_FULL {
        return Err(ConnectError::Unsafe("synchronous = FULL"));
    }
    if number(&writer, "PRAGMA foreign_keys").await? != 1 {
        return Err(ConnectError::Unsafe("foreign_keys = ON"));
    }
    if in_memory {
        // Another connection would see another database.
        return Ok((writer.clone(), writer));
    }
    let readers = pool(url, file.pragma("query_only", "ON"), options.sqlite_readers.max(1), options).await?;
    Ok((writer, readers))
}

async fn pool(
    url: &str,
    file: SqliteConnectOptions,
    connections: u32,
    options: &DatabaseOptions,
) -> Result<DatabaseConnection, ConnectError> {
    use sea_orm::sqlx::ConnectOptions as _;
    let file = file.disable_statement_logging();
    let mut pool = pool_options(url, options);
    pool.min_connections(1).max_connections(connections).test_before_acquire(false);
    // A file does not go away, and one in memory must not.
    pool.idle_timeout(None).max_lifetime(None);
    pool.map_sqlx_sqlite_opts(move |_| file.clone());
    pool.map_sqlx_sqlite_pool_opts(|pool| {
        pool.after_release(|connection, _| Box::pin(async move { is_out_of_transactions(connection).await }))
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

/// Whether this connection may be used again.
///
/// On some errors, a full disk is one, SQLite rolls back by itself. sqlx then fails to roll back and goes on counting a transaction that
/// is none; later ones would be savepoints, at last inside of one that nobody commits, and whatever is acknowledged would be lost.
/// Such a connection is closed, which rolls back whatever is open.
async fn is_out_of_transactions(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    // Whatever was asked of it before, a rollback too, is done when it answers.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};

    use super::*;

    #[tokio::test]
    async fn every_connection_is_durable_and_readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("tenantry.db").display());
        let (writer, readers) = connect(&url, &DatabaseOptions::default()).await.unwrap();
        for (db, query_only) in [(&writer, 0), (&readers, 1)] {
            assert_eq!(number(db, "PRAGMA synchronous").await, Ok(SYNCHRONOUS_FULL));
            assert_eq!(number(db, "PRAGMA foreign_keys").await, Ok(1));
            assert_eq!(number(db, "PRAGMA busy_timeout").await, Ok(5000));
            assert_eq!(number(db, "PRAGMA query_only").await, Ok(query_only));
            let mode = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, "PRAGMA journal_mode")).await;
            assert_eq!(mode.unwrap().unwrap().try_get_by_index::<String>(0).unwrap(), "wal");
        }
        assert!(readers.execute_unprepared("CREATE TABLE t (x)").await.is_err());
    }

    /// As SQLite does by itself on a full disk.
    #[tokio::test]
    async fn what_is_committed_after_sqlite_rolled_back_by_itself_is_stored() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("tenantry.db").display());
        let (writer, readers) = connect(&url, &DatabaseOptions::default()).await.unwrap();
        writer.execute_unprepared("CREATE TABLE t (x)").await.unwrap();
        for _ in 0..3 {
            let failing = writer.begin().await.unwrap();
            failing.execute_unprepared("ROLLBACK").await.unwrap();
            drop(failing);
            drop(writer.begin().await.unwrap());
        }
        let unit = writer.begin().await.unwrap();
        unit.execute_unprepared("INSERT INTO t VALUES (7)").await.unwrap();
        unit.commit().await.unwrap();
        let stored = readers.query_one_raw(Statement::from_string(DbBackend::Sqlite, "SELECT x FROM t")).await.unwrap();
        assert_eq!(stored.unwrap().try_get_by_index::<i64>(0).unwrap(), 7);
    }
}
