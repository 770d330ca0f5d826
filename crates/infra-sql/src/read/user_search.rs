//! Users whose text holds some letters, found by an index over groups of three letters.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, ExprTrait,
    sea_query::{Expr, Query, SelectStatement, UnionType},
};
use tenantry_app::ports::StorageError;

use super::{
    containing, contains, count,
    letters::{GROUP, expected, is_indexed},
};
use crate::entities::users::{Column, Entity};

/// From so many matches on users are read in their order, as a page of those who match is soon full, unless all are out of view: then
/// everybody is read for nothing. To find and sort ten thousand took 18 to 23 ms, whoever looks.
const MANY_MATCHES: u64 = 12_000;
/// SQLite's index, and the column that has the numbers it knows users by.
const INDEX: &str = "user_search";
const NUMBER: &str = "document";
/// What a list may ask of those found. What it does not ask for is not looked up: SQLite reads it from the index alone.
const CANDIDATE: [Column; 9] = [
    Column::Id,
    Column::AccountId,
    Column::NameKey,
    Column::LoginKey,
    Column::SearchText,
    Column::Status,
    Column::RemovedAt,
    Column::ProvisioningState,
    Column::CreatedAt,
];
/// So many users are looked at to see whether a text is rare that is in no index, and so many of them hold a common one.
const SAMPLE: i64 = 20_000;
const COMMON_IN_SAMPLE: u64 = 400;

const EXPECTED: &str = "EXPLAIN (FORMAT JSON) SELECT FROM users WHERE search_text LIKE $1";

/// Whether few users hold `text`, which is in lower case, so that finding them all is quicker than reading users in their order.
/// PostgreSQL sees to that itself where no index helps.
pub(super) async fn is_rare<C: ConnectionTrait>(conn: &C, text: &str) -> Result<bool, StorageError> {
    let backend = conn.get_database_backend();
    if backend != DbBackend::Sqlite {
        return Ok(is_indexed(backend, text) && expected(conn, EXPECTED, text).await? < MANY_MATCHES);
    }
    if is_indexed(backend, text) {
        let mut found = Query::select();
        found.expr(Expr::val(1)).from(INDEX).and_where(matches(text)).limit(MANY_MATCHES);
        return Ok(count(conn, found).await? < MANY_MATCHES);
    }
    let mut sample = Query::select();
    let holds = contains(backend, Expr::col((Entity, Column::SearchText)), text);
    sample.expr(Expr::val(1)).from(Entity).and_where(Expr::col((Entity, NUMBER)).lte(SAMPLE)).and_where(holds);
    Ok(count(conn, sample.limit(COMMON_IN_SAMPLE).take()).await? < COMMON_IN_SAMPLE)
}

/// Selects from those who may hold a text, under the name of the table: of an index, or else all. Some may not hold it after all.
pub(super) fn select_found(backend: DbBackend, text: &str) -> SelectStatement {
    let mut selected = Query::select();
    match backend {
        DbBackend::Sqlite if !is_indexed(backend, text) => selected.from(Entity),
        DbBackend::Sqlite => selected.from_subquery(found_or_new(text), Entity),
        // Without the offset the planner would rather read all users in their order than sort those found.
        _ => {
            let holds = Column::SearchText.into_expr().like(containing(text));
            selected.from_subquery(candidates().from(Entity).and_where(holds).offset(0).take(), Entity)
        }
    };
    selected
}

/// Those whom SQLite's index tells, and those who wait to be put into it.
fn found_or_new(text: &str) -> SelectStatement {
    let number = || Expr::col((Entity, NUMBER));
    let waiting = candidates().from(Entity).and_where(number().is_null()).take();
    // A cross join is carried out in the order written.
    let mut found = candidates().from(INDEX).cross_join(Entity).take();
    found.and_where(matches(text)).and_where(number().equals((INDEX, "rowid"))).union(UnionType::All, waiting).take()
}

fn candidates() -> SelectStatement {
    Query::select().columns(CANDIDATE.map(|column| (Entity, column))).take()
}

fn matches(text: &str) -> Expr {
    Expr::cust_with_values("user_search MATCH ?", [groups(text)])
}

/// Groups one after the other, and the last one: together they have every letter.
fn groups(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let groups = letters.chunks_exact(GROUP).chain(letters.rchunks_exact(GROUP).next());
    let quoted = groups.map(|letters| format!("\"{}\"", letters.iter().collect::<String>().replace('"', "\"\"")));
    quoted.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_every_letter() {
        for (text, expected) in [
            ("abc", r#""abc" "abc""#),
            ("abcd", r#""abc" "bcd""#),
            ("abcdef", r#""abc" "def" "def""#),
            (r#"a"é"#, r#""a""é" "a""é""#),
        ] {
            assert_eq!(groups(text), expected);
        }
    }
}
