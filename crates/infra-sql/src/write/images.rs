use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QuerySelect, QueryTrait, sea_query::Expr,
};
use tenantry_app::ports::{ImageRepository, StorageError, StoredImage};

use super::insert_ignoring_conflict;
use crate::{
    entities::{
        accounts,
        images::{Column, Entity, Model},
        users,
    },
    error::storage_error,
    unit_of_work::SqlUnitOfWork,
};

#[async_trait]
impl ImageRepository for SqlUnitOfWork {
    async fn put(&self, image: &StoredImage) -> Result<(), StorageError> {
        let StoredImage { hash, png, thumbnail } = image.clone();
        insert_ignoring_conflict(self, Entity::insert(Model { hash, png, thumbnail }.into_active_model())).await?;
        Ok(())
    }

    async fn remove_unused(&self, hash: &str) -> Result<(), StorageError> {
        let shown = users::Entity::find().select_only().column(users::Column::Id).filter(users::Column::Image.eq(hash));
        let logos =
            accounts::Entity::find().select_only().column(accounts::Column::Id).filter(accounts::Column::Logo.eq(hash));
        Entity::delete_many()
            .filter(Column::Hash.eq(hash))
            .filter(Expr::exists(shown.into_query()).not())
            .filter(Expr::exists(logos.into_query()).not())
            .exec(self)
            .await
            .map_err(storage_error)?;
        Ok(())
    }
}
