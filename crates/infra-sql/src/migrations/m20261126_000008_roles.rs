//! Roles that people define, and who gave a grant.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// `administers` follows from the cells, for a count that does not read them.
const ROLES: &str = "CREATE TABLE roles (
    id {uuid} NOT NULL PRIMARY KEY,
    owner_id {uuid} NOT NULL REFERENCES accounts (id),
    name text NOT NULL,
    name_key {key} NOT NULL,
    description text,
    cells text NOT NULL,
    edits_own_profile {bool} NOT NULL,
    administers {bool} NOT NULL,
    version {int64} NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    UNIQUE (owner_id, name_key)
) {strict}";

/// A grant's `role` is a built-in role's key, or `custom`.
const ROLE_OF_GRANT: &str = "ALTER TABLE grants ADD COLUMN role_id {uuid} REFERENCES roles (id)
    CHECK ((role = 'custom') = (role_id IS NOT NULL))";

/// Refers to nothing, so that it outlives whom it names: ids are not used twice.
const GIVER_OF_GRANT: &str = "ALTER TABLE grants ADD COLUMN given_by {uuid}";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements =
            [ROLES, ROLE_OF_GRANT, GIVER_OF_GRANT, "CREATE INDEX grants_by_role ON grants (role_id, role, user_id)"];
        super::run(manager, &statements).await
    }
}
