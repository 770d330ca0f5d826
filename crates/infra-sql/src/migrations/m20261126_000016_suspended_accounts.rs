//! The list of suspended accounts, which are few among many.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let suspended = "CREATE INDEX accounts_suspended ON accounts (name_key, id, kind)
            WHERE status = 'suspended' AND removed_at IS NULL";
        super::run(manager, &[suspended]).await
    }
}
