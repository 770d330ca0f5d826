use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryTrait,
    sea_query::{Expr, OnConflict, Query},
};
use tenantry_app::ports::{RoleRepository, StorageError, StoredRole, UserRecord};
use tenantry_domain::{
    RoleId,
    permission::{CustomRole, RoleKey},
};

use super::execute;
use crate::{
    entities::{
        grants,
        roles::{Column, Entity, Model},
        users,
    },
    error::{storage_error, storage_error_of_checked_removal, storage_error_of_checked_update},
    read,
    unit_of_work::SqlUnitOfWork,
};

#[async_trait]
impl RoleRepository for SqlUnitOfWork {
    async fn find(&self, role_id: RoleId) -> Result<Option<CustomRole>, StorageError> {
        read::roles::find(self, role_id).await
    }

    async fn insert(&self, role: &CustomRole, created_at: Timestamp) -> Result<StoredRole, StorageError> {
        let mut insert = Entity::insert(Model::new(role, created_at).into_active_model()).into_query();
        insert.on_conflict(OnConflict::columns([Column::OwnerId, Column::NameKey]).do_nothing().to_owned());
        let inserted = execute(self, &insert).await?;
        Ok(if inserted == 1 { StoredRole::Stored } else { StoredRole::NameTaken })
    }

    async fn update(&self, role: &CustomRole, updated_at: Timestamp) -> Result<Option<StoredRole>, StorageError> {
        let replacement = Model::replacement(role, updated_at);
        let taken = Query::select()
            .expr(Expr::val(1))
            .from_as(Entity, "other")
            .and_where(Expr::col(("other", Column::OwnerId)).equals((Entity, Column::OwnerId)))
            .and_where(Expr::col(("other", Column::NameKey)).eq(role.definition.name.as_str().to_lowercase()))
            .and_where(Expr::col(("other", Column::Id)).ne(role.id.uuid()))
            .take();
        let updated = Entity::update_many()
            .set(replacement)
            .filter(Column::Id.eq(role.id.uuid()))
            .filter(Column::Version.eq(role.version))
            .filter(Expr::exists(taken).not())
            .exec(self)
            .await
            .map_err(storage_error_of_checked_update)?;
        if updated.rows_affected == 1 {
            return Ok(Some(StoredRole::Stored));
        }
        let is_current = Entity::find_by_id(role.id.uuid()).filter(Column::Version.eq(role.version)).count(self);
        Ok((is_current.await.map_err(storage_error)? == 1).then_some(StoredRole::NameTaken))
    }

    async fn remove(&self, role_id: RoleId) -> Result<(), StorageError> {
        let granted = Query::select()
            .expr(Expr::val(1))
            .from(grants::Entity)
            .cond_where(grants::gives(RoleKey::Custom(role_id)))
            .take();
        let removed = Entity::delete_many()
            .filter(Column::Id.eq(role_id.uuid()))
            .filter(Expr::exists(granted).not())
            .exec(self)
            .await
            .map_err(storage_error_of_checked_removal)?;
        if removed.rows_affected == 0 && read::roles::find(self, role_id).await?.is_some() {
            return Err(StorageError::Unavailable("a role that a grant names cannot be removed".to_owned()));
        }
        Ok(())
    }

    async fn list_holders(&self, role_id: RoleId) -> Result<Vec<UserRecord>, StorageError> {
        let holders = Query::select()
            .column(grants::Column::UserId)
            .from(grants::Entity)
            .cond_where(grants::gives(RoleKey::Custom(role_id)))
            .take();
        let holders = read::users::list(self, users::Column::Id.in_subquery(holders)).await?;
        Ok(holders.into_iter().map(|holder| holder.record).collect())
    }
}
