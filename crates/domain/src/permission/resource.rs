//! What permissions are about.

use std::{fmt::Debug, hash::Hash};

use super::{Action, Scope};

/// The things a service governs: an enum of at most sixteen. [`Resource`] is the platform's own; a service that embeds this
/// crate brings its own and gets the whole engine for it.
///
/// ```
/// use tenantry_domain::permission::{Action, Permission, ResourceKind};
///
/// #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
/// enum Asset {
///     Project,
///     Invoice,
/// }
///
/// impl ResourceKind for Asset {
///     const ALL: &'static [Self] = &[Self::Project, Self::Invoice];
///
///     fn number(self) -> u8 {
///         self as u8
///     }
///
///     fn key(self) -> &'static str {
///         match self {
///             Self::Project => "project",
///             Self::Invoice => "invoice",
///         }
///     }
/// }
///
/// assert_eq!(Permission::new(Asset::Invoice, Action::View).to_string(), "invoice.view");
/// assert_eq!(Asset::find("project"), Some(Asset::Project));
/// // Worth a test of its own: two resources with the same number would share their cells.
/// assert!(Asset::ALL.iter().enumerate().all(|(number, asset)| usize::from(asset.number()) == number));
/// ```
///
/// More than sixteen do not compile:
///
/// ```compile_fail,E0080
/// # use tenantry_domain::permission::{PermissionMatrix, ResourceKind};
/// #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
/// struct Numbered(u8);
///
/// impl ResourceKind for Numbered {
///     const ALL: &'static [Self] = &[Self(0); 17];
/// #   fn number(self) -> u8 { self.0 }
/// #   fn key(self) -> &'static str { "numbered" }
/// }
///
/// let _ = PermissionMatrix::<Numbered>::EMPTY;
/// ```
pub trait ResourceKind: Debug + Copy + Eq + Ord + Hash + Send + Sync + 'static {
    /// Every resource, in the order of its number.
    const ALL: &'static [Self];

    /// The resource's position in [`ResourceKind::ALL`]. Never stored and never shown, so that it may change between versions.
    fn number(self) -> u8;

    /// The stable word, as in the cell name `own.users.view`: no dots, unique among [`ResourceKind::ALL`].
    fn key(self) -> &'static str;

    /// The cell that counts when a grant is anchored **at** the account asked about. [`Scope::Own`], except for what is asked
    /// about the account beneath which something is to be made (product rule: `accounts.add`).
    fn scope_at_anchor(self, _action: Action) -> Scope {
        Scope::Own
    }

    /// Reads the stable word.
    fn find(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|resource| resource.key() == key)
    }
}

/// One of the eight things a platform governs.
///
/// ```
/// use tenantry_domain::permission::Resource;
/// assert_eq!(Resource::find("price_schedules"), Some(Resource::PriceSchedules));
/// assert_eq!(Resource::Users.label(), "Users");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Resource {
    /// Company information, domains, branding and support contacts of an account.
    AccountInfo,
    /// Accounts themselves: listing, creating, changing and removing them.
    Accounts,
    /// Users of an account.
    Users,
    /// Subscriptions of an account.
    Services,
    /// What an account offers to the accounts below it.
    Catalog,
    /// Reports about an account.
    Reports,
    /// Price schedules of an account.
    PriceSchedules,
    /// Support contacts and menu.
    Support,
}

impl Resource {
    /// Every resource, in the order of the permission table.
    pub const ALL: [Self; 8] = [
        Self::AccountInfo,
        Self::Accounts,
        Self::Users,
        Self::Services,
        Self::Catalog,
        Self::Reports,
        Self::PriceSchedules,
        Self::Support,
    ];

    /// The stable word, as in the cell name `own.users.view`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::AccountInfo => "account_info",
            Self::Accounts => "accounts",
            Self::Users => "users",
            Self::Services => "services",
            Self::Catalog => "catalog",
            Self::Reports => "reports",
            Self::PriceSchedules => "price_schedules",
            Self::Support => "support",
        }
    }

    /// The words people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::AccountInfo => "Account information",
            Self::Accounts => "Accounts",
            Self::Users => "Users",
            Self::Services => "Services",
            Self::Catalog => "Available services",
            Self::Reports => "Reports",
            Self::PriceSchedules => "Price schedules",
            Self::Support => "Support",
        }
    }

    /// Reads the stable word.
    pub fn find(key: &str) -> Option<Self> {
        <Self as ResourceKind>::find(key)
    }
}

impl ResourceKind for Resource {
    const ALL: &'static [Self] = &Self::ALL;

    fn number(self) -> u8 {
        self as u8
    }

    fn key(self) -> &'static str {
        Self::key(self)
    }

    fn scope_at_anchor(self, action: Action) -> Scope {
        match (self, action) {
            (Self::Accounts, Action::Add) => Scope::Child,
            _ => Scope::Own,
        }
    }
}
