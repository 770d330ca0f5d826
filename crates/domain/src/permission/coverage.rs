//! Nobody gives, or lays hands on, more than they hold.

use crate::{
    account::AccountPath,
    permission::{Authority, BuiltInRole, Grant, Permission, PermissionMatrix},
};

impl Authority {
    /// The cells of a role that this user does not hold at an account: empty means the user may give that role there, as
    /// far as coverage goes.
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
    /// assert!(administrator.missing(BuiltInRole::User, &home).is_empty());
    /// assert!(!administrator.missing(BuiltInRole::BasicAccess, &home).is_empty());
    /// ```
    pub fn missing(&self, role: BuiltInRole, anchor: &AccountPath) -> PermissionMatrix {
        role.matrix().difference(self.effective_at(anchor))
    }

    /// Whether this user holds everything that all of another user's grants give: the **superior guard**. Whoever edits,
    /// suspends, removes or resets a user, or changes where that user's mail goes, must cover all of it. Grants whose window
    /// has not begun or is over count too, so that a guard cannot be slipped past by waiting.
    pub fn covers_all<'a>(&self, grants: impl IntoIterator<Item = &'a Grant>) -> bool {
        grants.into_iter().all(|grant| self.missing(grant.role, &grant.anchor).is_empty())
    }

    /// Whether this user is an administrator of an account strictly above `target`: active, with own `users.add`, `edit`
    /// and `remove` there. Such a user may take an account's last administrator away.
    pub fn administers_above(&self, target: &AccountPath) -> bool {
        self.live_grants().iter().any(|grant| grant.role.administers_anchor() && grant.anchor.is_above(target))
    }

    /// The roles this user may give at an account: none without `users.add` or `users.edit` there.
    pub fn grantable_roles(&self, anchor: &AccountPath) -> impl Iterator<Item = BuiltInRole> {
        let may_give = self.holds(Permission::USERS_ADD, anchor) || self.holds(Permission::USERS_EDIT, anchor);
        let effective = self.effective_at(anchor);
        BuiltInRole::ALL.into_iter().filter(move |role| may_give && effective.contains_all(role.matrix()))
    }
}
