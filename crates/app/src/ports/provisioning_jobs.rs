//! Provisioning waiting to be done.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tenantry_domain::{ProvisioningJobId, UserId};

use super::{Latest, StorageError};

/// A job one worker has taken for itself until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedJob {
    /// The job.
    pub id: ProvisioningJobId,
    /// The user to tell the connected services about.
    pub user_id: UserId,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// The fence: a result is only taken from the newest claim.
    pub lease: i64,
}

/// Provisioning jobs, within a unit of work. A user has at most one unfinished job.
#[async_trait]
pub trait ProvisioningJobs: Send + Sync {
    /// Adds a job, unless the user has an unfinished one, which is made due at once instead.
    async fn enqueue(&self, id: ProvisioningJobId, user_id: UserId, at: Timestamp) -> Result<(), StorageError>;

    /// Takes up to `limit` due jobs until `now + lease_for`.
    async fn claim(
        &self,
        now: Timestamp,
        lease_for: SignedDuration,
        limit: u32,
    ) -> Result<Vec<ClaimedJob>, StorageError>;

    /// Keeps a claim until a later instant, while the connector is at it. False if a newer claim exists.
    async fn renew(&self, claimed: &ClaimedJob, until: Timestamp) -> Result<bool, StorageError>;

    /// Ends a claim: the job is done, or due again at `retry_at`. False if a newer claim exists; nothing is changed then.
    async fn settle(&self, claimed: &ClaimedJob, retry_at: Option<Timestamp>) -> Result<bool, StorageError>;

    /// Makes due at `now` what was put off for longer than a clock that is right can, and ends such leases.
    async fn bring_forward(&self, now: Timestamp, latest: Latest) -> Result<(), StorageError>;
}
