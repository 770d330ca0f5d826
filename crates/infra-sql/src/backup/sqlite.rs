use std::{
    fs, io,
    path::{Path, PathBuf},
    str::FromStr,
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, sqlx::sqlite::SqliteConnectOptions};

use super::{BackupError, connect, draft_of, keep};

pub(super) async fn copy(url: &str, file: &Path) -> Result<(), BackupError> {
    let source = path(url)?;
    if !source.exists() {
        return Err(BackupError::Missing(source));
    }
    let name = file.to_str().ok_or_else(|| BackupError::Database("the file's name is not UTF-8".to_owned()))?;
    // Of one moment, while others write. The program's own readers may not do it, and its writer would keep everybody waiting.
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO $1", [name.into()]);
    let database = connect(url).await?;
    let copied = database.execute_raw(statement).await;
    database.close().await?;
    copied?;
    Ok(())
}

pub(super) async fn restore(url: &str, file: &Path) -> Result<(), BackupError> {
    let target = path(url)?;
    // A log of changes beside it would be taken for the restored one's.
    for existing in [target.clone(), beside_wal(&target)] {
        if existing.exists() {
            return Err(BackupError::Exists(existing));
        }
    }
    let mut draft = draft_of(&target)?;
    let damaged = |cause: io::Error| BackupError::Damaged { file: file.to_owned(), reason: cause.to_string() };
    let copied = fs::File::open(file).and_then(|mut copy| io::copy(&mut copy, &mut draft));
    copied.map_err(damaged)?;
    check(draft.path(), file).await?;
    keep(draft, &target)
}

/// Reads all of it.
async fn check(draft: &Path, file: &Path) -> Result<(), BackupError> {
    let damaged = |reason: String| BackupError::Damaged { file: file.to_owned(), reason };
    let url = format!("sqlite://{}?mode=rw", draft.display());
    let copy = connect(&url).await.map_err(|error| damaged(error.to_string()))?;
    let whole = answer(&copy, "PRAGMA integrity_check").await;
    let ours = answer(&copy, "SELECT name FROM sqlite_schema WHERE name = 'audit_entries'").await;
    let _ = copy.close().await;
    match (whole, ours) {
        (Ok(Some(whole)), _) if whole != "ok" => Err(damaged(whole)),
        (Ok(Some(_)), Ok(Some(_))) => Ok(()),
        (Err(error), _) | (_, Err(error)) => Err(damaged(error.to_string())),
        _ => Err(damaged("it is another database".to_owned())),
    }
}

async fn answer(db: &DatabaseConnection, sql: &str) -> Result<Option<String>, DbErr> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}

fn path(url: &str) -> Result<PathBuf, BackupError> {
    let options = SqliteConnectOptions::from_str(url).map_err(|_| BackupError::InvalidAddress)?;
    Ok(options.get_filename().to_owned())
}

fn beside_wal(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
