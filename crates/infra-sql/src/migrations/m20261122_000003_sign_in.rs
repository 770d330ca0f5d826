//! Sessions, failed sign-ins and password links.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const SESSIONS: &str = "CREATE TABLE sessions (
    id {uuid} NOT NULL PRIMARY KEY,
    token_hash {bytes} NOT NULL UNIQUE,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL,
    created_at {time} NOT NULL,
    last_seen_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    active_account_id {uuid} NOT NULL REFERENCES accounts (id),
    address text,
    user_agent text
) {strict}";

const SIGN_IN_ATTEMPTS: &str = "CREATE TABLE sign_in_attempts (
    \"key\" {key} NOT NULL PRIMARY KEY,
    failures integer NOT NULL,
    first_at {time} NOT NULL,
    last_at {time} NOT NULL
) {strict}";

const PASSWORD_LINKS: &str = "CREATE TABLE password_links (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_hash {bytes} NOT NULL UNIQUE,
    purpose text NOT NULL,
    recipient_kind text NOT NULL,
    recipient text NOT NULL,
    valid_for_seconds {int64} NOT NULL,
    requested_at {time} NOT NULL,
    expires_at {time},
    used_at {time},
    voided_at {time}
) {strict}";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = [
            SESSIONS,
            "CREATE INDEX sessions_by_user ON sessions (user_id, created_at, id)",
            "CREATE INDEX sessions_by_expiry ON sessions (expires_at)",
            "CREATE INDEX sessions_by_last_use ON sessions (last_seen_at)",
            SIGN_IN_ATTEMPTS,
            "CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (last_at)",
            PASSWORD_LINKS,
            "CREATE INDEX password_links_by_user ON password_links (user_id, requested_at, id)",
        ];
        super::run(manager, &statements).await
    }
}
