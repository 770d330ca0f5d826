//! The schema, one intent a migration. What has landed is never edited.

mod m20261122_000001_accounts;
mod m20261122_000002_users;
mod m20261122_000003_sign_in;
mod m20261122_000004_work_queues;
mod m20261122_000005_images_and_repeats;
mod m20261122_000006_audit_entries;
mod m20261122_000007_settings;
mod m20261126_000008_roles;
mod m20261126_000009_account_changes;
mod m20261126_000010_domain_verification;
mod m20261126_000011_branding_and_policy;
mod m20261126_000012_account_purges;
mod m20261126_000013_account_lists;
mod m20261126_000014_reserved_login_names;
mod m20261126_000015_account_search;
mod m20261126_000016_suspended_accounts;
mod m20261126_000017_user_search;
mod m20261126_000018_audit_seals;
mod m20261127_000019_user_search_in_batches;
mod m20261127_000020_account_search_by_letters;
mod m20261127_000021_user_search_by_few_letters;
mod m20261127_000022_user_filters;

#[cfg(any(test, feature = "seed"))]
pub(crate) use {m20261126_000017_user_search::NUMBER_USERS, m20261127_000021_user_search_by_few_letters::FILL_SEARCH};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager};

/// Held by whoever migrates; any number that nobody else on the server uses.
const MIGRATION_LOCK: i64 = 0x7465_6e61_6e74_7279;

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_accounts::Migration),
            Box::new(m20261122_000002_users::Migration),
            Box::new(m20261122_000003_sign_in::Migration),
            Box::new(m20261122_000004_work_queues::Migration),
            Box::new(m20261122_000005_images_and_repeats::Migration),
            Box::new(m20261122_000006_audit_entries::Migration),
            Box::new(m20261122_000007_settings::Migration),
            Box::new(m20261126_000008_roles::Migration),
            Box::new(m20261126_000009_account_changes::Migration),
            Box::new(m20261126_000010_domain_verification::Migration),
            Box::new(m20261126_000011_branding_and_policy::Migration),
            Box::new(m20261126_000012_account_purges::Migration),
            Box::new(m20261126_000013_account_lists::Migration),
            Box::new(m20261126_000014_reserved_login_names::Migration),
            Box::new(m20261126_000015_account_search::Migration),
            Box::new(m20261126_000016_suspended_accounts::Migration),
            Box::new(m20261126_000017_user_search::Migration),
            Box::new(m20261126_000018_audit_seals::Migration),
            Box::new(m20261127_000019_user_search_in_batches::Migration),
            Box::new(m20261127_000020_account_search_by_letters::Migration),
            Box::new(m20261127_000021_user_search_by_few_letters::Migration),
            Box::new(m20261127_000022_user_filters::Migration),
        ]
    }
}

/// A transaction that reads before it writes cannot become a writer on SQLite any more once somebody else wrote, so that it is one
/// from the start. PostgreSQL does not know the mode.
pub(crate) const BEGIN_IMMEDIATE: TransactionOptions = TransactionOptions {
    isolation_level: None,
    access_mode: None,
    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
};

/// All that is pending, in one transaction: whoever dies on the way leaves nothing behind, and of two who start together one
/// waits and then finds nothing to do. SQLite has one writer anyway; on PostgreSQL the lock goes with the transaction.
pub(crate) async fn migrate(db: &DatabaseConnection) -> Result<(), DbErr> {
    let txn = db.begin_with_options(BEGIN_IMMEDIATE).await?;
    if txn.get_database_backend() == DbBackend::Postgres {
        txn.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
    }
    Migrator::up(&txn, None).await?;
    txn.commit().await
}

pub(crate) async fn pending(db: &DatabaseConnection) -> Result<u64, DbErr> {
    Ok(Migrator::get_pending_migrations_read_only(db).await?.len() as u64)
}

/// Runs statements written for both databases.
///
/// `{uuid}`, `{bytes}`, `{time}`, `{bool}` and `{int64}` are column types; `{key}` is text that is compared byte by byte, so that lists
/// have the same order everywhere; `{strict}` ends a table.
async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let types = match manager.get_database_backend() {
        DbBackend::Postgres => [
            ("{uuid}", "uuid"),
            ("{bytes}", "bytea"),
            ("{time}", "timestamptz"),
            ("{bool}", "boolean"),
            ("{int64}", "bigint"),
            ("{key}", "text COLLATE \"C\""),
            ("{strict}", ""),
        ],
        _ => [
            ("{uuid}", "blob"),
            ("{bytes}", "blob"),
            ("{time}", "text"),
            ("{bool}", "integer"),
            ("{int64}", "integer"),
            ("{key}", "text"),
            ("{strict}", "STRICT"),
        ],
    };
    for statement in statements {
        let sql = types.iter().fold((*statement).to_owned(), |sql, (name, kind)| sql.replace(name, kind));
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}
