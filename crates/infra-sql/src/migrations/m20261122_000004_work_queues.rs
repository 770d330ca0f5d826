//! Mail and provisioning, waiting to be done.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const MAIL_OUTBOX: &str = "CREATE TABLE mail_outbox (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    to_address text NOT NULL,
    kind text NOT NULL,
    link_id {uuid} REFERENCES password_links (id) ON DELETE CASCADE,
    sealed {bytes},
    state text NOT NULL,
    attempts integer NOT NULL,
    due_at {time} NOT NULL,
    lease {int64} NOT NULL,
    leased_until {time},
    last_error text,
    created_at {time} NOT NULL,
    sent_at {time}
) {strict}";

const PROVISIONING_JOBS: &str = "CREATE TABLE provisioning_jobs (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    attempts integer NOT NULL,
    due_at {time} NOT NULL,
    lease {int64} NOT NULL,
    leased_until {time}
) {strict}";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = [
            MAIL_OUTBOX,
            "CREATE INDEX mail_outbox_due ON mail_outbox (state, due_at)",
            "CREATE INDEX mail_outbox_by_user ON mail_outbox (user_id, created_at, id)",
            "CREATE INDEX mail_outbox_by_link ON mail_outbox (link_id) WHERE link_id IS NOT NULL",
            PROVISIONING_JOBS,
            "CREATE INDEX provisioning_jobs_due ON provisioning_jobs (due_at)",
        ];
        super::run(manager, &statements).await
    }
}
