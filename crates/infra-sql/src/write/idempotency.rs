use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use tenantry_app::ports::{IdempotencyRecord, IdempotencyRepository, StorageError};
use tenantry_domain::UserId;

use super::{insert_ignoring_conflict, storable};
use crate::{
    entities::idempotency_keys::{Column, Entity, Model},
    error::storage_error,
    times,
    unit_of_work::SqlUnitOfWork,
};

#[async_trait]
impl IdempotencyRepository for SqlUnitOfWork {
    async fn find(&self, actor: UserId, key: &str) -> Result<Option<IdempotencyRecord>, StorageError> {
        let row = Entity::find_by_id((actor.uuid(), storable(key))).one(self).await.map_err(storage_error)?;
        Ok(row.map(|row| IdempotencyRecord {
            request_hash: row.request_hash,
            created_user_id: UserId::new(row.created_user_id),
        }))
    }

    async fn insert(
        &self,
        actor: UserId,
        key: &str,
        record: &IdempotencyRecord,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let row = Model {
            actor_id: actor.uuid(),
            key: storable(key),
            request_hash: record.request_hash.clone(),
            created_user_id: record.created_user_id.uuid(),
            created_at: times::to_column(at),
        };
        Ok(insert_ignoring_conflict(self, Entity::insert(row.into_active_model())).await? == 1)
    }

    async fn sweep(&self, before: Timestamp) -> Result<(), StorageError> {
        Entity::delete_many()
            .filter(Column::CreatedAt.lt(times::to_column(before)))
            .exec(self)
            .await
            .map_err(storage_error)?;
        Ok(())
    }
}
