use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{AccountId, account::Account};

use super::{MemoryUnit, broken, state::StoredAccount};
use crate::ports::{AccountRepository, InsertedAccount, StorageError};

#[async_trait]
impl AccountRepository for MemoryUnit {
    async fn find(&self, account_id: AccountId) -> Result<Option<Account>, StorageError> {
        Ok(self.state().accounts.get(&account_id).map(|stored| stored.account.clone()))
    }

    async fn insert(&self, account: &Account, created_at: Timestamp) -> Result<InsertedAccount, StorageError> {
        let mut state = self.state();
        if state.accounts.contains_key(&account.id()) {
            return Err(StorageError::Unavailable("the account id is taken".to_owned()));
        }
        match account.path.parent_id() {
            None if !state.accounts.is_empty() => return Ok(InsertedAccount::RootExists),
            Some(parent) if !state.accounts.contains_key(&parent) => return Err(broken("parent account")),
            _ => {}
        }
        let is_taken = |domain| state.accounts.values().any(|stored| stored.account.domains.contains(domain));
        if account.domains.iter().any(is_taken) {
            return Ok(InsertedAccount::DomainTaken);
        }
        state.accounts.insert(account.id(), StoredAccount { account: account.clone(), created_at });
        Ok(InsertedAccount::Inserted)
    }

    async fn is_empty(&self) -> Result<bool, StorageError> {
        Ok(self.state().accounts.is_empty())
    }
}
