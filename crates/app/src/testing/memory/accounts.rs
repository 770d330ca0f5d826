use std::cmp::Reverse;

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{
    AccountId,
    account::{Account, AccountDomain, AccountPath},
    contact::DomainName,
    user::User,
};

use super::{
    MemoryUnit, broken, purges,
    state::{State, StoredAccount},
};
use crate::ports::{AccountRepository, InsertedAccount, StorageError, SubtreeSize};

#[async_trait]
impl AccountRepository for MemoryUnit {
    async fn find(&self, account_id: AccountId) -> Result<Option<Account>, StorageError> {
        Ok(self.state().live_account(account_id).map(|stored| stored.account.clone()))
    }

    async fn find_removed(&self, account_id: AccountId) -> Result<Option<Account>, StorageError> {
        let state = self.state();
        let stored = state.accounts.get(&account_id).filter(|stored| stored.removed_with == Some(account_id));
        Ok(stored.map(|stored| stored.account.clone()))
    }

    async fn insert(&self, account: &Account, created_at: Timestamp) -> Result<InsertedAccount, StorageError> {
        let mut state = self.state();
        if state.accounts.contains_key(&account.id()) {
            return Err(StorageError::Unavailable("the account id is taken".to_owned()));
        }
        match account.path.parent_id() {
            None if !state.accounts.is_empty() => return Ok(InsertedAccount::RootExists),
            Some(parent) if state.live_account(parent).is_none() => return Err(broken("parent account")),
            _ => {}
        }
        if account.domains.iter().any(|domain| is_taken(&state, &domain.name)) {
            return Ok(InsertedAccount::DomainTaken);
        }
        let stored = StoredAccount { account: account.clone(), removed_with: None, created_at, updated_at: created_at };
        state.accounts.insert(account.id(), stored);
        Ok(InsertedAccount::Inserted)
    }

    async fn update(&self, account: &Account, updated_at: Timestamp) -> Result<bool, StorageError> {
        let mut state = self.state();
        let stored = state.accounts.get_mut(&account.id()).filter(|stored| stored.account.version == account.version);
        let Some(stored) = stored else { return Ok(false) };
        let Account { path, domains, removed_at, .. } = &stored.account;
        stored.account = Account {
            path: path.clone(),
            domains: domains.clone(),
            removed_at: *removed_at,
            version: account.version + 1,
            ..account.clone()
        };
        stored.updated_at = updated_at;
        Ok(true)
    }

    async fn move_below(&self, account: &AccountPath, parent: &AccountPath) -> Result<(), StorageError> {
        let mut state = self.state();
        let moved: Vec<AccountId> = state.below(account).map(|stored| stored.account.id()).collect();
        for account_id in moved {
            let stored = state.accounts.get_mut(&account_id).ok_or_else(|| broken("account"))?;
            let kept = stored.account.path.iter().skip(account.depth());
            stored.account.path = kept.fold(parent.clone(), |path, id| path.child(id));
        }
        state.refresh_grants();
        Ok(())
    }

    async fn count_subtree(&self, account: &AccountPath) -> Result<SubtreeSize, StorageError> {
        let state = self.state();
        let live: Vec<AccountId> = state
            .below(account)
            .filter(|stored| stored.removed_with.is_none())
            .map(|stored| stored.account.id())
            .collect();
        let is_in = |user: &&User| user.removed_at.is_none() && live.contains(&user.account_id);
        let users = state.users.values().map(|stored| &stored.user).filter(is_in).count() as u64;
        Ok(SubtreeSize { accounts_below: (live.len() as u64).saturating_sub(1), users })
    }

    async fn remove_subtree(&self, account: &AccountPath, removed_at: Timestamp) -> Result<(), StorageError> {
        for stored in self.state().accounts.values_mut() {
            if account.is_at_or_above(&stored.account.path) && stored.removed_with.is_none() {
                stored.removed_with = Some(account.id());
                stored.account.removed_at = Some(removed_at);
            }
        }
        Ok(())
    }

    async fn restore_subtree(&self, account_id: AccountId) -> Result<(), StorageError> {
        for stored in self.state().accounts.values_mut().filter(|stored| stored.removed_with == Some(account_id)) {
            stored.removed_with = None;
            stored.account.removed_at = None;
        }
        Ok(())
    }

    async fn add_domain(
        &self,
        account_id: AccountId,
        domain: &DomainName,
        _added_at: Timestamp,
    ) -> Result<bool, StorageError> {
        let mut state = self.state();
        if is_taken(&state, domain) {
            return Ok(false);
        }
        let stored = state.accounts.get_mut(&account_id).ok_or_else(|| broken("account"))?;
        let aliases = &mut stored.account.domains.aliases;
        aliases.push(AccountDomain::new(domain.clone()));
        sort(aliases);
        Ok(true)
    }

    async fn set_primary_domain(&self, account_id: AccountId, domain: &DomainName) -> Result<(), StorageError> {
        let mut state = self.state();
        let stored = state.accounts.get_mut(&account_id).ok_or_else(|| broken("account"))?;
        let domains = &mut stored.account.domains;
        if let Some(alias) = domains.aliases.iter_mut().find(|alias| alias.name == *domain) {
            std::mem::swap(alias, &mut domains.primary);
        }
        sort(&mut domains.aliases);
        Ok(())
    }

    async fn set_domain_verified(
        &self,
        account_id: AccountId,
        domain: &DomainName,
        verified_at: Timestamp,
    ) -> Result<(), StorageError> {
        let mut state = self.state();
        let stored = state.accounts.get_mut(&account_id).ok_or_else(|| broken("account"))?;
        let domains = &mut stored.account.domains;
        let mut all = std::iter::once(&mut domains.primary).chain(&mut domains.aliases);
        if let Some(domain) = all.find(|known| known.name == *domain) {
            domain.verified_at.get_or_insert(verified_at);
        }
        Ok(())
    }

    async fn remove_domain(&self, domain: &DomainName) -> Result<(), StorageError> {
        for stored in self.state().accounts.values_mut() {
            stored.account.domains.aliases.retain(|alias| alias.name != *domain);
        }
        Ok(())
    }

    async fn count_login_names(&self, domain: &DomainName) -> Result<u64, StorageError> {
        let state = self.state();
        let using = state.users.values().filter(|stored| stored.user.login_name.domain() == domain);
        Ok(using.count() as u64)
    }

    async fn list_removed_before(&self, removed_before: Timestamp, limit: u64) -> Result<Vec<AccountId>, StorageError> {
        let state = self.state();
        let accounts = state.accounts.values().map(|stored| &stored.account);
        let is_due = |account: &&Account| account.removed_at.is_some_and(|at| at < removed_before);
        let mut due: Vec<&Account> = accounts.filter(is_due).collect();
        due.sort_by_cached_key(|account| Reverse(account.path.to_bytes()));
        Ok(due.into_iter().map(Account::id).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
    }

    async fn purge(&self, accounts: &[AccountId]) -> Result<(), StorageError> {
        purges::purge_accounts(&mut self.state(), accounts)
    }

    async fn is_empty(&self) -> Result<bool, StorageError> {
        Ok(self.state().accounts.is_empty())
    }
}

fn sort(aliases: &mut [AccountDomain]) {
    aliases.sort_unstable_by(|a, b| a.name.cmp(&b.name));
}

fn is_taken(state: &State, domain: &DomainName) -> bool {
    state.accounts.values().any(|stored| stored.account.domains.contains(domain))
}
