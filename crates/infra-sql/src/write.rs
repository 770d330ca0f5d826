//! Writing: every repository, on the unit of work itself. One file an aggregate.

mod accounts;
mod audit_log;
mod credentials;
mod idempotency;
mod images;
mod leases;
mod login_names;
mod mail_outbox;
mod password_links;
mod provisioning_jobs;
mod purges;
mod roles;
mod sessions;
mod sign_in_attempts;
mod users;

#[cfg(feature = "seed")]
pub(crate) use accounts::domain_rows;

use sea_orm::{
    ConnectionTrait, QueryTrait, StatementBuilder,
    sea_query::{InsertStatement, OnConflict},
};
use tenantry_app::ports::StorageError;

use crate::error::storage_error;

/// Inserts rows except those that contradict stored ones, and says how many. Unlike an error, a conflict found this way does
/// not end a PostgreSQL transaction.
pub(crate) async fn insert_ignoring_conflict<C: ConnectionTrait>(
    conn: &C,
    insert: impl QueryTrait<QueryStatement = InsertStatement>,
) -> Result<u64, StorageError> {
    let mut statement = insert.into_query();
    statement.on_conflict(OnConflict::new().do_nothing().to_owned());
    execute(conn, &statement).await
}

/// Executes a statement; how many rows it touched.
async fn execute<C: ConnectionTrait>(conn: &C, statement: &impl StatementBuilder) -> Result<u64, StorageError> {
    Ok(conn.execute(statement).await.map_err(storage_error)?.rows_affected())
}

/// Text from outside that nobody has parsed, without the one character that PostgreSQL does not store.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}
