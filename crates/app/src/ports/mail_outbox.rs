//! Mail: a transactional outbox, and the way out.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tenantry_domain::{
    MailId, PasswordLinkId, UserId,
    account::{Branding, SupportContact},
    contact::EmailAddress,
};
use thiserror::Error;

use super::{Latest, StorageError};

/// What a mail says. Neither a link token nor a plain password is in it: tokens are derived while sending, a password is
/// sealed and erased once sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Letter {
    /// The welcome letter with the link to set a first password.
    Welcome {
        /// The link.
        link_id: PasswordLinkId,
    },
    /// The link to set a new password.
    PasswordReset {
        /// The link.
        link_id: PasswordLinkId,
    },
    /// The password itself, in plain text, where the account allows it.
    NewPassword {
        /// The sealed password; `None` once it was sent.
        sealed: Option<Vec<u8>>,
    },
    /// Your password was changed.
    PasswordChanged,
    /// A link to your account was sent to another address.
    LinkSentElsewhere,
    /// Your e-mail address was changed; goes to the old one.
    AddressChanged,
    /// Your login name was changed.
    LoginNameChanged,
}

impl Letter {
    /// The stable word for the kind of letter.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Welcome { .. } => "welcome",
            Self::PasswordReset { .. } => "password_reset",
            Self::NewPassword { .. } => "new_password",
            Self::PasswordChanged => "password_changed",
            Self::LinkSentElsewhere => "link_sent_elsewhere",
            Self::AddressChanged => "address_changed",
            Self::LoginNameChanged => "login_name_changed",
        }
    }

    /// The link in it, if it is about one.
    pub const fn link_id(&self) -> Option<PasswordLinkId> {
        match self {
            Self::Welcome { link_id } | Self::PasswordReset { link_id } => Some(*link_id),
            _ => None,
        }
    }
}

/// How far a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// Waits until its user is activated.
    Held,
    /// Waits to be sent, perhaps again.
    Pending,
    /// Handed over.
    Sent,
    /// Refused for good, or tried for too long.
    Failed,
    /// Overtaken: its link was voided or used, or its user left, before it was sent.
    Cancelled,
}

impl MailState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Held, Self::Pending, Self::Sent, Self::Failed, Self::Cancelled];

    /// The stable word: `held`, `pending`, `sent`, `failed` or `cancelled`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the stable word.
    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// A mail to put into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxMail {
    /// Its id; its Message-ID follows from it, so that a repeated delivery can be recognised.
    pub id: MailId,
    /// The user it is about.
    pub user_id: UserId,
    /// The one address it goes to.
    pub to: EmailAddress,
    /// What it says.
    pub letter: Letter,
    /// [`MailState::Pending`] or [`MailState::Held`].
    pub state: MailState,
    /// When it was put there.
    pub created_at: Timestamp,
}

/// A mail one worker has taken for itself until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedMail {
    /// The mail.
    pub mail: OutboxMail,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// The fence: a result is only taken from the newest claim.
    pub lease: i64,
}

/// How handing a mail over ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handover<'a> {
    /// The other side has taken it.
    Done,
    /// It was overtaken before it was handed over.
    Overtaken,
    /// Refused for good, or tried for too long.
    Refused {
        /// Why, for the administrator.
        error: &'a str,
    },
    /// To be tried again.
    Again {
        /// When.
        at: Timestamp,
        /// Why, for the administrator.
        error: &'a str,
    },
}

impl<'a> Handover<'a> {
    /// The mail's state from now on.
    pub const fn state(self) -> MailState {
        match self {
            Self::Done => MailState::Sent,
            Self::Overtaken => MailState::Cancelled,
            Self::Refused { .. } => MailState::Failed,
            Self::Again { .. } => MailState::Pending,
        }
    }

    /// Why it was not taken.
    pub const fn error(self) -> Option<&'a str> {
        match self {
            Self::Refused { error } | Self::Again { error, .. } => Some(error),
            Self::Done | Self::Overtaken => None,
        }
    }
}

/// A mail as shown on its user's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    /// Its id.
    pub id: MailId,
    /// The kind of letter, as [`Letter::key`].
    pub kind: String,
    /// Where it goes.
    pub to: String,
    /// How far it is.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the latest try failed.
    pub last_error: Option<String>,
    /// When it was put into the outbox.
    pub created_at: Timestamp,
    /// When it was handed over.
    pub sent_at: Option<Timestamp>,
}

/// The outbox, within a unit of work.
#[async_trait]
pub trait MailOutbox: Send + Sync {
    /// Puts a mail into the outbox.
    async fn enqueue(&self, mail: &OutboxMail) -> Result<(), StorageError>;

    /// Puts mails into the outbox, however many.
    async fn enqueue_all(&self, mails: &[OutboxMail]) -> Result<(), StorageError>;

    /// Takes up to `limit` due mails until `now + lease_for`, the longest due first. No other worker gets them before the lease
    /// ends.
    async fn claim(
        &self,
        now: Timestamp,
        lease_for: SignedDuration,
        limit: u32,
    ) -> Result<Vec<ClaimedMail>, StorageError>;

    /// Keeps a claim until a later instant, while the mail is being handed over. False if a newer claim exists.
    async fn renew(&self, claimed: &ClaimedMail, until: Timestamp) -> Result<bool, StorageError>;

    /// Ends a claim at the instant `at`. What was sealed is erased, unless the mail is to be handed over again. False if a newer claim
    /// exists, or the mail was cancelled in the meantime; nothing is changed then.
    async fn settle(&self, claimed: &ClaimedMail, handover: Handover<'_>, at: Timestamp) -> Result<bool, StorageError>;

    /// Makes due at `now` what was put off for longer than a clock that is right can, and ends such leases.
    async fn bring_forward(&self, now: Timestamp, latest: Latest) -> Result<(), StorageError>;

    /// Lets the user's held mails go.
    async fn release_held(&self, user_id: UserId, at: Timestamp) -> Result<u64, StorageError>;

    /// Cancels the user's held and pending mails that carry a link or a password, and erases what was sealed.
    async fn cancel_credentials(&self, user_id: UserId) -> Result<u64, StorageError>;
}

/// Everything a letter is written from. Secrets are in it: it lives only while one mail is sent.
#[derive(Debug, Clone)]
pub struct MailToSend {
    /// The Message-ID without angle brackets; the same for every try.
    pub message_id: String,
    /// The one recipient.
    pub to: EmailAddress,
    /// The person it is about.
    pub display_name: String,
    /// The person's login name.
    pub login_name: String,
    /// The person's account.
    pub account_name: String,
    /// Where people sign in, looking as their account does.
    pub sign_in_url: String,
    /// How the letter looks.
    pub looks: MailLooks,
    /// Where its reader turns for help.
    pub support: SupportContact,
    /// What it says.
    pub content: RenderedFor,
}

/// How a letter looks: as the reader's account does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailLooks {
    /// The logo, as a PNG.
    pub logo: Option<Vec<u8>>,
    /// The colours.
    pub branding: Branding,
}

/// What a letter says, with its secrets.
#[derive(Clone)]
pub enum RenderedFor {
    /// Welcome, with the link.
    Welcome {
        /// The link's address.
        url: String,
        /// How long it works from now.
        valid_for: SignedDuration,
    },
    /// Reset, with the link.
    PasswordReset {
        /// The link's address.
        url: String,
        /// How long it works from now.
        valid_for: SignedDuration,
    },
    /// The password in plain text.
    NewPassword {
        /// The password.
        password: String,
    },
    /// Your password was changed.
    PasswordChanged,
    /// A link was sent to another address.
    LinkSentElsewhere,
    /// Your address was changed.
    AddressChanged,
    /// Your login name was changed; the mail names the new one.
    LoginNameChanged,
}

impl std::fmt::Debug for RenderedFor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RenderedFor(…)")
    }
}

/// Sends mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Writes the letter and hands it over. Returns once the other side has taken it.
    ///
    /// # Errors
    /// [`MailerError::Later`] or [`MailerError::Never`].
    async fn send(&self, mail: &MailToSend) -> Result<(), MailerError>;
}

/// A mail was not handed over. The text is for the administrator; it holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MailerError {
    /// Worth another try: the server cannot be reached, is busy, or answered 4xx; or the outcome is not known.
    #[error("{0}")]
    Later(String),
    /// Refused for good: 5xx.
    #[error("{0}")]
    Never(String),
}
