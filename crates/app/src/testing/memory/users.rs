use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{
    AccountId, UserId,
    account::AccountPath,
    permission::{Grant, Role},
    user::{ProvisioningState, User},
};

use super::{
    MemoryUnit, broken,
    state::{State, StoredGrant, StoredUser},
};
use crate::ports::{InsertedUser, Principal, StorageError, UnitOfWork, UserRecord, UserRepository};

impl MemoryUnit {
    /// The users on one side of an account's border who hold a grant on the other side.
    fn list_across(&self, account: &AccountPath, are_inside: bool) -> Vec<UserRecord> {
        let state = self.state();
        let is_across = |grant: &Grant| account.is_at_or_above(&grant.anchor) != are_inside;
        let is_more = |record: &UserRecord| {
            record.user.removed_at.is_none()
                && account.is_at_or_above(&record.home) == are_inside
                && record.grants.iter().any(is_across)
        };
        state.users.keys().filter_map(|user_id| state.record(*user_id)).filter(is_more).collect()
    }
}

#[async_trait]
impl UserRepository for MemoryUnit {
    async fn find_principal(&self, user_id: UserId, now: Timestamp) -> Result<Option<Principal>, StorageError> {
        Ok(self.state().principal(user_id, now))
    }

    async fn find(&self, user_id: UserId) -> Result<Option<UserRecord>, StorageError> {
        Ok(self.state().record(user_id))
    }

    async fn find_by_login_key(&self, login_key: &str) -> Result<Option<UserRecord>, StorageError> {
        let state = self.state();
        Ok(state.find_login_key(login_key).and_then(|user_id| state.record(user_id)))
    }

    async fn insert(
        &self,
        user: &User,
        base_grant: &Grant,
        given_by: Option<UserId>,
        created_at: Timestamp,
    ) -> Result<InsertedUser, StorageError> {
        let mut state = self.state();
        check_references(&state, user)?;
        let grant = resolved(&state, base_grant)?;
        if state.users.contains_key(&user.id) {
            return Err(StorageError::Unavailable("the user id is taken".to_owned()));
        }
        if state.is_login_key_taken(&user.login_name.key(), None) {
            return Ok(InsertedUser::LoginNameTaken);
        }
        let stored = StoredUser {
            user: user.clone(),
            grants: vec![StoredGrant { grant, given_at: created_at, given_by }],
            version: UserRecord::FIRST_VERSION,
            provisioning: ProvisioningState::Pending,
            provisioning_error: None,
            last_sign_in_at: None,
            created_at,
            updated_at: created_at,
        };
        state.users.insert(user.id, stored);
        Ok(InsertedUser::Inserted)
    }

    async fn update(
        &self,
        user: &User,
        version: i64,
        updated_at: Timestamp,
    ) -> Result<Option<InsertedUser>, StorageError> {
        let mut state = self.state();
        check_references(&state, user)?;
        if state.users.get(&user.id).is_none_or(|stored| stored.version != version) {
            return Ok(None);
        }
        if state.is_login_key_taken(&user.login_name.key(), Some(user.id)) {
            return Ok(Some(InsertedUser::LoginNameTaken));
        }
        if let Some(stored) = state.users.get_mut(&user.id) {
            stored.user = user.clone();
            stored.version = version + 1;
            stored.updated_at = updated_at;
        }
        Ok(Some(InsertedUser::Inserted))
    }

    async fn replace_grants(
        &self,
        user_id: UserId,
        grants: &[Grant],
        given_by: UserId,
        given_at: Timestamp,
    ) -> Result<(), StorageError> {
        let mut state = self.state();
        let grants = grants.iter().map(|grant| resolved(&state, grant)).collect::<Result<Vec<_>, _>>()?;
        let stored = state.users.get_mut(&user_id).ok_or_else(|| broken("user"))?;
        let kept = |grant: &Grant| stored.grants.iter().find(|before| before.is_the_same(grant)).cloned();
        let given = |grant| kept(&grant).unwrap_or(StoredGrant { grant, given_at, given_by: Some(given_by) });
        stored.grants = grants.into_iter().map(given).collect();
        Ok(())
    }

    async fn count_other_administrators(
        &self,
        account_id: AccountId,
        except: UserId,
        now: Timestamp,
    ) -> Result<u64, StorageError> {
        let administers = |StoredGrant { grant, .. }: &StoredGrant| {
            grant.anchor.id() == account_id && grant.administers_for_good(now)
        };
        let state = self.state();
        let is_there = |stored: &&StoredUser| stored.is_active() && state.is_in_use(stored.user.account_id);
        let others = state.users.values().filter(|stored| stored.user.id != except).filter(is_there);
        Ok(others.filter(|stored| stored.grants.iter().any(administers)).count() as u64)
    }

    async fn list_with_grants_outside(&self, account: &AccountPath) -> Result<Vec<UserRecord>, StorageError> {
        Ok(self.list_across(account, true))
    }

    async fn list_with_grants_inside(&self, account: &AccountPath) -> Result<Vec<UserRecord>, StorageError> {
        Ok(self.list_across(account, false))
    }

    async fn shut_out_subtree(&self, account: &AccountPath, at: Timestamp) -> Result<(), StorageError> {
        let inside: Vec<UserId> = {
            let state = self.state();
            let is_inside = |account_id| state.path(account_id).is_some_and(|home| account.is_at_or_above(home));
            let users = state.users.values().map(|stored| &stored.user);
            users.filter(|user| is_inside(user.account_id)).map(|user| user.id).collect()
        };
        for user_id in inside {
            self.sessions().end_all(user_id, None).await?;
            self.password_links().void_all(user_id, at).await?;
            self.mail_outbox().cancel_credentials(user_id).await?;
        }
        Ok(())
    }

    async fn set_provisioning(
        &self,
        users: &[UserId],
        provisioning: ProvisioningState,
        error: Option<&str>,
    ) -> Result<(), StorageError> {
        let mut state = self.state();
        for user_id in users {
            if let Some(stored) = state.users.get_mut(user_id) {
                stored.provisioning = provisioning;
                stored.provisioning_error = error.map(str::to_owned);
            }
        }
        Ok(())
    }

    async fn set_last_sign_in(&self, user_id: UserId, at: Timestamp) -> Result<(), StorageError> {
        if let Some(stored) = self.state().users.get_mut(&user_id) {
            stored.last_sign_in_at = Some(at);
        }
        Ok(())
    }

    async fn purge(&self, removed_before: Timestamp, limit: u64) -> Result<Vec<UserId>, StorageError> {
        Ok(forget_some(&mut self.state(), limit, |user| {
            user.removed_at.is_some_and(|removed| removed < removed_before)
        }))
    }

    async fn purge_homed_in(&self, accounts: &[AccountId], limit: u64) -> Result<Vec<UserId>, StorageError> {
        Ok(forget_some(&mut self.state(), limit, |user| accounts.contains(&user.account_id)))
    }
}

fn check_references(state: &State, user: &User) -> Result<(), StorageError> {
    if !state.accounts.contains_key(&user.account_id) {
        return Err(broken("home account"));
    }
    Ok(())
}

/// The grant with its role as it is stored, which is what a join would read.
fn resolved(state: &State, grant: &Grant) -> Result<Grant, StorageError> {
    if !state.accounts.contains_key(&grant.anchor.id()) {
        return Err(broken("anchor account"));
    }
    let role = match &grant.role {
        Role::BuiltIn(role) => Role::BuiltIn(*role),
        Role::Custom(role) => {
            let stored = state.roles.get(&role.id).ok_or_else(|| broken("role"))?;
            Role::from(stored.role.clone())
        }
    };
    Ok(Grant { role, ..grant.clone() })
}

fn forget_some(state: &mut State, limit: u64, is_due: impl Fn(&User) -> bool) -> Vec<UserId> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let users = state.users.values().map(|stored| &stored.user);
    let due: Vec<UserId> = users.filter(|user| is_due(user)).map(|user| user.id).take(limit).collect();
    for user_id in &due {
        forget(state, *user_id);
    }
    due
}

fn forget(state: &mut State, user_id: UserId) {
    let gone = state.users.remove(&user_id);
    state.credentials.remove(&user_id);
    state.links.retain(|_, link| link.user_id != user_id);
    state.sessions.retain(|_, stored| stored.session.user_id != user_id);
    state.mails.retain(|_, stored| stored.mail.user_id != user_id);
    state.jobs.retain(|_, job| job.user_id != user_id);
    state.idempotency.retain(|(actor, _), stored| *actor != user_id && stored.record.created_user_id != user_id);
    if let Some(hash) = gone.and_then(|stored| stored.user.image) {
        state.remove_unused_image(&hash);
    }
}
