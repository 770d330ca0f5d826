//! Deleting for good. What belongs to a user or a domain goes with its row; the rest is told here.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    prelude::{Expr, Uuid},
    sea_query::{Order, Query, SelectStatement},
};
use tenantry_app::ports::{ImageRepository, StorageError, name_beside};
use tenantry_domain::{AccountId, RoleId, UserId};

use crate::{
    entities::{accounts, grants, roles, sessions, users},
    error::{storage_error, storage_error_of_checked_update},
    read, times,
    unit_of_work::SqlUnitOfWork,
};

/// For an `IN`.
pub(super) fn ids(accounts: &[AccountId]) -> Vec<Uuid> {
    read::padded(accounts.iter().map(|id| id.uuid()))
}

/// A path comes after those it begins with: from the last path backwards, nothing comes after what it is in.
pub(super) async fn list_removed_before(
    conn: &SqlUnitOfWork,
    removed_before: Timestamp,
    limit: u64,
) -> Result<Vec<AccountId>, StorageError> {
    let due = accounts::Entity::find()
        .select_only()
        .column(accounts::Column::Id)
        .filter(accounts::Column::RemovedAt.lt(times::to_column(removed_before)))
        .order_by_desc(accounts::Column::Path)
        .limit(limit);
    let ids: Vec<Uuid> = due.into_tuple().all(conn).await.map_err(storage_error)?;
    Ok(ids.into_iter().map(AccountId::new).collect())
}

pub(super) fn users_removed_before(removed_before: Timestamp) -> SelectStatement {
    Query::select()
        .column(users::Column::Id)
        .from(users::Entity)
        .and_where(users::Column::RemovedAt.lt(times::to_column(removed_before)))
        .order_by(users::Column::RemovedAt, Order::Asc)
        .take()
}

/// In no order: sorting the users of a large account, some hundred at a time, would take longer than deleting them.
pub(super) fn users_homed_in(accounts: &[AccountId]) -> SelectStatement {
    Query::select()
        .column(users::Column::Id)
        .from(users::Entity)
        .and_where(users::Column::AccountId.is_in(ids(accounts)))
        .take()
}

impl SqlUnitOfWork {
    /// Deletes some of the users whose ids are selected; who they were.
    pub(super) async fn purge_users(&self, mut due: SelectStatement, limit: u64) -> Result<Vec<UserId>, StorageError> {
        due.limit(limit);
        let delete = Query::delete()
            .from_table(users::Entity)
            .and_where(users::Column::Id.in_subquery(due))
            .returning(Query::returning().columns([users::Column::Id, users::Column::Image]))
            .take();
        let mut purged = Vec::new();
        let mut images = BTreeSet::new();
        for row in self.query_all(&delete).await.map_err(storage_error)? {
            purged.push(UserId::new(row.try_get("", "id").map_err(storage_error)?));
            images.extend(row.try_get::<Option<String>>("", "image").map_err(storage_error)?);
        }
        for hash in images {
            self.remove_unused(&hash).await?;
        }
        Ok(purged)
    }

    pub(super) async fn purge_accounts(&self, wanted: &[AccountId]) -> Result<(), StorageError> {
        let removed = accounts::Entity::find()
            .select_only()
            .column(accounts::Column::Id)
            .filter(accounts::Column::Id.is_in(ids(wanted)))
            .filter(accounts::Column::RemovedAt.is_not_null());
        let gone: Vec<Uuid> = removed.into_tuple().all(self).await.map_err(storage_error)?;
        if gone.is_empty() {
            return Ok(());
        }
        let gone = read::padded(gone);
        let there = grants::Entity::delete_many().filter(grants::Column::AnchorId.is_in(gone.clone()));
        there.exec(self).await.map_err(storage_error)?;
        self.give_up_roles(&gone).await?;
        let home = Query::select()
            .column(users::Column::AccountId)
            .from(users::Entity)
            .and_where(
                Expr::col((users::Entity, users::Column::Id)).equals((sessions::Entity, sessions::Column::UserId)),
            )
            .take();
        let leave = sessions::Entity::update_many()
            .col_expr(sessions::Column::ActiveAccountId, Expr::expr(home))
            .filter(sessions::Column::ActiveAccountId.is_in(gone.clone()));
        leave.exec(self).await.map_err(storage_error)?;
        let are_gone = accounts::Column::Id.is_in(gone);
        let logos = accounts::Entity::find()
            .select_only()
            .column(accounts::Column::Logo)
            .filter(are_gone.clone())
            .filter(accounts::Column::Logo.is_not_null());
        let logos: BTreeSet<String> = logos.into_tuple().all(self).await.map_err(storage_error)?.into_iter().collect();
        accounts::Entity::delete_many().filter(are_gone).exec(self).await.map_err(storage_error)?;
        for hash in logos {
            self.remove_unused(&hash).await?;
        }
        Ok(())
    }

    /// Deletes the roles of these accounts that nobody holds; the platform gets the others.
    async fn give_up_roles(&self, owners: &[Uuid]) -> Result<(), StorageError> {
        let held = Expr::exists(
            Query::select()
                .expr(Expr::val(1))
                .from(grants::Entity)
                .and_where(
                    Expr::col((grants::Entity, grants::Column::RoleId)).equals((roles::Entity, roles::Column::Id)),
                )
                .take(),
        );
        let owned = || roles::Column::OwnerId.is_in(owners.iter().copied());
        let unused = roles::Entity::delete_many().filter(owned()).filter(held.not());
        unused.exec(self).await.map_err(storage_error)?;
        for role in roles::Entity::find().filter(owned()).all(self).await.map_err(storage_error)? {
            self.give_to_platform(role).await?;
        }
        Ok(())
    }

    async fn give_to_platform(&self, role: roles::Model) -> Result<(), StorageError> {
        let of_platform = roles::Column::OwnerId.in_subquery(root());
        let namesakes = roles::Entity::find().filter(of_platform).filter(roles::Column::NameKey.eq(&role.name_key));
        let is_taken = namesakes.count(self).await.map_err(storage_error)? > 0;
        let name = if is_taken { name_beside(&role.name, RoleId::new(role.id)) } else { role.name };
        let change = roles::ActiveModel {
            name_key: Set(name.to_lowercase()),
            name: Set(name),
            version: Set(role.version + 1),
            ..Default::default()
        };
        roles::Entity::update_many()
            .set(change)
            .col_expr(roles::Column::OwnerId, Expr::expr(root()))
            .filter(roles::Column::Id.eq(role.id))
            .exec(self)
            .await
            .map_err(storage_error_of_checked_update)?;
        Ok(())
    }
}

fn root() -> SelectStatement {
    Query::select()
        .column(accounts::Column::Id)
        .from(accounts::Entity)
        .and_where(accounts::Column::ParentId.is_null())
        .take()
}
