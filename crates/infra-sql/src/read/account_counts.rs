//! What stands directly at the accounts of a page: one statement for all of them.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait,
    prelude::Uuid,
    sea_query::{Expr, IntoColumnRef, Query, SelectStatement},
};
use tenantry_app::ports::{ChildrenFilter, StorageError};
use tenantry_domain::{AccountId, account::AccountPath};

use super::{padded, regions::Region};
use crate::{
    entities::{accounts, users},
    error::storage_error,
};

pub(super) async fn count_children<C: ConnectionTrait>(
    conn: &C,
    filter: &ChildrenFilter,
) -> Result<Vec<u64>, StorageError> {
    let counted = match children(filter) {
        Some(query) => grouped(conn, &query).await?,
        None => HashMap::new(),
    };
    let count = |parent: &AccountPath| counted.get(&parent.id().uuid()).copied().unwrap_or_default();
    Ok(filter.parents.iter().map(count).collect())
}

/// Where everything below is in view, the index alone tells; elsewhere the few children in view are known by name.
pub(super) fn children(filter: &ChildrenFilter) -> Option<SelectStatement> {
    let region = Region::new(&filter.visible);
    let (covered, others): (Vec<_>, Vec<_>) = filter.parents.iter().partition(|parent| region.covers_below(parent));
    let mut single: Vec<Uuid> = others.iter().flat_map(|parent| region.children_of(parent)).collect();
    if others.iter().any(|parent| filter.home.parent_id() == Some(parent.id())) {
        single.push(filter.home.id().uuid());
    }
    if covered.is_empty() && single.is_empty() {
        return None;
    }
    single.sort_unstable();
    single.dedup();
    let parents = padded(covered.iter().map(|parent| parent.id().uuid()));
    let counted = Condition::any()
        .add_option((!parents.is_empty()).then(|| accounts::Column::ParentId.is_in(parents)))
        .add_option((!single.is_empty()).then(|| accounts::Column::Id.is_in(padded(single))));
    let mut query = by(accounts::Column::ParentId);
    query.from(accounts::Entity).cond_where(counted).and_where(accounts::Column::RemovedAt.is_null());
    Some(query)
}

pub(super) async fn count_users<C: ConnectionTrait>(
    conn: &C,
    account_ids: &[AccountId],
) -> Result<Vec<u64>, StorageError> {
    let counted = if account_ids.is_empty() { HashMap::new() } else { grouped(conn, &users_of(account_ids)).await? };
    Ok(account_ids.iter().map(|id| counted.get(&id.uuid()).copied().unwrap_or_default()).collect())
}

pub(super) fn users_of(account_ids: &[AccountId]) -> SelectStatement {
    let ids = padded(account_ids.iter().map(|id| id.uuid()));
    let mut query = by(users::Column::AccountId);
    query
        .from(users::Entity)
        .and_where(users::Column::AccountId.is_in(ids))
        .and_where(users::Column::RemovedAt.is_null());
    query
}

fn by(column: impl IntoColumnRef + Copy) -> SelectStatement {
    Query::select().column(column).expr(Expr::cust("COUNT(*)")).group_by_col(column).take()
}

async fn grouped<C: ConnectionTrait>(conn: &C, query: &SelectStatement) -> Result<HashMap<Uuid, u64>, StorageError> {
    let rows = conn.query_all(query).await.map_err(storage_error)?;
    let read = |row: &sea_orm::QueryResult| {
        let (id, count): (Uuid, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        Ok((id, count.unsigned_abs()))
    };
    rows.iter().map(read).collect::<Result<_, _>>().map_err(storage_error)
}
