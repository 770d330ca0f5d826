use std::cmp::Reverse;

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{
    AccountId, RoleId, UserId,
    account::{AccountPath, Inherited},
    contact::DomainName,
    permission::Standing,
};

use super::{
    MemoryStorage, listing, roles, sessions,
    state::{StoredAccount, StoredMail, StoredUser},
};
use crate::ports::{
    AccountFilter, AccountPlace, AccountRow, AccountStanding, Backlog, ChildrenFilter, Directory, GrantRow,
    HolderFilter, HolderRow, MailRow, MailState, Page, PageStart, Principal, RoleRow, Session, SessionRow,
    StorageError, TokenHash, UserDetails, UserFilter, UserRow,
};

#[async_trait]
impl Directory for MemoryStorage {
    async fn ping(&self) -> Result<(), StorageError> {
        Ok(())
    }

    async fn backlog(&self) -> Result<Backlog, StorageError> {
        let state = self.committed();
        let pending = || state.mails.values().filter(|stored| stored.mail.state == MailState::Pending);
        Ok(Backlog {
            mails: pending().count() as u64,
            oldest_mail: pending().map(|stored| stored.mail.created_at).min(),
            jobs: state.jobs.len() as u64,
            first_job_due: state.jobs.values().map(|job| job.due_at).min(),
            unsealed_entries: state.unsealed().len() as u64,
        })
    }

    async fn find_session(&self, token_hash: &TokenHash, now: Timestamp) -> Result<Option<SessionRow>, StorageError> {
        let state = self.committed();
        let stored = state.sessions.values().find(|stored| stored.token_hash == *token_hash);
        Ok(stored.and_then(|stored| {
            let principal = state.principal(stored.session.user_id, now)?;
            Some(SessionRow { session: stored.session.clone(), principal })
        }))
    }

    async fn list_sessions(&self, user_id: UserId) -> Result<Vec<Session>, StorageError> {
        let mut list: Vec<_> = sessions::of(&self.committed(), user_id).map(|stored| stored.session.clone()).collect();
        list.sort_by_key(|session| Reverse((session.last_seen_at, session.id)));
        Ok(list)
    }

    async fn list_users(&self, filter: &UserFilter) -> Result<Page<UserRow>, StorageError> {
        Ok(listing::list_users(&self.committed(), filter))
    }

    async fn find_user(&self, user_id: UserId) -> Result<Option<UserDetails>, StorageError> {
        let state = self.committed();
        let (Some(record), Some(stored)) = (state.record(user_id), state.users.get(&user_id)) else {
            return Ok(None);
        };
        let credential = state.credentials.get(&user_id);
        Ok(Some(UserDetails {
            account_name: state.accounts[&record.user.account_id].account.name.to_string(),
            record,
            provisioning: stored.provisioning,
            provisioning_error: stored.provisioning_error.clone(),
            has_password: credential.is_some(),
            must_change_password: credential.is_some_and(|credential| credential.must_change),
            password_set_at: credential.map(|credential| credential.set_at),
            newest_link: state.newest_link(user_id).cloned(),
            last_sign_in_at: stored.last_sign_in_at,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        }))
    }

    async fn list_mails(&self, user_id: UserId, limit: u32) -> Result<Vec<MailRow>, StorageError> {
        let state = self.committed();
        let mut mails: Vec<_> = state.mails.values().filter(|stored| stored.mail.user_id == user_id).collect();
        mails.sort_by_key(|stored| Reverse((stored.mail.created_at, stored.mail.id)));
        Ok(mails.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX)).map(mail_row).collect())
    }

    async fn list_accounts(&self, filter: &AccountFilter) -> Result<Page<AccountRow>, StorageError> {
        Ok(listing::list_accounts(&self.committed(), filter))
    }

    async fn find_places(&self, account_ids: &[AccountId]) -> Result<Vec<AccountPlace>, StorageError> {
        let state = self.committed();
        let place = |id: &AccountId| {
            let account = &state.live_account(*id)?.account;
            Some(AccountPlace { path: account.path.clone(), kind: account.kind, name: account.name.to_string() })
        };
        Ok(account_ids.iter().filter_map(place).collect())
    }

    async fn count_accounts(&self, filter: &AccountFilter, most: u32) -> Result<u32, StorageError> {
        let all = AccountFilter { start: PageStart::First, limit: most, ..filter.clone() };
        let found = listing::list_accounts(&self.committed(), &all).items.len();
        Ok(u32::try_from(found).unwrap_or(most))
    }

    async fn count_children(&self, filter: &ChildrenFilter) -> Result<Vec<u64>, StorageError> {
        Ok(listing::count_children(&self.committed(), filter))
    }

    async fn count_users(&self, account_ids: &[AccountId]) -> Result<Vec<u64>, StorageError> {
        let state = self.committed();
        let is_in = |stored: &&StoredUser, id| stored.user.account_id == id && stored.user.removed_at.is_none();
        let count = |id: &AccountId| state.users.values().filter(|stored| is_in(stored, *id)).count() as u64;
        Ok(account_ids.iter().map(count).collect())
    }

    async fn find_account(&self, account_id: AccountId) -> Result<Option<AccountStanding>, StorageError> {
        let state = self.committed();
        Ok(state.live_account(account_id).map(|stored| AccountStanding {
            account: stored.account.clone(),
            effective_status: state.effective_status(&stored.account.path),
            inherited: state.inherited(&stored.account.path),
            created_at: stored.created_at,
        }))
    }

    async fn find_inherited(&self, domain: Option<&DomainName>) -> Result<Option<Inherited>, StorageError> {
        let state = self.committed();
        let live = || state.accounts.values().map(|stored| &stored.account).filter(|a| a.removed_at.is_none());
        let named = domain.and_then(|domain| live().find(|account| account.domains.contains(domain)));
        let account = named.or_else(|| live().find(|account| account.path.parent_id().is_none()));
        Ok(account.map(|account| state.inherited(&account.path)))
    }

    async fn account_names(&self, account_ids: &[AccountId]) -> Result<Vec<(AccountId, String)>, StorageError> {
        let state = self.committed();
        let name = |id: &AccountId| state.accounts.get(id).map(|stored| (*id, stored.account.name.to_string()));
        Ok(account_ids.iter().filter_map(name).collect())
    }

    async fn is_login_name_free(&self, login_key: &str) -> Result<bool, StorageError> {
        Ok(!self.committed().is_login_key_taken(login_key, None))
    }

    async fn find_image(&self, hash: &str, thumbnail: bool) -> Result<Option<Vec<u8>>, StorageError> {
        let state = self.committed();
        Ok(state.images.get(hash).map(|image| if thumbnail { image.thumbnail.clone() } else { image.png.clone() }))
    }

    async fn find_logo(&self, hash: &str, thumbnail: bool) -> Result<Option<Vec<u8>>, StorageError> {
        let shown = |stored: &StoredAccount| stored.account.branding.logo.as_deref() == Some(hash);
        if self.committed().accounts.values().any(shown) { self.find_image(hash, thumbnail).await } else { Ok(None) }
    }

    async fn list_grant_holders(
        &self,
        account: &AccountPath,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Principal>, StorageError> {
        let state = self.committed();
        let holder = |user_id: &UserId| {
            let principal = state.principal(*user_id, now)?;
            let reaching = principal.authority.grants().iter().filter(|grant| grant.anchor.is_at_or_above(account));
            let nearest = reaching.map(|grant| grant.anchor.depth()).max()?;
            (principal.authority.standing() == Standing::Active).then_some((nearest, principal))
        };
        let mut holders: Vec<_> = state.users.keys().filter_map(holder).collect();
        holders.sort_by_key(|(depth, principal)| (Reverse(*depth), principal.user_id));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(holders.into_iter().take(limit).map(|(_, principal)| principal).collect())
    }

    async fn find_principal(&self, user_id: UserId, now: Timestamp) -> Result<Option<Principal>, StorageError> {
        Ok(self.committed().principal(user_id, now))
    }

    async fn list_roles(&self, owners: &[AccountId]) -> Result<Vec<RoleRow>, StorageError> {
        Ok(roles::list(&self.committed(), owners))
    }

    async fn find_role(&self, role_id: RoleId) -> Result<Option<RoleRow>, StorageError> {
        let state = self.committed();
        Ok(state.roles.get(&role_id).map(|stored| roles::row(&state, stored)))
    }

    async fn list_role_holders(&self, filter: &HolderFilter) -> Result<Vec<HolderRow>, StorageError> {
        Ok(roles::holders(&self.committed(), filter))
    }

    async fn list_grants(&self, user_id: UserId) -> Result<Vec<GrantRow>, StorageError> {
        Ok(roles::grants(&self.committed(), user_id))
    }

    async fn is_empty(&self) -> Result<bool, StorageError> {
        Ok(self.committed().accounts.is_empty())
    }
}

fn mail_row(stored: &StoredMail) -> MailRow {
    MailRow {
        id: stored.mail.id,
        kind: stored.mail.letter.key().to_owned(),
        to: stored.mail.to.as_str().to_owned(),
        state: stored.mail.state,
        attempts: stored.attempts,
        last_error: stored.last_error.clone(),
        created_at: stored.mail.created_at,
        sent_at: stored.sent_at,
    }
}
