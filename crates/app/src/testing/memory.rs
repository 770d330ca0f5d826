//! Storage in memory.

mod accounts;
mod audit_chain;
mod directory;
mod listing;
mod login_names;
mod mail_outbox;
mod password_links;
mod provisioning_jobs;
mod purges;
mod roles;
mod sessions;
mod small;
mod state;
mod users;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{AccountId, UserId, account::Account, permission::Grant};
use tokio::sync::OwnedMutexGuard;

use self::state::{State, StoredGrant};
use super::contract::{AuditRow, Probe};
use crate::ports::{
    AccountRepository, AuditEntry, AuditLog, CredentialRepository, IdempotencyRepository, ImageRepository, Latest,
    LoginNames, MailOutbox, PasswordLinkRepository, ProvisioningJobs, RoleRepository, SessionRepository,
    SignInAttempts, Storage, StorageError, UnitOfWork, UserRecord, UserRepository,
};

/// Storage and directory in memory; a clone is another handle on the same data.
///
/// Units of work take turns: a second one begins when the first is over. So never hold one open while waiting for another.
/// The directory reads what was committed last and waits for nobody.
#[derive(Debug, Clone, Default)]
pub struct MemoryStorage {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    turn: Arc<tokio::sync::Mutex<()>>,
    committed: Mutex<Arc<State>>,
}

/// Everything stored at one moment, to compare with another moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot(Arc<State>);

/// A copy of the state that replaces it on commit.
struct MemoryUnit {
    shared: Arc<Shared>,
    state: Mutex<State>,
    _turn: OwnedMutexGuard<()>,
}

impl Snapshot {
    /// The same but for the audit log, which notes what was refused too.
    #[must_use]
    pub fn without_audit_log(&self) -> Self {
        Self(Arc::new(State {
            audit: state::Shared::default(),
            seals: state::Shared::default(),
            ..State::clone(&self.0)
        }))
    }
}

impl MemoryStorage {
    /// Nothing stored.
    pub fn new() -> Self {
        Self::default()
    }

    /// Everything stored now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.committed())
    }

    /// Every user, removed ones and those of removed accounts included.
    pub fn users(&self) -> Vec<UserRecord> {
        let state = self.committed();
        state.users.keys().filter_map(|user_id| state.any_record(*user_id)).collect()
    }

    /// What `read` makes of every account, removed ones included, and of the account with which it was removed.
    pub fn accounts<T>(&self, mut read: impl FnMut(&Account, Option<AccountId>) -> T) -> Vec<T> {
        self.committed().accounts.values().map(|stored| read(&stored.account, stored.removed_with)).collect()
    }

    /// Puts everything back to what was stored at another moment.
    pub fn restore(&self, snapshot: &Snapshot) {
        *lock(&self.shared.committed) = Arc::clone(&snapshot.0);
    }

    /// The audit log, oldest entry first.
    pub fn audit_log(&self) -> Vec<AuditEntry> {
        self.committed().audit.iter().map(|entry| AuditEntry::clone(entry)).collect()
    }

    /// Changes an account behind everybody's back, without raising its version.
    pub fn edit_account(&self, account_id: AccountId, edit: impl FnOnce(&mut Account)) {
        self.edit(|state| edit(&mut state.accounts.get_mut(&account_id).expect("a stored account").account));
    }

    /// Gives a user a further grant, whoever may give it.
    pub fn add_grant(&self, user_id: UserId, grant: Grant) {
        let given = StoredGrant { grant, given_at: Timestamp::UNIX_EPOCH, given_by: None };
        self.edit(|state| state.users.get_mut(&user_id).expect("a stored user").grants.push(given));
    }

    fn committed(&self) -> Arc<State> {
        Arc::clone(&lock(&self.shared.committed))
    }

    fn edit(&self, edit: impl FnOnce(&mut State)) {
        edit(Arc::make_mut(&mut lock(&self.shared.committed)));
    }
}

#[async_trait]
impl Storage for MemoryStorage {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StorageError> {
        let turn = Arc::clone(&self.shared.turn).lock_owned().await;
        let state = Mutex::new(State::clone(&self.committed()));
        Ok(Box::new(MemoryUnit { shared: Arc::clone(&self.shared), state, _turn: turn }))
    }
}

impl MemoryUnit {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

#[async_trait]
impl UnitOfWork for MemoryUnit {
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
        *lock(&self.shared.committed) = Arc::new(self.state().clone());
        Ok(())
    }
}

#[async_trait]
impl Probe for MemoryStorage {
    async fn sealed_mails(&self) -> u64 {
        self.committed().mails.values().filter(|mail| mail.holds_sealed()).count() as u64
    }

    async fn audit_entries(&self) -> Vec<AuditRow> {
        self.committed().audit.iter().map(|entry| AuditRow::from(&**entry)).collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether something is due, after so many tries, later than by a clock that is right.
fn is_put_off(due_at: Timestamp, attempts: u32, latest: Latest) -> bool {
    due_at > if attempts == 0 { latest.first_try } else { latest.retry }
}

/// What a foreign key would answer.
fn broken(reference: &str) -> StorageError {
    StorageError::Unavailable(format!("no such {reference}"))
}
