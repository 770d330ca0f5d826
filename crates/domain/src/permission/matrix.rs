//! Cells, and a set of them in one integer.

use std::fmt;

use crate::permission::{Action, Resource, Scope};

/// What somebody asks to do: an action on a resource.
///
/// ```
/// use tenantry_domain::permission::Permission;
/// assert_eq!(Permission::USERS_ADD.to_string(), "users.add");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    /// On what.
    pub resource: Resource,
    /// Doing what.
    pub action: Action,
}

impl Permission {
    /// See an account's company information, and the account itself.
    pub const ACCOUNT_INFO_VIEW: Self = Self::new(Resource::AccountInfo, Action::View);
    /// See an account in lists of accounts.
    pub const ACCOUNTS_VIEW: Self = Self::new(Resource::Accounts, Action::View);
    /// Create an account beneath another; asked about the account to add beneath.
    pub const ACCOUNTS_ADD: Self = Self::new(Resource::Accounts, Action::Add);
    /// See users.
    pub const USERS_VIEW: Self = Self::new(Resource::Users, Action::View);
    /// Create users.
    pub const USERS_ADD: Self = Self::new(Resource::Users, Action::Add);
    /// Change users, their status, password and role.
    pub const USERS_EDIT: Self = Self::new(Resource::Users, Action::Edit);
    /// Remove and restore users.
    pub const USERS_REMOVE: Self = Self::new(Resource::Users, Action::Remove);

    /// An action on a resource.
    pub const fn new(resource: Resource, action: Action) -> Self {
        Self { resource, action }
    }

    /// The cell of a grant anchored **at** the account asked about. It is the `own` cell, but `accounts.add` is asked about
    /// the account to add beneath, so there the `child` cell answers.
    pub const fn cell_at_anchor(self) -> Cell {
        match (self.resource, self.action) {
            (Resource::Accounts, Action::Add) => Cell::new(Scope::Child, self),
            _ => Cell::new(Scope::Own, self),
        }
    }

    /// The cell of a grant anchored **above** the account asked about.
    pub const fn cell_below_anchor(self) -> Cell {
        Cell::new(Scope::Child, self)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.resource.key(), self.action.key())
    }
}

/// One cell of a matrix: a permission in a scope, shown as `own.users.view`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// At the anchor or below it.
    pub scope: Scope,
    /// Which permission.
    pub permission: Permission,
}

impl Cell {
    /// A permission in a scope.
    pub const fn new(scope: Scope, permission: Permission) -> Self {
        Self { scope, permission }
    }

    /// Every cell: `own` before `child`, resources and actions in their order.
    pub fn all() -> impl Iterator<Item = Self> {
        Scope::ALL.into_iter().flat_map(|scope| {
            Resource::ALL.into_iter().flat_map(move |resource| {
                Action::ALL.into_iter().map(move |action| Self::new(scope, Permission::new(resource, action)))
            })
        })
    }

    /// Reads a cell name such as `child.users.add`.
    pub fn find(name: &str) -> Option<Self> {
        let mut words = name.split('.');
        let scope = words.next().and_then(|word| Scope::ALL.into_iter().find(|scope| scope.key() == word))?;
        let resource = Resource::find(words.next()?)?;
        let action = Action::find(words.next()?)?;
        words.next().is_none().then_some(Self::new(scope, Permission::new(resource, action)))
    }

    /// The cell's bit: 64 for each scope, 4 for each resource. Room for 16 resources; never stored or shown.
    const fn bit(self) -> u128 {
        1 << (self.scope as u32 * 64 + self.permission.resource as u32 * 4 + self.permission.action as u32)
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.scope.key(), self.permission)
    }
}

/// A set of cells in one integer. It is stored and shown by cell names, never by bit numbers.
///
/// ```
/// use tenantry_domain::permission::{Action, PermissionMatrix, Resource, Scope};
/// let matrix = PermissionMatrix::EMPTY.with(&[Scope::Own], Resource::Users, &[Action::View, Action::Add]);
/// let names: Vec<String> = matrix.cells().map(|cell| cell.to_string()).collect();
/// assert_eq!(names, ["own.users.view", "own.users.add"]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PermissionMatrix(u128);

impl PermissionMatrix {
    /// No cell.
    pub const EMPTY: Self = Self(0);
    const OWN_HALF: u128 = u64::MAX as u128;

    /// This matrix and the given actions on a resource in the given scopes. Meant for tables in constants.
    #[must_use]
    pub const fn with(self, scopes: &[Scope], resource: Resource, actions: &[Action]) -> Self {
        let mut bits = self.0;
        let mut scopes = scopes;
        while let [scope, more_scopes @ ..] = scopes {
            let mut left = actions;
            while let [action, more_actions @ ..] = left {
                bits |= Cell::new(*scope, Permission::new(resource, *action)).bit();
                left = more_actions;
            }
            scopes = more_scopes;
        }
        Self(bits)
    }

    /// This matrix and one more cell.
    #[must_use]
    pub const fn with_cell(self, cell: Cell) -> Self {
        Self(self.0 | cell.bit())
    }

    /// Whether the cell is set.
    pub const fn contains(self, cell: Cell) -> bool {
        self.0 & cell.bit() != 0
    }

    /// Whether every cell of `other` is set here.
    pub const fn contains_all(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// The cells of either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The cells of this one that `other` lacks.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// No cell set?
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many cells are set.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The `child` cells in both scopes: what a grant means for an account below its anchor, where its `child` cells hold
    /// for that account and for everything below it.
    #[must_use]
    pub const fn seen_from_below(self) -> Self {
        let child = self.0 & !Self::OWN_HALF;
        Self(child | child >> 64)
    }

    /// The cells, in the order of [`Cell::all`].
    pub fn cells(self) -> impl Iterator<Item = Cell> {
        Cell::all().filter(move |cell| self.contains(*cell))
    }
}

impl fmt::Debug for PermissionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.cells().map(|cell| cell.to_string())).finish()
    }
}

impl FromIterator<Cell> for PermissionMatrix {
    fn from_iter<I: IntoIterator<Item = Cell>>(cells: I) -> Self {
        cells.into_iter().fold(Self::EMPTY, Self::with_cell)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_cell_has_its_own_bit_and_name() {
        let bits: HashSet<u128> = Cell::all().map(Cell::bit).collect();
        let names: HashSet<String> = Cell::all().map(|cell| cell.to_string()).collect();
        assert_eq!((bits.len(), names.len()), (64, 64));
    }

    #[test]
    fn cell_names_round_trip_and_nothing_else_is_one() {
        for cell in Cell::all() {
            assert_eq!(Cell::find(&cell.to_string()), Some(cell));
        }
        for name in ["", "own", "own.users", "own.users.view.x", "Own.users.view", "own.user.view"] {
            assert_eq!(Cell::find(name), None, "{name}");
        }
    }

    #[test]
    fn only_child_cells_are_seen_from_below_and_in_both_scopes() {
        let matrix = PermissionMatrix::EMPTY.with(&[Scope::Own], Resource::Users, &[Action::View]).with(
            &[Scope::Child],
            Resource::Support,
            &[Action::View],
        );
        let expected = PermissionMatrix::EMPTY.with(&Scope::ALL, Resource::Support, &[Action::View]);
        assert_eq!(matrix.seen_from_below(), expected);
    }
}
