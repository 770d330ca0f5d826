//! Removed accounts are purged: finding them, and who works in one, without reading tables.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = [
            "CREATE INDEX accounts_to_purge ON accounts (path, removed_at) WHERE removed_at IS NOT NULL",
            "CREATE INDEX sessions_by_active_account ON sessions (active_account_id)",
        ];
        super::run(manager, &statements).await
    }
}
