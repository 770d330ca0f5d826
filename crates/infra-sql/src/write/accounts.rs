use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, Statement,
    sea_query::{Expr, Query, SelectStatement},
};
use tenantry_app::ports::{AccountRepository, InsertedAccount, StorageError, SubtreeSize};
use tenantry_domain::{
    AccountId,
    account::{Account, AccountDomain, AccountPath},
    contact::DomainName,
};

use super::{insert_ignoring_conflict, purges};
use crate::{
    entities::{
        accounts::{self, Column},
        domains, users,
    },
    error::storage_error,
    read, times,
    unit_of_work::SqlUnitOfWork,
};

#[async_trait]
impl AccountRepository for SqlUnitOfWork {
    async fn find(&self, account_id: AccountId) -> Result<Option<Account>, StorageError> {
        Ok(read::accounts::find(self, account_id).await?.map(|(account, _)| account))
    }

    async fn find_removed(&self, account_id: AccountId) -> Result<Option<Account>, StorageError> {
        Ok(read::accounts::find_removed(self, account_id).await?.map(|(account, _)| account))
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

    async fn update(&self, account: &Account, updated_at: Timestamp) -> Result<bool, StorageError> {
        let mut change = accounts::Model::new(account, updated_at).into_active_model().reset_all();
        change.version = Set(account.version + 1);
        for kept in
            [Column::Id, Column::ParentId, Column::Path, Column::CreatedAt, Column::RemovedAt, Column::RemovedWith]
        {
            change.not_set(kept);
        }
        let updated = accounts::Entity::update_many()
            .set(change)
            .filter(Column::Id.eq(account.id().uuid()))
            .filter(Column::Version.eq(account.version))
            .exec(self)
            .await
            .map_err(storage_error)?;
        Ok(updated.rows_affected > 0)
    }

    async fn move_below(&self, account: &AccountPath, parent: &AccountPath) -> Result<(), StorageError> {
        let bytes = account.to_bytes();
        // What of each path is below the account's old parent stays; both databases count bytes from 1.
        let (kept_from, new_start) = (i64::try_from(bytes.len() - 15).unwrap_or(i64::MAX), parent.to_bytes());
        let end = [bytes.as_slice(), &[0xFF]].concat();
        let sql = match self.get_database_backend() {
            // SQLite's || makes text of bytes.
            DbBackend::Sqlite => {
                "UPDATE accounts SET path = CAST($1 || substr(path, $2) AS blob) WHERE path >= $3 AND path < $4"
            }
            _ => "UPDATE accounts SET path = $1 || substr(path, $2::int) WHERE path >= $3 AND path < $4",
        };
        let values = [new_start.into(), kept_from.into(), bytes.into(), end.into()];
        let statement = Statement::from_sql_and_values(self.get_database_backend(), sql, values);
        self.execute_raw(statement).await.map_err(storage_error)?;
        let change = accounts::ActiveModel { parent_id: Set(Some(parent.id().uuid())), ..Default::default() };
        self.change_account(account.id(), change).await
    }

    async fn count_subtree(&self, account: &AccountPath) -> Result<SubtreeSize, StorageError> {
        let live = || subtree(account).add(Column::RemovedAt.is_null());
        let accounts = accounts::Entity::find().filter(live()).count(self).await.map_err(storage_error)?;
        let ids = ids_in(account).and_where(Column::RemovedAt.is_null()).take();
        let users = users::Entity::find()
            .filter(users::Column::RemovedAt.is_null())
            .filter(users::Column::AccountId.in_subquery(ids))
            .count(self)
            .await
            .map_err(storage_error)?;
        Ok(SubtreeSize { accounts_below: accounts.saturating_sub(1), users })
    }

    async fn remove_subtree(&self, account: &AccountPath, removed_at: Timestamp) -> Result<(), StorageError> {
        let change = accounts::ActiveModel {
            removed_at: Set(Some(times::to_column(removed_at))),
            removed_with: Set(Some(account.id().uuid())),
            ..Default::default()
        };
        let live = subtree(account).add(Column::RemovedAt.is_null());
        accounts::Entity::update_many().set(change).filter(live).exec(self).await.map_err(storage_error)?;
        Ok(())
    }

    async fn restore_subtree(&self, account_id: AccountId) -> Result<(), StorageError> {
        let change = accounts::ActiveModel { removed_at: Set(None), removed_with: Set(None), ..Default::default() };
        let removed_with_it = Column::RemovedWith.eq(account_id.uuid());
        accounts::Entity::update_many().set(change).filter(removed_with_it).exec(self).await.map_err(storage_error)?;
        Ok(())
    }

    async fn add_domain(
        &self,
        account_id: AccountId,
        domain: &DomainName,
        added_at: Timestamp,
    ) -> Result<bool, StorageError> {
        let row = domain_row(account_id, &AccountDomain::new(domain.clone()), false, added_at);
        Ok(insert_ignoring_conflict(self, domains::Entity::insert(row)).await? > 0)
    }

    async fn set_primary_domain(&self, account_id: AccountId, domain: &DomainName) -> Result<(), StorageError> {
        let owner = Query::select()
            .column(domains::Column::AccountId)
            .from(domains::Entity)
            .and_where(domains::Column::Name.eq(domain.as_str()))
            .take();
        domains::Entity::update_many()
            .col_expr(domains::Column::IsPrimary, Expr::col(domains::Column::Name).eq(domain.as_str()))
            .filter(domains::Column::AccountId.eq(account_id.uuid()))
            // With a domain that is not its own, the account would have no primary one, and could not be read any more.
            .filter(domains::Column::AccountId.in_subquery(owner))
            .exec(self)
            .await
            .map_err(storage_error)?;
        Ok(())
    }

    async fn set_domain_verified(
        &self,
        account_id: AccountId,
        domain: &DomainName,
        verified_at: Timestamp,
    ) -> Result<(), StorageError> {
        domains::Entity::update_many()
            .col_expr(domains::Column::VerifiedAt, Expr::val(times::to_column(verified_at)))
            .filter(domains::Column::AccountId.eq(account_id.uuid()))
            .filter(domains::Column::Name.eq(domain.as_str()))
            .filter(domains::Column::VerifiedAt.is_null())
            .exec(self)
            .await
            .map_err(storage_error)?;
        Ok(())
    }

    async fn remove_domain(&self, domain: &DomainName) -> Result<(), StorageError> {
        let alias = domains::Entity::delete_by_id(domain.as_str()).filter(domains::Column::IsPrimary.eq(false));
        alias.exec(self).await.map_err(storage_error)?;
        Ok(())
    }

    async fn count_login_names(&self, domain: &DomainName) -> Result<u64, StorageError> {
        let using = users::Entity::find().filter(users::Column::LoginDomain.eq(domain.as_str()));
        using.count(self).await.map_err(storage_error)
    }

    async fn list_removed_before(&self, removed_before: Timestamp, limit: u64) -> Result<Vec<AccountId>, StorageError> {
        purges::list_removed_before(self, removed_before, limit).await
    }

    async fn purge(&self, accounts: &[AccountId]) -> Result<(), StorageError> {
        self.purge_accounts(accounts).await
    }

    async fn is_empty(&self) -> Result<bool, StorageError> {
        read::accounts::is_empty(self).await
    }
}

impl SqlUnitOfWork {
    async fn change_account(&self, account_id: AccountId, change: accounts::ActiveModel) -> Result<(), StorageError> {
        let change = accounts::ActiveModel { id: NotSet, ..change };
        accounts::Entity::update_many()
            .set(change)
            .filter(Column::Id.eq(account_id.uuid()))
            .exec(self)
            .await
            .map_err(storage_error)?;
        Ok(())
    }
}

/// The ids of the account and all below it.
pub(super) fn ids_in(account: &AccountPath) -> SelectStatement {
    Query::select().column(Column::Id).from(accounts::Entity).cond_where(subtree(account)).take()
}

/// The account and all below it: a range of paths, as ids are version 7 UUIDs, whose first byte is never 0xFF.
fn subtree(account: &AccountPath) -> Condition {
    let start = account.to_bytes();
    let end = [start.as_slice(), &[0xFF]].concat();
    Condition::all().add(Column::Path.gte(start)).add(Column::Path.lt(end))
}

pub(crate) fn domain_rows(account: &Account, created_at: Timestamp) -> impl Iterator<Item = domains::ActiveModel> {
    let primary = &account.domains.primary;
    let row = move |domain: &AccountDomain| domain_row(account.id(), domain, domain == primary, created_at);
    account.domains.iter().map(row)
}

fn domain_row(account_id: AccountId, domain: &AccountDomain, is_primary: bool, at: Timestamp) -> domains::ActiveModel {
    let row = domains::Model {
        name: domain.name.as_str().to_owned(),
        account_id: account_id.uuid(),
        is_primary,
        created_at: times::to_column(at),
        verified_at: domain.verified_at.map(times::to_column),
    };
    row.into_active_model()
}
