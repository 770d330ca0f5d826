//! Users: the people in an account.

mod login_name;
mod password;
mod profile;

pub use login_name::{LoginLocalPart, LoginName};
pub use password::{InvalidPassword, Password};
pub use profile::{ContactDetails, DisplayName, PersonName, Profile};

use jiff::Timestamp;

use crate::{AccountId, InvalidValue, UserId};

/// Whether a user may sign in, as an administrator set it.
///
/// ```
/// use tenantry_domain::user::UserStatus;
/// assert_eq!(UserStatus::parse("active")?, UserStatus::Active);
/// assert_eq!(UserStatus::parse("Active").unwrap_err().to_string(), "Choose active or suspended.");
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UserStatus {
    /// May sign in.
    Active,
    /// May not sign in. Services and charges go on.
    Suspended,
}

impl UserStatus {
    /// The stable word: `active` or `suspended`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }

    /// Reads the stable word.
    ///
    /// # Errors
    /// [`InvalidValue::Unknown`] for any other word.
    pub fn parse(key: &str) -> Result<Self, InvalidValue> {
        match key {
            "active" => Ok(Self::Active),
            "suspended" => Ok(Self::Suspended),
            _ => Err(InvalidValue::Unknown { expected: "active or suspended" }),
        }
    }
}

/// How far the connected services know about a user.
///
/// ```
/// use tenantry_domain::user::ProvisioningState;
/// assert_eq!(ProvisioningState::parse("in_progress")?.key(), "in_progress");
/// assert!(ProvisioningState::Failed.is_settled() && !ProvisioningState::Pending.is_settled());
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProvisioningState {
    /// Waiting for the worker.
    Pending,
    /// A worker is at it.
    InProgress,
    /// All connected services know the user.
    Provisioned,
    /// Given up for now; an administrator may run it again.
    Failed,
}

impl ProvisioningState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Pending, Self::InProgress, Self::Provisioned, Self::Failed];

    /// The stable word: `pending`, `in_progress`, `provisioned` or `failed`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in_progress",
            Self::Provisioned => "provisioned",
            Self::Failed => "failed",
        }
    }

    /// Reads the stable word.
    ///
    /// # Errors
    /// [`InvalidValue::Unknown`] for any other word.
    pub fn parse(key: &str) -> Result<Self, InvalidValue> {
        Self::ALL
            .into_iter()
            .find(|state| state.key() == key)
            .ok_or(InvalidValue::Unknown { expected: "pending, in_progress, provisioned or failed" })
    }

    /// Whether nothing more happens by itself.
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Provisioned | Self::Failed)
    }
}

/// One user. Grants and credentials are kept apart: few places need them.
///
/// ```
/// # use tenantry_domain::{AccountId, Line, UserId, contact::EmailAddress};
/// use tenantry_domain::user::{ContactDetails, LoginName, Profile, User, UserStatus};
/// # let id = |n: u128| uuid::Uuid::from_u128(n);
/// # let (first_name, last_name) = (Line::parse("Avery")?, Line::parse("Quinn")?);
/// # let display_name = Profile::default_display_name(&first_name, &last_name)?;
/// # let profile = Profile { first_name, last_name, display_name, company: None, job_title: None, department: None };
/// # let email = EmailAddress::parse("avery@contoso.example")?;
/// # let contact = ContactDetails { email, alternative_email: None, address: None, phone: None };
/// let user = User {
///     id: UserId::new(id(1)),
///     account_id: AccountId::new(id(2)),
///     login_name: LoginName::parse("avery@contoso.example")?,
///     profile,
///     contact,
///     status: UserStatus::Active,
///     removed_at: None,
///     image: None,
/// };
/// assert_eq!(user.profile.display_name.as_str(), "Avery Quinn");
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// The home account.
    pub account_id: AccountId,
    /// What the user signs in with.
    pub login_name: LoginName,
    /// Who the user is.
    pub profile: Profile,
    /// How the user is reached.
    pub contact: ContactDetails,
    /// Whether the user may sign in.
    pub status: UserStatus,
    /// When the user was removed; removed users can be restored for 30 days.
    pub removed_at: Option<Timestamp>,
    /// The content hash of the profile image, if there is one.
    pub image: Option<String>,
}
