//! Nobody gives, or lays hands on, more than they hold.

use super::{Authority, Grant, Grantable, Permission, PermissionMatrix, Resource};
use crate::account::AccountPath;

/// Why a role may not be given somewhere.
///
/// ```
/// use tenantry_domain::permission::{PermissionMatrix, Ungrantable};
/// assert_ne!(Ungrantable::NoRightToGive, Ungrantable::NotCovered { missing: PermissionMatrix::EMPTY });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ungrantable {
    /// The grantor holds neither `users.add` nor `users.edit` there.
    NoRightToGive,
    /// The role holds more than the grantor does there.
    NotCovered {
        /// The cells that the grantor lacks.
        missing: PermissionMatrix,
    },
}

impl<G: Grantable> Authority<G> {
    /// The cells of a role that this user does not hold at an account: empty means that giving it there gives nothing the
    /// grantor lacks (product rule: coverage).
    ///
    /// An `own` cell must be in effect for the grantor at the account; a `child` cell must come from a grant at the account
    /// or above it, so that it also covers accounts that do not exist yet.
    ///
    /// ```
    /// use jiff::Timestamp;
    /// use tenantry_domain::{AccountId, account::AccountPath, permission::*};
    /// # let home = AccountPath::root(AccountId::new(uuid::Uuid::from_u128(1)));
    /// let grant = Grant::new(BuiltInRole::CustomerAdministrator, home.clone());
    /// let administrator = Authority::new(Standing::Active, home.clone(), vec![grant], Timestamp::UNIX_EPOCH);
    /// assert!(administrator.missing(BuiltInRole::User.matrix(), &home).is_empty());
    /// assert!(!administrator.missing(BuiltInRole::BasicAccess.matrix(), &home).is_empty());
    /// ```
    pub fn missing(&self, role: PermissionMatrix<G::Resource>, anchor: &AccountPath) -> PermissionMatrix<G::Resource> {
        role.difference(self.effective_at(anchor))
    }

    /// Whether this user holds everything that all of another user's grants give: the **superior guard**. Whoever edits,
    /// suspends, removes or resets a user, or changes where that user's mail goes, must cover all of it. Grants whose window
    /// has not begun or is over count too, so that a guard cannot be slipped past by waiting.
    pub fn covers_all<'a>(&self, grants: impl IntoIterator<Item = &'a Grant<G>>) -> bool
    where
        G: 'a,
    {
        grants.into_iter().all(|grant| self.missing(grant.role.matrix(), &grant.anchor).is_empty())
    }
}

impl<G: Grantable<Resource = Resource>> Authority<G> {
    /// Whether this user may give a role of these cells at an account, and if not, what is missing: it takes `users.add` or
    /// `users.edit` there, and every cell (product rule: coverage).
    ///
    /// # Errors
    /// [`Ungrantable`].
    ///
    /// ```
    /// use jiff::Timestamp;
    /// use tenantry_domain::{AccountId, account::AccountPath, permission::*};
    /// # let home = AccountPath::root(AccountId::new(uuid::Uuid::from_u128(1)));
    /// let grant = Grant::new(BuiltInRole::CustomerAdministrator, home.clone());
    /// let administrator = Authority::new(Standing::Active, home.clone(), vec![grant], Timestamp::UNIX_EPOCH);
    /// assert_eq!(administrator.may_grant(BuiltInRole::User.matrix(), &home), Ok(()));
    /// let Err(Ungrantable::NotCovered { missing }) = administrator.may_grant(BuiltInRole::FullAccess.matrix(), &home)
    /// else { panic!() };
    /// assert!(missing.contains(Cell::find("child.users.add").unwrap()));
    /// ```
    pub fn may_grant(&self, role: PermissionMatrix, anchor: &AccountPath) -> Result<(), Ungrantable> {
        granting(|permission| self.holds(permission, anchor), || self.missing(role, anchor))
    }

    /// Whether this user is an administrator of an account strictly above `target`: active, with own `users.add`, `edit`
    /// and `remove` there. Such a user may take an account's last administrator away.
    pub fn administers_above(&self, target: &AccountPath) -> bool {
        self.live().any(|(grant, matrix)| matrix.administers_anchor() && grant.anchor.is_above(target))
    }
}

/// The rule of [`Authority::may_grant`], whichever way the grantor is asked.
pub(super) fn granting(
    holds: impl Fn(Permission) -> bool,
    missing: impl FnOnce() -> PermissionMatrix,
) -> Result<(), Ungrantable> {
    if !holds(Permission::USERS_ADD) && !holds(Permission::USERS_EDIT) {
        return Err(Ungrantable::NoRightToGive);
    }
    let missing = missing();
    if missing.is_empty() { Ok(()) } else { Err(Ungrantable::NotCovered { missing }) }
}
