//! Finding users by part of a text that few of them have: an index by groups of three letters.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// An extension that PostgreSQL brings along. It takes CREATE on the database, which is more than tables take: whoever lacks it has an
/// administrator make the extension beforehand, and then nothing happens here.
const POSTGRES: &[&str] = &[
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX users_by_text ON users USING gin (search_text gin_trgm_ops)",
];

/// A row's own number does not outlive VACUUM, so that a user has one that does. Which users have the letters is then told, sorted
/// and narrowed by the index over these numbers alone.
const SQLITE: &[&str] = &[
    "ALTER TABLE users ADD COLUMN document integer",
    NUMBER_USERS,
    "CREATE INDEX users_by_document
        ON users (document, id, account_id, removed_at, name_key, login_key, created_at, search_text)",
    "CREATE VIRTUAL TABLE user_search USING fts5 (
        search_text, content = '', contentless_delete = 1, detail = 'none', tokenize = 'trigram case_sensitive 1'
    )",
    FILL_SEARCH,
    "CREATE TRIGGER user_search_insert AFTER INSERT ON users BEGIN
        UPDATE users SET document = (SELECT coalesce(max(document), 0) + 1 FROM users) WHERE id = new.id;
        INSERT INTO user_search (rowid, search_text)
            SELECT document, search_text FROM users WHERE id = new.id;
    END",
    "CREATE TRIGGER user_search_update AFTER UPDATE OF search_text ON users
    WHEN new.search_text <> old.search_text BEGIN
        UPDATE user_search SET search_text = new.search_text WHERE rowid = new.document;
    END",
    "CREATE TRIGGER user_search_delete AFTER DELETE ON users BEGIN
        DELETE FROM user_search WHERE rowid = old.document;
    END",
];

/// Gives everybody a number.
pub(crate) const NUMBER_USERS: &str = "UPDATE users SET document = rowid";
/// Puts everybody into the empty index.
pub(crate) const FILL_SEARCH: &str =
    "INSERT INTO user_search (rowid, search_text) SELECT document, search_text FROM users";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = if manager.get_database_backend() == DbBackend::Postgres { POSTGRES } else { SQLITE };
        super::run(manager, statements).await
    }
}
