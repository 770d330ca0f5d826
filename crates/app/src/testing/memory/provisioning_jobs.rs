use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tenantry_domain::{ProvisioningJobId, UserId};

use super::{MemoryUnit, broken, is_put_off, state::StoredJob};
use crate::ports::{ClaimedJob, Latest, ProvisioningJobs, StorageError};

#[async_trait]
impl ProvisioningJobs for MemoryUnit {
    async fn enqueue(&self, id: ProvisioningJobId, user_id: UserId, at: Timestamp) -> Result<(), StorageError> {
        let mut state = self.state();
        if !state.users.contains_key(&user_id) {
            return Err(broken("user"));
        }
        match state.jobs.values_mut().find(|job| job.user_id == user_id) {
            // The fence rises, so that whoever is at it with what the user was before cannot call it done.
            Some(job) => {
                job.due_at = at;
                job.leased_until = None;
                job.lease += 1;
            }
            None => {
                state.jobs.insert(id, StoredJob { user_id, due_at: at, leased_until: None, lease: 0, attempts: 0 });
            }
        }
        Ok(())
    }

    async fn claim(
        &self,
        now: Timestamp,
        lease_for: SignedDuration,
        limit: u32,
    ) -> Result<Vec<ClaimedJob>, StorageError> {
        let mut state = self.state();
        let is_due = |job: &StoredJob| job.due_at <= now && job.leased_until.is_none_or(|until| until <= now);
        let mut due: Vec<_> = state.jobs.iter_mut().filter(|(_, job)| is_due(job)).collect();
        due.sort_by_key(|(id, job)| (job.due_at, **id));
        let claim = |(id, job): (&ProvisioningJobId, &mut StoredJob)| {
            job.leased_until = Some(now + lease_for);
            job.lease += 1;
            job.attempts += 1;
            ClaimedJob { id: *id, user_id: job.user_id, attempt: job.attempts, lease: job.lease }
        };
        Ok(due.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX)).map(claim).collect())
    }

    async fn renew(&self, claimed: &ClaimedJob, until: Timestamp) -> Result<bool, StorageError> {
        let mut state = self.state();
        let job = state.jobs.get_mut(&claimed.id).filter(|job| job.lease == claimed.lease);
        Ok(job.map(|job| job.leased_until = Some(until)).is_some())
    }

    async fn settle(&self, claimed: &ClaimedJob, retry_at: Option<Timestamp>) -> Result<bool, StorageError> {
        let mut state = self.state();
        let Some(job) = state.jobs.get_mut(&claimed.id).filter(|job| job.lease == claimed.lease) else {
            return Ok(false);
        };
        match retry_at {
            Some(due_at) => {
                job.due_at = due_at;
                job.leased_until = None;
            }
            None => {
                state.jobs.remove(&claimed.id);
            }
        }
        Ok(true)
    }

    async fn bring_forward(&self, now: Timestamp, latest: Latest) -> Result<(), StorageError> {
        for job in self.state().jobs.values_mut() {
            if is_put_off(job.due_at, job.attempts, latest) {
                job.due_at = now;
            }
            job.leased_until = job.leased_until.filter(|until| *until <= latest.lease);
        }
        Ok(())
    }
}
