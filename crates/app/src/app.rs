//! Everything a use case is given.

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::json;
use tenantry_domain::{AccountId, RoleId, UserId};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    Actor, Settings, UseCaseError,
    ports::{
        AuditAnchor, AuditChain, AuditEntry, AuditKey, Clock, Connector, Directory, DomainResolver, HasherBusy,
        IdSource, ImageProcessor, Mailer, PasswordHasher, Sealer, Storage, StorageError, TokenSource, UnitOfWork,
    },
};

/// The adapters behind the ports. Built once, by whoever composes the program.
#[derive(Clone)]
pub struct Ports {
    /// Transactions.
    pub storage: Arc<dyn Storage>,
    /// Reads.
    pub directory: Arc<dyn Directory>,
    /// The audit log's seals.
    pub audit_chain: Arc<dyn AuditChain>,
    /// Where the seals had come to, remembered elsewhere.
    pub audit_anchor: Arc<dyn AuditAnchor>,
    /// Marks of the audit log.
    pub audit_key: Arc<dyn AuditKey>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// New ids.
    pub ids: Arc<dyn IdSource>,
    /// Tokens and passwords.
    pub tokens: Arc<dyn TokenSource>,
    /// Password hashing.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Encryption.
    pub sealer: Arc<dyn Sealer>,
    /// Image processing.
    pub images: Arc<dyn ImageProcessor>,
    /// Mail.
    pub mailer: Arc<dyn Mailer>,
    /// Connected services.
    pub connector: Arc<dyn Connector>,
    /// The DNS.
    pub resolver: Arc<dyn DomainResolver>,
}

/// Everything a use case is given: the ports, the settings, and the bells that wake the workers.
pub struct App {
    /// The adapters.
    pub ports: Ports,
    /// The settings.
    pub settings: Settings,
    /// Rung when mail was put into the outbox. A hint: workers also look by themselves.
    pub mail_bell: Notify,
    /// Rung when provisioning was asked for. A hint, likewise.
    pub provisioning_bell: Notify,
}

/// A use case's future, boxed so that it can be made again after a contended transaction.
pub(crate) type Attempt<'a, T> = Pin<Box<dyn Future<Output = Result<T, UseCaseError>> + Send + 'a>>;

/// What a refused attempt was about; for the audit log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempted {
    pub action: &'static str,
    pub user_id: Option<UserId>,
    pub account_id: Option<AccountId>,
    pub role_id: Option<RoleId>,
}

impl Attempted {
    pub(crate) const fn on_user(action: &'static str, user_id: UserId) -> Self {
        Self { action, user_id: Some(user_id), account_id: None, role_id: None }
    }

    pub(crate) const fn on_role(action: &'static str, role_id: RoleId) -> Self {
        Self { action, user_id: None, account_id: None, role_id: Some(role_id) }
    }

    pub(crate) const fn in_account(action: &'static str, account_id: AccountId) -> Self {
        Self { action, user_id: None, account_id: Some(account_id), role_id: None }
    }
}

impl App {
    /// How often a use case is run anew after meeting another transaction. Enough for twenty people at one row.
    const ATTEMPTS: u32 = 30;

    /// An application of these adapters.
    pub fn new(ports: Ports, settings: Settings) -> Self {
        Self { ports, settings, mail_bell: Notify::new(), provisioning_bell: Notify::new() }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// A new id.
    pub fn new_id(&self) -> Uuid {
        self.ports.ids.next()
    }

    /// Reads.
    pub fn directory(&self) -> &dyn Directory {
        &*self.ports.directory
    }

    pub(crate) async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StorageError> {
        self.ports.storage.begin().await
    }

    pub(crate) async fn begin_large(&self) -> Result<Box<dyn UnitOfWork>, StorageError> {
        self.ports.storage.begin_large().await
    }

    pub(crate) async fn begin_step(&self) -> Result<Box<dyn UnitOfWork>, StorageError> {
        self.ports.storage.begin_step().await
    }

    /// Runs a use case, again from its beginning as long as its transaction meets another one.
    pub(crate) async fn retrying<'a, T>(&self, mut attempt: impl FnMut() -> Attempt<'a, T>) -> Result<T, UseCaseError> {
        for tried in 1..Self::ATTEMPTS {
            match attempt().await {
                Err(UseCaseError::Storage(StorageError::Contended)) => self.back_off(tried).await,
                settled => return settled,
            }
        }
        attempt().await
    }

    /// Passes the outcome of a change on, having put a refusal on record: every refused change is in the audit log.
    pub(crate) async fn recorded<T>(
        &self,
        actor: &Actor,
        attempted: Attempted,
        outcome: Result<T, UseCaseError>,
    ) -> Result<T, UseCaseError> {
        if let Err(why) = &outcome
            && why.is_refusal()
        {
            let mut entry = AuditEntry::refused(self.new_id(), self.now(), actor, attempted.action, why);
            entry.user_id = attempted.user_id;
            entry.account_id = attempted.account_id;
            if let Some(role_id) = attempted.role_id {
                entry.changes = json!({"roleId": role_id.to_string()});
            }
            if let Err(error) = self.record(&entry).await {
                tracing::error!(error.text = %error, "a refusal could not be recorded");
            }
        }
        outcome
    }

    async fn record(&self, entry: &AuditEntry) -> Result<(), StorageError> {
        let uow = self.begin().await?;
        uow.audit_log().append(entry).await?;
        uow.commit().await
    }

    /// Waits a little, longer each time, and never exactly as long as somebody else.
    async fn back_off(&self, tried: u32) {
        let spread = u64::from(self.new_id().as_bytes()[15]) / 8;
        tokio::time::sleep(Duration::from_millis(u64::from(tried) * 3 + spread)).await;
    }
}

impl From<HasherBusy> for UseCaseError {
    fn from(_: HasherBusy) -> Self {
        Self::Busy
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("settings", &self.settings).finish_non_exhaustive()
    }
}
