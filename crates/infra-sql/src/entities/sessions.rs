use sea_orm::entity::prelude::*;
use tenantry_app::ports::{NewSession, Session, SessionKind, StorageError};
use tenantry_domain::{AccountId, SessionId, UserId};

use crate::{error::StoredRow, times, write::storable};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub token_hash: Vec<u8>,
    pub user_id: Uuid,
    pub kind: String,
    pub created_at: DateTimeUtc,
    pub last_seen_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub active_account_id: Uuid,
    pub address: Option<String>,
    pub user_agent: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn new(new: &NewSession) -> Self {
        let NewSession { session, token_hash } = new;
        Self {
            id: session.id.uuid(),
            token_hash: token_hash.0.to_vec(),
            user_id: session.user_id.uuid(),
            kind: session.kind.key().to_owned(),
            created_at: times::to_column(session.created_at),
            last_seen_at: times::to_column(session.last_seen_at),
            expires_at: times::to_column(session.expires_at),
            active_account_id: session.active_account_id.uuid(),
            address: session.address.as_deref().map(storable),
            user_agent: session.user_agent.as_deref().map(storable),
        }
    }

    pub fn into_session(self) -> Result<Session, StorageError> {
        let kind = [SessionKind::Console, SessionKind::Api].into_iter().find(|known| known.key() == self.kind);
        Ok(Session {
            id: SessionId::new(self.id),
            user_id: UserId::new(self.user_id),
            kind: StoredRow::new("sessions", self.id).found("kind", kind)?,
            created_at: times::from_column(self.created_at),
            last_seen_at: times::from_column(self.last_seen_at),
            expires_at: times::from_column(self.expires_at),
            active_account_id: AccountId::new(self.active_account_id),
            address: self.address,
            user_agent: self.user_agent,
        })
    }
}
