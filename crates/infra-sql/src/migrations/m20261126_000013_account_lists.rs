//! Counting an account's children.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let children = "CREATE INDEX accounts_live_by_parent ON accounts (parent_id) WHERE removed_at IS NULL";
        super::run(manager, &[children]).await
    }
}
