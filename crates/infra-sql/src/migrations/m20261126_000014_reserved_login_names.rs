//! Login names that nobody may have for a while, since somebody was called so until lately.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const RESERVED: &str = "CREATE TABLE reserved_login_names (
    login_key {key} NOT NULL PRIMARY KEY,
    reserved_until {time} NOT NULL
) {strict}";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let by_time = "CREATE INDEX reserved_login_names_by_time ON reserved_login_names (reserved_until)";
        super::run(manager, &[RESERVED, by_time]).await
    }
}
