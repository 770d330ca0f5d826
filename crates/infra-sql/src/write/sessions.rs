use std::ops::RangeInclusive;

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use tenantry_app::ports::{NewSession, SessionRepository, StorageError};
use tenantry_domain::{AccountId, SessionId, UserId};

use crate::{
    entities::sessions::{ActiveModel, Column, Entity, Model},
    error::storage_error,
    times,
    unit_of_work::SqlUnitOfWork,
};

#[async_trait]
impl SessionRepository for SqlUnitOfWork {
    async fn insert(&self, session: &NewSession, most: u32) -> Result<(), StorageError> {
        let of_user = || Column::UserId.eq(session.session.user_id.uuid());
        let newest = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(of_user())
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(most.saturating_sub(1)));
        Entity::delete_many()
            .filter(of_user())
            .filter(Column::Id.not_in_subquery(newest.into_query()))
            .exec(self)
            .await
            .map_err(storage_error)?;
        let row = Model::new(session).into_active_model();
        Entity::insert(row).exec_without_returning(self).await.map_err(storage_error)?;
        Ok(())
    }

    async fn touch(&self, session_id: SessionId, at: Timestamp) -> Result<(), StorageError> {
        let used = ActiveModel { last_seen_at: Set(times::to_column(at)), ..Default::default() };
        self.change_session(session_id, used).await
    }

    async fn set_active_account(&self, session_id: SessionId, account_id: AccountId) -> Result<(), StorageError> {
        let moved = ActiveModel { active_account_id: Set(account_id.uuid()), ..Default::default() };
        self.change_session(session_id, moved).await
    }

    async fn end(&self, user_id: UserId, session_id: SessionId) -> Result<bool, StorageError> {
        let ended = Entity::delete_many()
            .filter(Column::Id.eq(session_id.uuid()))
            .filter(Column::UserId.eq(user_id.uuid()))
            .exec(self)
            .await
            .map_err(storage_error)?;
        Ok(ended.rows_affected == 1)
    }

    async fn end_all(&self, user_id: UserId, except: Option<SessionId>) -> Result<u64, StorageError> {
        let others = except.map(|session_id| Column::Id.ne(session_id.uuid()));
        let ended = Entity::delete_many()
            .filter(Condition::all().add(Column::UserId.eq(user_id.uuid())).add_option(others))
            .exec(self)
            .await
            .map_err(storage_error)?;
        Ok(ended.rows_affected)
    }

    async fn sweep(&self, expired_before: Timestamp, used: RangeInclusive<Timestamp>) -> Result<(), StorageError> {
        let over = Condition::any()
            .add(Column::ExpiresAt.lt(times::to_column(expired_before)))
            .add(Column::LastSeenAt.lt(times::to_column(*used.start())))
            .add(Column::LastSeenAt.gt(times::to_column(*used.end())));
        Entity::delete_many().filter(over).exec(self).await.map_err(storage_error)?;
        Ok(())
    }
}

impl SqlUnitOfWork {
    async fn change_session(&self, session_id: SessionId, change: ActiveModel) -> Result<(), StorageError> {
        let update = Entity::update_many().set(change).filter(Column::Id.eq(session_id.uuid()));
        update.exec(self).await.map_err(storage_error)?;
        Ok(())
    }
}
