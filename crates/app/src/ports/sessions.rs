//! Sessions.

use std::ops::RangeInclusive;

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{AccountId, SessionId, UserId};

use super::{StorageError, TokenHash};

/// Through which door somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// The console, by cookie.
    Console,
    /// The API, by bearer token.
    Api,
}

impl SessionKind {
    /// The stable word: `console` or `api`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Api => "api",
        }
    }
}

/// A signed-in session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The session's id; unlike its token it may be shown.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// Through which door.
    pub kind: SessionKind,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to about a minute.
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// The account the person is working in.
    pub active_account_id: AccountId,
    /// Address it was begun from.
    pub address: Option<String>,
    /// Program it was begun with, as it named itself.
    pub user_agent: Option<String>,
}

/// A session to store.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The session.
    pub session: Session,
    /// SHA-256 of its token.
    pub token_hash: TokenHash,
}

/// Sessions, within a unit of work.
#[async_trait]
pub trait SessionRepository: Send + Sync {
    /// Stores a session, ending the user's oldest ones beyond `most`.
    async fn insert(&self, session: &NewSession, most: u32) -> Result<(), StorageError>;

    /// Notes that the session was used.
    async fn touch(&self, session_id: SessionId, at: Timestamp) -> Result<(), StorageError>;

    /// Sets the account the person is working in.
    async fn set_active_account(&self, session_id: SessionId, account_id: AccountId) -> Result<(), StorageError>;

    /// Ends one session of a user; false if there was none.
    async fn end(&self, user_id: UserId, session_id: SessionId) -> Result<bool, StorageError>;

    /// Ends all sessions of a user but one; returns how many.
    async fn end_all(&self, user_id: UserId, except: Option<SessionId>) -> Result<u64, StorageError>;

    /// Deletes sessions that ended before an instant, or whose last use is outside of `used`: too long ago, or noted by a clock that
    /// was ahead.
    async fn sweep(&self, expired_before: Timestamp, used: RangeInclusive<Timestamp>) -> Result<(), StorageError>;
}
