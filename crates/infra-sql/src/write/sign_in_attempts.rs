use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    sea_query::{CaseStatement, Expr, OnConflict},
};
use tenantry_app::ports::{FailureRecord, SignInAttempts, StorageError};

use super::storable;
use crate::{
    entities::sign_in_attempts::{Column, Entity, Model},
    error::{StoredRow, storage_error},
    times,
    unit_of_work::SqlUnitOfWork,
};

#[async_trait]
impl SignInAttempts for SqlUnitOfWork {
    async fn find(&self, key: &str) -> Result<FailureRecord, StorageError> {
        let row = Entity::find_by_id(storable(key)).one(self).await.map_err(storage_error)?;
        row.map_or(Ok(FailureRecord::default()), |row| {
            Ok(FailureRecord {
                failures: StoredRow::new("sign_in_attempts", &row.key).read("failures", row.failures.try_into())?,
                first_at: Some(times::from_column(row.first_at)),
                last_at: Some(times::from_column(row.last_at)),
            })
        })
    }

    async fn add_failure(&self, key: &str, at: Timestamp, window: Option<SignedDuration>) -> Result<(), StorageError> {
        let around = window.map(|window| [at - window, at + window].map(times::to_column));
        let at = times::to_column(at);
        let first = Model { key: storable(key), failures: 1, first_at: at, last_at: at };
        let stored = |column: Column| Expr::col((Entity, column));
        let mut again = OnConflict::column(Column::Key);
        again.update_column(Column::LastAt);
        match around {
            None => again.value(Column::Failures, stored(Column::Failures).add(1)),
            Some([start, end]) => {
                let or_anew = |anew: Expr, counting: Expr| {
                    let is_within = stored(Column::FirstAt).between(start, end);
                    CaseStatement::new().case(is_within, counting).finally(anew)
                };
                again
                    .value(Column::Failures, or_anew(Expr::val(1), stored(Column::Failures).add(1)))
                    .value(Column::FirstAt, or_anew(Expr::val(at), stored(Column::FirstAt)))
            }
        };
        Entity::insert(first.into_active_model())
            .on_conflict(again)
            .exec_without_returning(self)
            .await
            .map_err(storage_error)?;
        Ok(())
    }

    async fn clear(&self, key: &str) -> Result<(), StorageError> {
        Entity::delete_by_id(storable(key)).exec(self).await.map_err(storage_error)?;
        Ok(())
    }

    async fn sweep(&self, before: Timestamp) -> Result<(), StorageError> {
        let old = Column::LastAt.lt(times::to_column(before));
        Entity::delete_many().filter(old).exec(self).await.map_err(storage_error)?;
        Ok(())
    }
}
