use std::ops::RangeInclusive;

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{PasswordLinkId, UserId};

use super::{MemoryUnit, broken};
use crate::ports::{LinkPurpose, PasswordLink, PasswordLinkRepository, StorageError, TokenHash};

#[async_trait]
impl PasswordLinkRepository for MemoryUnit {
    async fn insert(&self, link: &PasswordLink) -> Result<(), StorageError> {
        let mut state = self.state();
        if !state.users.contains_key(&link.user_id) {
            return Err(broken("user"));
        }
        state.links.insert(link.id, link.clone());
        Ok(())
    }

    async fn find(&self, link_id: PasswordLinkId) -> Result<Option<PasswordLink>, StorageError> {
        Ok(self.state().links.get(&link_id).cloned())
    }

    async fn find_by_token(&self, token_hash: &TokenHash) -> Result<Option<PasswordLink>, StorageError> {
        Ok(self.state().links.values().find(|link| link.token_hash == *token_hash).cloned())
    }

    async fn find_newest(&self, user_id: UserId) -> Result<Option<PasswordLink>, StorageError> {
        Ok(self.state().newest_link(user_id).cloned())
    }

    async fn count(
        &self,
        user_id: UserId,
        purpose: LinkPurpose,
        requested: RangeInclusive<Timestamp>,
    ) -> Result<u64, StorageError> {
        let counts = |link: &&PasswordLink| {
            link.user_id == user_id && link.purpose == purpose && requested.contains(&link.requested_at)
        };
        Ok(self.state().links.values().filter(counts).count() as u64)
    }

    async fn spend(&self, link_id: PasswordLinkId, at: Timestamp) -> Result<bool, StorageError> {
        let mut state = self.state();
        let link = state.links.get_mut(&link_id).filter(|link| is_open(link));
        Ok(link.map(|link| link.used_at = Some(at)).is_some())
    }

    async fn void_all(&self, user_id: UserId, at: Timestamp) -> Result<u64, StorageError> {
        let mut state = self.state();
        let open = state.links.values_mut().filter(|link| link.user_id == user_id && is_open(link));
        Ok(open.map(|link| link.voided_at = Some(at)).count() as u64)
    }

    async fn set_expiry(&self, link_id: PasswordLinkId, expires_at: Timestamp) -> Result<(), StorageError> {
        if let Some(link) = self.state().links.get_mut(&link_id) {
            link.expires_at.get_or_insert(expires_at);
        }
        Ok(())
    }

    async fn restart(&self, user_id: UserId, at: Timestamp) -> Result<(), StorageError> {
        for link in self.state().links.values_mut().filter(|link| link.user_id == user_id && is_open(link)) {
            link.requested_at = at;
        }
        Ok(())
    }
}

const fn is_open(link: &PasswordLink) -> bool {
    link.used_at.is_none() && link.voided_at.is_none()
}
