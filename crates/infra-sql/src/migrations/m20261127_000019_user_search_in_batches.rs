//! Putting new users into the index of their letters some at a time.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// Each transaction that adds to the index leaves a part of its own in it, and parts are merged again and again, which took more than a
/// quarter of what it took to create a user. So whoever comes new waits without a number, and who finds enough waiting numbers and adds them all.
/// Searches look at those who wait, too. PostgreSQL's index keeps such a list by itself.
const SQLITE: &[&str] = &[
    "DROP TRIGGER user_search_insert",
    "CREATE TRIGGER user_search_insert AFTER INSERT ON users
    WHEN (SELECT count(*) FROM (SELECT 1 FROM users WHERE document IS NULL LIMIT 64)) = 64 BEGIN
        INSERT INTO user_search (rowid, search_text)
            SELECT (SELECT coalesce(max(document), 0) FROM users) + row_number() OVER (ORDER BY id), search_text
            FROM users WHERE document IS NULL;
        UPDATE users SET document = numbered.number FROM (
            SELECT id, (SELECT coalesce(max(document), 0) FROM users) + row_number() OVER (ORDER BY id) AS number
            FROM users WHERE document IS NULL
        ) AS numbered
        WHERE users.id = numbered.id;
    END",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            super::run(manager, SQLITE).await?;
        }
        Ok(())
    }
}
