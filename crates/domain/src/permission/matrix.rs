//! Cells, and sets of them.

use std::{fmt, hash::Hash, marker::PhantomData};

use crate::permission::{Action, Resource, ResourceKind, Scope};

/// What somebody asks to do: an action on a resource.
///
/// ```
/// use tenantry_domain::permission::Permission;
/// assert_eq!(Permission::USERS_ADD.to_string(), "users.add");
/// assert_eq!(Permission::find("users.add"), Some(Permission::USERS_ADD));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission<R = Resource> {
    /// On what.
    pub resource: R,
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
    /// Change an account: suspend, resume, convert or move it.
    pub const ACCOUNTS_EDIT: Self = Self::new(Resource::Accounts, Action::Edit);
    /// Remove and restore an account.
    pub const ACCOUNTS_REMOVE: Self = Self::new(Resource::Accounts, Action::Remove);
    /// Change company information and domains of an account.
    pub const ACCOUNT_INFO_EDIT: Self = Self::new(Resource::AccountInfo, Action::Edit);
    /// See where to turn for help.
    pub const SUPPORT_VIEW: Self = Self::new(Resource::Support, Action::View);
    /// See users.
    pub const USERS_VIEW: Self = Self::new(Resource::Users, Action::View);
    /// Create users.
    pub const USERS_ADD: Self = Self::new(Resource::Users, Action::Add);
    /// Change users, their status, password and role; define roles.
    pub const USERS_EDIT: Self = Self::new(Resource::Users, Action::Edit);
    /// Remove and restore users.
    pub const USERS_REMOVE: Self = Self::new(Resource::Users, Action::Remove);
}

impl<R> Permission<R> {
    /// An action on a resource.
    pub const fn new(resource: R, action: Action) -> Self {
        Self { resource, action }
    }
}

impl<R: ResourceKind> Permission<R> {
    /// Every permission, resources and actions in their order.
    pub fn all() -> impl Iterator<Item = Self> {
        R::ALL.iter().flat_map(|resource| Action::ALL.into_iter().map(move |action| Self::new(*resource, action)))
    }

    /// Reads a permission's name such as `users.add`.
    pub fn find(name: &str) -> Option<Self> {
        let (resource, action) = name.split_once('.')?;
        Some(Self::new(R::find(resource)?, Action::find(action)?))
    }

    /// The cell of a grant anchored **at** the account asked about: the `own` cell, unless the resource says otherwise
    /// ([`ResourceKind::scope_at_anchor`]).
    pub fn cell_at_anchor(self) -> Cell<R> {
        Cell::new(self.resource.scope_at_anchor(self.action), self)
    }

    /// The cell of a grant anchored **above** the account asked about.
    pub const fn cell_below_anchor(self) -> Cell<R> {
        Cell::new(Scope::Child, self)
    }

    /// The bit of its cell in each half of a matrix.
    pub(super) fn bit(self) -> u64 {
        bit(self.resource.number(), self.action)
    }
}

impl<R: ResourceKind> fmt::Display for Permission<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.resource.key(), self.action.key())
    }
}

/// One cell of a matrix: a permission in a scope, shown as `own.users.view`.
///
/// ```
/// use tenantry_domain::permission::{Cell, Permission, Scope};
/// let cell = Cell::new(Scope::Child, Permission::USERS_ADD);
/// assert_eq!(Cell::find("child.users.add"), Some(cell));
/// assert_eq!(Cell::<tenantry_domain::permission::Resource>::find("child.users.fly"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell<R = Resource> {
    /// At the anchor or below it.
    pub scope: Scope,
    /// Which permission.
    pub permission: Permission<R>,
}

impl<R> Cell<R> {
    /// A permission in a scope.
    pub const fn new(scope: Scope, permission: Permission<R>) -> Self {
        Self { scope, permission }
    }
}

impl<R: ResourceKind> Cell<R> {
    /// Every cell: `own` before `child`, resources and actions in their order.
    pub fn all() -> impl Iterator<Item = Self> {
        Scope::ALL.into_iter().flat_map(|scope| Permission::all().map(move |permission| Self::new(scope, permission)))
    }

    /// Reads a cell name such as `child.users.add`.
    pub fn find(name: &str) -> Option<Self> {
        let (scope, permission) = name.split_once('.')?;
        Some(Self::new(Scope::find(scope)?, Permission::find(permission)?))
    }

    /// The cell without which this one is of no use: seeing what one may change, in the same scope.
    #[must_use]
    pub const fn view(self) -> Self {
        Self::new(self.scope, Permission::new(self.permission.resource, Action::View))
    }
}

impl<R: ResourceKind> fmt::Display for Cell<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.scope.key(), self.permission)
    }
}

/// 4 bits for each resource: room for 16 of them. Never stored or shown.
const fn bit(resource_number: u8, action: Action) -> u64 {
    1 << ((resource_number & 15) as u32 * 4 + action as u32)
}

/// A set of cells in two integers, one for each scope. It is stored and shown by cell names, never by bit numbers.
///
/// ```
/// use tenantry_domain::permission::{Action, PermissionMatrix, Resource, Scope};
/// let matrix = PermissionMatrix::EMPTY.with(&[Scope::Own], Resource::Users, &[Action::View, Action::Add]);
/// let names: Vec<String> = matrix.cells().map(|cell| cell.to_string()).collect();
/// assert_eq!(names, ["own.users.view", "own.users.add"]);
/// ```
pub struct PermissionMatrix<R = Resource> {
    own: u64,
    child: u64,
    of: PhantomData<R>,
}

impl<R: ResourceKind> PermissionMatrix<R> {
    /// No cell.
    pub const EMPTY: Self = Self::from_halves(0, 0);

    const fn from_halves(own: u64, child: u64) -> Self {
        const { assert!(R::ALL.len() <= 16, "a matrix has room for sixteen resources") };
        Self { own, child, of: PhantomData }
    }

    const fn half(self, scope: Scope) -> u64 {
        match scope {
            Scope::Own => self.own,
            Scope::Child => self.child,
        }
    }

    /// The permissions that a grant of this matrix gives at its anchor, as [bits](Permission::bit).
    pub(super) fn given_at_anchor(self) -> u64 {
        let given = Permission::all().filter(|permission| self.contains(permission.cell_at_anchor()));
        given.map(Permission::bit).sum()
    }

    /// The permissions that a grant of this matrix gives below its anchor, as [bits](Permission::bit).
    pub(super) const fn given_below_anchor(self) -> u64 {
        self.child
    }

    /// This matrix and some more permissions in a scope.
    const fn with_bits(self, scope: Scope, bits: u64) -> Self {
        match scope {
            Scope::Own => Self::from_halves(self.own | bits, self.child),
            Scope::Child => Self::from_halves(self.own, self.child | bits),
        }
    }

    /// This matrix and the given actions on a resource in the given scopes.
    #[must_use]
    pub fn with(self, scopes: &[Scope], resource: R, actions: &[Action]) -> Self {
        self.with_number(scopes, resource.number(), actions)
    }

    /// As [`PermissionMatrix::with`], by the resource's [number](ResourceKind::number), of which the lowest four bits count: for
    /// tables in constants, where the methods of a trait cannot be called.
    ///
    /// ```
    /// use tenantry_domain::permission::{Action, PermissionMatrix, Resource, Scope};
    /// const HELPDESK: PermissionMatrix =
    ///     PermissionMatrix::EMPTY.with_number(&Scope::ALL, Resource::Users as u8, &[Action::View, Action::Edit]);
    /// assert_eq!(HELPDESK.len(), 4);
    /// ```
    #[must_use]
    pub const fn with_number(self, scopes: &[Scope], resource_number: u8, actions: &[Action]) -> Self {
        let mut matrix = self;
        let mut scopes = scopes;
        while let [scope, more_scopes @ ..] = scopes {
            let mut left = actions;
            while let [action, more_actions @ ..] = left {
                matrix = matrix.with_bits(*scope, bit(resource_number, *action));
                left = more_actions;
            }
            scopes = more_scopes;
        }
        matrix
    }

    /// This matrix and one more cell.
    #[must_use]
    pub fn with_cell(self, cell: Cell<R>) -> Self {
        self.with_bits(cell.scope, cell.permission.bit())
    }

    /// Whether the cell is set.
    pub fn contains(self, cell: Cell<R>) -> bool {
        self.half(cell.scope) & cell.permission.bit() != 0
    }

    /// Whether every cell of `other` is set here.
    pub const fn contains_all(self, other: Self) -> bool {
        other.difference(self).is_empty()
    }

    /// The cells of either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self::from_halves(self.own | other.own, self.child | other.child)
    }

    /// The cells of this one that `other` lacks.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self::from_halves(self.own & !other.own, self.child & !other.child)
    }

    /// No cell set?
    pub const fn is_empty(self) -> bool {
        self.own == 0 && self.child == 0
    }

    /// How many cells are set.
    pub const fn len(self) -> u32 {
        self.own.count_ones() + self.child.count_ones()
    }

    /// The `child` cells in both scopes: what a grant means for an account below its anchor, where its `child` cells hold
    /// for that account and for everything below it.
    #[must_use]
    pub const fn seen_from_below(self) -> Self {
        Self::from_halves(self.child, self.child)
    }

    /// The `view` cells that are missing beside a held `add`, `edit` or `remove` of the same resource in the same scope. A
    /// role that somebody defines must have none: whoever may change something may see it.
    ///
    /// ```
    /// use tenantry_domain::permission::{Action, PermissionMatrix, Resource, Scope};
    /// let blind = PermissionMatrix::EMPTY.with(&[Scope::Own], Resource::Users, &[Action::Edit]);
    /// let missing: Vec<String> = blind.missing_views().cells().map(|cell| cell.to_string()).collect();
    /// assert_eq!(missing, ["own.users.view"]);
    /// ```
    #[must_use]
    pub const fn missing_views(self) -> Self {
        Self::from_halves(missing_views(self.own), missing_views(self.child))
    }

    /// The cells, in the order of [`Cell::all`].
    pub fn cells(self) -> impl Iterator<Item = Cell<R>> {
        Cell::all().filter(move |cell| self.contains(*cell))
    }
}

/// The `view` bits that are missing in one half of a matrix.
const fn missing_views(half: u64) -> u64 {
    const VIEWS: u64 = 0x1111_1111_1111_1111;
    (half >> 1 | half >> 2 | half >> 3) & VIEWS & !half
}

// Written out: what a matrix can do does not depend on what the resources can.

impl<R> Clone for PermissionMatrix<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for PermissionMatrix<R> {}

impl<R> PartialEq for PermissionMatrix<R> {
    fn eq(&self, other: &Self) -> bool {
        self.own == other.own && self.child == other.child
    }
}

impl<R> Eq for PermissionMatrix<R> {}

impl<R> Hash for PermissionMatrix<R> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.own, self.child).hash(state);
    }
}

impl<R: ResourceKind> Default for PermissionMatrix<R> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<R: ResourceKind> fmt::Debug for PermissionMatrix<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.cells().map(|cell| cell.to_string())).finish()
    }
}

impl<R: ResourceKind> FromIterator<Cell<R>> for PermissionMatrix<R> {
    fn from_iter<I: IntoIterator<Item = Cell<R>>>(cells: I) -> Self {
        cells.into_iter().fold(Self::EMPTY, Self::with_cell)
    }
}
