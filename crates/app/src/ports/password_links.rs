//! Password links.

use std::ops::RangeInclusive;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tenantry_domain::{PasswordLinkId, UserId, contact::EmailAddress, user::ContactDetails};

use super::{StorageError, TokenHash};

/// Which of the three addresses a mail goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecipientKind {
    /// The user's e-mail address.
    Primary,
    /// The user's alternative address.
    Alternative,
    /// An address typed in for this one mail.
    Custom,
}

impl RecipientKind {
    /// The stable word: `primary`, `alternative` or `custom`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Alternative => "alternative",
            Self::Custom => "custom",
        }
    }

    /// The user's own address of this kind; none for a custom one, or if there is no alternative.
    pub fn of(self, contact: &ContactDetails) -> Option<Recipient> {
        let address = match self {
            Self::Primary => Some(&contact.email),
            Self::Alternative => contact.alternative_email.as_ref(),
            Self::Custom => None,
        };
        address.map(|address| Recipient { kind: self, address: address.clone() })
    }

    /// Reads the stable word.
    pub fn find(key: &str) -> Option<Self> {
        [Self::Primary, Self::Alternative, Self::Custom].into_iter().find(|kind| kind.key() == key)
    }
}

/// Where a mail goes, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Which address was chosen.
    pub kind: RecipientKind,
    /// The address.
    pub address: EmailAddress,
}

/// What a link is for; its letter and lifetime follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// A user's first password.
    Welcome,
    /// A new password for a user who has one.
    Reset,
}

impl LinkPurpose {
    /// The stable word: `welcome` or `reset`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::Reset => "reset",
        }
    }
}

/// A link. The token is not in it: it is derived from the id where it is needed, and stored only as a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordLink {
    /// The link's id.
    pub id: PasswordLinkId,
    /// Whose password it sets.
    pub user_id: UserId,
    /// SHA-256 of the token.
    pub token_hash: TokenHash,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Where it goes.
    pub recipient: Recipient,
    /// How long it works, from the hand-over of its mail.
    pub valid_for: SignedDuration,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it stops working; `None` until its mail was handed over.
    pub expires_at: Option<Timestamp>,
    /// When a password was set with it.
    pub used_at: Option<Timestamp>,
    /// When it was voided.
    pub voided_at: Option<Timestamp>,
}

impl PasswordLink {
    /// However long its mail waits, a link is dead this long after it was asked for.
    pub const DEAD_AFTER: SignedDuration = SignedDuration::from_hours(96);

    /// Whether it is neither used nor void. Its time may not have begun, or be over.
    pub const fn is_open(&self) -> bool {
        self.used_at.is_none() && self.voided_at.is_none()
    }

    /// Whether a password can be set with it now.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.is_open()
            && self.expires_at.is_none_or(|expiry| now < expiry)
            && now.duration_since(self.requested_at) < Self::DEAD_AFTER
    }
}

/// Password links, within a unit of work.
#[async_trait]
pub trait PasswordLinkRepository: Send + Sync {
    /// Stores a new link.
    async fn insert(&self, link: &PasswordLink) -> Result<(), StorageError>;

    /// The link, whatever its state.
    async fn find(&self, link_id: PasswordLinkId) -> Result<Option<PasswordLink>, StorageError>;

    /// The link with this token.
    async fn find_by_token(&self, token_hash: &TokenHash) -> Result<Option<PasswordLink>, StorageError>;

    /// The user's newest link, whatever its state.
    async fn find_newest(&self, user_id: UserId) -> Result<Option<PasswordLink>, StorageError>;

    /// How many links for this purpose were requested for the user in a span of time.
    async fn count(
        &self,
        user_id: UserId,
        purpose: LinkPurpose,
        requested: RangeInclusive<Timestamp>,
    ) -> Result<u64, StorageError>;

    /// Marks the link used; false if it is used or void already. One of many concurrent calls gets true.
    async fn spend(&self, link_id: PasswordLinkId, at: Timestamp) -> Result<bool, StorageError>;

    /// Voids every unused link of the user; returns how many there were.
    async fn void_all(&self, user_id: UserId, at: Timestamp) -> Result<u64, StorageError>;

    /// Starts the link's lifetime, unless it has begun.
    async fn set_expiry(&self, link_id: PasswordLinkId, expires_at: Timestamp) -> Result<(), StorageError>;

    /// Counts the unused links of the user as asked for at `at`; for links that were held back.
    async fn restart(&self, user_id: UserId, at: Timestamp) -> Result<(), StorageError>;
}
