use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use tenantry_app::ports::{Session, StorageError};
use tenantry_domain::UserId;

use crate::{
    entities::sessions::{Column, Entity, Model},
    error::storage_error,
};

pub(super) async fn list(conn: &impl ConnectionTrait, user_id: UserId) -> Result<Vec<Session>, StorageError> {
    let sessions = Entity::find()
        .filter(Column::UserId.eq(user_id.uuid()))
        .order_by_desc(Column::LastSeenAt)
        .order_by_desc(Column::Id)
        .all(conn)
        .await
        .map_err(storage_error)?;
    sessions.into_iter().map(Model::into_session).collect()
}
