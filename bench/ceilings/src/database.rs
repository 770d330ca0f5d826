//! A table with ten thousand rows, and pools set up as the program's are.

use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr,
    EntityTrait as _, IntoActiveModel as _, TransactionTrait as _,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use uuid::Uuid;

/// How many rows there are in the beginning.
pub const THINGS: u64 = 10_000;

pub mod things {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "things")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub detail: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[derive(Clone)]
pub struct Pools {
    pub writer: DatabaseConnection,
    pub readers: DatabaseConnection,
}

impl Pools {
    pub async fn open(url: &str) -> Result<Self, DbErr> {
        let pools = if url.starts_with("sqlite:") {
            Self { writer: open(url, 1).await?, readers: open(url, 4).await? }
        } else {
            let pool = open(url, 10).await?;
            Self { writer: pool.clone(), readers: pool }
        };
        pools.fill().await?;
        Ok(pools)
    }

    async fn fill(&self) -> Result<(), DbErr> {
        let table = match self.writer.get_database_backend() {
            DbBackend::Postgres => "CREATE TABLE things (id uuid PRIMARY KEY, name text NOT NULL, detail text NOT NULL)",
            _ => "CREATE TABLE things (id blob NOT NULL PRIMARY KEY, name text NOT NULL, detail text NOT NULL) STRICT",
        };
        self.writer.execute_unprepared(table).await?;
        let transaction = self.writer.begin().await?;
        for number in 0..THINGS {
            insert(&transaction, number).await?;
        }
        transaction.commit().await
    }
}

async fn open(url: &str, connections: u32) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).acquire_timeout(Duration::from_secs(10)).test_before_acquire(false);
    options.min_connections(1).max_connections(connections);
    options.map_sqlx_sqlite_opts(|file| {
        file.create_if_missing(true).journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full)
    });
    Database::connect(options).await
}

/// Spread like random ids, and the same each time.
pub fn id(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(number).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
}

pub async fn insert<C: ConnectionTrait>(connection: &C, number: u64) -> Result<(), DbErr> {
    let row = things::Model {
        id: id(number),
        name: format!("thing {number}"),
        detail: "some words that take about as much room as a row does".to_owned(),
    };
    things::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}
