use async_trait::async_trait;
use sea_orm::{EntityTrait, IntoActiveModel, Iterable, sea_query::OnConflict};
use tenantry_app::ports::{Credential, CredentialRepository, StorageError};
use tenantry_domain::UserId;

use crate::{
    entities::credentials::{Column, Entity, Model},
    error::storage_error,
    unit_of_work::SqlUnitOfWork,
};

#[async_trait]
impl CredentialRepository for SqlUnitOfWork {
    async fn find(&self, user_id: UserId) -> Result<Option<Credential>, StorageError> {
        let row = Entity::find_by_id(user_id.uuid()).one(self).await.map_err(storage_error)?;
        row.map(Model::into_credential).transpose()
    }

    async fn put(&self, user_id: UserId, credential: &Credential) -> Result<(), StorageError> {
        let replace = OnConflict::column(Column::UserId).update_columns(Column::iter()).to_owned();
        self.insert_later(Entity::insert(Model::new(user_id, credential).into_active_model()).on_conflict(replace));
        Ok(())
    }
}
