//! Profile images, and answers to requests that may come twice.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const IMAGES: &str = "CREATE TABLE images (
    hash text NOT NULL PRIMARY KEY,
    png {bytes} NOT NULL,
    thumbnail {bytes} NOT NULL
) {strict}";

const IDEMPOTENCY_KEYS: &str = "CREATE TABLE idempotency_keys (
    actor_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    \"key\" text NOT NULL,
    request_hash text NOT NULL,
    created_user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    created_at {time} NOT NULL,
    PRIMARY KEY (actor_id, \"key\")
) {strict}";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = [
            IMAGES,
            IDEMPOTENCY_KEYS,
            "CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at)",
            "CREATE INDEX idempotency_keys_by_created_user ON idempotency_keys (created_user_id)",
        ];
        super::run(manager, &statements).await
    }
}
