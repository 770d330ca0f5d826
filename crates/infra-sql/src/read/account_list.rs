//! The list of accounts.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, ExprTrait, FromQueryResult,
    prelude::{DateTimeUtc, Uuid},
    sea_query::{Expr, Query, SelectStatement},
};
use tenantry_app::ports::{AccountFilter, AccountRow, AccountState, Page, PageKey, PageStart, StorageError};
use tenantry_domain::account::{AccountKind, AccountPath, AccountStatus};

use super::{
    account_search,
    accounts::{effective_status, statuses},
    column, count, letters,
    paging::{self, Window},
    regions::Region,
};
use crate::{
    entities::{
        accounts::{Column, Entity},
        domains,
    },
    error::{StoredRow, storage_error},
    times,
};

/// From so many on, SQLite reads accounts in their order instead of gathering all of them to sort.
const MANY_ACCOUNTS: u64 = 1000;
/// The same where a text is looked for: to look for it in each of ten thousand took 8 ms, and in all names and domains of a hundred
/// thousand 11 to 60, the longer the fewer of those that match are in view.
const MANY_TO_SEARCH: u64 = 20_000;

/// How the accounts of a page are picked. PostgreSQL has statistics and decides most of it for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// All of the region's, sorted.
    Gathered,
    /// In their order, skipping those outside.
    InOrder,
    /// Those that match a text, sorted: few.
    Found,
}

#[derive(Debug, FromQueryResult)]
struct ListedAccount {
    id: Uuid,
    path: Vec<u8>,
    kind: String,
    name: String,
    name_key: String,
    status: String,
    removed_at: Option<DateTimeUtc>,
    primary_domain: Option<String>,
}

pub(super) async fn list<C: ConnectionTrait>(
    conn: &C,
    filter: &AccountFilter,
) -> Result<Page<AccountRow>, StorageError> {
    let region = Region::new(&filter.visible);
    let window = Window::new(&filter.start, false, filter.limit);
    let is_absurd = |text: &str| text.contains('\0');
    if filter.text.as_deref().is_some_and(is_absurd) || window.bound().is_some_and(|key| is_absurd(&key.value)) {
        return Ok(paging::empty());
    }
    let way = choose_way(conn, &region, filter).await?;
    let query = build(conn.get_database_backend(), filter, &region, &window, way);
    let rows = conn.query_all(&query).await.map_err(storage_error)?;
    let rows = rows.iter().map(|row| ListedAccount::from_query_result(row, "")).collect::<Result<Vec<_>, _>>();
    let page = window.page(rows.map_err(storage_error)?.into_iter().map(|row| (row.key(), row)).collect());
    Ok(Page { items: with_standing(conn, page.items).await?, next: page.next, previous: page.previous })
}

/// Without any order, so that whatever is met first counts; unless few of many are listed, which an index in their order tells.
pub(super) async fn count_listed<C: ConnectionTrait>(
    conn: &C,
    filter: &AccountFilter,
    most: u32,
) -> Result<u32, StorageError> {
    if filter.text.as_deref().is_some_and(|text| text.contains('\0')) {
        return Ok(0);
    }
    let region = Region::new(&filter.visible);
    let first = AccountFilter { start: PageStart::First, ..filter.clone() };
    let are_rare = filter.text.is_some() || filter.state == Some(AccountState::Suspended);
    let way = if is_found(conn, &region, filter).await? {
        Way::Found
    } else if are_rare && are_too_many(conn, &region, filter).await? {
        Way::InOrder
    } else {
        Way::Gathered
    };
    let window = Window::new(&first.start, false, most);
    let mut rows = build(conn.get_database_backend(), &first, &region, &window, way);
    rows.clear_selects().expr(Expr::val(1)).limit(u64::from(most));
    if way != Way::InOrder {
        rows.clear_order_by();
    }
    Ok(u32::try_from(count(conn, rows).await?).unwrap_or(most))
}

async fn choose_way<C: ConnectionTrait>(
    conn: &C,
    region: &Region,
    filter: &AccountFilter,
) -> Result<Way, StorageError> {
    if conn.get_database_backend() != DbBackend::Sqlite {
        return Ok(if is_found(conn, region, filter).await? { Way::Found } else { Way::InOrder });
    }
    // A page is sooner full in its order than all that match are found without an index of letters.
    let by_order = filter.parent.is_some() || are_too_many(conn, region, filter).await?;
    Ok(if by_order { Way::InOrder } else { Way::Gathered })
}

/// Of few accounts, or those directly below one, it is quicker to read all than to find those of everybody that match.
async fn is_found<C: ConnectionTrait>(conn: &C, region: &Region, filter: &AccountFilter) -> Result<bool, StorageError> {
    let Some(text) = filter.text.as_deref().map(str::to_lowercase) else { return Ok(false) };
    let may_be = filter.parent.is_none() && letters::is_indexed(conn.get_database_backend(), &text);
    Ok(may_be && are_too_many(conn, region, filter).await? && account_search::is_rare(conn, &text).await?)
}

/// Whether a region has too many accounts for all of them to be looked at.
async fn are_too_many<C: ConnectionTrait>(
    conn: &C,
    region: &Region,
    filter: &AccountFilter,
) -> Result<bool, StorageError> {
    let is_read_through = filter.text.is_some() && conn.get_database_backend() == DbBackend::Sqlite;
    has_accounts(conn, region, if is_read_through { MANY_TO_SEARCH } else { MANY_ACCOUNTS }).await
}

pub(super) async fn are_many<C: ConnectionTrait>(conn: &C, region: &Region) -> Result<bool, StorageError> {
    has_accounts(conn, region, MANY_ACCOUNTS).await
}

async fn has_accounts<C: ConnectionTrait>(conn: &C, region: &Region, at_least: u64) -> Result<bool, StorageError> {
    if region.is_empty() {
        return Ok(false);
    }
    let mut some = Query::select();
    some.expr(Expr::val(1)).from(Entity).cond_where(region.holds(&column("accounts", "path", true))).limit(at_least);
    Ok(count(conn, some).await? == at_least)
}

pub(super) fn build(
    backend: DbBackend,
    filter: &AccountFilter,
    region: &Region,
    window: &Window<'_>,
    way: Way,
) -> SelectStatement {
    let steered = backend == DbBackend::Sqlite;
    // Neither is an index of paths asked: those found are looked up by their ids.
    let by_order = way != Way::Gathered;
    let text = filter.text.as_deref().map(str::to_lowercase);
    let (mut query, matches) = match text {
        Some(text) if way == Way::Found => (account_search::select_found(backend, &text), None),
        text => {
            let matches = text.map(|text| account_search::matches(backend, &text, way));
            (Query::select().from(Entity).take(), matches)
        }
    };
    // Removed accounts are few, and have an index of their own.
    let are_removed = filter.state == Some(AccountState::Removed);
    let path = column("accounts", "path", !(steered && (by_order || are_removed)));
    let id = column("accounts", "id", !(steered && (by_order || are_removed)));
    let in_view =
        Condition::any().add_option((!region.is_empty()).then(|| region.holds(&path))).add(id.eq(filter.home.uuid()));
    let primary = Query::select()
        .column(domains::Column::Name)
        .from(domains::Entity)
        .and_where(Expr::col((domains::Entity, domains::Column::AccountId)).equals((Entity, Column::Id)))
        .and_where(domains::Column::IsPrimary.eq(true))
        .take();
    query
        .columns(
            [Column::Id, Column::Path, Column::Kind, Column::Name, Column::NameKey, Column::Status, Column::RemovedAt]
                .map(|column| (Entity, column)),
        )
        .expr_as(Expr::from(primary), "primary_domain")
        .cond_where(in_view)
        .cond_where(is_in_state(filter.state))
        .and_where_option(filter.kind.map(|kind| Column::Kind.eq(kind.key())))
        .and_where_option(filter.without_leaves.then(|| Column::Kind.is_in(holding_kinds())))
        .and_where_option(filter.parent.map(|parent| Column::ParentId.eq(parent.uuid())))
        .and_where_option(matches);
    let key = column("accounts", "name_key", !steered || (by_order && !are_removed));
    let bound = window.bound().map(|key| key.value.clone().into());
    let id = Expr::col((Entity, Column::Id));
    window.narrow(&mut query, (&key, &id), bound);
    window.sort(&mut query, (&key, &id));
    query
}

/// The kinds below which accounts can stand.
fn holding_kinds() -> impl Iterator<Item = &'static str> {
    AccountKind::ALL.into_iter().filter(|kind| kind.may_hold(AccountKind::Customer)).map(AccountKind::key)
}

fn is_in_state(state: Option<AccountState>) -> Condition {
    let has = |status: AccountStatus| Column::Status.eq(status.key());
    let live = || Condition::all().add(Column::RemovedAt.is_null());
    match state {
        None => live(),
        Some(AccountState::Active) => live().add(has(AccountStatus::Active)),
        // Written out, as it stands in the condition of the index.
        Some(AccountState::Suspended) => live().add(Expr::cust("\"accounts\".\"status\" = 'suspended'")),
        Some(AccountState::Removed) => {
            let with = Expr::col((Entity, Column::RemovedWith));
            Condition::all().add(with.clone().is_not_null()).add(with.equals((Entity, Column::Id)))
        }
    }
}

async fn with_standing<C: ConnectionTrait>(
    conn: &C,
    rows: Vec<ListedAccount>,
) -> Result<Vec<AccountRow>, StorageError> {
    let read_path =
        |row: &ListedAccount| StoredRow::new("accounts", row.id).read("path", AccountPath::from_bytes(&row.path));
    let paths = rows.iter().map(read_path).collect::<Result<Vec<_>, _>>()?;
    let statuses = statuses(conn, paths.iter().flat_map(AccountPath::iter)).await?;
    let with_path = rows.into_iter().zip(paths);
    with_path.map(|(row, path)| row.into_row(effective_status(&statuses, &path)?, path)).collect()
}

impl ListedAccount {
    fn key(&self) -> PageKey {
        PageKey { value: self.name_key.clone(), id: self.id }
    }

    fn into_row(self, effective_status: AccountStatus, path: AccountPath) -> Result<AccountRow, StorageError> {
        let row = StoredRow::new("accounts", self.id);
        Ok(AccountRow {
            path,
            kind: row.read("kind", AccountKind::parse(&self.kind))?,
            name: self.name,
            status: row.read("status", AccountStatus::parse(&self.status))?,
            removed_at: self.removed_at.map(times::from_column),
            effective_status,
            primary_domain: StoredRow::new("domains", self.id).found("is_primary", self.primary_domain)?,
        })
    }
}
