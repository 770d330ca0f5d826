//! Indexes over groups of letters, which find what holds a text.

use sea_orm::{ConnectionTrait, DbBackend, JsonValue};
use tenantry_app::ports::StorageError;

use super::{pattern, query};
use crate::error::storage_error;

/// How many letters a group has.
pub(super) const GROUP: usize = 3;

/// Whether a text in lower case is shorter than any group.
pub(super) fn is_short(text: &str) -> bool {
    text.chars().nth(GROUP - 1).is_none()
}

/// Whether an index tells what may hold a text in lower case. PostgreSQL makes groups of letters and digits alone, and looks for nothing
/// shorter than one; SQLite tells which groups begin with a short text.
pub(super) fn is_indexed(backend: DbBackend, text: &str) -> bool {
    let mut words = text.split(|character: char| !character.is_alphanumeric());
    backend == DbBackend::Sqlite || words.any(|word| !is_short(word))
}

/// How many rows hold a text, as PostgreSQL's planner expects of its statistics: `sql` asks it to explain, and `$1` is a pattern for
/// LIKE. To count those that hold a common text takes longer than to read a page of them.
pub(super) async fn expected<C: ConnectionTrait>(conn: &C, sql: &str, text: &str) -> Result<u64, StorageError> {
    let rows = query(conn, sql, [pattern(text).into()]).await?;
    let plan: Option<JsonValue> = rows.first().map(|row| row.try_get_by_index(0)).transpose().map_err(storage_error)?;
    let rows = plan.as_ref().and_then(|plan| plan.pointer("/0/Plan/Plan Rows")?.as_u64());
    rows.ok_or_else(|| StorageError::Unavailable("the database does not say how many rows it expects".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgres_has_no_short_texts_in_its_index() {
        for (text, on_postgres) in [
            ("q", false),
            ("qu", false),
            ("qui", true),
            ("@x-", false),
            ("a b c", false),
            ("üx", false),
            ("a übx", true),
        ] {
            assert!(is_indexed(DbBackend::Sqlite, text), "{text}");
            assert_eq!(is_indexed(DbBackend::Postgres, text), on_postgres, "{text}");
        }
    }
}
