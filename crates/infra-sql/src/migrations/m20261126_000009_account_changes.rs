//! Accounts change: what is noted about them, versions, removal.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = [
            "ALTER TABLE accounts ADD COLUMN billing_type text NOT NULL DEFAULT 'subscription'",
            "ALTER TABLE accounts ADD COLUMN reference_id text",
            "ALTER TABLE accounts ADD COLUMN sales_manager text",
            "ALTER TABLE accounts ADD COLUMN version {int64} NOT NULL DEFAULT 1",
            "ALTER TABLE accounts ADD COLUMN removed_at {time}",
            // The account, itself or above, with which it was removed, and with which it comes back.
            "ALTER TABLE accounts ADD COLUMN removed_with {uuid}",
            "CREATE INDEX accounts_removed ON accounts (removed_with) WHERE removed_with IS NOT NULL",
            // Lists skip removed accounts without reading their rows.
            "DROP INDEX accounts_with_path",
            "CREATE INDEX accounts_with_path ON accounts (id, path, removed_at)",
            // How many login names use a domain.
            "CREATE INDEX users_by_login_domain ON users (login_domain)",
        ];
        super::run(manager, &statements).await
    }
}
