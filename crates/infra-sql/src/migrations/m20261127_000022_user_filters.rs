//! Finding users of whom few are as one asks for.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// PostgreSQL reads the whole table in a third of a second where its statistics say that few are, and would have to write a user's place
/// in every index anew, if one told who was provisioned.
const SQLITE: &[&str] = &[
    "CREATE INDEX users_not_provisioned ON users (provisioning_state) WHERE provisioning_state <> 'provisioned'",
    "CREATE INDEX users_suspended ON users (status) WHERE status = 'suspended'",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            super::run(manager, SQLITE).await?;
        }
        Ok(())
    }
}
