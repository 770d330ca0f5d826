//! Transactions.

mod script;

use std::{
    fmt, mem,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, QueryTrait, Statement, sea_query::InsertStatement,
};
use tenantry_app::ports::{
    AccountRepository, AuditKey, AuditLog, CredentialRepository, IdempotencyRepository, ImageRepository, LoginNames,
    MailOutbox, PasswordLinkRepository, ProvisioningJobs, RoleRepository, SessionRepository, SignInAttempts, Storage,
    StorageError, UnitOfWork, UserRepository,
};

use crate::{
    connect::{Purpose, Transaction, Writer},
    error::storage_error,
};

/// So many inserts go together: each number of them is a statement of its own to prepare and to keep.
const AT_ONCE: usize = 8;

/// Opens units of work.
#[derive(Clone)]
pub struct SqlStorage {
    writer: Writer,
    audit_key: Arc<dyn AuditKey>,
}

impl SqlStorage {
    pub(crate) const fn new(writer: Writer, audit_key: Arc<dyn AuditKey>) -> Self {
        Self { writer, audit_key }
    }
}

impl fmt::Debug for SqlStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlStorage").field("writer", &self.writer).finish_non_exhaustive()
    }
}

#[async_trait]
impl Storage for SqlStorage {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StorageError> {
        self.begin_for(Purpose::Unit).await
    }

    async fn begin_large(&self) -> Result<Box<dyn UnitOfWork>, StorageError> {
        self.begin_for(Purpose::Large).await
    }

    /// PostgreSQL sees conflicts by pages, and a queue that is filled and emptied at once has few of them: most creations would begin
    /// again because of workers.
    async fn begin_step(&self) -> Result<Box<dyn UnitOfWork>, StorageError> {
        self.begin_for(Purpose::Step).await
    }
}

impl SqlStorage {
    async fn begin_for(&self, purpose: Purpose) -> Result<Box<dyn UnitOfWork>, StorageError> {
        // Running again cannot help: the wait for others was long enough.
        let txn = self.writer.begin(purpose).await.map_err(|error| StorageError::Unavailable(error.to_string()))?;
        let audit_key = Arc::clone(&self.audit_key);
        Ok(Box::new(SqlUnitOfWork { txn, audit_key, failed: AtomicBool::new(false), waiting: Mutex::default() }))
    }
}

/// One open transaction, and every repository in it. Dropping it rolls back.
pub(crate) struct SqlUnitOfWork {
    txn: Transaction,
    pub(crate) audit_key: Arc<dyn AuditKey>,
    /// Some statement failed, or was not waited for. PostgreSQL would then take a commit for a rollback and say that all is well; SQLite may have rolled back
    /// by itself, and what came later would be stored without the rest.
    failed: AtomicBool,
    /// Inserts that nobody waits for. They go together, before the next statement or the commit.
    waiting: Mutex<Vec<InsertStatement>>,
}

impl SqlUnitOfWork {
    /// Inserts a row at the latest when it could be seen to be missing: each statement sent is a way there and back, and what is not
    /// answered need not go alone. What is wrong with it is said by the statement or the commit that it goes with.
    pub(crate) fn insert_later(&self, insert: impl QueryTrait<QueryStatement = InsertStatement>) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(insert.into_query());
    }

    async fn send_waiting(&self) -> Result<(), DbErr> {
        if self.failed.load(Ordering::Relaxed) {
            return Err(DbErr::Custom("the unit of work failed before".to_owned()));
        }
        let waiting = mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        for some in waiting.chunks(AT_ONCE) {
            let together = script::of(self.txn.get_database_backend(), some);
            self.noted(self.txn.execute_raw(together)).await?;
        }
        Ok(())
    }

    /// What nobody waits for to its end may have failed.
    async fn noted<T>(&self, sent: impl Future<Output = Result<T, DbErr>> + Send) -> Result<T, DbErr> {
        self.failed.store(true, Ordering::Relaxed);
        let answer = sent.await?;
        self.failed.store(false, Ordering::Relaxed);
        Ok(answer)
    }
}

#[async_trait]
impl ConnectionTrait for SqlUnitOfWork {
    fn get_database_backend(&self) -> DbBackend {
        self.txn.get_database_backend()
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        self.send_waiting().await?;
        self.noted(self.txn.execute_raw(stmt)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.send_waiting().await?;
        self.noted(self.txn.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.send_waiting().await?;
        self.noted(self.txn.query_one_raw(stmt)).await
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.send_waiting().await?;
        self.noted(self.txn.query_all_raw(stmt)).await
    }
}

#[async_trait]
impl UnitOfWork for SqlUnitOfWork {
    fn accounts(&self) -> &dyn AccountRepository {
        self
    }
    fn users(&self) -> &dyn UserRepository {
        self
    }
    fn login_names(&self) -> &dyn LoginNames {
        self
    }
    fn roles(&self) -> &dyn RoleRepository {
        self
    }
    fn credentials(&self) -> &dyn CredentialRepository {
        self
    }
    fn password_links(&self) -> &dyn PasswordLinkRepository {
        self
    }
    fn sessions(&self) -> &dyn SessionRepository {
        self
    }
    fn sign_in_attempts(&self) -> &dyn SignInAttempts {
        self
    }
    fn mail_outbox(&self) -> &dyn MailOutbox {
        self
    }
    fn provisioning_jobs(&self) -> &dyn ProvisioningJobs {
        self
    }
    fn images(&self) -> &dyn ImageRepository {
        self
    }
    fn idempotency(&self) -> &dyn IdempotencyRepository {
        self
    }
    fn audit_log(&self) -> &dyn AuditLog {
        self
    }

    async fn commit(self: Box<Self>) -> Result<(), StorageError> {
        self.send_waiting().await.map_err(storage_error)?;
        self.txn.commit().await
    }
}
