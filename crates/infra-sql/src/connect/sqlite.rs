//! SQLite: one connection that writes, several that read.

use std::{str::FromStr, time::Duration};

use sea_orm::{
    DatabaseConnection,
    sqlx::{
        ConnectOptions as _,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};

use super::{
    ConnectError, DatabaseOptions, number, open, pool_options,
    readers::{Connections, Readers},
};

/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// `PRAGMA synchronous` answers this for FULL.
const SYNCHRONOUS_FULL: i64 = 2;

pub(super) async fn connect(
    url: &str,
    options: &DatabaseOptions,
) -> Result<(DatabaseConnection, Readers), ConnectError> {
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
    let writer = pool(url, file.clone(), options).await?;
    if number(&writer, "PRAGMA synchronous").await? != SYNCHRONOUS_FULL {
        return Err(ConnectError::Unsafe("synchronous = FULL"));
    }
    if number(&writer, "PRAGMA foreign_keys").await? != 1 {
        return Err(ConnectError::Unsafe("foreign_keys = ON"));
    }
    let reading = file.pragma("query_only", "ON");
    let readers = Connections::new(reading, options.sqlite_readers, options.acquire_timeout);
    Ok((writer, Readers::of_sqlite(readers)))
}

/// The one connection that writes.
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
    open(pool).await
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DbBackend, Statement};

    use super::*;

    #[tokio::test]
    async fn every_connection_is_durable_and_readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("tenantry.db").display());
        let (writer, readers) = connect(&url, &DatabaseOptions::default()).await.unwrap();
        check(&writer, 0).await;
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
}
