use std::ops::RangeInclusive;

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use tenantry_app::ports::{LinkPurpose, PasswordLink, PasswordLinkRepository, StorageError, TokenHash};
use tenantry_domain::{PasswordLinkId, UserId};

use crate::{
    entities::password_links::{ActiveModel, Column, Entity, Model},
    error::storage_error,
    read, times,
    unit_of_work::SqlUnitOfWork,
};

#[async_trait]
impl PasswordLinkRepository for SqlUnitOfWork {
    async fn insert(&self, link: &PasswordLink) -> Result<(), StorageError> {
        let row = Model::new(link).into_active_model();
        self.insert_later(Entity::insert(row));
        Ok(())
    }

    async fn find(&self, link_id: PasswordLinkId) -> Result<Option<PasswordLink>, StorageError> {
        let row = Entity::find_by_id(link_id.uuid()).one(self).await.map_err(storage_error)?;
        row.map(Model::into_link).transpose()
    }

    async fn find_by_token(&self, token_hash: &TokenHash) -> Result<Option<PasswordLink>, StorageError> {
        let with_token = Entity::find().filter(Column::TokenHash.eq(token_hash.0.to_vec()));
        with_token.one(self).await.map_err(storage_error)?.map(Model::into_link).transpose()
    }

    async fn find_newest(&self, user_id: UserId) -> Result<Option<PasswordLink>, StorageError> {
        read::users::newest_link(self, user_id).await
    }

    async fn count(
        &self,
        user_id: UserId,
        purpose: LinkPurpose,
        requested: RangeInclusive<Timestamp>,
    ) -> Result<u64, StorageError> {
        let (first, last) = requested.into_inner();
        Entity::find()
            .filter(Column::UserId.eq(user_id.uuid()))
            .filter(Column::RequestedAt.between(times::to_column(first), times::to_column(last)))
            .filter(Column::Purpose.eq(purpose.key()))
            .count(self)
            .await
            .map_err(storage_error)
    }

    async fn spend(&self, link_id: PasswordLinkId, at: Timestamp) -> Result<bool, StorageError> {
        let spent = ActiveModel { used_at: Set(Some(times::to_column(at))), ..Default::default() };
        Ok(self.change_open(Column::Id.eq(link_id.uuid()), spent).await? == 1)
    }

    async fn void_all(&self, user_id: UserId, at: Timestamp) -> Result<u64, StorageError> {
        self.void_links(Column::UserId.eq(user_id.uuid()), at).await
    }

    async fn set_expiry(&self, link_id: PasswordLinkId, expires_at: Timestamp) -> Result<(), StorageError> {
        Entity::update_many()
            .set(ActiveModel { expires_at: Set(Some(times::to_column(expires_at))), ..Default::default() })
            .filter(Column::Id.eq(link_id.uuid()))
            .filter(Column::ExpiresAt.is_null())
            .exec(self)
            .await
            .map_err(storage_error)?;
        Ok(())
    }

    async fn restart(&self, user_id: UserId, at: Timestamp) -> Result<(), StorageError> {
        let restarted = ActiveModel { requested_at: Set(times::to_column(at)), ..Default::default() };
        self.change_open(Column::UserId.eq(user_id.uuid()), restarted).await?;
        Ok(())
    }
}

impl SqlUnitOfWork {
    /// Voids links that are neither used nor void; how many there were.
    pub(super) async fn void_links(&self, which: sea_orm::sea_query::Expr, at: Timestamp) -> Result<u64, StorageError> {
        let voided = ActiveModel { voided_at: Set(Some(times::to_column(at))), ..Default::default() };
        self.change_open(which, voided).await
    }

    /// Changes links that are neither used nor void; how many there were.
    async fn change_open(&self, which: sea_orm::sea_query::Expr, change: ActiveModel) -> Result<u64, StorageError> {
        let open = Condition::all().add(Column::UsedAt.is_null()).add(Column::VoidedAt.is_null());
        let update = Entity::update_many().set(change).filter(which).filter(open);
        Ok(update.exec(self).await.map_err(storage_error)?.rows_affected)
    }
}
