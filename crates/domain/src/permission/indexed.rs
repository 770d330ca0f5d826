//! Asking through an index of the whole tree, for those who ask about many accounts.

use super::{
    Authority, Decision, Grant, Grantable, Permission, PermissionMatrix, Resource, Role, Ungrantable,
    coverage::granting,
    held::{HeldGrants, Position},
};
use crate::account::{AccountIndex, AccountNumber, AccountSpan};

/// A user's authority on an [`AccountIndex`]: the same answers as by paths, from the account's number alone and in the same
/// time for any pair of accounts.
///
/// ```
/// use jiff::Timestamp;
/// use tenantry_domain::{AccountId, account::{AccountIndex, AccountPath}, permission::*};
/// # let id = |n: u128| AccountId::new(uuid::Uuid::from_u128(n));
/// let index = AccountIndex::build([(id(1), None), (id(2), Some(id(1)))])?;
/// let reseller = AccountPath::root(id(1));
/// let grant = Grant::new(BuiltInRole::BasicAccess, reseller.clone());
/// let basic = Authority::new(Standing::Active, reseller, vec![grant], Timestamp::UNIX_EPOCH);
/// let basic = basic.on(&index);
/// assert!(!basic.holds(Permission::USERS_ADD, index.find(id(1)).unwrap()));
/// assert!(basic.holds(Permission::USERS_ADD, index.find(id(2)).unwrap()));
/// # Ok::<(), tenantry_domain::account::TreeError>(())
/// ```
#[derive(Debug)]
pub struct IndexedAuthority<'a, G: Grantable = Role> {
    authority: &'a Authority<G>,
    index: &'a AccountIndex,
    /// Each grant's cells and the part of the tree at and below its anchor. The borrow of the index keeps them true.
    held: HeldGrants<AccountSpan>,
}

impl<G: Grantable> Authority<G> {
    /// This authority on an index. A grant whose anchor the index does not hold gives nothing there.
    pub fn on<'a>(&'a self, index: &'a AccountIndex) -> IndexedAuthority<'a, G> {
        let span = |grant: &Grant<G>| index.find(grant.anchor.id()).map_or(AccountSpan::NONE, |at| index.span(at));
        let held = HeldGrants::new(self.live().map(|(grant, matrix)| (matrix, span(grant))));
        IndexedAuthority { authority: self, index, held }
    }
}

impl<'a, G: Grantable> IndexedAuthority<'a, G> {
    /// As [`Authority::decide`], about the account with this number.
    pub fn decide(&self, permission: Permission<G::Resource>, target: AccountNumber) -> Decision<'a, G> {
        self.authority.explained(permission, self.held.first_allowing(permission.bit(), self.index.span(target)))
    }

    /// As [`Authority::holds`], about the account with this number.
    #[inline]
    pub fn holds(&self, permission: Permission<G::Resource>, target: AccountNumber) -> bool {
        self.held.allow(permission.bit(), self.index.span(target))
    }

    /// As [`Authority::effective_at`], about the account with this number.
    pub fn effective_at(&self, target: AccountNumber) -> PermissionMatrix<G::Resource> {
        self.seen_from(target)
            .fold(PermissionMatrix::EMPTY, |effective, (matrix, position)| effective.union(position.sees(matrix)))
    }

    /// As [`Authority::accounts_where`], of the accounts with these numbers.
    pub fn accounts_where(
        &self,
        permission: Permission<G::Resource>,
        accounts: impl IntoIterator<Item = AccountNumber>,
    ) -> impl Iterator<Item = AccountNumber> {
        accounts.into_iter().filter(move |account| self.holds(permission, *account))
    }

    /// As [`Authority::missing`], at the account with this number.
    pub fn missing(&self, role: PermissionMatrix<G::Resource>, anchor: AccountNumber) -> PermissionMatrix<G::Resource> {
        role.difference(self.effective_at(anchor))
    }

    /// As [`Authority::covers_all`]. Of a grant whose anchor the index does not hold, nothing is covered.
    pub fn covers_all<'g>(&self, grants: impl IntoIterator<Item = &'g Grant<G>>) -> bool
    where
        G: 'g,
    {
        grants.into_iter().all(|grant| {
            let role = grant.role.matrix();
            self.index.find(grant.anchor.id()).map_or(role, |anchor| self.missing(role, anchor)).is_empty()
        })
    }

    /// The cells of each grant, and where an account stands, seen from its anchor.
    fn seen_from(&self, target: AccountNumber) -> impl Iterator<Item = (PermissionMatrix<G::Resource>, Position)> {
        let positions = self.held.positions_of(self.index.span(target));
        self.authority.live().map(|(_, matrix)| matrix).zip(positions)
    }
}

impl<G: Grantable<Resource = Resource>> IndexedAuthority<'_, G> {
    /// As [`Authority::may_grant`], at the account with this number.
    ///
    /// # Errors
    /// [`Ungrantable`].
    pub fn may_grant(&self, role: PermissionMatrix, anchor: AccountNumber) -> Result<(), Ungrantable> {
        granting(|permission| self.holds(permission, anchor), || self.missing(role, anchor))
    }

    /// As [`Authority::administers_above`], about the account with this number.
    pub fn administers_above(&self, target: AccountNumber) -> bool {
        self.seen_from(target).any(|(matrix, position)| matrix.administers_anchor() && position.is_below_anchor())
    }

    /// As [`Authority::views_account`], about the account with this number.
    pub fn views_account(&self, target: AccountNumber) -> bool {
        self.index.id(target) == Some(self.authority.home().id())
            || self.holds(Permission::ACCOUNT_INFO_VIEW, target)
            || self.holds(Permission::ACCOUNTS_VIEW, target)
    }
}
