//! Migrations on both databases, alone and together.

use std::sync::Arc;

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use tenantry_app::{
    ports::{Directory, GrantRow, InsertedAccount, InsertedUser, Storage},
    testing::{
        FakeAuditKey,
        samples::{self, instant},
    },
};
use tenantry_domain::{
    AccountId, UserId,
    account::{AccountKind, AccountPath},
    permission::{BuiltInRole, Grant},
    user::User,
};
use tenantry_infra_sql::{Database, DatabaseOptions};
use tokio::task::JoinSet;

use crate::support::{empty_postgres, sqlite_address};

async fn connect(url: &str) -> Database {
    Database::connect(url, &DatabaseOptions::default()).await.unwrap()
}

async fn migrate_twice(url: &str) {
    let database = connect(url).await;
    assert_ne!(database.pending_migrations().await.unwrap(), 0);
    database.migrate().await.unwrap();
    assert_eq!(database.pending_migrations().await.unwrap(), 0);
    database.migrate().await.unwrap();
    assert_eq!(database.pending_migrations().await.unwrap(), 0);
    database.close().await;
}

async fn migrate_by_four_at_once(url: &str) {
    let mut starters = JoinSet::new();
    for _ in 0..4 {
        let url = url.to_owned();
        starters.spawn(async move { connect(&url).await.migrate().await });
    }
    for migrated in starters.join_all().await {
        migrated.unwrap();
    }
    assert_eq!(connect(url).await.pending_migrations().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_run_twice_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    migrate_twice(&sqlite_address(&folder)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_run_twice_on_postgres() {
    let (url, _guard) = empty_postgres().await;
    migrate_twice(&url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_starters_migrate_once_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    migrate_by_four_at_once(&sqlite_address(&folder)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_starters_migrate_once_on_postgres() {
    let (url, _guard) = empty_postgres().await;
    migrate_by_four_at_once(&url).await;
}

/// Takes the schema back to what it was before people could define roles.
async fn forget_roles(raw: &DatabaseConnection) {
    for statement in [
        "DROP INDEX grants_by_role",
        "ALTER TABLE grants DROP COLUMN role_id",
        "ALTER TABLE grants DROP COLUMN given_by",
        "DROP TABLE roles",
        "DELETE FROM seaql_migrations WHERE version = 'm20261126_000008_roles'",
    ] {
        raw.execute_unprepared(statement).await.unwrap();
    }
}

async fn add_user(database: &Database, grant: &Grant, given_at: Timestamp) -> User {
    let root = samples::account(grant.anchor.clone(), AccountKind::Platform, "Northwind", "northwind.example");
    let user = samples::user(UserId::new(samples::uuid(2)), &root, "avery", "Avery", "Quinn");
    let uow = database.storage(Arc::new(FakeAuditKey)).begin().await.unwrap();
    assert_eq!(uow.accounts().insert(&root, instant(0)).await.unwrap(), InsertedAccount::Inserted);
    assert_eq!(uow.users().insert(&user, grant, None, given_at).await.unwrap(), InsertedUser::Inserted);
    uow.commit().await.unwrap();
    user
}

async fn grants_from_before_roles_stay(url: &str) {
    let database = connect(url).await;
    database.migrate().await.unwrap();
    let anchor = AccountPath::root(AccountId::new(samples::uuid(1)));
    let window = Grant { ends_at: Some(instant(9)), ..Grant::new(BuiltInRole::BasicAccess.into(), anchor) };
    let user = add_user(&database, &window, instant(3)).await;
    database.close().await;
    let raw = sea_orm::Database::connect(url).await.unwrap();
    forget_roles(&raw).await;
    raw.close().await.unwrap();

    let database = connect(url).await;
    assert_eq!(database.pending_migrations().await.unwrap(), 1);
    database.migrate().await.unwrap();
    let kept =
        GrantRow { grant: window.clone(), anchor_name: "Northwind".to_owned(), given_at: instant(3), given_by: None };
    assert_eq!(database.directory().list_grants(user.id).await.unwrap(), [kept]);
    assert_eq!(database.directory().find_user(user.id).await.unwrap().unwrap().record.grants, [window]);
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_from_before_roles_stay_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    grants_from_before_roles_stay(&sqlite_address(&folder)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_from_before_roles_stay_on_postgres() {
    let (url, _guard) = empty_postgres().await;
    grants_from_before_roles_stay(&url).await;
}

/// Takes the schema back to what it was before accounts could change.
async fn forget_account_changes(raw: &DatabaseConnection) {
    for statement in [
        "DROP INDEX accounts_suspended",
        "DELETE FROM seaql_migrations WHERE version = 'm20261126_000016_suspended_accounts'",
        "DROP INDEX accounts_by_name",
        "CREATE INDEX accounts_by_name ON accounts (name_key, id)",
        "DROP INDEX accounts_by_parent",
        "CREATE INDEX accounts_by_parent ON accounts (parent_id, name_key, id)",
        "DELETE FROM seaql_migrations WHERE version = 'm20261126_000015_account_search'",
        "DROP INDEX accounts_to_purge",
        "DROP INDEX sessions_by_active_account",
        "DELETE FROM seaql_migrations WHERE version = 'm20261126_000012_account_purges'",
        "DELETE FROM seaql_migrations WHERE version = 'm20261126_000013_account_lists'",
        "DROP INDEX users_by_login_domain",
        "DROP INDEX accounts_removed",
        "DROP INDEX accounts_with_path",
        "ALTER TABLE accounts DROP COLUMN billing_type",
        "ALTER TABLE accounts DROP COLUMN reference_id",
        "ALTER TABLE accounts DROP COLUMN sales_manager",
        "ALTER TABLE accounts DROP COLUMN version",
        "ALTER TABLE accounts DROP COLUMN removed_at",
        "ALTER TABLE accounts DROP COLUMN removed_with",
        "CREATE INDEX accounts_with_path ON accounts (id, path)",
        "DELETE FROM seaql_migrations WHERE version = 'm20261126_000009_account_changes'",
    ] {
        raw.execute_unprepared(statement).await.unwrap();
    }
}

/// In version 1, not removed, with nothing noted about them.
async fn accounts_from_before_they_changed_stay(url: &str) {
    let database = connect(url).await;
    database.migrate().await.unwrap();
    let path = AccountPath::root(AccountId::new(samples::uuid(1)));
    let root = samples::account(path.clone(), AccountKind::Platform, "Northwind", "northwind.example");
    let user = add_user(&database, &Grant::new(BuiltInRole::User.into(), path), instant(3)).await;
    database.close().await;
    let raw = sea_orm::Database::connect(url).await.unwrap();
    forget_account_changes(&raw).await;
    raw.close().await.unwrap();

    let database = connect(url).await;
    assert_eq!(database.pending_migrations().await.unwrap(), 5);
    database.migrate().await.unwrap();
    assert_eq!(database.directory().find_account(root.id()).await.unwrap().unwrap().account, root);
    assert!(database.directory().find_user(user.id).await.unwrap().is_some());
    let uow = database.storage(Arc::new(FakeAuditKey)).begin().await.unwrap();
    assert!(uow.accounts().update(&root, instant(4)).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_from_before_they_changed_stay_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    accounts_from_before_they_changed_stay(&sqlite_address(&folder)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_from_before_they_changed_stay_on_postgres() {
    let (url, _guard) = empty_postgres().await;
    accounts_from_before_they_changed_stay(&url).await;
}
