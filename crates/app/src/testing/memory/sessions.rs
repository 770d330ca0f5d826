use std::ops::RangeInclusive;

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{AccountId, SessionId, UserId};

use super::{
    MemoryUnit, broken,
    state::{State, StoredSession},
};
use crate::ports::{NewSession, SessionRepository, StorageError};

#[async_trait]
impl SessionRepository for MemoryUnit {
    async fn insert(&self, session: &NewSession, most: u32) -> Result<(), StorageError> {
        let NewSession { session, token_hash } = session.clone();
        let mut state = self.state();
        let user_id = session.user_id;
        if !state.users.contains_key(&user_id) {
            return Err(broken("user"));
        }
        let mut kept: Vec<_> =
            of(&state, user_id).map(|stored| (stored.session.created_at, stored.session.id)).collect();
        kept.sort_unstable();
        let surplus = kept.len().saturating_sub(usize::try_from(most.saturating_sub(1)).unwrap_or(usize::MAX));
        for (_, session_id) in kept.into_iter().take(surplus) {
            state.sessions.remove(&session_id);
        }
        state.sessions.insert(session.id, StoredSession { session, token_hash });
        Ok(())
    }

    async fn touch(&self, session_id: SessionId, at: Timestamp) -> Result<(), StorageError> {
        if let Some(stored) = self.state().sessions.get_mut(&session_id) {
            stored.session.last_seen_at = at;
        }
        Ok(())
    }

    async fn set_active_account(&self, session_id: SessionId, account_id: AccountId) -> Result<(), StorageError> {
        if let Some(stored) = self.state().sessions.get_mut(&session_id) {
            stored.session.active_account_id = account_id;
        }
        Ok(())
    }

    async fn end(&self, user_id: UserId, session_id: SessionId) -> Result<bool, StorageError> {
        let mut state = self.state();
        if state.sessions.get(&session_id).is_none_or(|stored| stored.session.user_id != user_id) {
            return Ok(false);
        }
        Ok(state.sessions.remove(&session_id).is_some())
    }

    async fn end_all(&self, user_id: UserId, except: Option<SessionId>) -> Result<u64, StorageError> {
        let mut state = self.state();
        let before = state.sessions.len();
        state.sessions.retain(|id, stored| stored.session.user_id != user_id || Some(*id) == except);
        Ok((before - state.sessions.len()) as u64)
    }

    async fn sweep(&self, expired_before: Timestamp, used: RangeInclusive<Timestamp>) -> Result<(), StorageError> {
        self.state().sessions.retain(|_, StoredSession { session, .. }| {
            session.expires_at >= expired_before && used.contains(&session.last_seen_at)
        });
        Ok(())
    }
}

pub(super) fn of(state: &State, user_id: UserId) -> impl Iterator<Item = &StoredSession> {
    state.sessions.values().filter(move |stored| stored.session.user_id == user_id)
}
