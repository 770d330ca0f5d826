//! The clock that nodes share.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, Unit};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use tenantry_app::ports::Clock;
use tenantry_infra_sql::{Database, DatabaseOptions, SqlClock};
use tokio::time::{sleep, timeout};

use crate::support;

const ASK_EVERY: Duration = Duration::from_millis(20);
const TOLD_WITHIN: Duration = Duration::from_secs(10);

/// A database whose server's clock shows what a test says.
struct Shown {
    server: DatabaseConnection,
    url: String,
    _guard: support::DropDatabase,
}

impl Shown {
    async fn new() -> Self {
        let (url, guard) = support::empty_postgres().await;
        let name = url.rsplit('/').next().unwrap().split('?').next().unwrap();
        let server = sea_orm::Database::connect(&url).await.unwrap();
        // What PostgreSQL brings along comes last: its function of this name is not found any more.
        server
            .execute_unprepared(&format!("ALTER DATABASE {name} SET search_path = public, pg_catalog"))
            .await
            .unwrap();
        Self { server, url, _guard: guard }
    }

    /// `hours` ahead, and each answer takes `takes` seconds.
    async fn show(&self, hours: i64, takes: f64) {
        let function = format!(
            "CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql
             AS 'SELECT pg_catalog.clock_timestamp() + interval ''{hours} hours'' FROM pg_sleep({takes})'"
        );
        self.server.execute_unprepared(&function).await.unwrap();
    }

    async fn node(&self) -> Arc<SqlClock> {
        let options = DatabaseOptions { ask_clock_every: ASK_EVERY, ..DatabaseOptions::default() };
        let database = Database::connect(&self.url, &options).await.unwrap();
        database.clock().await.unwrap().expect("a server has a clock")
    }
}

/// How far it is ahead of this machine's clock.
#[expect(clippy::disallowed_methods, reason = "what the clock behind the port is held against")]
fn ahead(clock: &SqlClock) -> SignedDuration {
    clock.now().duration_since(Timestamp::now())
}

fn hours_ahead(clock: &SqlClock) -> i64 {
    ahead(clock).round(Unit::Hour).unwrap().as_hours()
}

async fn until_ahead(clock: &SqlClock, hours: i64) {
    let is_so = async {
        while hours_ahead(clock) != hours {
            sleep(ASK_EVERY).await;
        }
    };
    timeout(TOLD_WITHIN, is_so).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_of_a_server_go_by_its_clock_and_not_their_own() {
    let shown = Shown::new().await;
    shown.show(3, 0.0).await;
    let clock = shown.node().await;
    assert_eq!(hours_ahead(&clock), 3);
    shown.show(-1, 0.0).await;
    until_ahead(&clock, -1).await;
}

/// It was given at some instant of that time; which, nobody knows.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_took_long_changes_nothing_that_may_be_right() {
    let shown = Shown::new().await;
    shown.show(0, 0.0).await;
    let clock = shown.node().await;
    let before = ahead(&clock);
    shown.show(0, 1.0).await;
    sleep(Duration::from_secs(2)).await;
    assert!((ahead(&clock) - before).abs() < SignedDuration::from_millis(300));
    shown.show(3, 1.0).await;
    until_ahead(&clock, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_has_no_clock() {
    let fresh = support::sqlite().await;
    assert!(fresh.database.clock().await.unwrap().is_none());
}
