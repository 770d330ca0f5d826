use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use tenantry_app::ports::{ClaimedJob, Latest, ProvisioningJobs, StorageError};
use tenantry_domain::{ProvisioningJobId, UserId};

use super::leases::Queue;
use crate::{
    entities::provisioning_jobs::{ActiveModel, Column, Entity, Model},
    error::storage_error,
    times,
    unit_of_work::SqlUnitOfWork,
};

const QUEUE: Queue<Entity> = Queue {
    id: Column::Id,
    due_at: Column::DueAt,
    attempts: Column::Attempts,
    lease: Column::Lease,
    leased_until: Column::LeasedUntil,
};

#[async_trait]
impl ProvisioningJobs for SqlUnitOfWork {
    async fn enqueue(&self, id: ProvisioningJobId, user_id: UserId, at: Timestamp) -> Result<(), StorageError> {
        let due_at = times::to_column(at);
        let job = Model { id: id.uuid(), user_id: user_id.uuid(), attempts: 0, due_at, lease: 0, leased_until: None };
        // The fence rises, so that whoever is at it with what the user was before cannot call it done.
        let due_again = OnConflict::column(Column::UserId)
            .update_columns([Column::DueAt, Column::LeasedUntil])
            .value(Column::Lease, Expr::col((Entity, Column::Lease)).add(1))
            .to_owned();
        self.insert_later(Entity::insert(job.into_active_model()).on_conflict(due_again));
        Ok(())
    }

    async fn claim(
        &self,
        now: Timestamp,
        lease_for: SignedDuration,
        limit: u32,
    ) -> Result<Vec<ClaimedJob>, StorageError> {
        let mut rows = QUEUE.claim(self, Condition::all(), (now, lease_for), limit).await?;
        rows.sort_by_key(|row| (row.due_at, row.id));
        rows.into_iter().map(Model::into_claimed).collect()
    }

    async fn renew(&self, claimed: &ClaimedJob, until: Timestamp) -> Result<bool, StorageError> {
        let longer = ActiveModel { leased_until: Set(Some(times::to_column(until))), ..Default::default() };
        let update = Entity::update_many().set(longer).filter(newest(claimed));
        Ok(update.exec(self).await.map_err(storage_error)?.rows_affected == 1)
    }

    async fn settle(&self, claimed: &ClaimedJob, retry_at: Option<Timestamp>) -> Result<bool, StorageError> {
        let settled = match retry_at {
            None => {
                Entity::delete_many().filter(newest(claimed)).exec(self).await.map_err(storage_error)?.rows_affected
            }
            Some(due_at) => {
                let again = ActiveModel {
                    due_at: Set(times::to_column(due_at)),
                    leased_until: Set(None),
                    ..Default::default()
                };
                let update = Entity::update_many().set(again).filter(newest(claimed));
                update.exec(self).await.map_err(storage_error)?.rows_affected
            }
        };
        Ok(settled == 1)
    }

    async fn bring_forward(&self, now: Timestamp, latest: Latest) -> Result<(), StorageError> {
        QUEUE.bring_forward(self, Condition::all(), (now, latest)).await
    }
}

fn newest(claimed: &ClaimedJob) -> Condition {
    Condition::all().add(Column::Id.eq(claimed.id.uuid())).add(Column::Lease.eq(claimed.lease))
}
