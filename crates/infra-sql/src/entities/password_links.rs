use jiff::SignedDuration;
use sea_orm::entity::prelude::*;
use tenantry_app::ports::{LinkPurpose, PasswordLink, Recipient, RecipientKind, StorageError, TokenHash};
use tenantry_domain::{PasswordLinkId, UserId, contact::EmailAddress};

use crate::{error::StoredRow, times};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "password_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub token_hash: Vec<u8>,
    pub purpose: String,
    pub recipient_kind: String,
    pub recipient: String,
    pub valid_for_seconds: i64,
    pub requested_at: DateTimeUtc,
    pub expires_at: Option<DateTimeUtc>,
    pub used_at: Option<DateTimeUtc>,
    pub voided_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn new(link: &PasswordLink) -> Self {
        Self {
            id: link.id.uuid(),
            user_id: link.user_id.uuid(),
            token_hash: link.token_hash.0.to_vec(),
            purpose: link.purpose.key().to_owned(),
            recipient_kind: link.recipient.kind.key().to_owned(),
            recipient: link.recipient.address.to_string(),
            valid_for_seconds: link.valid_for.as_secs(),
            requested_at: times::to_column(link.requested_at),
            expires_at: link.expires_at.map(times::to_column),
            used_at: link.used_at.map(times::to_column),
            voided_at: link.voided_at.map(times::to_column),
        }
    }

    pub fn into_link(self) -> Result<PasswordLink, StorageError> {
        let row = StoredRow::new("password_links", self.id);
        let purpose = [LinkPurpose::Welcome, LinkPurpose::Reset].into_iter().find(|known| known.key() == self.purpose);
        Ok(PasswordLink {
            id: PasswordLinkId::new(self.id),
            user_id: UserId::new(self.user_id),
            token_hash: TokenHash(row.read("token_hash", self.token_hash.try_into())?),
            purpose: row.found("purpose", purpose)?,
            recipient: Recipient {
                kind: row.found("recipient_kind", RecipientKind::find(&self.recipient_kind))?,
                address: row.read("recipient", EmailAddress::parse(&self.recipient))?,
            },
            valid_for: SignedDuration::from_secs(self.valid_for_seconds),
            requested_at: times::from_column(self.requested_at),
            expires_at: self.expires_at.map(times::from_column),
            used_at: self.used_at.map(times::from_column),
            voided_at: self.voided_at.map(times::from_column),
        })
    }
}
