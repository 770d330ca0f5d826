//! Connecting: which database, how many connections, and what each of them is told first.

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, RuntimeErr, Statement,
};
use tenantry_app::ports::{AuditKey, StorageError};
use thiserror::Error;

use crate::{
    SqlAuditChain, SqlClock, entities::settings, error::storage_error, migrations, read::SqlDirectory,
    unit_of_work::SqlStorage, write::insert_ignoring_conflict,
};

mod connections;
mod lane;
mod postgres;
mod readers;
mod sqlite;
mod statements;
mod units;
mod writer;

pub(crate) use readers::Readers;
pub(crate) use writer::{Purpose, Transaction, Writer};

/// How many connections, and how long to wait for one.
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// The most connections to the database, half of them for reading; two at the least. SQLite has one that writes.
    pub max_connections: u32,
    /// Whether a SQLite file is made where there is none.
    pub create_if_missing: bool,
    /// How long to wait for a free connection before storage counts as unavailable.
    pub acquire_timeout: Duration,
    /// How often a server is asked what its clock shows.
    pub ask_clock_every: Duration,
}

impl Default for DatabaseOptions {
    fn default() -> Self {
        Self {
            max_connections: 10,
            create_if_missing: true,
            acquire_timeout: Duration::from_secs(2),
            ask_clock_every: Duration::from_secs(10),
        }
    }
}

impl DatabaseOptions {
    fn reading(&self) -> u32 {
        (self.max_connections / 2).max(1)
    }

    fn writing(&self) -> u32 {
        self.max_connections.saturating_sub(self.reading()).max(1)
    }
}

/// The database cannot be used. The text never holds the address, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConnectError {
    /// Neither `sqlite://…` nor `postgres://…`, or not readable.
    #[error("the database address must begin with `sqlite://` or `postgres://`, and be a valid one")]
    InvalidAddress,
    /// It does not answer, or does not let us in.
    #[error("cannot connect to the database: {0}")]
    Unreachable(String),
    /// It does not keep what it acknowledges: a setting was refused.
    #[error("the database does not accept the setting `{0}`")]
    Unsafe(&'static str),
}

/// An open database.
#[derive(Debug, Clone)]
pub struct Database {
    /// Migrations, settings and seeds: what is done before there is other work.
    setup: DatabaseConnection,
    /// Units of work. On SQLite a single connection: there is one writer, and it waits here rather than in the file's lock.
    writer: Writer,
    /// Reads outside of a unit of work.
    readers: Readers,
    ask_clock_every: Duration,
}

impl Database {
    /// Connects to `sqlite://<file>` (made if missing) or `postgres://…`.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn connect(url: &str, options: &DatabaseOptions) -> Result<Self, ConnectError> {
        let (setup, writer, readers) = if url.starts_with("sqlite:") {
            sqlite::connect(url, options).await?
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            postgres::connect(url, options).await?
        } else {
            return Err(ConnectError::InvalidAddress);
        };
        Ok(Self { setup, writer, readers, ask_clock_every: options.ask_clock_every })
    }

    /// Counts every statement that is sent through what [`Database::storage`] and [`Database::directory`] hand out from here on.
    pub fn count_statements(&mut self) -> Arc<AtomicU64> {
        let sent = self.readers.statements();
        self.writer.count_statements(&sent);
        sent
    }

    /// Applies the migrations that are pending. Safe to run from several processes at once.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`]; nothing was changed then.
    pub async fn migrate(&self) -> Result<(), StorageError> {
        migrations::migrate(&self.setup).await.map_err(storage_error)
    }

    /// How many migrations are pending. Changes nothing and needs no right to.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`], also if the database was migrated by a newer version of this program.
    pub async fn pending_migrations(&self) -> Result<u64, StorageError> {
        migrations::pending(&self.setup).await.map_err(storage_error)
    }

    /// Units of work, whose audit entries are marked with this key.
    pub fn storage(&self, audit_key: Arc<dyn AuditKey>) -> SqlStorage {
        SqlStorage::new(self.writer.clone(), audit_key)
    }

    /// The audit log's seals.
    pub fn audit_chain(&self) -> SqlAuditChain {
        SqlAuditChain::new(self.writer.clone(), self.readers.clone())
    }

    /// Reads.
    pub fn directory(&self) -> SqlDirectory {
        SqlDirectory::new(self.readers.clone())
    }

    /// The server's clock, where there is a server: several nodes may share it.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    pub async fn clock(&self) -> Result<Option<Arc<SqlClock>>, StorageError> {
        match self.writer {
            Writer::Sqlite(_) => Ok(None),
            Writer::Postgres(_) => SqlClock::start(self.readers.uncounted(), self.ask_clock_every).await.map(Some),
        }
    }

    #[cfg(test)]
    pub(crate) const fn readers(&self) -> &Readers {
        &self.readers
    }

    #[cfg(feature = "seed")]
    pub(crate) const fn setup(&self) -> &DatabaseConnection {
        &self.setup
    }

    /// The pools: their names, and how many connections each has and how many of these nobody uses.
    pub fn pools(&self) -> Vec<(&'static str, PoolStatus)> {
        vec![("writer", self.writer.status()), ("readers", self.readers.status())]
    }

    /// A setting of the installation.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StorageError> {
        let stored = settings::Entity::find_by_id(key).one(&self.readers).await.map_err(storage_error)?;
        Ok(stored.map(|setting| setting.value))
    }

    /// Stores a setting unless there is one, and returns the one there is now.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    pub async fn put_setting_if_absent(&self, key: &str, value: &str) -> Result<String, StorageError> {
        let setting = settings::Model { key: key.to_owned(), value: value.to_owned() };
        insert_ignoring_conflict(&self.setup, settings::Entity::insert(settings::ActiveModel::from(setting))).await?;
        self.setting(key).await?.ok_or_else(|| StorageError::Unavailable("a setting was not stored".to_owned()))
    }

    /// Closes all connections, waiting for those in use.
    pub async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
        // What cannot be closed any more is closed already.
        let _ = self.setup.close().await;
    }
}

/// Connections of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStatus {
    /// Open ones.
    pub size: usize,
    /// Those nobody uses.
    pub idle: usize,
}

/// What holds for both databases.
fn pool_options(url: &str, options: &DatabaseOptions) -> ConnectOptions {
    let mut pool = ConnectOptions::new(url);
    pool.sqlx_logging(false).record_stmt_in_spans(false).acquire_timeout(options.acquire_timeout);
    pool
}

async fn open(pool: ConnectOptions) -> Result<DatabaseConnection, ConnectError> {
    sea_orm::Database::connect(pool).await.map_err(|error| match error {
        DbErr::Conn(RuntimeErr::SqlxError(error)) => ConnectError::Unreachable(error.to_string()),
        // Anything else was not said by the database, and may quote the address.
        _ => ConnectError::Unreachable("no connection".to_owned()),
    })
}

/// The value of the first column of a statement that answers one number.
async fn number(db: &impl ConnectionTrait, sql: &str) -> Result<i64, ConnectError> {
    let unreachable = |error: DbErr| ConnectError::Unreachable(error.to_string());
    let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.map_err(unreachable)?;
    row.map_or(Ok(-1), |row| row.try_get_by_index(0).map_err(unreachable))
}
