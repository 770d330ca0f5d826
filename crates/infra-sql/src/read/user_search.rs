//! Users whose text holds some letters, found by an index over groups of three letters.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, ExprTrait, JsonValue,
    sea_query::{Expr, Query, SelectStatement},
};
use tenantry_app::ports::StorageError;

use super::{containing, count, pattern, query};
use crate::{
    entities::users::{Column, Entity},
    error::storage_error,
};

/// From so many matches on it is quicker to read users in their order: a page of those who match is soon full.
const MANY_MATCHES: u64 = 8000;
/// How many letters a group has. Nothing shorter is in the index.
const GROUP: usize = 3;

/// What the planner expects of its statistics: counting those who match a common text takes longer than reading a page of them.
const EXPECTED: &str = "EXPLAIN (FORMAT JSON) SELECT FROM users WHERE search_text LIKE $1";

/// Whether the index tells of some, but not many, users that they may hold `text`, which is in lower case.
pub(super) async fn tells_few<C: ConnectionTrait>(conn: &C, text: &str) -> Result<bool, StorageError> {
    let backend = conn.get_database_backend();
    if !is_indexed(backend, text) {
        return Ok(false);
    }
    let matches = if backend == DbBackend::Sqlite {
        let mut found = Query::select();
        found.expr(Expr::val(1)).from("user_search").and_where(is_found(text)).limit(MANY_MATCHES);
        count(conn, found).await?
    } else {
        expected(conn, text).await?
    };
    Ok(matches < MANY_MATCHES)
}

async fn expected<C: ConnectionTrait>(conn: &C, text: &str) -> Result<u64, StorageError> {
    let rows = query(conn, EXPECTED, [pattern(text).into()]).await?;
    let plan: Option<JsonValue> = rows.first().map(|row| row.try_get_by_index(0)).transpose().map_err(storage_error)?;
    let rows = plan.as_ref().and_then(|plan| plan.pointer("/0/Plan/Plan Rows")?.as_u64());
    rows.ok_or_else(|| StorageError::Unavailable("the database does not say how many rows it expects".to_owned()))
}

/// PostgreSQL makes groups of letters and digits alone.
fn is_indexed(backend: DbBackend, text: &str) -> bool {
    if backend == DbBackend::Sqlite {
        return text.chars().count() >= GROUP;
    }
    text.split(|character: char| !character.is_alphanumeric()).any(|word| word.chars().count() >= GROUP)
}

/// Selects from those whom the index tells of, under the name of the table. Some may not hold the text after all.
pub(super) fn select_found(backend: DbBackend, text: &str) -> SelectStatement {
    let mut selected = Query::select();
    if backend == DbBackend::Sqlite {
        // A cross join is carried out in the order written.
        let number = Expr::col((Entity, "document"));
        selected
            .from("user_search")
            .cross_join(Entity)
            .and_where(is_found(text))
            .and_where(number.equals(("user_search", "rowid")));
        return selected;
    }
    // Without the offset the planner would rather read all users in their order than sort those found.
    let columns = [
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
    let found = Query::select()
        .columns(columns)
        .from(Entity)
        .and_where(Column::SearchText.into_expr().like(containing(text)))
        .offset(0)
        .take();
    selected.from_subquery(found, Entity);
    selected
}

/// Groups one after the other, and the last one: together they have every letter.
fn is_found(text: &str) -> Expr {
    let letters: Vec<char> = text.chars().collect();
    let apart = letters.chunks_exact(GROUP).chain(letters.rchunks_exact(GROUP).next());
    let quoted = apart.map(|group| format!("\"{}\"", group.iter().collect::<String>().replace('"', "\"\"")));
    let groups: Vec<String> = quoted.collect();
    Expr::cust_with_values("user_search MATCH ?", [groups.join(" ")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_are_in_no_index() {
        for (text, on_sqlite, on_postgres) in [
            ("qu", false, false),
            ("qui", true, true),
            ("@x-", true, false),
            ("müller", true, true),
            ("a b c", true, false),
        ] {
            assert_eq!(is_indexed(DbBackend::Sqlite, text), on_sqlite, "{text}");
            assert_eq!(is_indexed(DbBackend::Postgres, text), on_postgres, "{text}");
        }
    }
}
