//! The built-in roles. They never change; `tests/role_table.rs` holds them cell by cell.

use crate::{
    InvalidValue,
    permission::{
        Action::{self, Add, Edit, Remove, View},
        PermissionMatrix,
        Resource::{AccountInfo, Accounts, Catalog, PriceSchedules, Reports, Services, Support, Users},
        Scope::{self, Child, Own},
    },
};

/// One of the six built-in roles.
///
/// ```
/// use tenantry_domain::permission::BuiltInRole;
/// let role = BuiltInRole::parse("customer_administrator")?;
/// assert_eq!((role.label(), role.matrix().len()), ("Customer Administrator", 13));
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuiltInRole {
    /// Everything, in the active account and below.
    FullAccess,
    /// Everything below, looking only at home.
    BasicAccess,
    /// Only the own dashboard.
    NoAccess,
    /// Everything, in the active account and below; the other family's name for it.
    ResellerAdministrator,
    /// Users, services and company information of one account.
    CustomerAdministrator,
    /// Sees company information and support, edits the own profile.
    User,
}

/// The two sets of names the built-in roles come in. Both are always valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoleFamily {
    /// Full Access, Basic Access, No Access.
    AccessLevels,
    /// Reseller Administrator, Customer Administrator, User.
    Administrators,
}

const BOTH: &[Scope] = &[Own, Child];
const ALL: &[Action] = &[View, Add, Edit, Remove];

const FULL_ACCESS: PermissionMatrix = PermissionMatrix::EMPTY
    .with(BOTH, AccountInfo, &[View, Edit])
    .with(&[Child], Accounts, ALL)
    .with(BOTH, Users, ALL)
    .with(BOTH, Services, ALL)
    .with(BOTH, Catalog, &[View, Edit])
    .with(BOTH, Reports, &[View])
    .with(BOTH, PriceSchedules, ALL)
    .with(BOTH, Support, &[View]);

const BASIC_ACCESS: PermissionMatrix = PermissionMatrix::EMPTY
    .with(&[Own], AccountInfo, &[View])
    .with(&[Child], AccountInfo, &[View, Edit])
    .with(&[Child], Accounts, ALL)
    .with(&[Child], Users, ALL)
    .with(&[Child], Services, ALL)
    .with(&[Child], Catalog, &[View, Edit])
    .with(BOTH, Reports, &[View])
    .with(&[Child], PriceSchedules, ALL)
    .with(BOTH, Support, &[View]);

const CUSTOMER_ADMINISTRATOR: PermissionMatrix = PermissionMatrix::EMPTY
    .with(&[Own], AccountInfo, &[View, Edit])
    .with(&[Own], Users, ALL)
    .with(&[Own], Services, ALL)
    .with(&[Own], Catalog, &[View])
    .with(&[Own], Reports, &[View])
    .with(&[Own], Support, &[View]);

const USER: PermissionMatrix =
    PermissionMatrix::EMPTY.with(&[Own], AccountInfo, &[View]).with(&[Own], Support, &[View]);

impl BuiltInRole {
    /// Every role: the access levels, then the administrators.
    pub const ALL: [Self; 6] = [
        Self::FullAccess,
        Self::BasicAccess,
        Self::NoAccess,
        Self::ResellerAdministrator,
        Self::CustomerAdministrator,
        Self::User,
    ];

    /// The stable word, as in the API's `role`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::FullAccess => "full_access",
            Self::BasicAccess => "basic_access",
            Self::NoAccess => "no_access",
            Self::ResellerAdministrator => "reseller_administrator",
            Self::CustomerAdministrator => "customer_administrator",
            Self::User => "user",
        }
    }

    /// The words people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::FullAccess => "Full Access",
            Self::BasicAccess => "Basic Access",
            Self::NoAccess => "No Access",
            Self::ResellerAdministrator => "Reseller Administrator",
            Self::CustomerAdministrator => "Customer Administrator",
            Self::User => "User",
        }
    }

    /// One sentence on what the role is for.
    pub const fn description(self) -> &'static str {
        match self {
            Self::FullAccess => "Manages everything in this account and in all accounts below it.",
            Self::BasicAccess => {
                "Manages everything in the accounts below; in this account only looks at company information and reports."
            }
            Self::NoAccess => "Sees the own dashboard only.",
            Self::ResellerAdministrator => {
                "Manages customers, users, services and prices in this account and in all accounts below it."
            }
            Self::CustomerAdministrator => "Manages the users, services and company information of this account.",
            Self::User => "Edits the own profile, sees company information and support.",
        }
    }

    /// The family the name belongs to.
    pub const fn family(self) -> RoleFamily {
        match self {
            Self::FullAccess | Self::BasicAccess | Self::NoAccess => RoleFamily::AccessLevels,
            Self::ResellerAdministrator | Self::CustomerAdministrator | Self::User => RoleFamily::Administrators,
        }
    }

    /// The cells the role holds.
    pub const fn matrix(self) -> PermissionMatrix {
        match self {
            Self::FullAccess | Self::ResellerAdministrator => FULL_ACCESS,
            Self::BasicAccess => BASIC_ACCESS,
            Self::NoAccess => PermissionMatrix::EMPTY,
            Self::CustomerAdministrator => CUSTOMER_ADMINISTRATOR,
            Self::User => USER,
        }
    }

    /// Whether its holder may edit the own profile. The own dashboard, password, sessions and picture are for everyone.
    pub const fn edits_own_profile(self) -> bool {
        !matches!(self, Self::NoAccess)
    }

    /// Whether its holder counts as an administrator of the anchor account: own `users.add`, `edit` and `remove`.
    pub const fn administers_anchor(self) -> bool {
        self.matrix().contains_all(PermissionMatrix::EMPTY.with(&[Own], Users, &[Add, Edit, Remove]))
    }

    /// Reads the stable word.
    ///
    /// # Errors
    /// [`InvalidValue::Unknown`] for any other word.
    pub fn parse(key: &str) -> Result<Self, InvalidValue> {
        Self::ALL
            .into_iter()
            .find(|role| role.key() == key)
            .ok_or(InvalidValue::Unknown { expected: "a role from the list" })
    }
}
