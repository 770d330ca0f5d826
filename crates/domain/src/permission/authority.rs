//! What one user may do, from all grants together.

use jiff::Timestamp;

use super::{
    Grant, Grantable, Permission, PermissionMatrix, Resource, Role,
    held::{HeldGrants, PathAnchor},
};
use crate::account::AccountPath;

/// Whether a user can act at all. Only an [`Standing::Active`] one can, whatever the grants say.
///
/// ```
/// use tenantry_domain::permission::Standing;
/// assert_ne!(Standing::Active, Standing::AccountSuspended);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// The user, the home account and all its ancestors are active.
    Active,
    /// The user is suspended.
    Suspended,
    /// The user was removed.
    Removed,
    /// The home account or one above it is suspended.
    AccountSuspended,
}

/// What a user may do right now: standing, and the grants whose time window includes the present.
///
/// ```
/// use jiff::Timestamp;
/// use tenantry_domain::{AccountId, account::AccountPath, permission::*};
/// # let id = |n: u128| AccountId::new(uuid::Uuid::from_u128(n));
/// let home = AccountPath::root(id(1));
/// let grant = Grant::new(BuiltInRole::User, home.clone());
/// let person = Authority::new(Standing::Active, home.clone(), vec![grant], Timestamp::UNIX_EPOCH);
/// assert!(person.holds(Permission::ACCOUNT_INFO_VIEW, &home));
/// assert_eq!(person.effective_at(&home).len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority<G: Grantable = Role> {
    standing: Standing,
    home: AccountPath,
    grants: Vec<Grant<G>>,
    /// What the grants give.
    held: HeldGrants<PathAnchor>,
}

/// A part of the tree where a permission holds: at the anchor, below it, or both. Lists filter by it.
///
/// ```
/// # use jiff::Timestamp;
/// # use tenantry_domain::{AccountId, account::AccountPath, permission::*};
/// # let home = AccountPath::root(AccountId::new(uuid::Uuid::from_u128(1)));
/// let grant = Grant::new(BuiltInRole::BasicAccess, home.clone());
/// let basic = Authority::new(Standing::Active, home.clone(), vec![grant], Timestamp::UNIX_EPOCH);
/// let reach: Vec<Reach> = basic.reach(Permission::USERS_VIEW).collect();
/// assert_eq!(reach, [Reach { anchor: &home, at: false, below: true }]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach<'a> {
    /// The grant's anchor.
    pub anchor: &'a AccountPath,
    /// The permission holds at the anchor.
    pub at: bool,
    /// The permission holds everywhere below the anchor.
    pub below: bool,
}

impl Reach<'_> {
    /// Where this and another both hold.
    pub fn and(&self, other: &Self) -> Option<Self> {
        let (upper, lower) = if self.anchor.is_at_or_above(other.anchor) { (self, other) } else { (other, self) };
        if !upper.anchor.is_at_or_above(lower.anchor) {
            return None;
        }
        let upper_at = if upper.anchor == lower.anchor { upper.at } else { upper.below };
        let both = Self { anchor: lower.anchor, at: upper_at && lower.at, below: upper.below && lower.below };
        (both.at || both.below).then_some(both)
    }
}

impl<G: Grantable> Authority<G> {
    /// The authority of a user with this standing, home account and these grants at the instant `now`.
    pub fn new(standing: Standing, home: AccountPath, grants: Vec<Grant<G>>, now: Timestamp) -> Self {
        let grants: Vec<_> = grants.into_iter().filter(|grant| grant.is_in_effect(now)).collect();
        let live = live(standing, &grants).iter();
        let held = HeldGrants::new(live.map(|grant| (grant.role.matrix(), PathAnchor::from(&grant.anchor))));
        Self { standing, home, grants, held }
    }

    /// Whether the user can act at all.
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    /// The user's home account.
    pub const fn home(&self) -> &AccountPath {
        &self.home
    }

    /// The grants in effect.
    pub fn grants(&self) -> &[Grant<G>] {
        &self.grants
    }

    /// The grants that give something now, with their cells: none unless the user is active.
    pub(super) fn live(&self) -> impl Iterator<Item = (&Grant<G>, PermissionMatrix<G::Resource>)> {
        live(self.standing, &self.grants).iter().map(|grant| (grant, grant.role.matrix()))
    }

    pub(super) const fn held(&self) -> &HeldGrants<PathAnchor> {
        &self.held
    }

    /// The matrix in effect at an account: `own` cells hold there, `child` cells everywhere below it. Grants at the account
    /// give all their cells, grants above it their `child` cells in both scopes.
    pub fn effective_at(&self, target: &AccountPath) -> PermissionMatrix<G::Resource> {
        let seen = self.live().zip(self.held.positions_of(target));
        seen.fold(PermissionMatrix::EMPTY, |effective, ((_, matrix), position)| effective.union(position.sees(matrix)))
    }

    /// Where in the tree a permission holds, one entry for each grant that gives it somewhere.
    pub fn reach(&self, permission: Permission<G::Resource>) -> impl Iterator<Item = Reach<'_>> {
        self.live().filter_map(move |(grant, matrix)| {
            let at = matrix.contains(permission.cell_at_anchor());
            let below = matrix.contains(permission.cell_below_anchor());
            (at || below).then_some(Reach { anchor: &grant.anchor, at, below })
        })
    }

    /// Where in the tree two permissions hold together.
    pub fn reach_of_both(
        &self,
        one: Permission<G::Resource>,
        other: Permission<G::Resource>,
    ) -> impl Iterator<Item = Reach<'_>> {
        self.reach(one).flat_map(move |reach| self.reach(other).filter_map(move |also| reach.and(&also)))
    }

    /// Whether this user may do something at an account: [`Authority::decide`] without its reason.
    #[inline]
    pub fn holds(&self, permission: Permission<G::Resource>, target: &AccountPath) -> bool {
        self.held.allow(permission.bit(), target)
    }

    /// Those of some accounts where this user may do something, in their order.
    ///
    /// ```
    /// # use jiff::Timestamp;
    /// # use tenantry_domain::{AccountId, account::AccountPath, permission::*};
    /// # let id = |n: u128| AccountId::new(uuid::Uuid::from_u128(n));
    /// let reseller = AccountPath::root(id(1));
    /// let accounts = [reseller.clone(), reseller.child(id(2)), AccountPath::root(id(3))];
    /// let grant = Grant::new(BuiltInRole::BasicAccess, reseller.clone());
    /// let basic = Authority::new(Standing::Active, reseller, vec![grant], Timestamp::UNIX_EPOCH);
    /// let found: Vec<_> = basic.accounts_where(Permission::USERS_ADD, &accounts).collect();
    /// assert_eq!(found, [&accounts[1]]);
    /// ```
    pub fn accounts_where<'p>(
        &self,
        permission: Permission<G::Resource>,
        accounts: impl IntoIterator<Item = &'p AccountPath>,
    ) -> impl Iterator<Item = &'p AccountPath> {
        accounts.into_iter().filter(move |account| self.holds(permission, account))
    }
}

impl<G: Grantable<Resource = Resource>> Authority<G> {
    /// Whether an account is in view: where `account_info.view` or `accounts.view` holds, and the home account always.
    /// What is not in view does not exist for this user.
    pub fn views_account(&self, target: &AccountPath) -> bool {
        self.home.id() == target.id()
            || self.holds(Permission::ACCOUNT_INFO_VIEW, target)
            || self.holds(Permission::ACCOUNTS_VIEW, target)
    }
}

impl Authority {
    /// Whether the role of some grant lets the user edit the own profile.
    pub fn edits_own_profile(&self) -> bool {
        self.live().any(|(grant, _)| grant.role.edits_own_profile())
    }
}

/// Those of somebody's grants that give something.
const fn live<G>(standing: Standing, grants: &[Grant<G>]) -> &[Grant<G>] {
    match standing {
        Standing::Active => grants,
        Standing::Suspended | Standing::Removed | Standing::AccountSuspended => &[],
    }
}
