use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use tenantry_app::ports::{
    AccountFilter, AccountPlace, AccountRow, AccountStanding, Backlog, ChildrenFilter, Directory, GrantRow,
    HolderFilter, HolderRow, MailRow, Page, Principal, RoleRow, Session, SessionRow, StorageError, TokenHash,
    UserDetails, UserFilter, UserRow,
};
use tenantry_domain::{
    AccountId, RoleId, UserId,
    account::{AccountPath, Inherited},
    contact::DomainName,
};

use super::{
    account_counts, account_list,
    accounts::{self, Standings},
    backlog, inherited,
    principals::{self, WhoAsks},
    role_holders, roles, sessions,
    together::Together,
    user_list,
    users::{self, WithNewestLink},
};
use crate::{
    connect::Readers,
    entities::{accounts as account_rows, images, users as user_rows},
    error::storage_error,
};

/// Reads outside of a unit of work.
#[derive(Debug, Clone)]
pub struct SqlDirectory {
    readers: Readers,
    who_asks: Together<WhoAsks>,
    standings: Together<Standings>,
    users: Together<WithNewestLink>,
}

impl SqlDirectory {
    pub(crate) fn new(readers: Readers) -> Self {
        Self {
            who_asks: Together::new(WhoAsks(readers.clone())),
            standings: Together::new(Standings(readers.clone())),
            users: Together::new(WithNewestLink(readers.clone())),
            readers,
        }
    }
}

#[async_trait]
impl Directory for SqlDirectory {
    async fn ping(&self) -> Result<(), StorageError> {
        self.readers.execute_unprepared("SELECT 1").await.map_err(storage_error)?;
        Ok(())
    }

    async fn backlog(&self) -> Result<Backlog, StorageError> {
        backlog::find(&self.readers).await
    }

    async fn find_session(&self, token_hash: &TokenHash, now: Timestamp) -> Result<Option<SessionRow>, StorageError> {
        Ok(self.who_asks.ask(*token_hash).await?.map(|found| found.at(now)))
    }

    async fn list_sessions(&self, user_id: UserId) -> Result<Vec<Session>, StorageError> {
        sessions::list(&self.readers, user_id).await
    }

    async fn list_users(&self, filter: &UserFilter) -> Result<Page<UserRow>, StorageError> {
        let UserFilter { text, role, state, provisioning, .. } = filter;
        let asks_for_some = text.is_some() || role.is_some() || state.is_some() || provisioning.is_some();
        let readers = if asks_for_some { self.readers.planning_afresh() } else { self.readers.clone() };
        user_list::list(&readers, filter).await
    }

    async fn find_user(&self, user_id: UserId) -> Result<Option<UserDetails>, StorageError> {
        self.users.ask(user_id).await
    }

    async fn list_mails(&self, user_id: UserId, limit: u32) -> Result<Vec<MailRow>, StorageError> {
        users::list_mails(&self.readers, user_id, limit).await
    }

    async fn list_accounts(&self, filter: &AccountFilter) -> Result<Page<AccountRow>, StorageError> {
        // PostgreSQL's plan for all of them would take every part of the tree for a small one, and sort the whole of it.
        account_list::list(&self.readers.planning_afresh(), filter).await
    }

    async fn find_places(&self, account_ids: &[AccountId]) -> Result<Vec<AccountPlace>, StorageError> {
        accounts::find_places(&self.readers, account_ids).await
    }

    async fn count_accounts(&self, filter: &AccountFilter, most: u32) -> Result<u32, StorageError> {
        account_list::count_listed(&self.readers.planning_afresh(), filter, most).await
    }

    async fn count_children(&self, filter: &ChildrenFilter) -> Result<Vec<u64>, StorageError> {
        account_counts::count_children(&self.readers, filter).await
    }

    async fn count_users(&self, account_ids: &[AccountId]) -> Result<Vec<u64>, StorageError> {
        account_counts::count_users(&self.readers, account_ids).await
    }

    async fn find_account(&self, account_id: AccountId) -> Result<Option<AccountStanding>, StorageError> {
        self.standings.ask(account_id).await
    }

    async fn find_inherited(&self, domain: Option<&DomainName>) -> Result<Option<Inherited>, StorageError> {
        inherited::of_domain(&self.readers, domain).await
    }

    async fn account_names(&self, account_ids: &[AccountId]) -> Result<Vec<(AccountId, String)>, StorageError> {
        accounts::names(&self.readers, account_ids).await
    }

    async fn is_login_name_free(&self, login_key: &str) -> Result<bool, StorageError> {
        if login_key.contains('\0') {
            return Ok(true);
        }
        if users::is_login_key_reserved(&self.readers, login_key).await? {
            return Ok(false);
        }
        let owners = user_rows::Entity::find().filter(user_rows::Column::LoginKey.eq(login_key)).count(&self.readers);
        Ok(owners.await.map_err(storage_error)? == 0)
    }

    async fn find_image(&self, hash: &str, thumbnail: bool) -> Result<Option<Vec<u8>>, StorageError> {
        if hash.contains('\0') {
            return Ok(None);
        }
        let wanted = if thumbnail { images::Column::Thumbnail } else { images::Column::Png };
        let image = images::Entity::find_by_id(hash).select_only().column(wanted).into_tuple().one(&self.readers);
        image.await.map_err(storage_error)
    }

    async fn find_logo(&self, hash: &str, thumbnail: bool) -> Result<Option<Vec<u8>>, StorageError> {
        if hash.contains('\0') {
            return Ok(None);
        }
        let shown = account_rows::Entity::find().filter(account_rows::Column::Logo.eq(hash)).count(&self.readers);
        if shown.await.map_err(storage_error)? == 0 { Ok(None) } else { self.find_image(hash, thumbnail).await }
    }

    async fn list_grant_holders(
        &self,
        account: &AccountPath,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Principal>, StorageError> {
        principals::list_grant_holders(&self.readers, account, now, limit).await
    }

    async fn find_principal(&self, user_id: UserId, now: Timestamp) -> Result<Option<Principal>, StorageError> {
        principals::find(&self.readers, user_id, now).await
    }

    async fn list_roles(&self, owners: &[AccountId]) -> Result<Vec<RoleRow>, StorageError> {
        roles::list(&self.readers, owners).await
    }

    async fn find_role(&self, role_id: RoleId) -> Result<Option<RoleRow>, StorageError> {
        roles::find_row(&self.readers, role_id).await
    }

    async fn list_role_holders(&self, filter: &HolderFilter) -> Result<Vec<HolderRow>, StorageError> {
        role_holders::list(&self.readers, filter).await
    }

    async fn list_grants(&self, user_id: UserId) -> Result<Vec<GrantRow>, StorageError> {
        roles::list_grants(&self.readers, user_id).await
    }

    async fn is_empty(&self) -> Result<bool, StorageError> {
        accounts::is_empty(&self.readers).await
    }
}
