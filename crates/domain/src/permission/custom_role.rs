//! Roles that people define, and what a role of the platform is: built-in or one of those.

use std::{fmt, sync::Arc};

use thiserror::Error;

use crate::{
    AccountId, InvalidValue, Line, RoleId,
    account::AccountPath,
    permission::{BuiltInRole, Grantable, PermissionMatrix, Resource},
};

/// A custom role's name, at most 100 characters; unique in its account, compared in lower case.
pub type RoleName = Line<100>;

/// What a custom role is: everything its author decides.
///
/// ```
/// use tenantry_domain::{Line, permission::{Action, MissingViews, PermissionMatrix, Resource, RoleDefinition, Scope}};
/// let name = Line::parse("Helpdesk")?;
/// let blind = PermissionMatrix::EMPTY.with(&[Scope::Own], Resource::Users, &[Action::Edit]);
/// assert!(RoleDefinition::try_new(name.clone(), None, blind, true).is_err());
/// let seeing = blind.union(blind.missing_views());
/// assert!(RoleDefinition::try_new(name, None, seeing, true).is_ok());
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleDefinition {
    /// What people call it.
    pub name: RoleName,
    /// What it is for, in a sentence.
    pub description: Option<Line<500>>,
    matrix: PermissionMatrix,
    /// Whether its holder may edit the own profile.
    pub edits_own_profile: bool,
}

/// A role that lets somebody change what that person may not see.
///
/// ```
/// use tenantry_domain::permission::{Action, MissingViews, PermissionMatrix, Resource, Scope};
/// let cells = PermissionMatrix::EMPTY.with(&[Scope::Own], Resource::Users, &[Action::View]);
/// assert_eq!(
///     MissingViews(cells).to_string(),
///     r#"whoever may change something must be allowed to view it: {"own.users.view"} is missing"#,
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("whoever may change something must be allowed to view it: {0:?} is missing")]
pub struct MissingViews(pub PermissionMatrix);

impl RoleDefinition {
    /// A role of these cells.
    ///
    /// # Errors
    /// [`MissingViews`] if it holds `add`, `edit` or `remove` of something without its `view` in the same scope.
    pub fn try_new(
        name: RoleName,
        description: Option<Line<500>>,
        matrix: PermissionMatrix,
        edits_own_profile: bool,
    ) -> Result<Self, MissingViews> {
        let missing = matrix.missing_views();
        if missing.is_empty() {
            Ok(Self { name, description, matrix, edits_own_profile })
        } else {
            Err(MissingViews(missing))
        }
    }

    /// The cells the role holds.
    pub const fn matrix(&self) -> PermissionMatrix {
        self.matrix
    }
}

/// A role that an account defined for itself and the accounts below it.
///
/// ```
/// # use tenantry_domain::{AccountId, Line, RoleId, account::AccountPath, permission::*};
/// # let id = |n: u128| uuid::Uuid::from_u128(n);
/// let reseller = AccountPath::root(AccountId::new(id(1)));
/// let definition = RoleDefinition::try_new(Line::parse("Auditor")?, None, PermissionMatrix::EMPTY, false).unwrap();
/// let role = CustomRole { id: RoleId::new(id(9)), owner: reseller.id(), version: 1, definition };
/// assert!(role.is_for(&reseller.child(AccountId::new(id(2)))));
/// assert!(!role.is_for(&AccountPath::root(AccountId::new(id(3)))));
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomRole {
    /// The role's id.
    pub id: RoleId,
    /// The account it belongs to.
    pub owner: AccountId,
    /// Rises by one with every change. A grant always means the newest version.
    pub version: i64,
    /// What it is.
    pub definition: RoleDefinition,
}

impl CustomRole {
    /// Whether it may be given at an account: its owner's, or one below.
    pub fn is_for(&self, anchor: &AccountPath) -> bool {
        anchor.iter().any(|id| id == self.owner)
    }
}

/// A role of the platform: what a [`Grant`](super::Grant) gives unless a service brings its own kind.
///
/// ```
/// use tenantry_domain::permission::{BuiltInRole, Role};
/// let role = Role::from(BuiltInRole::BasicAccess);
/// assert_eq!((role.label(), role.matrix().len()), ("Basic Access", 25));
/// assert_eq!(role.key().to_string(), "basic_access");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// One of the six that never change.
    BuiltIn(BuiltInRole),
    /// One that an account defined.
    Custom(Arc<CustomRole>),
}

/// Which role is meant: the key of a built-in one or the id of a custom one, as in the API's `role`.
///
/// ```
/// use tenantry_domain::permission::{BuiltInRole, RoleKey};
/// assert_eq!(RoleKey::parse("user"), Ok(RoleKey::BuiltIn(BuiltInRole::User)));
/// assert!(RoleKey::parse("0195a0b0-0000-7000-8000-000000000001").is_ok());
/// assert!(RoleKey::parse("root").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoleKey {
    /// A built-in role.
    BuiltIn(BuiltInRole),
    /// A custom role.
    Custom(RoleId),
}

impl Role {
    /// Which role it is.
    pub fn key(&self) -> RoleKey {
        match self {
            Self::BuiltIn(role) => RoleKey::BuiltIn(*role),
            Self::Custom(role) => RoleKey::Custom(role.id),
        }
    }

    /// The words people read.
    pub fn label(&self) -> &str {
        match self {
            Self::BuiltIn(role) => role.label(),
            Self::Custom(role) => role.definition.name.as_str(),
        }
    }

    /// One sentence on what the role is for; empty if its author wrote none.
    pub fn description(&self) -> &str {
        match self {
            Self::BuiltIn(role) => role.description(),
            Self::Custom(role) => role.definition.description.as_ref().map_or("", Line::as_str),
        }
    }

    /// The cells the role holds.
    pub fn matrix(&self) -> PermissionMatrix {
        match self {
            Self::BuiltIn(role) => role.matrix(),
            Self::Custom(role) => role.definition.matrix(),
        }
    }

    /// Whether its holder may edit the own profile. The own dashboard, password, sessions and picture are for everyone.
    pub fn edits_own_profile(&self) -> bool {
        match self {
            Self::BuiltIn(role) => role.edits_own_profile(),
            Self::Custom(role) => role.definition.edits_own_profile,
        }
    }

    /// Whether it may be given at an account: a built-in role anywhere, a custom one at or below its owner.
    pub fn is_for(&self, anchor: &AccountPath) -> bool {
        match self {
            Self::BuiltIn(_) => true,
            Self::Custom(role) => role.is_for(anchor),
        }
    }
}

impl Grantable for Role {
    type Resource = Resource;

    fn matrix(&self) -> PermissionMatrix {
        Self::matrix(self)
    }
}

impl From<BuiltInRole> for Role {
    fn from(role: BuiltInRole) -> Self {
        Self::BuiltIn(role)
    }
}

impl From<CustomRole> for Role {
    fn from(role: CustomRole) -> Self {
        Self::Custom(Arc::new(role))
    }
}

impl PartialEq<BuiltInRole> for Role {
    fn eq(&self, other: &BuiltInRole) -> bool {
        matches!(self, Self::BuiltIn(role) if role == other)
    }
}

impl RoleKey {
    /// Reads a key or an id.
    ///
    /// # Errors
    /// [`InvalidValue::Unknown`] if it is neither.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        if let Ok(role) = BuiltInRole::parse(text) {
            return Ok(Self::BuiltIn(role));
        }
        text.parse().map(Self::Custom).map_err(|_| InvalidValue::Unknown { expected: "a role from the list" })
    }
}

impl From<BuiltInRole> for RoleKey {
    fn from(role: BuiltInRole) -> Self {
        Self::BuiltIn(role)
    }
}

impl fmt::Display for RoleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(role) => f.write_str(role.key()),
            Self::Custom(id) => id.fmt(f),
        }
    }
}
