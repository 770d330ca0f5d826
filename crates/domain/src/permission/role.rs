//! The built-in roles. They never change; `tests/rules/role_table.rs` compares them with the requirement, cell by cell.

use crate::{
    InvalidValue,
    permission::{
        Action::{self, Add, Edit, Remove, View},
        Grantable, PermissionMatrix,
        Resource::{self, AccountInfo, Accounts, Catalog, PriceSchedules, Reports, Services, Support, Users},
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
///
/// ```
/// use tenantry_domain::permission::{BuiltInRole, RoleFamily};
/// let levels: Vec<_> =
///     BuiltInRole::ALL.into_iter().filter(|role| role.family() == RoleFamily::AccessLevels).map(BuiltInRole::label).collect();
/// assert_eq!(levels, ["Full Access", "Basic Access", "No Access"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoleFamily {
    /// Full Access, Basic Access, No Access.
    AccessLevels,
    /// Reseller Administrator, Customer Administrator, User.
    Administrators,
}

impl RoleFamily {
    /// Both.
    pub const ALL: [Self; 2] = [Self::AccessLevels, Self::Administrators];

    /// The stable word: `access_levels` or `administrators`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::AccessLevels => "access_levels",
            Self::Administrators => "administrators",
        }
    }

    /// Reads the stable word.
    ///
    /// # Errors
    /// [`InvalidValue::Unknown`] for any other word.
    pub fn parse(key: &str) -> Result<Self, InvalidValue> {
        Self::ALL
            .into_iter()
            .find(|family| family.key() == key)
            .ok_or(InvalidValue::Unknown { expected: "access_levels or administrators" })
    }
}

const BOTH: &[Scope] = &[Own, Child];
const ALL: &[Action] = &[View, Add, Edit, Remove];

const FULL_ACCESS: PermissionMatrix = PermissionMatrix::EMPTY
    .with_number(BOTH, AccountInfo as u8, &[View, Edit])
    .with_number(&[Child], Accounts as u8, ALL)
    .with_number(BOTH, Users as u8, ALL)
    .with_number(BOTH, Services as u8, ALL)
    .with_number(BOTH, Catalog as u8, &[View, Edit])
    .with_number(BOTH, Reports as u8, &[View])
    .with_number(BOTH, PriceSchedules as u8, ALL)
    .with_number(BOTH, Support as u8, &[View]);

const BASIC_ACCESS: PermissionMatrix = PermissionMatrix::EMPTY
    .with_number(&[Own], AccountInfo as u8, &[View])
    .with_number(&[Child], AccountInfo as u8, &[View, Edit])
    .with_number(&[Child], Accounts as u8, ALL)
    .with_number(&[Child], Users as u8, ALL)
    .with_number(&[Child], Services as u8, ALL)
    .with_number(&[Child], Catalog as u8, &[View, Edit])
    .with_number(BOTH, Reports as u8, &[View])
    .with_number(&[Child], PriceSchedules as u8, ALL)
    .with_number(BOTH, Support as u8, &[View]);

const CUSTOMER_ADMINISTRATOR: PermissionMatrix = PermissionMatrix::EMPTY
    .with_number(&[Own], AccountInfo as u8, &[View, Edit])
    .with_number(&[Own], Users as u8, ALL)
    .with_number(&[Own], Services as u8, ALL)
    .with_number(&[Own], Catalog as u8, &[View])
    .with_number(&[Own], Reports as u8, &[View])
    .with_number(&[Own], Support as u8, &[View]);

const USER: PermissionMatrix =
    PermissionMatrix::EMPTY.with_number(&[Own], AccountInfo as u8, &[View]).with_number(&[Own], Support as u8, &[View]);

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

impl Grantable for BuiltInRole {
    type Resource = Resource;

    fn matrix(&self) -> PermissionMatrix {
        (*self).matrix()
    }
}

impl PermissionMatrix {
    /// Whether a role of these cells makes its holder an administrator of the anchor account: own `users.add`, `edit` and
    /// `remove` (product rule: the last administrator of an account stays).
    pub const fn administers_anchor(self) -> bool {
        const ADMINISTERS: PermissionMatrix =
            PermissionMatrix::EMPTY.with_number(&[Own], Users as u8, &[Add, Edit, Remove]);
        self.contains_all(ADMINISTERS)
    }
}
