//! Statements of the ORM on a connection of the driver's own, whose answers the ORM reads.

use std::{io, time::Duration};

use sea_orm::{
    DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Values,
    sqlx::{self, AssertSqlSafe, Executor, IntoArguments, database::HasStatementCache, query::Query},
};
use sea_query_sqlx::SqlxValues;
use tokio::time::timeout;

/// How long the plan of a statement is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Planning {
    /// As long as the connection.
    Once,
    /// For this time only: what is best depends on the values.
    Afresh,
}

/// What a statement changed.
pub(super) async fn execute<DB>(connection: &mut DB::Connection, statement: Statement) -> Result<ExecResult, DbErr>
where
    DB: sqlx::Database + HasStatementCache,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    SqlxValues: IntoArguments<DB>,
    ExecResult: From<DB::QueryResult>,
{
    let done = prepare::<DB>(statement).execute(connection).await;
    done.map(ExecResult::from).map_err(|error| DbErr::Exec(RuntimeErr::SqlxError(error.into())))
}

/// The rows that a statement answers.
pub(super) async fn query<DB>(
    connection: &mut DB::Connection,
    statement: Statement,
    planning: Planning,
) -> Result<Vec<QueryResult>, DbErr>
where
    DB: sqlx::Database + HasStatementCache,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    SqlxValues: IntoArguments<DB>,
    QueryResult: From<DB::Row>,
{
    let rows = prepare::<DB>(statement).persistent(planning == Planning::Once).fetch_all(connection).await;
    let rows = rows.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))?;
    Ok(rows.into_iter().map(QueryResult::from).collect())
}

fn prepare<DB>(statement: Statement) -> Query<'static, DB, SqlxValues>
where
    DB: sqlx::Database + HasStatementCache,
    SqlxValues: IntoArguments<DB>,
{
    let values = statement.values.unwrap_or_else(|| Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

/// How long a statement may take that is not known to take long. A server that died silently never answers, and whoever asked would
/// keep a connection from others for ever.
const LONGEST: Duration = Duration::from_mins(1);

/// What a statement answers, or in the end as if its connection was lost.
pub(super) async fn in_time<T>(statement: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
    timeout(LONGEST, statement).await.unwrap_or_else(|_| {
        let late = sqlx::Error::Io(io::Error::from(io::ErrorKind::TimedOut));
        Err(DbErr::Exec(RuntimeErr::SqlxError(late.into())))
    })
}

/// Of a transaction that has ended, or whose connection is gone.
pub(super) fn not_open() -> DbErr {
    DbErr::Custom("no transaction is open".to_owned())
}
