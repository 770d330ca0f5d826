//! What one user may do, from all grants together.

use jiff::Timestamp;

use crate::{
    account::AccountPath,
    permission::{Grant, Permission, PermissionMatrix},
};

/// Whether a user can act at all. Only an [`Standing::Active`] one can, whatever the grants say.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    standing: Standing,
    home: AccountPath,
    grants: Vec<Grant>,
}

/// A part of the tree where a permission holds: at the anchor, below it, or both. Lists filter by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach<'a> {
    /// The grant's anchor.
    pub anchor: &'a AccountPath,
    /// The permission holds at the anchor.
    pub at: bool,
    /// The permission holds everywhere below the anchor.
    pub below: bool,
}

impl Authority {
    /// The authority of a user with this standing, home account and these grants at the instant `now`.
    pub fn new(standing: Standing, home: AccountPath, grants: Vec<Grant>, now: Timestamp) -> Self {
        let grants = grants.into_iter().filter(|grant| grant.is_in_effect(now)).collect();
        Self { standing, home, grants }
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
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// The grants that give something now: none unless the user is active.
    pub(super) fn live_grants(&self) -> &[Grant] {
        match self.standing {
            Standing::Active => &self.grants,
            Standing::Suspended | Standing::Removed | Standing::AccountSuspended => &[],
        }
    }

    /// The matrix in effect at an account: `own` cells hold there, `child` cells everywhere below it. Grants at the account
    /// give all their cells, grants above it their `child` cells in both scopes.
    pub fn effective_at(&self, target: &AccountPath) -> PermissionMatrix {
        self.live_grants().iter().fold(PermissionMatrix::EMPTY, |matrix, grant| {
            if grant.anchor.id() == target.id() {
                matrix.union(grant.role.matrix())
            } else if grant.anchor.is_above(target) {
                matrix.union(grant.role.matrix().seen_from_below())
            } else {
                matrix
            }
        })
    }

    /// Where in the tree a permission holds, one entry for each grant that gives it somewhere.
    pub fn reach(&self, permission: Permission) -> impl Iterator<Item = Reach<'_>> {
        self.live_grants().iter().filter_map(move |grant| {
            let matrix = grant.role.matrix();
            let at = matrix.contains(permission.cell_at_anchor());
            let below = matrix.contains(permission.cell_below_anchor());
            (at || below).then_some(Reach { anchor: &grant.anchor, at, below })
        })
    }

    /// Whether an account is in view: where `account_info.view` or `accounts.view` holds, and the home account always.
    /// What is not in view does not exist for this user.
    pub fn views_account(&self, target: &AccountPath) -> bool {
        self.home.id() == target.id()
            || self.holds(Permission::ACCOUNT_INFO_VIEW, target)
            || self.holds(Permission::ACCOUNTS_VIEW, target)
    }

    /// Whether the role of some grant lets the user edit the own profile.
    pub fn edits_own_profile(&self) -> bool {
        self.live_grants().iter().any(|grant| grant.role.edits_own_profile())
    }
}
