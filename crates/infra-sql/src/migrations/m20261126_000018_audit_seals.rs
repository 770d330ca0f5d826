//! Marks of audit entries, and the seals they are put into. What was written before has no mark and is in no seal.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// `members` holds ids and marks one after the other. Whatever inserts an entry makes it wait, so that no writer can forget it.
const TABLES: [&str; 3] = [
    "ALTER TABLE audit_entries ADD COLUMN mark {bytes}",
    "CREATE TABLE audit_seals (
        number {int64} NOT NULL PRIMARY KEY,
        at {time} NOT NULL,
        members {bytes} NOT NULL,
        mark {bytes} NOT NULL
    ) {strict}",
    "CREATE TABLE audit_unsealed (entry_id {uuid} NOT NULL PRIMARY KEY) {strict}",
];

/// An older program that still runs makes no marks, and is refused.
const SQLITE_TRIGGERS: [&str; 4] = [
    "CREATE TRIGGER audit_entries_need_a_mark BEFORE INSERT ON audit_entries WHEN NEW.mark IS NULL
    BEGIN SELECT RAISE(ABORT, 'audit entries need a mark'); END",
    "CREATE TRIGGER audit_entries_wait AFTER INSERT ON audit_entries
    BEGIN INSERT INTO audit_unsealed (entry_id) VALUES (NEW.id); END",
    "CREATE TRIGGER audit_seals_refuse_update BEFORE UPDATE ON audit_seals
    BEGIN SELECT RAISE(ABORT, 'audit seals are append-only'); END",
    "CREATE TRIGGER audit_seals_refuse_delete BEFORE DELETE ON audit_seals
    BEGIN SELECT RAISE(ABORT, 'audit seals are append-only'); END",
];

const POSTGRES_TRIGGERS: [&str; 5] = [
    "ALTER TABLE audit_entries ADD CONSTRAINT audit_entries_need_a_mark CHECK (mark IS NOT NULL) NOT VALID",
    "CREATE FUNCTION await_audit_seal() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO audit_unsealed (entry_id) VALUES (NEW.id); RETURN NULL; END $$",
    "CREATE TRIGGER audit_entries_wait AFTER INSERT ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION await_audit_seal()",
    "CREATE TRIGGER audit_seals_refuse_change BEFORE UPDATE OR DELETE ON audit_seals
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
    "CREATE TRIGGER audit_seals_refuse_truncate BEFORE TRUNCATE ON audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, &TABLES).await?;
        match manager.get_database_backend() {
            DbBackend::Postgres => super::run(manager, &POSTGRES_TRIGGERS).await,
            _ => super::run(manager, &SQLITE_TRIGGERS).await,
        }
    }
}
