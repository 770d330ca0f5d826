//! Lists of accounts that are searched and filtered out of their indexes, without reading a row that is not shown.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = [
            "DROP INDEX accounts_by_name",
            "CREATE INDEX accounts_by_name ON accounts (name_key, id, kind, status, removed_at)",
            "DROP INDEX accounts_by_parent",
            "CREATE INDEX accounts_by_parent ON accounts (parent_id, name_key, id, kind, status, removed_at)",
            // The one before tells as much.
            "DROP INDEX accounts_live_by_parent",
            "DROP INDEX domains_by_account",
            "CREATE INDEX domains_by_account ON domains (account_id, name)",
        ];
        super::run(manager, &statements).await
    }
}
