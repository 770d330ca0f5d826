//! The decision.

use crate::{
    account::AccountPath,
    permission::{Authority, Cell, Grant, Permission, Standing},
};

/// Yes with its reason, or no with its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision<'a> {
    /// Allowed, by this grant and cell.
    Allowed(Allowed<'a>),
    /// Denied.
    Denied(Denial),
}

/// Why something is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed<'a> {
    /// The first grant that allows it.
    pub grant: &'a Grant,
    /// The cell of its role that says so.
    pub cell: Cell,
}

/// Why something is denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// The user cannot act at all.
    NotActive(Standing),
    /// No grant in effect reaches the account with the cell that is needed.
    NotHeld {
        /// The cell that a grant anchored at the account would need.
        at_account: Cell,
        /// The cell that a grant anchored above it would need.
        from_above: Cell,
    },
}

impl Decision<'_> {
    /// Whether it is a yes.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }
}

impl Authority {
    /// Decides whether this user may do something at an account, and why.
    ///
    /// Allowed when the user is active and some grant in effect is anchored at the account and holds the `own` cell, or is
    /// anchored above it and holds the `child` cell. Allocates nothing; each grant costs one comparison of ids and one of
    /// bits.
    ///
    /// ```
    /// use jiff::Timestamp;
    /// use tenantry_domain::{AccountId, account::AccountPath, permission::*};
    /// # let id = |n: u128| AccountId::new(uuid::Uuid::from_u128(n));
    /// let reseller = AccountPath::root(id(1));
    /// let customer = reseller.child(id(2));
    /// let grant = Grant::new(BuiltInRole::BasicAccess, reseller.clone());
    /// let basic = Authority::new(Standing::Active, reseller.clone(), vec![grant], Timestamp::UNIX_EPOCH);
    /// assert!(!basic.decide(Permission::USERS_ADD, &reseller).is_allowed());
    /// assert!(basic.decide(Permission::USERS_ADD, &customer).is_allowed());
    /// ```
    pub fn decide(&self, permission: Permission, target: &AccountPath) -> Decision<'_> {
        if self.standing() != Standing::Active {
            return Decision::Denied(Denial::NotActive(self.standing()));
        }
        let (at_account, from_above) = (permission.cell_at_anchor(), permission.cell_below_anchor());
        for grant in self.grants() {
            let cell = if grant.anchor.id() == target.id() {
                at_account
            } else if grant.anchor.is_above(target) {
                from_above
            } else {
                continue;
            };
            if grant.role.matrix().contains(cell) {
                return Decision::Allowed(Allowed { grant, cell });
            }
        }
        Decision::Denied(Denial::NotHeld { at_account, from_above })
    }

    /// Whether [`Authority::decide`] says yes.
    pub fn holds(&self, permission: Permission, target: &AccountPath) -> bool {
        self.decide(permission, target).is_allowed()
    }
}
