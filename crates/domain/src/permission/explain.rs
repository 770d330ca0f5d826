//! What would turn a no into a yes, and who holds something.

use super::{
    Allowed, Authority, Cell, Grantable, IndexedAuthority, Permission, PermissionMatrix, Resource, ResourceKind,
};
use crate::account::{AccountNumber, AccountPath};

/// A grant that would allow what is denied.
///
/// ```
/// use tenantry_domain::{AccountId, account::AccountPath, permission::{Permission, additions}};
/// # let id = |n: u128| AccountId::new(uuid::Uuid::from_u128(n));
/// let reseller = AccountPath::root(id(1));
/// let customer = reseller.child(id(2));
/// let ways: Vec<_> = additions(Permission::USERS_ADD, &customer).collect();
/// assert_eq!(ways[0].anchor, customer);
/// assert_eq!(ways[0].cell.to_string(), "own.users.add");
/// assert_eq!((ways[1].anchor.clone(), ways[1].cell.to_string()), (reseller, "child.users.add".to_owned()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition<R = Resource> {
    /// Where the grant would have to be anchored.
    pub anchor: AccountPath,
    /// The cell that its role would need.
    pub cell: Cell<R>,
}

impl<R: ResourceKind> Addition<R> {
    /// The smallest role that would do: the cell, and the `view` without which no role may hold it.
    pub fn smallest_role(&self) -> PermissionMatrix<R> {
        PermissionMatrix::EMPTY.with_cell(self.cell).with_cell(self.cell.view())
    }
}

/// The grants of one cell that would each allow something at an account: at the account itself, then above it, the nearest
/// first. Each gives all that the one before it gives, and more, so that the first is the smallest.
pub fn additions<R: ResourceKind>(
    permission: Permission<R>,
    target: &AccountPath,
) -> impl Iterator<Item = Addition<R>> {
    let mut line: Vec<AccountPath> = target.ancestors_and_self().collect();
    line.reverse();
    line.into_iter().enumerate().map(move |(steps_above, anchor)| {
        let cell = if steps_above == 0 { permission.cell_at_anchor() } else { permission.cell_below_anchor() };
        Addition { anchor, cell }
    })
}

/// Everyone of some people who may do something at an account, and why. People are named by whatever their keeper calls them.
///
/// ```
/// use jiff::Timestamp;
/// use tenantry_domain::{AccountId, account::AccountPath, permission::*};
/// # let id = |n: u128| AccountId::new(uuid::Uuid::from_u128(n));
/// let (home, now) = (AccountPath::root(id(1)), Timestamp::UNIX_EPOCH);
/// let with = |role| Authority::new(Standing::Active, home.clone(), vec![Grant::new(role, home.clone())], now);
/// let people = [("avery", with(BuiltInRole::FullAccess)), ("mara", with(BuiltInRole::User))];
/// let may: Vec<_> = who_may(Permission::USERS_ADD, &home, people.iter().map(|(name, person)| (*name, person)))
///     .map(|(name, _)| name)
///     .collect();
/// assert_eq!(may, ["avery"]);
/// ```
pub fn who_may<'a, K, G: Grantable + 'a>(
    permission: Permission<G::Resource>,
    target: &AccountPath,
    people: impl IntoIterator<Item = (K, &'a Authority<G>)>,
) -> impl Iterator<Item = (K, Allowed<'a, G>)> {
    people
        .into_iter()
        .filter_map(move |(name, authority)| Some((name, authority.decide(permission, target).allowed()?)))
}

/// As [`who_may`], of people who are asked through an index, about the account with this number.
pub fn who_may_on<'a, 'p, K, G: Grantable + 'a>(
    permission: Permission<G::Resource>,
    target: AccountNumber,
    people: impl IntoIterator<Item = (K, &'p IndexedAuthority<'a, G>)>,
) -> impl Iterator<Item = (K, Allowed<'a, G>)>
where
    'a: 'p,
{
    people
        .into_iter()
        .filter_map(move |(name, authority)| Some((name, authority.decide(permission, target).allowed()?)))
}
