//! Accounts and their domains.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const ACCOUNTS: &str = "CREATE TABLE accounts (
    id {uuid} NOT NULL PRIMARY KEY,
    parent_id {uuid} REFERENCES accounts (id),
    path {bytes} NOT NULL UNIQUE,
    kind text NOT NULL,
    name text NOT NULL,
    name_key {key} NOT NULL,
    status text NOT NULL,
    phone text,
    country text,
    state text,
    city text,
    postal_code text,
    street text,
    website text,
    support_email text,
    support_url text,
    support_phone text,
    plain_text_password_mail {bool} NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL
) {strict}";

const ONE_ROOT: &str =
    "CREATE UNIQUE INDEX accounts_one_root ON accounts ((parent_id IS NULL)) WHERE parent_id IS NULL";

const DOMAINS: &str = "CREATE TABLE domains (
    name {key} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    is_primary {bool} NOT NULL,
    created_at {time} NOT NULL
) {strict}";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = [
            ACCOUNTS,
            ONE_ROOT,
            "CREATE INDEX accounts_with_path ON accounts (id, path)",
            "CREATE INDEX accounts_by_name ON accounts (name_key, id)",
            "CREATE INDEX accounts_by_parent ON accounts (parent_id, name_key, id)",
            "CREATE INDEX accounts_not_active ON accounts (path) WHERE status <> 'active'",
            DOMAINS,
            "CREATE INDEX domains_by_account ON domains (account_id)",
        ];
        super::run(manager, &statements).await
    }
}
