//! Transactions.

use async_trait::async_trait;
use thiserror::Error;

use super::{
    AccountRepository, AuditLog, CredentialRepository, IdempotencyRepository, ImageRepository, LoginNames, MailOutbox,
    PasswordLinkRepository, ProvisioningJobs, RoleRepository, SessionRepository, SignInAttempts, UserRepository,
};

/// Opens transactions.
#[async_trait]
pub trait Storage: Send + Sync {
    /// Begins a unit of work that may write. What it reads and writes is as if nobody else were at work: either it commits
    /// in some serial order with the others, or a call fails with [`StorageError::Contended`].
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StorageError>;

    /// Begins a unit of work that may take long, as it looks at or changes as much as an account, a domain or a table may hold. As
    /// [`Storage::begin`], but nobody else's commit waits for it.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    async fn begin_large(&self) -> Result<Box<dyn UnitOfWork>, StorageError> {
        self.begin().await
    }

    /// Begins a worker's unit of work on its queue. It is all or nothing as any other, but what others do meanwhile may be seen in it:
    /// each of its statements must name the rows that it changes and the state in which it changes them, as claims and leases do. So
    /// those who fill a queue and those who empty it do not have to begin again because of each other.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    async fn begin_step(&self) -> Result<Box<dyn UnitOfWork>, StorageError> {
        self.begin().await
    }
}

/// One open transaction. Dropping it rolls everything back.
///
/// What was read in it may not be stored yet, and perhaps never is, until it has committed: whoever answers that all is as asked commits,
/// having written nothing. To refuse takes no commit.
#[async_trait]
pub trait UnitOfWork: Send + Sync {
    /// Accounts.
    fn accounts(&self) -> &dyn AccountRepository;
    /// Users and their grants.
    fn users(&self) -> &dyn UserRepository;
    /// Login names, many at a time.
    fn login_names(&self) -> &dyn LoginNames;
    /// Roles that people defined.
    fn roles(&self) -> &dyn RoleRepository;
    /// Passwords, hashed.
    fn credentials(&self) -> &dyn CredentialRepository;
    /// Password links.
    fn password_links(&self) -> &dyn PasswordLinkRepository;
    /// Sessions.
    fn sessions(&self) -> &dyn SessionRepository;
    /// Failed sign-ins.
    fn sign_in_attempts(&self) -> &dyn SignInAttempts;
    /// Mail waiting to be sent.
    fn mail_outbox(&self) -> &dyn MailOutbox;
    /// Provisioning waiting to be done.
    fn provisioning_jobs(&self) -> &dyn ProvisioningJobs;
    /// Profile images by content hash.
    fn images(&self) -> &dyn ImageRepository;
    /// Answers already given to repeated requests.
    fn idempotency(&self) -> &dyn IdempotencyRepository;
    /// What was done, by whom.
    fn audit_log(&self) -> &dyn AuditLog;

    /// Makes everything durable, or nothing.
    ///
    /// # Errors
    /// [`StorageError::Contended`] or [`StorageError::Unavailable`]; nothing is stored then.
    async fn commit(self: Box<Self>) -> Result<(), StorageError>;
}

/// Storage could not do it.
#[derive(Debug, Clone, Error)]
pub enum StorageError {
    /// Another transaction got in the way; the same use case may be run again from its beginning.
    #[error("the transaction met another one")]
    Contended,
    /// Storage cannot be reached or failed.
    #[error("storage is unavailable: {0}")]
    Unavailable(String),
    /// A stored row cannot be read as what it should be.
    #[error("stored row is corrupt: {table}.{column} of {id}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id.
        id: String,
    },
}
