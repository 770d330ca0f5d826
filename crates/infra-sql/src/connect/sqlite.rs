//! SQLite: one connection that writes, several that read.

use std::{str::FromStr, time::Duration};

use sea_orm::{
    DatabaseConnection,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{ConnectError, DatabaseOptions, number, open, pool_options};

/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
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
}
