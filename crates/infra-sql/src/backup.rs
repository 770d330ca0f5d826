//! Copies of a whole database, made while it is in use, and databases made from them.

mod postgres;
mod sqlite;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use sea_orm::{ConnectOptions, DatabaseConnection, DbErr};
use tempfile::NamedTempFile;
use thiserror::Error;

/// A copy cannot be made, or nothing be made from it.
#[derive(Debug, Error)]
pub enum BackupError {
    /// There is a file, and it is left as it is.
    #[error("there is a file `{0}` already")]
    Exists(PathBuf),
    /// There is no database.
    #[error("there is no database `{0}`")]
    Missing(PathBuf),
    /// The database holds something, and is left as it is.
    #[error("the database to restore into is not empty")]
    NotEmpty,
    /// Neither `sqlite:` nor `postgres:`.
    #[error("the database address is not one")]
    InvalidAddress,
    /// The copy is not what it should be.
    #[error("`{file}` is not a whole backup of Tenantry's: {reason}")]
    Damaged {
        /// The copy.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A program that comes with PostgreSQL cannot be started.
    #[error("cannot start `{program}`, which comes with PostgreSQL's client: {cause}")]
    Program {
        /// Which.
        program: &'static str,
        /// Why.
        cause: io::Error,
    },
    /// A program that comes with PostgreSQL failed.
    #[error("`{program}` failed: {message}")]
    Failed {
        /// Which.
        program: &'static str,
        /// What it said.
        message: String,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(String),
    /// A file cannot be read or written.
    #[error("cannot write `{file}`: {cause}")]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        cause: io::Error,
    },
}

impl From<DbErr> for BackupError {
    fn from(error: DbErr) -> Self {
        Self::Database(error.to_string())
    }
}

/// Copies the database at an address to a file that must not be there yet, as it is at one moment. Nobody has to stop working.
///
/// On SQLite the copy is a database of its own; on PostgreSQL it is what `pg_dump` makes, in its custom format. Only its owner may read it:
/// it holds hashes of passwords.
///
/// # Errors
/// [`BackupError`]. No half-written file of this name is left.
pub async fn back_up(url: &str, file: &Path) -> Result<(), BackupError> {
    if file.exists() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let draft = draft_of(file)?;
    match Kind::of(url)? {
        Kind::Sqlite => sqlite::copy(url, draft.path()).await?,
        Kind::Postgres => postgres::dump(url, draft.path()).await?,
    }
    keep(draft, file)
}

/// Makes a database of a copy. There must be no database at the address yet, or an empty one on PostgreSQL.
///
/// # Errors
/// [`BackupError`]; nothing was made then.
pub async fn restore(url: &str, file: &Path) -> Result<(), BackupError> {
    match Kind::of(url)? {
        Kind::Sqlite => sqlite::restore(url, file).await,
        Kind::Postgres => postgres::restore(url, file).await,
    }
}

enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    fn of(url: &str) -> Result<Self, BackupError> {
        if url.starts_with("sqlite:") {
            Ok(Self::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres)
        } else {
            Err(BackupError::InvalidAddress)
        }
    }
}

/// A connection for one task.
async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).max_connections(1);
    sea_orm::Database::connect(options).await
}

/// An empty file beside another, of a name that nobody knows before, which only its owner may read: what becomes that other one is whole
/// from the beginning. Gone when it is dropped.
fn draft_of(file: &Path) -> Result<NamedTempFile, BackupError> {
    let cannot = |cause| BackupError::File { file: file.to_owned(), cause };
    let folder = folder_of(file);
    fs::create_dir_all(folder).map_err(cannot)?;
    NamedTempFile::new_in(folder).map_err(cannot)
}

/// Gives a draft its name, once the disk has it. Never replaces a file.
fn keep(draft: NamedTempFile, file: &Path) -> Result<(), BackupError> {
    let cannot = |cause: io::Error| match cause.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(file.to_owned()),
        _ => BackupError::File { file: file.to_owned(), cause },
    };
    // Another program may have put another file in the place of the empty one.
    fs::File::open(draft.path()).and_then(|written| written.sync_all()).map_err(cannot)?;
    draft.persist_noclobber(file).map_err(|error| cannot(error.error))?;
    fs::File::open(folder_of(file)).and_then(|folder| folder.sync_all()).map_err(cannot)
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
