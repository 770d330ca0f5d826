//! Users whose text holds some letters, found by an index over groups of three letters.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, ExprTrait,
    sea_query::{Expr, Query, SelectStatement, UnionType},
};
use tenantry_app::ports::StorageError;

use super::{
    containing, contains, count,
    letters::{GROUP, expected, is_indexed, is_short},
    user_sources::candidates,
};
use crate::entities::users::{Column, Entity};

/// The column that has the numbers SQLite's index knows users by.
const NUMBER: &str = "document";
/// Users of PostgreSQL among whom a text is looked for that its index does not tell, and how many of them hold one that is common.
const SAMPLE: u64 = 20_000;
const COMMON_IN_SAMPLE: u64 = 400;

const EXPECTED: &str = "EXPLAIN (FORMAT JSON) SELECT FROM users WHERE search_text LIKE $1";

/// Whether fewer users than so many hold `text`, which is in lower case, or on PostgreSQL few of all where no index tells.
pub(super) async fn has_fewer<C: ConnectionTrait>(conn: &C, text: &str, than: u64) -> Result<bool, StorageError> {
    match conn.get_database_backend() {
        DbBackend::Sqlite => Ok(count(conn, numbers(text).distinct().limit(than).take()).await? < than),
        backend if is_indexed(backend, text) => Ok(expected(conn, EXPECTED, text).await? < than),
        _ => is_rare_in_sample(conn, text).await,
    }
}

async fn is_rare_in_sample<C: ConnectionTrait>(conn: &C, text: &str) -> Result<bool, StorageError> {
    let sample = Query::select().column(Column::SearchText).from(Entity).limit(SAMPLE).take();
    let holds = contains(conn.get_database_backend(), Expr::col(("sample", Column::SearchText)), text);
    let mut holding = Query::select();
    holding.expr(Expr::val(1)).from_subquery(sample, "sample").and_where(holds).limit(COMMON_IN_SAMPLE);
    Ok(count(conn, holding).await? < COMMON_IN_SAMPLE)
}

/// Selects from those who may hold a text, under the name of the table. Some may not hold it after all.
pub(super) fn select_found(backend: DbBackend, text: &str) -> SelectStatement {
    let found = match backend {
        DbBackend::Sqlite => found_or_new(text),
        _ if is_indexed(backend, text) => {
            candidates().and_where(Column::SearchText.into_expr().like(containing(text))).offset(0).take()
        }
        // With LIKE the planner may read all of an index that tells nothing.
        _ => candidates().and_where(contains(backend, Column::SearchText.into_expr(), text)).offset(0).take(),
    };
    Query::select().from_subquery(found, Entity).take()
}

/// Those whom SQLite's index tells, and those who wait to be put into it.
fn found_or_new(text: &str) -> SelectStatement {
    let number = || Expr::col((Entity, NUMBER));
    let waiting = candidates().and_where(number().is_null()).take();
    candidates().and_where(number().in_subquery(numbers(text))).union(UnionType::All, waiting).take()
}

/// The numbers of those whom SQLite's index tells, some of them many times.
fn numbers(text: &str) -> SelectStatement {
    let mut numbers = Query::select();
    if !is_short(text) {
        let holds = Expr::cust_with_values("user_search MATCH ?", [groups(text)]);
        return numbers.column("rowid").from("user_search").and_where(holds).take();
    }
    // Every letter of a text begins a group, as what was put into the index has two more at its end. Both of these have no place in
    // it, and another one's instead.
    let text = text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    let group = || Expr::col("term");
    numbers.column("doc").from("user_search_groups").and_where_option(following(&text).map(|end| group().lt(end)));
    numbers.and_where(group().gte(text)).take()
}

/// The least of all texts that are greater than those that begin with `text`, byte by byte.
fn following(text: &str) -> Option<String> {
    let mut letters: Vec<char> = text.chars().collect();
    while let Some(last) = letters.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
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
    fn texts_that_begin_alike_end_where_the_next_begin() {
        for (text, expected) in [
            ("a", Some("b")),
            ("qz", Some("q{")),
            ("a\u{d7ff}", Some("a\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}", None),
        ] {
            assert_eq!(following(text).as_deref(), expected, "{text:?}");
        }
    }

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
