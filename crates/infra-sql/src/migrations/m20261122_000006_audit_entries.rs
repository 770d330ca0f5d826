//! The audit log. It refers to nothing, so that it outlives what it tells about, and the database refuses to change it.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const AUDIT_ENTRIES: &str = "CREATE TABLE audit_entries (
    id {uuid} NOT NULL PRIMARY KEY,
    at {time} NOT NULL,
    actor_id {uuid},
    action text NOT NULL,
    user_id {uuid},
    account_id {uuid},
    outcome text NOT NULL,
    decision text NOT NULL,
    changes text NOT NULL,
    request_id text,
    address text
) {strict}";

const SQLITE_TRIGGERS: [&str; 2] = [
    "CREATE TRIGGER audit_entries_refuse_update BEFORE UPDATE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END",
    "CREATE TRIGGER audit_entries_refuse_delete BEFORE DELETE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END",
];

const POSTGRES_TRIGGERS: [&str; 3] = [
    "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'audit entries are append-only'; END $$",
    "CREATE TRIGGER audit_entries_refuse_change BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
    "CREATE TRIGGER audit_entries_refuse_truncate BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, &[AUDIT_ENTRIES]).await?;
        match manager.get_database_backend() {
            DbBackend::Postgres => super::run(manager, &POSTGRES_TRIGGERS).await,
            _ => super::run(manager, &SQLITE_TRIGGERS).await,
        }
    }
}
