//! The decision.

use super::held::Position;
use super::{Authority, Cell, Grant, Grantable, Permission, Resource, Role, Standing};
use crate::account::AccountPath;

/// Yes with its reason, or no with its reason.
///
/// ```
/// use jiff::Timestamp;
/// use tenantry_domain::{AccountId, account::AccountPath, permission::*};
/// # let home = AccountPath::root(AccountId::new(uuid::Uuid::from_u128(1)));
/// let grant = Grant::new(BuiltInRole::User, home.clone());
/// let person = Authority::new(Standing::Active, home.clone(), vec![grant], Timestamp::UNIX_EPOCH);
/// match person.decide(Permission::USERS_ADD, &home) {
///     Decision::Allowed(allowed) => panic!("by {}", allowed.cell),
///     Decision::Denied(Denial::NotHeld { at_account, .. }) => assert_eq!(at_account.to_string(), "own.users.add"),
///     Decision::Denied(Denial::NotActive(standing)) => panic!("{standing:?}"),
/// }
/// ```
#[derive(Debug, PartialEq, Eq)]
pub enum Decision<'a, G: Grantable = Role> {
    /// Allowed, by this grant and cell.
    Allowed(Allowed<'a, G>),
    /// Denied.
    Denied(Denial<G::Resource>),
}

/// Why something is allowed.
///
/// ```
/// # use jiff::Timestamp;
/// # use tenantry_domain::{AccountId, account::AccountPath, permission::*};
/// # let id = |n: u128| AccountId::new(uuid::Uuid::from_u128(n));
/// let reseller = AccountPath::root(id(1));
/// let grant = Grant::new(BuiltInRole::BasicAccess, reseller.clone());
/// let basic = Authority::new(Standing::Active, reseller.clone(), vec![grant], Timestamp::UNIX_EPOCH);
/// let Decision::Allowed(why) = basic.decide(Permission::USERS_ADD, &reseller.child(id(2))) else { panic!() };
/// assert_eq!((why.grant.role, why.cell.to_string()), (BuiltInRole::BasicAccess, "child.users.add".to_owned()));
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Allowed<'a, G: Grantable = Role> {
    /// The first grant that allows it.
    pub grant: &'a Grant<G>,
    /// The cell of its role that says so.
    pub cell: Cell<G::Resource>,
}

/// Why something is denied. See [`Decision`] for one in use, and [`additions`](super::additions) for what would help.
///
/// ```
/// use tenantry_domain::permission::{Denial, Resource, Standing};
/// let denial: Denial<Resource> = Denial::NotActive(Standing::Suspended);
/// assert!(matches!(denial, Denial::NotActive(_)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial<R = Resource> {
    /// The user cannot act at all.
    NotActive(Standing),
    /// No grant in effect reaches the account with the cell that is needed.
    NotHeld {
        /// The cell that a grant anchored at the account would need.
        at_account: Cell<R>,
        /// The cell that a grant anchored above it would need.
        from_above: Cell<R>,
    },
}

// Written out: a reference is copied whatever it refers to.

impl<G: Grantable> Clone for Allowed<'_, G> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<G: Grantable> Copy for Allowed<'_, G> {}

impl<G: Grantable> Clone for Decision<'_, G> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<G: Grantable> Copy for Decision<'_, G> {}

impl<'a, G: Grantable> Decision<'a, G> {
    /// Whether it is a yes.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }

    /// Why, if it is a yes.
    pub const fn allowed(self) -> Option<Allowed<'a, G>> {
        match self {
            Self::Allowed(allowed) => Some(allowed),
            Self::Denied(_) => None,
        }
    }
}

impl<G: Grantable> Authority<G> {
    /// Decides whether this user may do something at an account, and why.
    ///
    /// Allowed when the user is active and some grant in effect is anchored at the account and holds the `own` cell, or is
    /// anchored above it and holds the `child` cell. Allocates nothing; each grant costs one comparison of bits and, if these
    /// could do, one or two of ids.
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
    pub fn decide(&self, permission: Permission<G::Resource>, target: &AccountPath) -> Decision<'_, G> {
        self.explained(permission, self.held().first_allowing(permission.bit(), target))
    }

    /// The decision, from what a search for the first grant that allows came to.
    pub(super) fn explained(
        &self,
        permission: Permission<G::Resource>,
        found: Option<(usize, Position)>,
    ) -> Decision<'_, G> {
        let (at_account, from_above) = (permission.cell_at_anchor(), permission.cell_below_anchor());
        if let Some((number, position)) = found
            && let Some(grant) = self.grants().get(number)
        {
            let cell = if position.is_at_anchor() { at_account } else { from_above };
            return Decision::Allowed(Allowed { grant, cell });
        }
        Decision::Denied(match self.standing() {
            Standing::Active => Denial::NotHeld { at_account, from_above },
            standing => Denial::NotActive(standing),
        })
    }
}
