//! Finding users by one letter or two without reading everybody's text.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// SQLite's index has its groups of letters in order, so that it can tell who has one that begins with a letter or two: that is another
/// look at it, which stores nothing. The last two letters of a text begin no group, so that what is put into the index ends with two line ends.
const SQLITE: &[&str] = &[
    "DROP TRIGGER user_search_insert",
    "DROP TRIGGER user_search_update",
    "DROP TRIGGER user_search_delete",
    "DROP TABLE user_search",
    "CREATE VIRTUAL TABLE user_search USING fts5 (
        search_text, content = '', contentless_delete = 1, detail = 'none', tokenize = 'trigram case_sensitive 1'
    )",
    "CREATE VIRTUAL TABLE user_search_groups USING fts5vocab (user_search, instance)",
    FILL_SEARCH,
    "CREATE TRIGGER user_search_insert AFTER INSERT ON users
    WHEN (SELECT count(*) FROM (SELECT 1 FROM users WHERE document IS NULL LIMIT 64)) = 64 BEGIN
        INSERT INTO user_search (rowid, search_text)
            SELECT (SELECT coalesce(max(document), 0) FROM users) + row_number() OVER (ORDER BY id), search_text || char(10, 10)
            FROM users WHERE document IS NULL;
        UPDATE users SET document = numbered.number FROM (
            SELECT id, (SELECT coalesce(max(document), 0) FROM users) + row_number() OVER (ORDER BY id) AS number
            FROM users WHERE document IS NULL
        ) AS numbered
        WHERE users.id = numbered.id;
    END",
    "CREATE TRIGGER user_search_update AFTER UPDATE OF search_text ON users
    WHEN new.search_text <> old.search_text BEGIN
        UPDATE user_search SET search_text = new.search_text || char(10, 10) WHERE rowid = new.document;
    END",
    "CREATE TRIGGER user_search_delete AFTER DELETE ON users BEGIN
        DELETE FROM user_search WHERE rowid = old.document;
    END",
];

/// Puts everybody who has a number into the empty index.
pub(crate) const FILL_SEARCH: &str = "INSERT INTO user_search (rowid, search_text)
    SELECT document, search_text || char(10, 10) FROM users WHERE document IS NOT NULL";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            super::run(manager, SQLITE).await?;
        }
        Ok(())
    }
}
