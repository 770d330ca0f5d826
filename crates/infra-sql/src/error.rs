//! What can go wrong, as the ports say it.

use std::fmt::Display;

use sea_orm::{DbErr, RuntimeErr, sqlx};
use tenantry_app::ports::StorageError;

/// PostgreSQL: serialisation failure and deadlock. SQLite: busy, in each of its forms, and locked.
const CONTENTION: [&str; 8] = ["40001", "40P01", "5", "261", "517", "773", "6", "262"];
/// PostgreSQL and, for primary keys and others, SQLite.
const UNIQUE_VIOLATION: [&str; 3] = ["23505", "1555", "2067"];

/// PostgreSQL. On SQLite there is one writer, whose look stays true.
const FOREIGN_KEY_VIOLATION: [&str; 1] = ["23503"];

/// How PostgreSQL's errors begin with which it ends a connection.
const OPERATOR_INTERVENTION: &str = "57P";
/// PostgreSQL, when a table has changed since a statement was prepared, and when the server has become one that only reads.
const OUTDATED: [&str; 2] = ["0A000", "25006"];

pub(crate) fn storage_error(error: DbErr) -> StorageError {
    if has_code(&error, &CONTENTION) {
        return StorageError::Contended;
    }
    match error {
        DbErr::ConnectionAcquire(reason) => StorageError::Unavailable(format!("no connection: {reason}")),
        other => StorageError::Unavailable(other.to_string()),
    }
}

/// For an update that checks uniqueness itself: if another transaction took the value after the check, running again sees it.
pub(crate) fn storage_error_of_checked_update(error: DbErr) -> StorageError {
    if has_code(&error, &UNIQUE_VIOLATION) { StorageError::Contended } else { storage_error(error) }
}

/// For a removal that looks itself whether something refers to the row: if another transaction did so after the look, running
/// again sees it.
pub(crate) fn storage_error_of_checked_removal(error: DbErr) -> StorageError {
    if has_code(&error, &FOREIGN_KEY_VIOLATION) { StorageError::Contended } else { storage_error(error) }
}

/// Whether a connection is of no more use after what it was asked: it broke, PostgreSQL ended it, what it has prepared is outdated, or
/// others are to be written to now.
pub(crate) fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(said) => {
            said.code().is_some_and(|code| code.starts_with(OPERATOR_INTERVENTION) || OUTDATED.contains(&&*code))
        }
        _ => true,
    }
}

/// As [`is_lost`], of what happened on a connection that was there.
pub(crate) fn was_connection_lost(error: &DbErr) -> bool {
    matches!(error, DbErr::Exec(RuntimeErr::SqlxError(source)) | DbErr::Query(RuntimeErr::SqlxError(source)) if is_lost(source))
}

fn has_code(error: &DbErr, codes: &[&str]) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(source))
    | DbErr::Query(RuntimeErr::SqlxError(source))
    | DbErr::Conn(RuntimeErr::SqlxError(source))) = error
    else {
        return false;
    };
    let sqlx::Error::Database(reported) = &**source else { return false };
    reported.code().is_some_and(|code| codes.contains(&&*code))
}

/// One stored row, to say where a value stands that cannot be read.
pub(crate) struct StoredRow {
    table: &'static str,
    id: String,
}

impl StoredRow {
    pub(crate) fn new(table: &'static str, id: impl Display) -> Self {
        Self { table, id: id.to_string() }
    }

    pub(crate) fn read<T, E>(&self, column: &'static str, parsed: Result<T, E>) -> Result<T, StorageError> {
        parsed.map_err(|_| self.corrupt(column))
    }

    pub(crate) fn found<T>(&self, column: &'static str, parsed: Option<T>) -> Result<T, StorageError> {
        parsed.ok_or_else(|| self.corrupt(column))
    }

    pub(crate) fn corrupt(&self, column: &'static str) -> StorageError {
        StorageError::Corrupt { table: self.table, column, id: self.id.clone() }
    }
}
