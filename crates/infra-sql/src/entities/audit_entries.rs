use sea_orm::entity::prelude::*;
use tenantry_app::ports::{AuditEntry, AuditKey, StoredAuditEntry};
use tenantry_domain::{AccountId, UserId};

use crate::{times, write::storable};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
    pub actor_id: Option<Uuid>,
    pub action: String,
    pub user_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub outcome: String,
    pub decision: String,
    pub changes: String,
    pub request_id: Option<String>,
    pub address: Option<String>,
    pub mark: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn new(entry: &AuditEntry, key: &dyn AuditKey) -> Self {
        let mut row = Self {
            id: entry.id(),
            at: times::to_column(entry.at()),
            actor_id: entry.actor().map(UserId::uuid),
            action: entry.action().to_owned(),
            user_id: entry.user_id().map(UserId::uuid),
            account_id: entry.account_id().map(AccountId::uuid),
            outcome: entry.outcome().key().to_owned(),
            decision: entry.decision().to_string(),
            changes: entry.changes().to_string(),
            request_id: entry.request_id().map(storable),
            address: entry.address().map(storable),
            mark: None,
        };
        row.mark = Some(StoredAuditEntry::from(row.clone()).mark(key).0.to_vec());
        row
    }
}

/// What its columns hold.
impl From<Model> for StoredAuditEntry {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            at: times::text(row.at),
            actor_id: row.actor_id,
            action: row.action,
            user_id: row.user_id,
            account_id: row.account_id,
            outcome: row.outcome,
            decision: row.decision,
            changes: row.changes,
            request_id: row.request_id,
            address: row.address,
        }
    }
}
