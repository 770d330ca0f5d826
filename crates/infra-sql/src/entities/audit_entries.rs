use sea_orm::entity::prelude::*;
use tenantry_app::ports::AuditEntry;
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
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn new(entry: &AuditEntry) -> Self {
        Self {
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
        }
    }
}
