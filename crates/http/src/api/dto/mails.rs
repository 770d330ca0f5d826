//! Mails to and about a user.

use serde::Serialize;
use tenantry_app::ports::MailRow;
use utoipa::ToSchema;
use uuid::Uuid;

use super::time;

/// A mail to or about a user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mail)]
#[serde(rename_all = "camelCase")]
pub struct MailBody {
    pub id: Uuid,
    /// `welcome`, `password_reset`, `new_password`, `password_changed`, `link_sent_elsewhere` or `address_changed`.
    pub kind: String,
    pub to: String,
    /// `held`, `pending`, `sent`, `failed` or `cancelled`.
    pub state: &'static str,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the latest try failed.
    pub last_error: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was handed over.
    #[schema(format = DateTime)]
    pub sent_at: Option<String>,
}

impl From<MailRow> for MailBody {
    fn from(mail: MailRow) -> Self {
        Self {
            id: mail.id.uuid(),
            kind: mail.kind,
            to: mail.to,
            state: mail.state.key(),
            attempts: mail.attempts,
            last_error: mail.last_error,
            created_at: time(mail.created_at),
            sent_at: mail.sent_at.map(time),
        }
    }
}
