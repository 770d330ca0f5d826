//! Requests that may come twice.

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::UserId;

use super::StorageError;

/// What a client sent to make a request repeatable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The key, at most 64 characters.
    pub key: String,
    /// A digest of the request: the same key with another request is refused.
    pub request_hash: String,
}

/// A request that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// The digest of the request.
    pub request_hash: String,
    /// The user it created.
    pub created_user_id: UserId,
}

/// Keys used in the last 24 hours, within a unit of work. Keys of different actors never meet.
#[async_trait]
pub trait IdempotencyRepository: Send + Sync {
    /// What the key was used for.
    async fn find(&self, actor: UserId, key: &str) -> Result<Option<IdempotencyRecord>, StorageError>;

    /// Claims the key; false if it is used already.
    async fn insert(
        &self,
        actor: UserId,
        key: &str,
        record: &IdempotencyRecord,
        at: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Forgets keys used before an instant.
    async fn sweep(&self, before: Timestamp) -> Result<(), StorageError>;
}
