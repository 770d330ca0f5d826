use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{UserId, contact::DomainName, permission::Grant, user::LoginName};

use super::{
    MemoryUnit,
    state::{State, StoredUser},
};
use crate::ports::{LoginNames, MovedUser, StorageError, TakenLoginNames};

#[async_trait]
impl LoginNames for MemoryUnit {
    async fn list_grants_at(&self, domain: &DomainName, except: UserId) -> Result<Vec<Grant>, StorageError> {
        let state = self.state();
        let mut grants: Vec<Grant> = Vec::new();
        for stored in users_at(&state, domain).filter(|stored| stored.user.id != except) {
            for grant in stored.grants() {
                if !grants.contains(&grant) {
                    grants.push(grant);
                }
            }
        }
        Ok(grants)
    }

    async fn find_taken(
        &self,
        from: &DomainName,
        to: &DomainName,
        limit: u64,
    ) -> Result<TakenLoginNames, StorageError> {
        let state = self.state();
        let wanted = users_at(&state, from).map(|stored| at(&stored.user.login_name, to).key());
        let mut examples: Vec<String> = wanted.filter(|key| state.is_login_key_taken(key, None)).collect();
        examples.sort_unstable();
        let count = examples.len() as u64;
        examples.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(TakenLoginNames { count, examples })
    }

    async fn move_all(
        &self,
        from: &DomainName,
        to: &DomainName,
        (moved_at, reserved_until): (Timestamp, Timestamp),
    ) -> Result<Vec<MovedUser>, StorageError> {
        let mut state = self.state();
        let with_password: Vec<UserId> = state.credentials.keys().copied().collect();
        let mut moved = Vec::new();
        for stored in state.users.values_mut().filter(|stored| stored.user.login_name.domain() == from) {
            let old = stored.user.login_name.clone();
            stored.user.login_name = at(&old, to);
            stored.version += 1;
            stored.updated_at = moved_at;
            moved.push(MovedUser {
                user_id: stored.user.id,
                old,
                email: stored.user.contact.email.clone(),
                status: stored.user.status,
                is_removed: stored.user.removed_at.is_some(),
                has_password: with_password.contains(&stored.user.id),
            });
        }
        state.reserved.extend(moved.iter().map(|user| (user.old.key(), reserved_until)));
        Ok(moved)
    }

    async fn sweep_reserved(&self, before: Timestamp) -> Result<(), StorageError> {
        self.state().reserved.retain(|_, until| *until > before);
        Ok(())
    }
}

fn users_at<'a>(state: &'a State, domain: &'a DomainName) -> impl Iterator<Item = &'a StoredUser> {
    state.users.values().filter(move |stored| stored.user.login_name.domain() == domain)
}

fn at(login_name: &LoginName, domain: &DomainName) -> LoginName {
    LoginName::new(login_name.local().clone(), domain.clone())
}
