//! Users, what they may do, and their passwords.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const USERS: &str = "CREATE TABLE users (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    login_local text NOT NULL,
    login_domain text NOT NULL,
    login_key {key} NOT NULL UNIQUE,
    first_name text NOT NULL,
    last_name text NOT NULL,
    display_name text NOT NULL,
    name_key {key} NOT NULL,
    search_text text NOT NULL,
    company text,
    job_title text,
    department text,
    email text NOT NULL,
    alternative_email text,
    country text,
    state text,
    city text,
    postal_code text,
    street text,
    phone text,
    status text NOT NULL,
    removed_at {time},
    provisioning_state text NOT NULL,
    provisioning_error text,
    image text,
    last_sign_in_at {time},
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    version {int64} NOT NULL
) {strict}";

const GRANTS: &str = "CREATE TABLE grants (
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    anchor_id {uuid} NOT NULL REFERENCES accounts (id),
    role text NOT NULL,
    starts_at {time},
    ends_at {time},
    created_at {time} NOT NULL,
    PRIMARY KEY (user_id, anchor_id)
) {strict}";

const CREDENTIALS: &str = "CREATE TABLE credentials (
    user_id {uuid} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    hash text NOT NULL,
    origin text NOT NULL,
    must_change {bool} NOT NULL,
    set_at {time} NOT NULL,
    expires_at {time}
) {strict}";

/// The indexes of the list of users hold all that tells which users are on a page: three sorts, in one account and over all.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = [
            USERS,
            "CREATE INDEX users_by_account_and_name ON users (account_id, name_key, id, removed_at)",
            "CREATE INDEX users_by_account_and_login ON users (account_id, login_key, id, removed_at)",
            "CREATE INDEX users_by_account_and_creation ON users (account_id, created_at, id, removed_at)",
            "CREATE INDEX users_by_name ON users (name_key, id, account_id, removed_at)",
            "CREATE INDEX users_by_login ON users (login_key, id, account_id, removed_at)",
            "CREATE INDEX users_by_creation ON users (created_at, id, account_id, removed_at)",
            "CREATE INDEX users_by_removal ON users (removed_at) WHERE removed_at IS NOT NULL",
            "CREATE INDEX users_by_image ON users (image) WHERE image IS NOT NULL",
            GRANTS,
            "CREATE INDEX grants_by_anchor ON grants (anchor_id, user_id)",
            CREDENTIALS,
        ];
        super::run(manager, &statements).await
    }
}
