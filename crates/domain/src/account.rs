//! Accounts: the nodes of the tree.

mod branding;
mod details;
mod domains;
mod index;
mod inherited;
mod path;
mod policy;

pub use branding::{BrandColor, Branding};
pub use details::{AccountDetails, BillingType};
pub use domains::{AccountDomain, AccountDomains};
pub(crate) use index::AccountSpan;
pub use index::{AccountIndex, AccountNumber, TreeError};
pub use inherited::{Inherited, PassedDown};
pub use path::AccountPath;
pub use policy::{AccountPolicy, PasswordLength, PolicyInForce};

use std::fmt;

use jiff::Timestamp;

use crate::{
    AccountId, InvalidValue, Line,
    contact::{EmailAddress, PhoneNumber, PostalAddress},
};

/// What an account is in the tree.
///
/// ```
/// use tenantry_domain::{InvalidValue, account::AccountKind};
/// assert_eq!(AccountKind::parse("reseller")?.to_string(), "reseller");
/// assert!(AccountKind::Reseller.may_hold(AccountKind::Customer) && !AccountKind::Customer.may_hold(AccountKind::Customer));
/// assert!(matches!(AccountKind::parse("partner"), Err(InvalidValue::Unknown { .. })));
/// # Ok::<(), InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountKind {
    /// The root, exactly one.
    Platform,
    /// Holds resellers and customers, to any depth.
    Reseller,
    /// A leaf.
    Customer,
}

impl AccountKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Platform, Self::Reseller, Self::Customer];

    /// The stable word: `platform`, `reseller` or `customer`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Reseller => "reseller",
            Self::Customer => "customer",
        }
    }

    /// Reads the stable word.
    ///
    /// # Errors
    /// [`InvalidValue::Unknown`] for any other word.
    pub fn parse(key: &str) -> Result<Self, InvalidValue> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.key() == key)
            .ok_or(InvalidValue::Unknown { expected: "platform, reseller or customer" })
    }

    /// Whether accounts of kind `child` may stand directly beneath this one: customers are leaves, the platform is the root.
    pub const fn may_hold(self, child: Self) -> bool {
        !matches!(self, Self::Customer) && !matches!(child, Self::Platform)
    }
}

impl fmt::Display for AccountKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// An account's own status. What is in effect also depends on its ancestors: an account works only while it and all
/// accounts above it are active.
///
/// ```
/// use tenantry_domain::account::AccountStatus;
/// assert_eq!(AccountStatus::parse("suspended")?.key(), "suspended");
/// assert!(AccountStatus::parse("removed").is_err());
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountStatus {
    /// In use.
    Active,
    /// Its users, and those of every account below, cannot sign in.
    Suspended,
}

impl AccountStatus {
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

/// An account's name, at most 100 characters.
pub type AccountName = Line<100>;

/// Where an account's people turn for help. Every part is optional.
///
/// ```
/// use tenantry_domain::{account::SupportContact, contact::EmailAddress};
/// let support =
///     SupportContact { email: Some(EmailAddress::parse("help@contoso.example")?), ..SupportContact::default() };
/// assert_eq!((support.url, support.phone), (None, None));
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SupportContact {
    /// An e-mail address.
    pub email: Option<EmailAddress>,
    /// A page, as typed (`https://…`).
    pub url: Option<Line<500>>,
    /// A phone number.
    pub phone: Option<PhoneNumber>,
}

impl SupportContact {
    /// Whether no part is given.
    pub const fn is_empty(&self) -> bool {
        self.email.is_none() && self.url.is_none() && self.phone.is_none()
    }
}

/// What an account says about itself; new users' address and phone are prefilled from it.
///
/// ```
/// use tenantry_domain::{account::{CompanyInformation, SupportContact}, contact::PhoneNumber};
/// let company = CompanyInformation {
///     phone: Some(PhoneNumber::parse("+1 425 555 0100", None)?),
///     address: None,
///     website: None,
///     support: SupportContact::default(),
/// };
/// assert_eq!(company.phone.unwrap().as_str(), "+14255550100");
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyInformation {
    /// Phone number, if one is known.
    pub phone: Option<PhoneNumber>,
    /// Postal address, if one is known.
    pub address: Option<PostalAddress>,
    /// Website, as typed.
    pub website: Option<Line<500>>,
    /// Support contact.
    pub support: SupportContact,
}

/// One account.
///
/// ```
/// # use tenantry_domain::{AccountId, contact::DomainName};
/// use tenantry_domain::{
///     Line,
///     account::{
///         Account, AccountDetails, AccountDomains, AccountKind, AccountPath, AccountPolicy, AccountStatus, Branding,
///         CompanyInformation,
///     },
/// };
/// # let id = |n: u128| AccountId::new(uuid::Uuid::from_u128(n));
/// # let domains = AccountDomains::new(DomainName::parse("contoso.example")?, []);
/// # let company = CompanyInformation { phone: None, address: None, website: None, support: Default::default() };
/// let platform = AccountPath::root(id(1));
/// let contoso = Account {
///     path: platform.child(id(2)),
///     kind: AccountKind::Reseller,
///     name: Line::parse("Contoso")?,
///     status: AccountStatus::Active,
///     domains,
///     details: AccountDetails::default(),
///     company,
///     branding: Branding::default(),
///     policy: AccountPolicy::default(),
///     removed_at: None,
///     version: 1,
/// };
/// assert_eq!(contoso.id(), id(2));
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its place in the tree; the last element is [`Account::id`].
    pub path: AccountPath,
    /// What it is.
    pub kind: AccountKind,
    /// Its name.
    pub name: AccountName,
    /// Its own status; see [`AccountStatus`].
    pub status: AccountStatus,
    /// Its domains.
    pub domains: AccountDomains,
    /// What the account above notes about it.
    pub details: AccountDetails,
    /// Its company information.
    pub company: CompanyInformation,
    /// Its own logo and colours.
    pub branding: Branding,
    /// Its own policy.
    pub policy: AccountPolicy,
    /// When it was removed, by itself or with an account above it; it can be restored for a while.
    pub removed_at: Option<Timestamp>,
    /// Rises by one with every change of the account itself, not with those of its domains or its place.
    pub version: i64,
}

impl Account {
    /// The account's id.
    pub fn id(&self) -> AccountId {
        self.path.id()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_are_leaves_and_the_platform_is_the_root() {
        assert!(AccountKind::Platform.may_hold(AccountKind::Customer));
        assert!(AccountKind::Reseller.may_hold(AccountKind::Reseller));
        assert!(!AccountKind::Reseller.may_hold(AccountKind::Platform));
        assert!(!AccountKind::Customer.may_hold(AccountKind::Customer));
    }

    #[test]
    fn keys_round_trip() {
        for kind in AccountKind::ALL {
            assert_eq!(AccountKind::parse(kind.key()), Ok(kind));
        }
    }
}
