//! Grants.

use jiff::Timestamp;

use crate::{
    account::AccountPath,
    permission::{PermissionMatrix, ResourceKind, Role},
};

/// What a grant gives: something that stands for a set of cells. [`Role`] is the platform's; a service that embeds this crate
/// brings its own roles, over its own [`ResourceKind`].
///
/// ```
/// use tenantry_domain::permission::{Action, Grantable, PermissionMatrix, Resource, Scope};
///
/// enum Seat {
///     Auditor,
/// }
///
/// impl Grantable for Seat {
///     type Resource = Resource;
///
///     fn matrix(&self) -> PermissionMatrix {
///         match self {
///             Self::Auditor => PermissionMatrix::EMPTY.with(&Scope::ALL, Resource::Reports, &[Action::View]),
///         }
///     }
/// }
/// assert_eq!(Seat::Auditor.matrix().len(), 2);
/// ```
pub trait Grantable {
    /// What its cells are about.
    type Resource: ResourceKind;

    /// The cells it stands for.
    fn matrix(&self) -> PermissionMatrix<Self::Resource>;
}

/// A role at an anchor account, from one instant to another. Whose it is, is said by where it is kept.
///
/// ```
/// use jiff::Timestamp;
/// use tenantry_domain::{AccountId, account::AccountPath, permission::{BuiltInRole, Grant}};
/// let anchor = AccountPath::root(AccountId::new(uuid::Uuid::from_u128(1)));
/// let grant = Grant { ends_at: Some(Timestamp::UNIX_EPOCH), ..Grant::new(BuiltInRole::User, anchor) };
/// assert!(!grant.is_in_effect(Timestamp::UNIX_EPOCH), "the end is not part of the window");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    // A misspelt end would be a grant for ever.
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Grant<G = Role> {
    /// What is given.
    pub role: G,
    /// Where: the role's `own` cells hold at this account, its `child` cells below it.
    pub anchor: AccountPath,
    /// In effect from this instant on; `None` for always.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub starts_at: Option<Timestamp>,
    /// In effect before this instant; `None` for ever.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub ends_at: Option<Timestamp>,
}

impl<G> Grant<G> {
    /// A grant without an end.
    pub const fn new(role: G, anchor: AccountPath) -> Self {
        Self { role, anchor, starts_at: None, ends_at: None }
    }

    /// Whether `now` is inside the grant's time window.
    pub fn is_in_effect(&self, now: Timestamp) -> bool {
        self.starts_at.is_none_or(|start| start <= now) && self.ends_at.is_none_or(|end| now < end)
    }
}

impl Grant {
    /// Whether this grant makes its holder an administrator of the anchor account who stays one: in effect, and without an end.
    /// An account that only people on time had left would be without an administrator by itself one day.
    pub fn administers_for_good(&self, now: Timestamp) -> bool {
        self.role.matrix().administers_anchor() && self.is_in_effect(now) && self.ends_at.is_none()
    }
}
