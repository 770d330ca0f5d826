//! Accounts.

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{
    AccountId,
    account::{Account, AccountPath},
    contact::DomainName,
};

use super::StorageError;

/// Accounts, within a unit of work.
///
/// A removed account is as good as gone: only [`AccountRepository::find_removed`] finds it, and no user of it is found.
#[async_trait]
pub trait AccountRepository: Send + Sync {
    /// The account, whatever its status, unless it was removed.
    async fn find(&self, account_id: AccountId) -> Result<Option<Account>, StorageError>;

    /// The account, if it was removed by itself, and not with an account above it.
    async fn find_removed(&self, account_id: AccountId) -> Result<Option<Account>, StorageError>;

    /// Stores a new account with its domains.
    async fn insert(&self, account: &Account, created_at: Timestamp) -> Result<InsertedAccount, StorageError>;

    /// Replaces everything of the account but its place, its domains and whether it was removed, if the stored version still
    /// is that of `account`; false if it is not. The new version is one higher.
    async fn update(&self, account: &Account, updated_at: Timestamp) -> Result<bool, StorageError>;

    /// Moves the account, with everything below it, removed accounts included, below another one.
    async fn move_below(&self, account: &AccountPath, parent: &AccountPath) -> Result<(), StorageError>;

    /// How many accounts are below this one, and how many users are in it and them: none that was removed.
    async fn count_subtree(&self, account: &AccountPath) -> Result<SubtreeSize, StorageError>;

    /// Removes the account and everything below it that is not removed yet.
    async fn remove_subtree(&self, account: &AccountPath, removed_at: Timestamp) -> Result<(), StorageError>;

    /// Restores the account and everything that was removed with it.
    async fn restore_subtree(&self, account_id: AccountId) -> Result<(), StorageError>;

    /// Gives the account one more domain; false if some account has it already.
    async fn add_domain(
        &self,
        account_id: AccountId,
        domain: &DomainName,
        added_at: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Makes one of the account's domains its primary one; one that is not its own changes nothing.
    async fn set_primary_domain(&self, account_id: AccountId, domain: &DomainName) -> Result<(), StorageError>;

    /// Marks one of the account's domains as verified; one that is marked keeps its mark, one that is not its own changes nothing.
    async fn set_domain_verified(
        &self,
        account_id: AccountId,
        domain: &DomainName,
        verified_at: Timestamp,
    ) -> Result<(), StorageError>;

    /// Takes a domain away from its account, unless it is the primary one.
    async fn remove_domain(&self, domain: &DomainName) -> Result<(), StorageError>;

    /// How many login names use the domain, those of removed users included.
    async fn count_login_names(&self, domain: &DomainName) -> Result<u64, StorageError>;

    /// At most `limit` accounts removed before `removed_before`, those below an account before the account itself.
    async fn list_removed_before(&self, removed_before: Timestamp, limit: u64) -> Result<Vec<AccountId>, StorageError>;

    /// Deletes removed accounts with everything of theirs but the audit log: their domains, which are free again, their logos, the grants
    /// anchored there, and the roles they defined. Whoever is working in one of them works in the home account again. A role
    /// that somebody holds elsewhere, as accounts move, goes to the platform: nobody outside may lose anything. If its name is
    /// taken there, it becomes [`name_beside`](super::name_beside). An account that is not removed is left alone.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] if users or other accounts are still in them; callers purge these first.
    async fn purge(&self, accounts: &[AccountId]) -> Result<(), StorageError>;

    /// Whether there is no account yet: the platform has not been set up.
    async fn is_empty(&self) -> Result<bool, StorageError>;
}

/// How much a subtree holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SubtreeSize {
    /// Accounts below the one asked about.
    pub accounts_below: u64,
    /// Users of the account asked about and of those below.
    pub users: u64,
}

/// How inserting an account ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InsertedAccount {
    /// It is stored.
    Inserted,
    /// One of its domains belongs to another account; nothing is stored of it, and the unit of work should be dropped.
    DomainTaken,
    /// There is a root already, and this account is one.
    RootExists,
}
