//! What an account has from those above it.

use super::{AccountPolicy, Branding, PolicyInForce, SupportContact};
use crate::AccountId;

/// What one account sets for itself and those below it.
///
/// ```
/// use tenantry_domain::{AccountId, account::{AccountPolicy, Branding, Inherited, PassedDown, SupportContact}};
/// let root = PassedDown {
///     account_id: AccountId::new(uuid::Uuid::from_u128(1)),
///     policy: AccountPolicy { plain_text_password_mail: true, ..AccountPolicy::default() },
///     branding: Branding::default(),
///     support: SupportContact::default(),
/// };
/// assert!(Inherited::along(&[root]).policy.plain_text_password_mail);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedDown {
    /// Which account.
    pub account_id: AccountId,
    /// Its policy.
    pub policy: AccountPolicy,
    /// Its branding, perhaps empty.
    pub branding: Branding,
    /// Its support contact, perhaps empty.
    pub support: SupportContact,
}

/// What holds at an account: its own, or that of the nearest account above that set it. A logo and two colours belong together,
/// and so do the ways to reach one support desk: each is taken as a whole.
///
/// ```
/// use tenantry_domain::{AccountId, account::{AccountPolicy, BrandColor, Branding, Inherited, PassedDown, SupportContact}};
/// let row = |n: u128, color: Option<&str>| PassedDown {
///     account_id: AccountId::new(uuid::Uuid::from_u128(n)),
///     policy: AccountPolicy::default(),
///     branding: Branding { primary: color.and_then(|raw| BrandColor::parse(raw).ok()), ..Branding::default() },
///     support: SupportContact::default(),
/// };
/// let here = Inherited::along(&[row(1, Some("#112233")), row(2, Some("#0b5a70")), row(3, None)]);
/// assert_eq!(here.branding.primary, BrandColor::parse("#0b5a70").ok());
/// assert_eq!(here.branding_from, Some(AccountId::new(uuid::Uuid::from_u128(2))));
/// assert_eq!(here.support_from, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inherited {
    /// What is demanded and allowed.
    pub policy: PolicyInForce,
    /// Logo and colours.
    pub branding: Branding,
    /// Whose they are; `None` if nobody on the line has any.
    pub branding_from: Option<AccountId>,
    /// Where to turn for help.
    pub support: SupportContact,
    /// Whose contact it is; `None` if nobody on the line has one.
    pub support_from: Option<AccountId>,
}

impl Inherited {
    /// What holds at the last account of a line, the root first.
    pub fn along(line: &[PassedDown]) -> Self {
        let branding = line.iter().rfind(|row| !row.branding.is_empty());
        let support = line.iter().rfind(|row| !row.support.is_empty());
        Self {
            policy: PolicyInForce::along(line.iter().map(|row| &row.policy)),
            branding: branding.map(|row| row.branding.clone()).unwrap_or_default(),
            branding_from: branding.map(|row| row.account_id),
            support: support.map(|row| row.support.clone()).unwrap_or_default(),
            support_from: support.map(|row| row.account_id),
        }
    }
}
