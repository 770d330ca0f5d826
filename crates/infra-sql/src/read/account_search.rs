//! Accounts with a text in their name or in that of a domain.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, ExprTrait,
    sea_query::{Expr, Query, SelectStatement, UnionType},
};
use tenantry_app::ports::StorageError;

use super::{account_list::Way, containing, contains, letters};
use crate::entities::{
    accounts::{Column, Entity},
    domains,
};

/// From so many matches on accounts are read in their order, as a page of those that match is soon full. To find and sort all took 9 ms
/// for two thousand, and 80 and more for common pairs and words, which takes 20 to 40 in their order.
const MANY_MATCHES: u64 = 6000;
/// What a list may ask of those found.
const CANDIDATE: [Column; 9] = [
    Column::Id,
    Column::ParentId,
    Column::Path,
    Column::Kind,
    Column::Name,
    Column::NameKey,
    Column::Status,
    Column::RemovedAt,
    Column::RemovedWith,
];
const EXPECTED: &str = "EXPLAIN (FORMAT JSON) SELECT FROM accounts WHERE name_key LIKE $1
    UNION ALL SELECT FROM domains WHERE name LIKE $1";

/// Whether an index tells which accounts match a text in lower case. SQLite has none, and reads all names in a third of the time.
pub(super) fn is_indexed(backend: DbBackend, text: &str) -> bool {
    backend == DbBackend::Postgres && letters::is_indexed(backend, text)
}

/// Whether so few accounts match a text that is indexed that finding them all is quicker than reading accounts in their order.
pub(super) async fn is_rare<C: ConnectionTrait>(conn: &C, text: &str) -> Result<bool, StorageError> {
    Ok(letters::expected(conn, EXPECTED, text).await? < MANY_MATCHES)
}

/// Selects from the accounts that match, under the name of the table.
pub(super) fn select_found(text: &str) -> SelectStatement {
    let named = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::NameKey.into_expr().like(containing(text)))
        .take();
    let with_domain = Query::select()
        .column(domains::Column::AccountId)
        .from(domains::Entity)
        .and_where(domains::Column::Name.into_expr().like(containing(text)))
        .take();
    let mut ids = named;
    ids.union(UnionType::All, with_domain);
    // Without the offset the planner would rather read all accounts in their order than sort those found.
    let found = Query::select()
        .columns(CANDIDATE.map(|column| (Entity, column)))
        .from(Entity)
        .and_where(Column::Id.in_subquery(ids))
        .offset(0)
        .take();
    Query::select().from_subquery(found, Entity).take()
}

/// Where most accounts are looked at, the domains that match are found once for all of them; where few are, those of each.
pub(super) fn matches(backend: DbBackend, text: &str, way: Way) -> Expr {
    let account_id = (domains::Entity, domains::Column::AccountId);
    let mut of_domains = Query::select();
    of_domains.from(domains::Entity).and_where(contains(
        backend,
        Expr::col((domains::Entity, domains::Column::Name)),
        text,
    ));
    let by_domain = if way == Way::InOrder {
        Expr::col((Entity, Column::Id)).in_subquery(of_domains.column(account_id).take())
    } else {
        let own = Expr::col(account_id).equals((Entity, Column::Id));
        Expr::exists(of_domains.expr(Expr::val(1)).and_where(own).take())
    };
    contains(backend, Expr::col((Entity, Column::NameKey)), text).or(by_domain)
}
