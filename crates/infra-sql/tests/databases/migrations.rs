//! Migrations on both databases, alone and together.

use crate::support::{empty_postgres, sqlite_address};
use tenantry_infra_sql::{Database, DatabaseOptions};
use tokio::task::JoinSet;

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
