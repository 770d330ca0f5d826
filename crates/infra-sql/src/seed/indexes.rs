//! Filling a table and then building its indexes takes a fraction of what it takes to keep them right row by row.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use tenantry_app::ports::StorageError;

use crate::{
    error::storage_error,
    migrations::{FILL_SEARCH, NUMBER_USERS},
    read,
};

/// Room for what is gathered and sorted, in KiB on SQLite.
const SQLITE: &[&str] = &["PRAGMA cache_size = -400000", "PRAGMA threads = 2"];
const POSTGRES: &[&str] = &["SET LOCAL maintenance_work_mem = '256MB'", "SET LOCAL synchronous_commit = off"];

/// An index that stands for a constraint is none that was created, and stays.
const CREATED_ON_SQLITE: &str = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";
const CREATED_ON_POSTGRES: &str = "SELECT i.indexname AS name, i.indexdef AS sql FROM pg_indexes i
    WHERE i.schemaname = current_schema()
        AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)";

const TRIGGERS_ON_SQLITE: &str = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'";

/// Drops the indexes, and the triggers that fill the one SQLite does not fill by itself; the statements that make them anew.
pub(super) async fn drop_all<C: ConnectionTrait>(conn: &C) -> Result<Vec<String>, StorageError> {
    let (settings, created) = match conn.get_database_backend() {
        DbBackend::Postgres => (POSTGRES, CREATED_ON_POSTGRES),
        _ => (SQLITE, CREATED_ON_SQLITE),
    };
    for setting in settings {
        conn.execute_unprepared(setting).await.map_err(storage_error)?;
    }
    let mut dropped = Vec::new();
    if conn.get_database_backend() == DbBackend::Sqlite {
        let triggers = drop_each(conn, "TRIGGER", TRIGGERS_ON_SQLITE).await?;
        dropped.extend([NUMBER_USERS, FILL_SEARCH].map(str::to_owned));
        dropped.extend(triggers);
    }
    dropped.extend(drop_each(conn, "INDEX", created).await?);
    Ok(dropped)
}

async fn drop_each<C: ConnectionTrait>(conn: &C, kind: &str, created: &str) -> Result<Vec<String>, StorageError> {
    let mut dropped = Vec::new();
    for found in read::query(conn, created, []).await? {
        let name: String = found.try_get("", "name").map_err(storage_error)?;
        dropped.push(found.try_get("", "sql").map_err(storage_error)?);
        conn.execute_unprepared(&format!("DROP {kind} \"{name}\"")).await.map_err(storage_error)?;
    }
    Ok(dropped)
}

/// Statistics for PostgreSQL's planner, which would otherwise come a minute later; a small file for SQLite, which has none. Only of what
/// was filled: who knows that a table is empty reads all of it at each check of a key, which then meets every other transaction.
pub(super) async fn tidy_up(db: &DatabaseConnection) -> Result<(), StorageError> {
    let statement = match db.get_database_backend() {
        DbBackend::Postgres => "VACUUM ANALYZE accounts, domains, users, grants, credentials",
        _ => "PRAGMA wal_checkpoint(TRUNCATE)",
    };
    db.execute_unprepared(statement).await.map_err(storage_error)?;
    Ok(())
}
