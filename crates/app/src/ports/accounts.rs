//! Accounts.

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{AccountId, account::Account};

use super::StorageError;

/// Accounts, within a unit of work.
#[async_trait]
pub trait AccountRepository: Send + Sync {
    /// The account, whatever its status.
    async fn find(&self, account_id: AccountId) -> Result<Option<Account>, StorageError>;

    /// Stores a new account with its domains.
    async fn insert(&self, account: &Account, created_at: Timestamp) -> Result<InsertedAccount, StorageError>;

    /// Whether there is no account yet: the platform has not been set up.
    async fn is_empty(&self) -> Result<bool, StorageError>;
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
