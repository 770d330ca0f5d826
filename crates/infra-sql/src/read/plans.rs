//! How SQLite carries the lists out. It has no statistics, so that what it does with nothing stored it always does.

mod accounts;
mod users;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tempfile::TempDir;
use tenantry_app::ports::{PageKey, PageStart};
use tenantry_domain::{AccountId, account::AccountPath};
use uuid::Uuid;

use super::{inherited, placeholders, principals, roles, users as user_rows};
use crate::{Database, DatabaseOptions};

/// With nothing stored.
async fn empty() -> (Database, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("tenantry.db").display());
    let database = Database::connect(&url, &DatabaseOptions::default()).await.unwrap();
    database.migrate().await.unwrap();
    (database, folder)
}

async fn plan(statement: Statement) -> Vec<String> {
    let (database, _folder) = empty().await;
    let explained = Statement { sql: format!("EXPLAIN QUERY PLAN {}", statement.sql), ..statement };
    let rows = database.readers().query_all_raw(explained).await.unwrap();
    rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect()
}

fn account(n: u128) -> AccountPath {
    AccountPath::root(AccountId::new(Uuid::from_u128(1))).child(AccountId::new(Uuid::from_u128(n)))
}

fn after(value: &str) -> PageStart {
    PageStart::After(PageKey { value: value.to_owned(), id: Uuid::nil() })
}

fn sorts(plan: &[String]) -> bool {
    plan.iter().any(|step| step.contains("TEMP B-TREE"))
}

async fn plan_for(sql: &str, count: u8) -> Vec<String> {
    let values = (0..count).map(|n| vec![n; 16].into());
    plan(Statement::from_sql_and_values(
        DbBackend::Sqlite,
        sql.replace("{ids}", &placeholders(1, count.into())),
        values,
    ))
    .await
}

#[tokio::test]
async fn those_who_ask_together_are_told_without_reading_a_table() {
    let lines = inherited::by_ids(DbBackend::Sqlite);
    for sql in [principals::BY_IDS, principals::BY_SESSIONS, user_rows::by_ids(), lines] {
        for count in [1, 64] {
            let plan = plan_for(sql, count).await;
            let of_no_table = ["SCAN CONSTANT ROW", "SCAN line"];
            let mut scans = plan.iter().filter(|step| step.starts_with("SCAN"));
            assert!(scans.all(|step| of_no_table.contains(&step.as_str())), "{plan:#?}");
            // A line is put into order, but it is short.
            assert!(sql == lines || !sorts(&plan), "{plan:#?}");
        }
    }
}

#[tokio::test]
async fn roles_and_grants_are_found_without_reading_a_table() {
    let by_owners = roles::BY_OWNERS.replace("{ids}", "$1, $2");
    for sql in [roles::BY_ID, roles::GRANTS, &by_owners] {
        let values = [vec![0_u8; 16].into(), vec![1_u8; 16].into()];
        let values = values.into_iter().take(if sql.contains("$2") { 2 } else { 1 });
        let plan = plan(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await;
        assert!(!plan.iter().any(|step| step.starts_with("SCAN")), "{plan:#?}");
    }
}
