//! What accounts pass down to those below them: branding, the length of passwords, which roles come first.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = [
            "ALTER TABLE accounts ADD COLUMN logo text",
            "ALTER TABLE accounts ADD COLUMN primary_color text",
            "ALTER TABLE accounts ADD COLUMN secondary_color text",
            "ALTER TABLE accounts ADD COLUMN password_length {int64}",
            "ALTER TABLE accounts ADD COLUMN role_family text",
            // Whether an image is some account's logo.
            "CREATE INDEX accounts_by_logo ON accounts (logo) WHERE logo IS NOT NULL",
        ];
        super::run(manager, &statements).await
    }
}
