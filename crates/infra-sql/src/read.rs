//! Reading: what lists and pages show. Units of work use the parts of it that they need too.

mod account_counts;
mod account_list;
mod account_search;
pub(crate) mod accounts;
mod backlog;
mod directory;
mod inherited;
mod letters;
mod paging;
#[cfg(test)]
mod plans;
pub(crate) mod principals;
mod regions;
mod role_holders;
pub(crate) mod roles;
mod sessions;
mod together;
mod user_list;
mod user_search;
mod user_sources;
mod user_ways;
pub(crate) mod users;
#[cfg(test)]
mod ways_agree;

pub use directory::SqlDirectory;

use sea_orm::{
    ConnectionTrait, DbBackend, ExprTrait, QueryResult, Statement, TryGetable, Value,
    sea_query::{Expr, Func, LikeExpr, Query, SelectStatement},
};
use tenantry_app::ports::StorageError;

use crate::error::storage_error;

/// A column, or where `indexed` is false the same value as SQLite's planner does not find in an index.
fn column(table: &'static str, column: &'static str, indexed: bool) -> Expr {
    if indexed { Expr::col((table, column)) } else { Expr::cust(format!("+\"{table}\".\"{column}\"")) }
}

/// How many rows a statement answers.
async fn count<C: ConnectionTrait>(conn: &C, rows: SelectStatement) -> Result<u64, StorageError> {
    let count = Query::select().expr(Expr::cust("COUNT(*)")).from_subquery(rows, "counted").take();
    let row = conn.query_one(&count).await.map_err(storage_error)?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0)).map_err(storage_error)?;
    Ok(count.unsigned_abs())
}

/// Whether a value holds `text`, both in lower case: what LIKE would say too, but takes two to three times as long to.
fn contains(backend: DbBackend, value: Expr, text: &str) -> Expr {
    let position = if backend == DbBackend::Sqlite { "instr" } else { "strpos" };
    Expr::from(Func::cust(position).args([value, Expr::val(text)])).gt(0)
}

/// Whatever holds `text`, which is in lower case and taken literally.
fn containing(text: &str) -> LikeExpr {
    LikeExpr::new(pattern(text)).escape('\\')
}

fn pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// `$3, $4, …`; both databases know these.
pub(crate) fn placeholders(first: usize, count: usize) -> String {
    let each: Vec<String> = (first..first + count).map(|number| format!("${number}")).collect();
    each.join(", ")
}

/// What a statement answers that is written out.
pub(crate) async fn query<C: ConnectionTrait>(
    conn: &C,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, StorageError> {
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    conn.query_all_raw(statement).await.map_err(storage_error)
}

/// As [`query`], of a statement where `{ids}` stands for these, and nothing else is bound.
async fn query_ids<C: ConnectionTrait, T: Clone + Into<Value>>(
    conn: &C,
    sql: &str,
    ids: impl IntoIterator<Item = T>,
) -> Result<Vec<QueryResult>, StorageError> {
    let ids = padded(ids);
    let sql = sql.replace("{ids}", &placeholders(1, ids.len()));
    query(conn, &sql, ids.into_iter().map(Into::into)).await
}

/// Rows that stand together, as one column of them is the same.
struct Group<'r, K> {
    key: K,
    first: &'r QueryResult,
    rows: &'r [QueryResult],
}

/// Rows by the value of a column in whose order they are.
fn by_key<'r, K: TryGetable + Clone + PartialEq>(
    rows: &'r [QueryResult],
    column: &str,
) -> Result<Vec<Group<'r, K>>, StorageError> {
    let keys = rows.iter().map(|row| row.try_get("", column)).collect::<Result<Vec<K>, _>>().map_err(storage_error)?;
    let mut rest = rows;
    let groups = keys.chunk_by(PartialEq::eq).filter_map(|same| {
        let (rows, others) = rest.split_at(same.len());
        rest = others;
        Some(Group { key: same.first()?.clone(), first: rows.first()?, rows })
    });
    Ok(groups.collect())
}

/// Ids for an `IN`, padded to a power of two, so that there are few different statements to prepare.
pub(crate) fn padded<T: Clone>(ids: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut ids: Vec<T> = ids.into_iter().collect();
    if let Some(last) = ids.last().cloned() {
        ids.resize(ids.len().next_power_of_two(), last);
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_padded_by_repeating_the_last() {
        assert_eq!(padded([1, 2, 3]), [1, 2, 3, 3]);
        assert_eq!(padded([1, 2]), [1, 2]);
        assert!(padded(Vec::<i32>::new()).is_empty());
    }
}
