//! Several inserts as one statement.

use std::fmt::Write as _;

use sea_orm::{
    DbBackend, Statement, Values,
    sea_query::{InsertStatement, PostgresQueryBuilder, SqlWriterValues, SqliteQueryBuilder},
};

/// The inserts as one statement: on SQLite one after the other, on PostgreSQL all but the last as parts of the last. There each sees
/// what was before all of them; what refers to another's row is checked at the end.
pub(super) fn of(backend: DbBackend, inserts: &[InsertStatement]) -> Statement {
    let on_postgres = backend == DbBackend::Postgres;
    let mut script = if on_postgres { SqlWriterValues::new("$", true) } else { SqlWriterValues::new("?", false) };
    for (number, insert) in inserts.iter().enumerate() {
        let is_last = number + 1 == inserts.len();
        let before = match (on_postgres, number) {
            (false, 0) => String::new(),
            (false, _) => "; ".to_owned(),
            (true, 0) if is_last => String::new(),
            (true, _) if is_last => " ".to_owned(),
            (true, 0) => "WITH i0 AS (".to_owned(),
            (true, number) => format!(", i{number} AS ("),
        };
        // Writing to memory does not fail.
        let _ = script.write_str(&before);
        if on_postgres {
            insert.build_collect_any_into(&PostgresQueryBuilder, &mut script);
        } else {
            insert.build_collect_any_into(&SqliteQueryBuilder, &mut script);
        }
        if on_postgres && !is_last {
            let _ = script.write_str(")");
        }
    }
    let (sql, Values(values)) = script.into_parts();
    Statement::from_sql_and_values(backend, sql, values)
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::{Expr, Query};

    use super::*;

    fn insert(table: &'static str, value: i32) -> InsertStatement {
        Query::insert().into_table(table).columns(["a"]).values_panic([Expr::val(value)]).take()
    }

    fn written(backend: DbBackend, inserts: &[InsertStatement]) -> (String, Vec<i32>) {
        let Statement { sql, values, .. } = of(backend, inserts);
        let values = values.unwrap().0.into_iter().map(sea_orm::Value::unwrap::<i32>);
        (sql.replace('"', ""), values.collect())
    }

    #[test]
    fn one_is_itself() {
        let one = [insert("t", 1)];
        assert_eq!(written(DbBackend::Sqlite, &one), ("INSERT INTO t (a) VALUES (?)".to_owned(), vec![1]));
        assert_eq!(written(DbBackend::Postgres, &one), ("INSERT INTO t (a) VALUES ($1)".to_owned(), vec![1]));
    }

    #[test]
    fn several_are_one_statement_with_the_values_of_all() {
        let three = [insert("t", 1), insert("u", 2), insert("v", 3)];
        let on_sqlite = "INSERT INTO t (a) VALUES (?); INSERT INTO u (a) VALUES (?); INSERT INTO v (a) VALUES (?)";
        assert_eq!(written(DbBackend::Sqlite, &three), (on_sqlite.to_owned(), vec![1, 2, 3]));
        let on_postgres = "WITH i0 AS (INSERT INTO t (a) VALUES ($1)), i1 AS (INSERT INTO u (a) VALUES ($2)) INSERT INTO v (a) VALUES ($3)";
        assert_eq!(written(DbBackend::Postgres, &three), (on_postgres.to_owned(), vec![1, 2, 3]));
    }
}
