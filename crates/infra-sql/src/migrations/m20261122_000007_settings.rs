//! What belongs to the installation itself, such as the fingerprint of its secret key.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const SETTINGS: &str = "CREATE TABLE settings (
    \"key\" text NOT NULL PRIMARY KEY,
    value text NOT NULL
) {strict}";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, &[SETTINGS]).await
    }
}
