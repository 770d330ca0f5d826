//! Accounts with a text in their name or in that of a domain.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, ExprTrait,
    sea_query::{Expr, Query, SelectStatement, UnionType},
};
use tenantry_app::ports::StorageError;

use super::{account_list::Way, containing, contains, letters, query};
use crate::{
    entities::{
        accounts::{Column, Entity},
        domains,
    },
    error::storage_error,
};

/// From so many matches on PostgreSQL reads accounts in their order, as a page of those that match is soon full. To find and sort all
/// took 9 ms for two thousand, and 80 and more for common pairs and words, which takes 20 to 40 in their order.
const MANY_MATCHES: u64 = 6000;
/// Names and domains of SQLite among which a text is looked for beforehand, and whether so many hold it that it is a common one.
const IS_COMMON_IN_SAMPLE: &str = "SELECT COUNT(*) = 600 FROM (
    SELECT 1 FROM (SELECT name_key AS text FROM accounts NOT INDEXED LIMIT 10000) WHERE instr(text, $1) > 0
    UNION ALL SELECT 1 FROM (SELECT name AS text FROM domains NOT INDEXED LIMIT 10000) WHERE instr(text, $1) > 0
    LIMIT 600
)";
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

/// Whether few accounts match a text in lower case that [`letters::is_indexed`] says so of, and it is quicker to find all that do than to
/// look at each: on PostgreSQL, as an index tells, on SQLite, as names and domains are read out of two indexes and nothing else.
pub(super) async fn is_rare<C: ConnectionTrait>(conn: &C, text: &str) -> Result<bool, StorageError> {
    if conn.get_database_backend() == DbBackend::Sqlite {
        let answer = query(conn, IS_COMMON_IN_SAMPLE, [text.into()]).await?;
        let is_common = answer.first().map_or(Ok(false), |row| row.try_get_by_index(0));
        return Ok(!is_common.map_err(storage_error)?);
    }
    Ok(letters::expected(conn, EXPECTED, text).await? < MANY_MATCHES)
}

/// Selects from the accounts that match, under the name of the table.
pub(super) fn select_found(backend: DbBackend, text: &str) -> SelectStatement {
    let holds = |value: Expr| match backend {
        DbBackend::Sqlite => contains(backend, value, text),
        _ => value.like(containing(text)),
    };
    let named = Query::select().column(Column::Id).from(Entity).and_where(holds(Column::NameKey.into_expr())).take();
    let with_domain = Query::select()
        .column(domains::Column::AccountId)
        .from(domains::Entity)
        .and_where(holds(domains::Column::Name.into_expr()))
        .take();
    let mut ids = named;
    ids.union(UnionType::All, with_domain);
    let mut found = Query::select();
    found.columns(CANDIDATE.map(|column| (Entity, column))).from(Entity).and_where(Column::Id.in_subquery(ids));
    if backend != DbBackend::Sqlite {
        // Without the offset the planner would rather read all accounts in their order than sort those found.
        found.offset(0);
    }
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
