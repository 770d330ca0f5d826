//! Failed sign-ins, counted where a restart does not forget them.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::StorageError;

/// Consecutive failures under one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FailureRecord {
    /// How many in a row, or in the current window.
    pub failures: u32,
    /// When counting began.
    pub first_at: Option<Timestamp>,
    /// The latest.
    pub last_at: Option<Timestamp>,
}

/// Failure counters by key, within a unit of work. A key is a login name key or an address prefix, marked as which.
#[async_trait]
pub trait SignInAttempts: Send + Sync {
    /// The counter; zero if there is none.
    async fn find(&self, key: &str) -> Result<FailureRecord, StorageError>;

    /// Adds a failure. Counting begins anew if the counter's first failure is further away than `window`: before, or after where a
    /// clock was ahead.
    async fn add_failure(&self, key: &str, at: Timestamp, window: Option<SignedDuration>) -> Result<(), StorageError>;

    /// Resets the counter.
    async fn clear(&self, key: &str) -> Result<(), StorageError>;

    /// Deletes counters whose latest failure was before an instant.
    async fn sweep(&self, before: Timestamp) -> Result<(), StorageError>;
}
