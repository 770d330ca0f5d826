use sea_orm::entity::prelude::*;
use tenantry_app::ports::{ClaimedMail, Letter, MailRow, MailState, OutboxMail, StorageError};
use tenantry_domain::{MailId, PasswordLinkId, UserId, contact::EmailAddress};

use crate::{error::StoredRow, times};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub to_address: String,
    pub kind: String,
    pub link_id: Option<Uuid>,
    pub sealed: Option<Vec<u8>>,
    pub state: String,
    pub attempts: i32,
    pub due_at: DateTimeUtc,
    pub lease: i64,
    pub leased_until: Option<DateTimeUtc>,
    pub last_error: Option<String>,
    pub created_at: DateTimeUtc,
    pub sent_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn new(mail: &OutboxMail) -> Self {
        let sealed = match &mail.letter {
            Letter::NewPassword { sealed } => sealed.clone(),
            _ => None,
        };
        Self {
            id: mail.id.uuid(),
            user_id: mail.user_id.uuid(),
            to_address: mail.to.to_string(),
            kind: mail.letter.key().to_owned(),
            link_id: mail.letter.link_id().map(PasswordLinkId::uuid),
            sealed,
            state: mail.state.key().to_owned(),
            attempts: 0,
            due_at: times::to_column(mail.created_at),
            lease: 0,
            leased_until: None,
            last_error: None,
            created_at: times::to_column(mail.created_at),
            sent_at: None,
        }
    }

    pub fn into_claimed(self) -> Result<ClaimedMail, StorageError> {
        let row = StoredRow::new("mail_outbox", self.id);
        Ok(ClaimedMail {
            attempt: row.read("attempts", self.attempts.try_into())?,
            lease: self.lease,
            mail: OutboxMail {
                id: MailId::new(self.id),
                user_id: UserId::new(self.user_id),
                to: row.read("to_address", EmailAddress::parse(&self.to_address))?,
                state: row.found("state", MailState::find(&self.state))?,
                created_at: times::from_column(self.created_at),
                letter: self.into_letter(&row)?,
            },
        })
    }

    fn into_letter(self, row: &StoredRow) -> Result<Letter, StorageError> {
        let link_id = || row.found("link_id", self.link_id.map(PasswordLinkId::new));
        match self.kind.as_str() {
            "welcome" => Ok(Letter::Welcome { link_id: link_id()? }),
            "password_reset" => Ok(Letter::PasswordReset { link_id: link_id()? }),
            "new_password" => Ok(Letter::NewPassword { sealed: self.sealed }),
            "password_changed" => Ok(Letter::PasswordChanged),
            "link_sent_elsewhere" => Ok(Letter::LinkSentElsewhere),
            "address_changed" => Ok(Letter::AddressChanged),
            "login_name_changed" => Ok(Letter::LoginNameChanged),
            _ => Err(row.corrupt("kind")),
        }
    }

    pub fn into_row(self) -> Result<MailRow, StorageError> {
        let row = StoredRow::new("mail_outbox", self.id);
        Ok(MailRow {
            id: MailId::new(self.id),
            state: row.found("state", MailState::find(&self.state))?,
            attempts: row.read("attempts", self.attempts.try_into())?,
            kind: self.kind,
            to: self.to_address,
            last_error: self.last_error,
            created_at: times::from_column(self.created_at),
            sent_at: self.sent_at.map(times::from_column),
        })
    }
}
