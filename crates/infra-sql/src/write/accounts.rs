use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{EntityTrait, IntoActiveModel};
use tenantry_app::ports::{AccountRepository, InsertedAccount, StorageError};
use tenantry_domain::{AccountId, account::Account};

use super::insert_ignoring_conflict;
use crate::{
    entities::{accounts, domains},
    error::storage_error,
    read, times,
    unit_of_work::SqlUnitOfWork,
};

#[async_trait]
impl AccountRepository for SqlUnitOfWork {
    async fn find(&self, account_id: AccountId) -> Result<Option<Account>, StorageError> {
        Ok(read::accounts::find(self, account_id).await?.map(|(account, _)| account))
    }

    async fn insert(&self, account: &Account, created_at: Timestamp) -> Result<InsertedAccount, StorageError> {
        let row = accounts::Entity::insert(accounts::Model::new(account, created_at).into_active_model());
        if account.path.parent_id().is_none() {
            if insert_ignoring_conflict(self, row).await? == 0 {
                return Ok(InsertedAccount::RootExists);
            }
        } else {
            row.exec_without_returning(self).await.map_err(storage_error)?;
        }
        let domains: Vec<_> = domain_rows(account, created_at).collect();
        let wanted = domains.len() as u64;
        let inserted = insert_ignoring_conflict(self, domains::Entity::insert_many(domains)).await?;
        Ok(if inserted == wanted { InsertedAccount::Inserted } else { InsertedAccount::DomainTaken })
    }

    async fn is_empty(&self) -> Result<bool, StorageError> {
        read::accounts::is_empty(self).await
    }
}

fn domain_rows(account: &Account, created_at: Timestamp) -> impl Iterator<Item = domains::ActiveModel> {
    account.domains.iter().map(move |name| {
        let domain = domains::Model {
            name: name.as_str().to_owned(),
            account_id: account.id().uuid(),
            is_primary: *name == account.domains.primary,
            created_at: times::to_column(created_at),
        };
        domain.into_active_model()
    })
}
