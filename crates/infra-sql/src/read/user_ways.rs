//! How the users of a list are picked.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, ExprTrait,
    sea_query::{Expr, Query, SelectStatement},
};
use tenantry_app::ports::{StorageError, UserFilter};

use super::{
    account_list, column, count, letters, padded,
    regions::Region,
    user_sources::{FEW, Source},
};
use crate::entities::{
    accounts,
    users::{self, Column},
};

/// From so many users, or accounts they may be in, on, SQLite reads users in their order and skips those outside until the page
/// is full, instead of gathering all of them to sort. At a million users in a hundred thousand accounts both take about ten
/// milliseconds here.
pub(super) const MANY_USERS: u64 = 8000;

/// From so many users in single accounts, it is worth asking an index which of them hold a text.
const SOME_USERS: u64 = 500;

/// So many that a source tells of are found and sorted at the most where nothing is known but that few of them are in view. To do so with
/// seventy thousand took 80 ms, and with a hundred and sixty thousand 140.
const MANY_FOUND: u64 = 100_000;

/// How users are picked. PostgreSQL has statistics and decides most of it for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Of single accounts: out of an index by account and sort key.
    ByAccount,
    /// All of the region's, sorted.
    Gathered,
    /// In their order, skipping those outside.
    InOrder,
    /// In their order as well, but not far: if these make no page, few in view are asked for, and a source may tell them.
    FirstInOrder,
    /// Those that a source tells of, sorted.
    Found(Source),
}

pub(super) async fn choose_way_to_find<C: ConnectionTrait>(
    conn: &C,
    region: &Region,
    filter: &UserFilter,
) -> Result<Way, StorageError> {
    let backend = conn.get_database_backend();
    let sources = Source::of(filter, backend);
    let is_by_letters = filter.text.as_ref().is_some_and(|text| letters::is_indexed(backend, &text.to_lowercase()));
    if is_by_letters && has_users(conn, region, SOME_USERS).await? && Source::Text.has_fewer(conn, filter, FEW).await? {
        return Ok(Way::Found(Source::Text));
    }
    let way = choose_way(conn, region).await?;
    if sources.is_empty() || !is_large(conn, region, way).await? {
        return Ok(way);
    }
    for source in sources.into_iter().filter(|source| !is_by_letters || *source != Source::Text) {
        if source.has_fewer(conn, filter, FEW).await? {
            return Ok(Way::Found(source));
        }
    }
    Ok(if way == Way::InOrder { Way::FirstInOrder } else { way })
}

/// Where the first in their order make no page.
pub(super) async fn choose_way_further<C: ConnectionTrait>(conn: &C, filter: &UserFilter) -> Result<Way, StorageError> {
    for source in Source::of(filter, conn.get_database_backend()) {
        if source.has_fewer(conn, filter, MANY_FOUND).await? {
            return Ok(Way::Found(source));
        }
    }
    Ok(Way::InOrder)
}

/// Whether those in a region are too many to look at all of them where few may be asked for.
async fn is_large<C: ConnectionTrait>(conn: &C, region: &Region, way: Way) -> Result<bool, StorageError> {
    match way {
        Way::ByAccount => has_users(conn, region, MANY_USERS).await,
        // PostgreSQL gathers a small one by itself.
        Way::InOrder if conn.get_database_backend() != DbBackend::Sqlite => account_list::are_many(conn, region).await,
        Way::InOrder => Ok(true),
        Way::Gathered | Way::FirstInOrder | Way::Found(_) => Ok(false),
    }
}

/// Whether there are so many users in a region, if it is one of single accounts.
async fn has_users<C: ConnectionTrait>(conn: &C, region: &Region, at_least: u64) -> Result<bool, StorageError> {
    let Some(ids) = region.single_accounts() else { return Ok(true) };
    let mut some = users_and_accounts(Way::ByAccount);
    some.expr(Expr::val(1)).and_where(Column::AccountId.is_in(padded(ids))).limit(at_least);
    Ok(count(conn, some).await? == at_least)
}

pub(super) async fn choose_way<C: ConnectionTrait>(conn: &C, region: &Region) -> Result<Way, StorageError> {
    if region.single_accounts().is_some() {
        return Ok(Way::ByAccount);
    }
    if conn.get_database_backend() != DbBackend::Sqlite {
        return Ok(Way::InOrder);
    }
    // Counting accounts is quick, and mostly enough.
    if account_list::are_many(conn, region).await? {
        return Ok(Way::InOrder);
    }
    let mut some = users_and_accounts(Way::Gathered);
    some.expr(Expr::val(1)).cond_where(region.holds(&column("accounts", "path", true))).limit(MANY_USERS);
    let are_many = count(conn, some).await? == MANY_USERS;
    Ok(if are_many { Way::InOrder } else { Way::Gathered })
}

/// Users, with their accounts where these are needed to tell which.
pub(super) fn users_and_accounts(way: Way) -> SelectStatement {
    let mut query = Query::select();
    match way {
        Way::ByAccount => query.from(users::Entity).take(),
        Way::Gathered => query.from(accounts::Entity).cross_join(users::Entity).and_where(is_home()).take(),
        Way::InOrder | Way::FirstInOrder | Way::Found(_) => with_accounts(query.from(users::Entity).take()),
    }
}

pub(super) fn with_accounts(mut users: SelectStatement) -> SelectStatement {
    users.cross_join(accounts::Entity).and_where(is_home()).take()
}

fn is_home() -> Expr {
    Expr::col((accounts::Entity, accounts::Column::Id)).equals((users::Entity, Column::AccountId))
}
