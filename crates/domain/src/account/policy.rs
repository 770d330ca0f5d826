//! What an account demands and allows, and what of it holds where.

use crate::{InvalidValue, permission::RoleFamily, user::Password};

/// The fewest characters that an account demands of new passwords: from [`Password::MIN_LENGTH`] to
/// [`PasswordLength::MOST`] code points.
///
/// ```
/// use tenantry_domain::account::PasswordLength;
/// assert_eq!(PasswordLength::parse("20")?.get(), 20);
/// assert!(PasswordLength::parse("8").is_err() && PasswordLength::parse("100").is_err());
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PasswordLength(usize);

impl PasswordLength {
    /// The most that may be demanded; longer ones would be written down.
    pub const MOST: usize = 64;
    /// What holds everywhere.
    pub const LEAST: Self = Self(Password::MIN_LENGTH);

    /// A number of code points.
    ///
    /// # Errors
    /// [`InvalidValue::Malformed`] outside the bounds.
    pub fn new(length: usize) -> Result<Self, InvalidValue> {
        if (Password::MIN_LENGTH..=Self::MOST).contains(&length) {
            Ok(Self(length))
        } else {
            Err(InvalidValue::Malformed { expected: "a number from 15 to 64" })
        }
    }

    /// Reads the number.
    ///
    /// # Errors
    /// As [`PasswordLength::new`].
    pub fn parse(raw: &str) -> Result<Self, InvalidValue> {
        Self::new(raw.trim().parse().unwrap_or_default())
    }

    /// The number of code points.
    pub const fn get(self) -> usize {
        self.0
    }
}

/// What an account sets about passwords, mails and roles. What holds follows from it and from the accounts above
/// ([`PolicyInForce`]).
///
/// ```
/// use tenantry_domain::account::AccountPolicy;
/// assert!(!AccountPolicy::default().plain_text_password_mail);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccountPolicy {
    /// Whether a password may be mailed in plain text. Off unless switched on, here and everywhere above.
    pub plain_text_password_mail: bool,
    /// The fewest characters of a new password; nothing demands no more than the account above.
    pub password_length: Option<PasswordLength>,
    /// Which family of roles is offered first; nothing takes what the account above says.
    pub role_family: Option<RoleFamily>,
}

/// What holds at an account. An account below may only be stricter: plain-text mail takes the word of everybody on the line,
/// and the longest password demanded on it counts. Which roles come first is a matter of taste: the nearest says.
///
/// ```
/// use tenantry_domain::{account::{AccountPolicy, PasswordLength, PolicyInForce}, permission::RoleFamily};
/// let above = AccountPolicy { password_length: PasswordLength::new(20).ok(), ..AccountPolicy::default() };
/// let below = AccountPolicy {
///     plain_text_password_mail: true,
///     password_length: PasswordLength::new(16).ok(),
///     role_family: Some(RoleFamily::Administrators),
/// };
/// let here = PolicyInForce::along([&above, &below]);
/// assert!(!here.plain_text_password_mail, "the account above does not allow it");
/// assert_eq!((here.password_length.get(), here.role_family), (20, RoleFamily::Administrators));
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyInForce {
    /// Whether a password may be mailed in plain text.
    pub plain_text_password_mail: bool,
    /// The fewest characters of a new password.
    pub password_length: PasswordLength,
    /// Which family of roles is offered first.
    pub role_family: RoleFamily,
}

impl PolicyInForce {
    /// What holds at the end of a line of accounts, the root first.
    pub fn along<'a>(line: impl IntoIterator<Item = &'a AccountPolicy>) -> Self {
        let start = Self {
            plain_text_password_mail: true,
            password_length: PasswordLength::LEAST,
            role_family: RoleFamily::AccessLevels,
        };
        line.into_iter().fold(start, Self::with)
    }

    /// What holds at an account below.
    #[must_use]
    pub fn with(self, policy: &AccountPolicy) -> Self {
        Self {
            plain_text_password_mail: self.plain_text_password_mail && policy.plain_text_password_mail,
            password_length: policy.password_length.map_or(self.password_length, |own| own.max(self.password_length)),
            role_family: policy.role_family.unwrap_or(self.role_family),
        }
    }
}
