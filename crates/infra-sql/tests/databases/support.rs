//! Databases for one test each.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    sync::Arc,
};

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement, prelude::DateTimeUtc};
use tempfile::TempDir;
use tenantry_app::testing::{AuditRow, ContractBackend, FakeAuditKey, Probe, TestPlatform};
use tenantry_domain::{AccountId, UserId};
use tenantry_infra_sql::{Database, DatabaseOptions, SqlStorage};
use uuid::Uuid;

/// A migrated database of its own, and its address.
pub struct Fresh {
    pub database: Database,
    pub url: String,
    _guard: Box<dyn Send + Sync>,
}

pub fn sqlite_address(folder: &TempDir) -> String {
    format!("sqlite://{}", folder.path().join("tenantry.db").display())
}

pub async fn sqlite() -> Fresh {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = sqlite_address(&folder);
    Fresh { database: migrated(&url).await, url, _guard: Box::new(folder) }
}

pub async fn postgres() -> Fresh {
    let (url, guard) = empty_postgres().await;
    Fresh { database: migrated(&url).await, url, _guard: Box::new(guard) }
}

async fn migrated(url: &str) -> Database {
    let database = Database::connect(url, &options()).await.expect("a database");
    database.migrate().await.expect("migrations");
    database
}

/// With as few connections as `cargo xtask faults F12` says, where that runs the tests.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
fn options() -> DatabaseOptions {
    let mut options = DatabaseOptions::default();
    if let Ok(most) = std::env::var("TENANTRY_TEST_DATABASE_CONNECTIONS") {
        options.max_connections = most.parse().expect("a number");
    }
    options
}

/// A new database on the PostgreSQL server of the test run.
pub async fn empty_postgres() -> (String, DropDatabase) {
    let maintenance = maintenance_address();
    let name = format!("tenantry_test_{:016x}", RandomState::new().build_hasher().finish());
    let server = sea_orm::Database::connect(&maintenance).await.expect("the PostgreSQL server of the test run");
    server.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a new database");
    server.close().await.expect("to close");
    let (before, parameters) = maintenance.split_once('?').unwrap_or((&maintenance, ""));
    let (server, _) = before.rsplit_once('/').expect("an address with a database");
    (format!("{server}/{name}?{parameters}"), DropDatabase { maintenance, name })
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
fn maintenance_address() -> String {
    std::env::var("TENANTRY_TEST_POSTGRES_URL").unwrap_or_else(|_| {
        panic!(
            "this test needs PostgreSQL: run `cargo xtask test`, which starts a private server, or set \
             TENANTRY_TEST_POSTGRES_URL to a database whose user may create others"
        )
    })
}

/// Drops the database when the test is over.
pub struct DropDatabase {
    maintenance: String,
    name: String,
}

impl Drop for DropDatabase {
    fn drop(&mut self) {
        let (maintenance, name) = (self.maintenance.clone(), self.name.clone());
        let drop_it = async move {
            let server = sea_orm::Database::connect(&maintenance).await?;
            server.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await
        };
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        // Not on the test's own runtime, which cannot be waited for while something of it is dropped.
        let dropped = std::thread::spawn(move || runtime().block_on(drop_it)).join();
        if !matches!(dropped, Ok(Ok(_))) {
            eprintln!("the database {} was left behind", self.name);
        }
    }
}

impl Fresh {
    /// Another connection, without any of the program's settings.
    pub async fn raw(&self) -> DatabaseConnection {
        sea_orm::Database::connect(&self.url).await.expect("a connection")
    }

    /// Units of work.
    pub fn storage(&self) -> SqlStorage {
        self.database.storage(Arc::new(FakeAuditKey))
    }

    /// A platform that is stored here.
    pub async fn platform(&self) -> TestPlatform {
        let (directory, audit_chain) = (Arc::new(self.database.directory()), Arc::new(self.database.audit_chain()));
        TestPlatform::builder().storage(Arc::new(self.storage()), directory, audit_chain).build().await
    }

    pub async fn into_backend(self) -> ContractBackend {
        let directory = Arc::new(self.database.directory());
        let audit_chain = Arc::new(self.database.audit_chain());
        let probe = Arc::new(SqlProbe(self.raw().await));
        ContractBackend::new(Arc::new(self.storage()), directory, audit_chain, probe).guarded_by(self)
    }
}

struct SqlProbe(DatabaseConnection);

#[async_trait]
impl Probe for SqlProbe {
    async fn sealed_mails(&self) -> u64 {
        let sql = "SELECT COUNT(*) FROM mail_outbox WHERE sealed IS NOT NULL";
        let count = self.0.query_one_raw(Statement::from_string(self.0.get_database_backend(), sql)).await;
        let count: i64 = count.expect("an answer").expect("a row").try_get_by_index(0).expect("a number");
        u64::try_from(count).expect("a count")
    }

    async fn audit_entries(&self) -> Vec<AuditRow> {
        let sql = "SELECT * FROM audit_entries ORDER BY id";
        let rows = self.0.query_all_raw(Statement::from_string(self.0.get_database_backend(), sql)).await;
        rows.expect("an answer").iter().map(|row| audit_row(row).expect("a readable row")).collect()
    }
}

fn audit_row(row: &sea_orm::QueryResult) -> Result<AuditRow, sea_orm::DbErr> {
    let json = |text: String| serde_json::from_str(&text).expect("JSON");
    let at: DateTimeUtc = row.try_get("", "at")?;
    Ok(AuditRow {
        id: row.try_get("", "id")?,
        at: Timestamp::from_microsecond(at.timestamp_micros()).expect("an instant"),
        actor: row.try_get::<Option<Uuid>>("", "actor_id")?.map(UserId::new),
        action: row.try_get("", "action")?,
        user_id: row.try_get::<Option<Uuid>>("", "user_id")?.map(UserId::new),
        account_id: row.try_get::<Option<Uuid>>("", "account_id")?.map(AccountId::new),
        outcome: row.try_get("", "outcome")?,
        decision: json(row.try_get("", "decision")?),
        changes: json(row.try_get("", "changes")?),
        request_id: row.try_get("", "request_id")?,
        address: row.try_get("", "address")?,
    })
}
