use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use tenantry_app::ports::StorageError;
use tenantry_domain::{
    AccountId,
    account::{AccountPath, AccountStatus, Inherited, PassedDown},
    contact::DomainName,
};
use uuid::Uuid;

use super::padded;
use crate::{
    entities::{
        accounts::{Column, Entity, Model},
        domains,
    },
    error::{StoredRow, storage_error},
};

/// What follows for an account from its whole line.
pub(super) struct OfLine {
    pub effective_status: AccountStatus,
    pub inherited: Inherited,
}

/// What the account and those above it pass down.
pub(super) async fn of_line<C: ConnectionTrait>(conn: &C, path: &AccountPath) -> Result<OfLine, StorageError> {
    let ids: Vec<Uuid> = path.iter().map(AccountId::uuid).collect();
    let mut rows =
        Entity::find().filter(Column::Id.is_in(padded(ids.iter().copied()))).all(conn).await.map_err(storage_error)?;
    if rows.len() != ids.len() {
        return Err(StoredRow::new("accounts", path.id()).corrupt("path"));
    }
    rows.sort_by_key(|row| row.path.len());
    let statuses = rows.iter().map(Model::status).collect::<Result<Vec<_>, _>>()?;
    let line = rows.iter().map(Model::passed_down).collect::<Result<Vec<PassedDown>, _>>()?;
    let all_active = statuses.iter().all(|status| *status == AccountStatus::Active);
    Ok(OfLine {
        effective_status: if all_active { AccountStatus::Active } else { AccountStatus::Suspended },
        inherited: Inherited::along(&line),
    })
}

#[derive(FromQueryResult)]
struct Place {
    id: Uuid,
    path: Vec<u8>,
}

/// What holds at the account with this domain, or else at the root.
pub(super) async fn of_domain<C: ConnectionTrait>(
    conn: &C,
    domain: Option<&DomainName>,
) -> Result<Option<Inherited>, StorageError> {
    let mut place = None;
    if let Some(domain) = domain {
        let owner = domains::Entity::find_by_id(domain.as_str()).one(conn).await.map_err(storage_error)?;
        if let Some(owner) = owner {
            place = find_place(conn, Some(owner.account_id)).await?;
        }
    }
    if place.is_none() {
        place = find_place(conn, None).await?;
    }
    let Some(Place { id, path }) = place else { return Ok(None) };
    let path = StoredRow::new("accounts", id).read("path", AccountPath::from_bytes(&path))?;
    Ok(Some(of_line(conn, &path).await?.inherited))
}

/// Where an account is, unless it was removed; without an id, the root.
async fn find_place<C: ConnectionTrait>(conn: &C, id: Option<Uuid>) -> Result<Option<Place>, StorageError> {
    let is_it = id.map_or_else(|| Column::ParentId.is_null(), |id| Column::Id.eq(id));
    Entity::find()
        .select_only()
        .columns([Column::Id, Column::Path])
        .filter(is_it)
        .filter(Column::RemovedAt.is_null())
        .order_by_asc(Column::Id)
        .into_model::<Place>()
        .one(conn)
        .await
        .map_err(storage_error)
}
