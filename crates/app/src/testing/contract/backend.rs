//! The storage under test, and a small tree in it.

use std::{
    any::Any,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use tenantry_domain::{
    AccountId, RoleId, UserId,
    account::{Account, AccountKind, AccountPath},
    permission::{BuiltInRole, Cell, CustomRole, Grant, PermissionMatrix},
    user::User,
};
use uuid::Uuid;

use crate::{
    ports::{
        AuditChain, AuditEntry, Directory, InsertedAccount, InsertedUser, Storage, StorageError, StoredRole, UnitOfWork,
    },
    testing::samples,
};

/// A storage under test with nothing stored.
pub struct ContractBackend {
    /// Units of work.
    pub storage: Arc<dyn Storage>,
    /// Reads of the same data.
    pub directory: Arc<dyn Directory>,
    /// The seals of the same audit log.
    pub audit_chain: Arc<dyn AuditChain>,
    /// What no port tells.
    pub probe: Arc<dyn Probe>,
    guard: Option<Box<dyn Any + Send + Sync>>,
}

/// What no port tells, but the contract asks: read from the tables directly.
#[async_trait]
pub trait Probe: Send + Sync {
    /// How many mails still hold something sealed.
    async fn sealed_mails(&self) -> u64;

    /// The audit log, in the order it was written.
    async fn audit_entries(&self) -> Vec<AuditRow>;
}

/// An audit entry as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    /// The entry's id.
    pub id: Uuid,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Option<UserId>,
    /// What was done.
    pub action: String,
    /// The user it was done to.
    pub user_id: Option<UserId>,
    /// The account it was done in.
    pub account_id: Option<AccountId>,
    /// `done` or `refused`.
    pub outcome: String,
    /// Why.
    pub decision: Value,
    /// What changed.
    pub changes: Value,
    /// The request it came with.
    pub request_id: Option<String>,
    /// The address it came from.
    pub address: Option<String>,
}

impl From<&AuditEntry> for AuditRow {
    fn from(entry: &AuditEntry) -> Self {
        Self {
            id: entry.id(),
            at: entry.at(),
            actor: entry.actor(),
            action: entry.action().to_owned(),
            user_id: entry.user_id(),
            account_id: entry.account_id(),
            outcome: entry.outcome().key().to_owned(),
            decision: entry.decision().clone(),
            changes: entry.changes().clone(),
            request_id: entry.request_id().map(str::to_owned),
            address: entry.address().map(str::to_owned),
        }
    }
}

impl ContractBackend {
    /// A backend with nothing stored.
    pub fn new(
        storage: Arc<dyn Storage>,
        directory: Arc<dyn Directory>,
        audit_chain: Arc<dyn AuditChain>,
        probe: Arc<dyn Probe>,
    ) -> Self {
        Self { storage, directory, audit_chain, probe, guard: None }
    }

    /// Keeps something alive as long as the test runs: a temporary folder, a server.
    #[must_use]
    pub fn guarded_by(mut self, guard: impl Any + Send + Sync) -> Self {
        self.guard = Some(Box::new(guard));
        self
    }
}

/// A root › reseller › customer and a sibling of the reseller, stored.
pub(super) struct World {
    pub backend: ContractBackend,
    pub root: Account,
    pub reseller: Account,
    pub customer: Account,
    pub sibling: Account,
    next: AtomicU64,
}

impl World {
    pub async fn new(backend: ContractBackend) -> Self {
        let path = AccountPath::root(AccountId::new(samples::uuid(1)));
        let root = samples::account(path, AccountKind::Platform, "Northwind", "northwind.example");
        let under = |parent: &Account, n, kind, name, domain| {
            samples::account(parent.path.child(AccountId::new(samples::uuid(n))), kind, name, domain)
        };
        let reseller = under(&root, 2, AccountKind::Reseller, "Contoso", "contoso.example");
        let customer = under(&reseller, 3, AccountKind::Customer, "Tailspin", "tailspin.example");
        let sibling = under(&root, 4, AccountKind::Reseller, "Litware", "litware.example");
        let world = Self { backend, root, reseller, customer, sibling, next: AtomicU64::new(1000) };
        for account in [&world.root, &world.reseller, &world.customer, &world.sibling] {
            world.add_account(account).await;
        }
        world
    }

    pub async fn begin(&self) -> Box<dyn UnitOfWork> {
        self.backend.storage.begin().await.expect("a unit of work")
    }

    /// A new id; each is higher than those before.
    pub fn uuid(&self) -> Uuid {
        samples::uuid(self.next.fetch_add(1, Ordering::Relaxed))
    }

    pub async fn add_account(&self, account: &Account) {
        let uow = self.begin().await;
        let inserted = uow.accounts().insert(account, samples::instant(0)).await.expect("insert");
        assert_eq!(inserted, InsertedAccount::Inserted);
        uow.commit().await.expect("commit");
    }

    /// An account to add below another.
    pub fn account_below(&self, parent: &Account, kind: AccountKind, name: &str, domain: &str) -> Account {
        samples::account(parent.path.child(AccountId::new(self.uuid())), kind, name, domain)
    }

    /// Removes an account with what is below it, in a unit of work of its own.
    pub async fn remove_account(&self, account: &Account, removed_at: Timestamp) {
        let uow = self.begin().await;
        uow.accounts().remove_subtree(&account.path, removed_at).await.expect("remove");
        uow.commit().await.expect("commit");
    }

    /// Restores an account with what was removed with it, in a unit of work of its own.
    pub async fn restore_account(&self, account: &Account) {
        let uow = self.begin().await;
        uow.accounts().restore_subtree(account.id()).await.expect("restore");
        uow.commit().await.expect("commit");
    }

    /// Moves an account with what is below it, in a unit of work of its own.
    pub async fn move_account(&self, account: &AccountPath, parent: &AccountPath) {
        let uow = self.begin().await;
        uow.accounts().move_below(account, parent).await.expect("move");
        uow.commit().await.expect("commit");
    }

    /// The account as a unit of work finds it, which is as the directory does.
    pub async fn found(&self, account_id: AccountId) -> Option<Account> {
        let found = self.begin().await.accounts().find(account_id).await.expect("find");
        let standing = self.backend.directory.find_account(account_id).await.expect("find");
        assert_eq!(standing.map(|standing| standing.account), found);
        found
    }

    /// A user to add.
    pub fn user_of(&self, account: &Account, local: &str) -> User {
        samples::user(UserId::new(self.uuid()), account, local, "Avery", "Quinn")
    }

    pub async fn add(&self, user: &User, grant: &Grant) {
        self.add_at(user, grant, samples::instant(0)).await;
    }

    pub async fn add_at(&self, user: &User, grant: &Grant, created_at: Timestamp) {
        let uow = self.begin().await;
        let inserted = uow.users().insert(user, grant, None, created_at).await.expect("insert");
        assert_eq!(inserted, InsertedUser::Inserted);
        uow.commit().await.expect("commit");
    }

    /// A stored user with a role at its account.
    pub async fn user(&self, account: &Account, local: &str, role: BuiltInRole) -> User {
        let user = self.user_of(account, local);
        self.add(&user, &Grant::new(role.into(), account.path.clone())).await;
        user
    }

    /// A role to store.
    pub fn role_of(&self, owner: &Account, name: &str, matrix: PermissionMatrix) -> CustomRole {
        samples::role(RoleId::new(self.uuid()), owner.id(), name, matrix)
    }

    pub async fn add_role(&self, role: &CustomRole, created_at: Timestamp) {
        let uow = self.begin().await;
        assert_eq!(uow.roles().insert(role, created_at).await.expect("insert"), StoredRole::Stored);
        uow.commit().await.expect("commit");
    }

    /// A stored role.
    pub async fn role(&self, owner: &Account, name: &str, matrix: PermissionMatrix) -> CustomRole {
        let role = self.role_of(owner, name, matrix);
        self.add_role(&role, samples::instant(0)).await;
        role
    }

    /// Replaces a user's grants in a unit of work of its own.
    pub async fn give(&self, user: &User, grants: &[Grant], given_by: &User, given_at: Timestamp) {
        let uow = self.begin().await;
        uow.users().replace_grants(user.id, grants, given_by.id, given_at).await.expect("replace grants");
        uow.commit().await.expect("commit");
    }

    /// Replaces a user in a unit of work of its own.
    pub async fn update(&self, user: &User) {
        let uow = self.begin().await;
        let version = uow.users().find(user.id).await.expect("find").expect("a stored user").version;
        let updated = uow.users().update(user, version, samples::instant(1)).await.expect("update");
        assert_eq!(updated, Some(InsertedUser::Inserted));
        uow.commit().await.expect("commit");
    }
}

/// A matrix of the cells of these names.
pub(super) fn cells(names: &[&str]) -> PermissionMatrix {
    names.iter().map(|name| Cell::find(name).expect("a cell")).collect()
}

/// Attempts something until it does not meet another transaction.
pub(super) async fn until_settled<T, F>(mut attempt: impl FnMut() -> F) -> T
where
    F: Future<Output = Result<T, StorageError>>,
{
    for tried in 1..200 {
        match attempt().await {
            Err(StorageError::Contended) => tokio::time::sleep(Duration::from_millis(tried % 17)).await,
            settled => return settled.expect("storage answers"),
        }
    }
    panic!("contended for too long");
}
