//! Copies made while people work, and databases made from them.

use std::{os::unix::fs::PermissionsExt as _, path::Path, sync::Arc};

use sea_orm::{ConnectionTrait, Statement};
use tenantry_app::{
    ports::Directory as _,
    testing::{NewUser, TestPlatform},
};
use tenantry_domain::permission::BuiltInRole;
use tenantry_infra_sql::{
    Database, DatabaseOptions,
    backup::{BackupError, back_up, restore},
};

use crate::support::{Fresh, empty_postgres, postgres, sqlite, sqlite_address};

async fn add_people(p: &TestPlatform, count: usize) {
    for _ in 0..count {
        p.add(NewUser::new(p.contoso, BuiltInRole::User)).await;
    }
}

async fn count(url: &str, table: &str) -> i64 {
    let database = sea_orm::Database::connect(url).await.unwrap();
    let statement = Statement::from_string(database.get_database_backend(), format!("SELECT COUNT(*) FROM {table}"));
    let row = database.query_one_raw(statement).await.unwrap().unwrap();
    database.close().await.unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Everybody whose creation was done before is in it, each with the grant that was stored with them.
async fn copy_is_of_one_moment(fresh: Fresh, elsewhere: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    let p = Arc::new(fresh.platform().await);
    add_people(&p, 20).await;
    let others = tokio::spawn({
        let p = Arc::clone(&p);
        async move { add_people(&p, 100).await }
    });
    back_up(&fresh.url, &file).await.unwrap();
    others.await.unwrap();
    assert_eq!(names(folder.path()), ["backup"]);
    assert_eq!(mode(&file), 0o600);

    restore(elsewhere, &file).await.unwrap();
    let users = count(elsewhere, "users").await;
    assert!((20..=120).contains(&users), "{users}");
    assert_eq!(count(elsewhere, "grants").await, users);
    let database = Database::connect(elsewhere, &DatabaseOptions::default()).await.unwrap();
    assert_eq!(database.pending_migrations().await.unwrap(), 0);
    assert!(database.directory().find_account(p.contoso).await.unwrap().is_some());
    database.close().await;
}

fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).unwrap().permissions().mode() & 0o777
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn copy_is_of_one_moment_on_sqlite() {
    let elsewhere = tempfile::tempdir().unwrap();
    copy_is_of_one_moment(sqlite().await, &sqlite_address(&elsewhere)).await;
    assert_eq!(names(elsewhere.path()), ["tenantry.db"]);
    assert_eq!(mode(&elsewhere.path().join("tenantry.db")), 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn copy_is_of_one_moment_on_postgres() {
    let (elsewhere, _guard) = empty_postgres().await;
    copy_is_of_one_moment(postgres().await, &elsewhere).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (file, other) = (folder.path().join("backup"), folder.path().join("other"));
    std::fs::write(&other, "mine").unwrap();
    for fresh in [sqlite().await, postgres().await] {
        assert!(matches!(back_up(&fresh.url, &other).await, Err(BackupError::Exists(_))));
        let _ = std::fs::remove_file(&file);
        back_up(&fresh.url, &file).await.unwrap();
        let refused = restore(&fresh.url, &file).await;
        assert!(matches!(refused, Err(BackupError::Exists(_) | BackupError::NotEmpty)), "{refused:?}");
    }
    assert_eq!(std::fs::read_to_string(&other).unwrap(), "mine");
}

/// Cut-off and changed copies, and what never was one.
fn broken(whole: &[u8]) -> Vec<Vec<u8>> {
    let half = whole.len() / 2;
    let mut changed = whole.to_vec();
    changed[half..].iter_mut().for_each(|byte| *byte ^= 7);
    vec![whole[..half].to_vec(), changed, b"no database".to_vec(), Vec::new()]
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_copies_become_no_database_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    back_up(&sqlite().await.url, &file).await.unwrap();
    for broken in broken(&std::fs::read(&file).unwrap()) {
        std::fs::write(&file, &broken).unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let refused = restore(&sqlite_address(&elsewhere), &file).await;
        assert!(matches!(refused, Err(BackupError::Damaged { .. })), "{refused:?}");
        assert!(names(elsewhere.path()).is_empty(), "{:?}", names(elsewhere.path()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_copies_become_no_database_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    back_up(&postgres().await.url, &file).await.unwrap();
    let whole = std::fs::read(&file).unwrap();
    for broken in broken(&whole) {
        std::fs::write(&file, &broken).unwrap();
        let (elsewhere, _guard) = empty_postgres().await;
        let refused = restore(&elsewhere, &file).await;
        assert!(matches!(refused, Err(BackupError::Failed { .. })), "{refused:?}");
        std::fs::write(&file, &whole).unwrap();
        restore(&elsewhere, &file).await.expect("it is still empty");
    }
}

/// An administrator made the extensions there; whoever restores owns the database alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_extensions_of_others_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    back_up(&postgres().await.url, &file).await.unwrap();
    let (elsewhere, _guard) = empty_postgres().await;
    let administrator = sea_orm::Database::connect(&elsewhere).await.unwrap();
    let name = format!("restorer_{}", std::process::id());
    for statement in [
        "CREATE EXTENSION pg_trgm".to_owned(),
        "CREATE EXTENSION pg_stat_statements".to_owned(),
        format!("CREATE ROLE {name} LOGIN PASSWORD 'x'"),
        format!("GRANT ALL ON SCHEMA public TO {name}"),
    ] {
        administrator.execute_unprepared(&statement).await.unwrap();
    }
    administrator.close().await.unwrap();
    let as_restorer = elsewhere.replacen("tenantry@", &format!("{name}:x@"), 1);
    restore(&as_restorer, &file).await.unwrap();
    assert_eq!(count(&as_restorer, "users").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    let refused = back_up(&sqlite_address(&folder), &file).await;
    assert!(matches!(refused, Err(BackupError::Missing(_))), "{refused:?}");
    assert!(matches!(back_up("mysql://localhost/x", &file).await, Err(BackupError::InvalidAddress)));
    assert!(names(folder.path()).is_empty());
}
