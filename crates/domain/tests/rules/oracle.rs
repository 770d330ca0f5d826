//! The rules a second time, as naively as they can be said: sets of names, built from the definition. It knows nothing of the
//! crate, not even its enums: accounts are small numbers, and permissions, scopes and roles are the words of the requirement.

use std::collections::{BTreeMap, BTreeSet};

/// The six roles, in the order of the columns of [`TABLE`].
pub const ROLES: [&str; 6] =
    ["full_access", "basic_access", "no_access", "reseller_administrator", "customer_administrator", "user"];

/// The roles as the requirement states them, written down by hand: `o` is held in the own scope, `c` in the child scope, `b`
/// in both, `-` in none.
const TABLE: &str = "
                            full basic none reseller customer user
    account_info.view          b     b    -        b        o    o
    account_info.add           -     -    -        -        -    -
    account_info.edit          b     c    -        b        o    -
    account_info.remove        -     -    -        -        -    -
    accounts.view              c     c    -        c        -    -
    accounts.add               c     c    -        c        -    -
    accounts.edit              c     c    -        c        -    -
    accounts.remove            c     c    -        c        -    -
    users.view                 b     c    -        b        o    -
    users.add                  b     c    -        b        o    -
    users.edit                 b     c    -        b        o    -
    users.remove               b     c    -        b        o    -
    services.view              b     c    -        b        o    -
    services.add               b     c    -        b        o    -
    services.edit              b     c    -        b        o    -
    services.remove            b     c    -        b        o    -
    catalog.view               b     c    -        b        o    -
    catalog.add                -     -    -        -        -    -
    catalog.edit               b     c    -        b        -    -
    catalog.remove             -     -    -        -        -    -
    reports.view               b     b    -        b        o    -
    reports.add                -     -    -        -        -    -
    reports.edit               -     -    -        -        -    -
    reports.remove             -     -    -        -        -    -
    price_schedules.view       b     c    -        b        -    -
    price_schedules.add        b     c    -        b        -    -
    price_schedules.edit       b     c    -        b        -    -
    price_schedules.remove     b     c    -        b        -    -
    support.view               b     b    -        b        o    o
    support.add                -     -    -        -        -    -
    support.edit               -     -    -        -        -    -
    support.remove             -     -    -        -        -    -
";

/// Such as `users.view`.
pub type Permission = &'static str;
/// `own` or `child`, and what.
pub type Cell = (&'static str, Permission);
pub type Cells = BTreeSet<Cell>;

pub fn permissions() -> impl Iterator<Item = Permission> {
    TABLE.lines().skip(2).filter_map(|line| line.split_whitespace().next())
}

/// The cells of the role in a column.
pub fn role(column: usize) -> Cells {
    let mut cells = Cells::new();
    for line in TABLE.lines().skip(2) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (Some(permission), Some(mark)) = (words.first(), words.get(column + 1)) else { continue };
        if ["o", "b"].contains(mark) {
            cells.insert(("own", permission));
        }
        if ["c", "b"].contains(mark) {
            cells.insert(("child", permission));
        }
    }
    cells
}

/// Accounts by number, each with the one directly above it.
#[derive(Debug, Clone)]
pub struct Tree {
    pub parents: Vec<Option<usize>>,
}

impl Tree {
    pub fn len(&self) -> usize {
        self.parents.len()
    }

    pub fn is_above(&self, above: usize, account: usize) -> bool {
        self.parents[account].is_some_and(|parent| parent == above || self.is_above(above, parent))
    }

    /// The same tree with one more account beneath each.
    pub fn grown(&self) -> Self {
        Self { parents: self.parents.iter().copied().chain((0..self.len()).map(Some)).collect() }
    }
}

/// Some cells at an account, from one second to another.
#[derive(Debug, Clone)]
pub struct Grant {
    pub cells: Cells,
    pub anchor: usize,
    pub starts_at: Option<i64>,
    pub ends_at: Option<i64>,
}

impl Grant {
    pub fn always(cells: Cells, anchor: usize) -> Self {
        Self { cells, anchor, starts_at: None, ends_at: None }
    }

    pub fn is_in_effect(&self, now: i64) -> bool {
        let begun = match self.starts_at {
            Some(start) => now >= start,
            None => true,
        };
        let over = match self.ends_at {
            Some(end) => now >= end,
            None => false,
        };
        begun && !over
    }
}

#[derive(Debug, Clone)]
pub struct Person {
    pub is_active: bool,
    pub home: usize,
    pub grants: Vec<Grant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// By the grant with this number, and this cell of it.
    Allowed(usize, Cell),
    NotActive,
    /// The cells that a grant at the account, and one above it, would need.
    NotHeld(Cell, Cell),
}

/// The cell of a grant at the account asked about. Adding an account is asked about the account to add beneath, and is the
/// child cell's.
fn cell_at(permission: Permission) -> Cell {
    (if permission == "accounts.add" { "child" } else { "own" }, permission)
}

/// All that one grant gives: what, where, and by which cell.
fn given(tree: &Tree, grant: &Grant) -> BTreeMap<(usize, Permission), Cell> {
    let mut given = BTreeMap::new();
    for account in 0..tree.len() {
        for cell in &grant.cells {
            let (_, permission) = *cell;
            let is_given = if account == grant.anchor {
                *cell == cell_at(permission)
            } else {
                tree.is_above(grant.anchor, account) && *cell == ("child", permission)
            };
            if is_given {
                given.insert((account, permission), *cell);
            }
        }
    }
    given
}

/// What a grant means at an account: `own` cells hold there, `child` ones at everything below it, now and later.
fn seen_at(tree: &Tree, grant: &Grant, target: usize) -> Cells {
    let mut seen = Cells::new();
    for (scope, permission) in &grant.cells {
        if grant.anchor == target {
            seen.insert((scope, permission));
        } else if tree.is_above(grant.anchor, target) && *scope == "child" {
            seen.extend([("own", *permission), ("child", *permission)]);
        }
    }
    seen
}

/// Everything a person may do at one instant.
#[derive(Debug)]
pub struct Power<'a> {
    tree: &'a Tree,
    person: &'a Person,
    /// The grants that give something now.
    live: Vec<&'a Grant>,
    /// All that each of them gives.
    given: Vec<BTreeMap<(usize, Permission), Cell>>,
    /// The cells in effect at each account.
    effective: Vec<Cells>,
}

impl<'a> Power<'a> {
    pub fn of(tree: &'a Tree, person: &'a Person, now: i64) -> Self {
        let live: Vec<&Grant> =
            person.grants.iter().filter(|grant| person.is_active && grant.is_in_effect(now)).collect();
        let given = live.iter().map(|grant| given(tree, grant)).collect();
        let at = |account| live.iter().flat_map(|grant| seen_at(tree, grant, account)).collect();
        let effective = (0..tree.len()).map(at).collect();
        Self { tree, person, live, given, effective }
    }

    /// The answer, with the number of the grant among those in effect.
    pub fn decide(&self, permission: Permission, target: usize) -> Answer {
        if !self.person.is_active {
            return Answer::NotActive;
        }
        for (number, given) in self.given.iter().enumerate() {
            if let Some(cell) = given.get(&(target, permission)) {
                return Answer::Allowed(number, *cell);
            }
        }
        Answer::NotHeld(cell_at(permission), ("child", permission))
    }

    pub fn holds(&self, permission: Permission, target: usize) -> bool {
        matches!(self.decide(permission, target), Answer::Allowed(..))
    }

    /// Whatever is held where.
    pub fn pairs(&self) -> BTreeSet<(usize, Permission)> {
        self.given.iter().flat_map(|given| given.keys().copied()).collect()
    }

    pub fn effective(&self, target: usize) -> &Cells {
        &self.effective[target]
    }

    /// What the person lacks of some cells at an account.
    pub fn missing(&self, cells: &Cells, anchor: usize) -> Cells {
        cells - self.effective(anchor)
    }

    /// Whether the person may give these cells at an account; if not, what is missing, or `None` without any right to give.
    pub fn may_grant(&self, cells: &Cells, anchor: usize) -> Result<(), Option<Cells>> {
        if !self.holds("users.add", anchor) && !self.holds("users.edit", anchor) {
            return Err(None);
        }
        let missing = self.missing(cells, anchor);
        if missing.is_empty() { Ok(()) } else { Err(Some(missing)) }
    }

    /// Whether the person holds all that these grants give, at any time.
    pub fn covers(&self, grants: &[Grant]) -> bool {
        grants.iter().all(|grant| grant.cells.is_subset(self.effective(grant.anchor)))
    }

    pub fn views_account(&self, target: usize) -> bool {
        self.person.home == target || self.holds("account_info.view", target) || self.holds("accounts.view", target)
    }

    /// Whether the person administers an account above: by one grant alone with all of the users there.
    pub fn administers_above(&self, target: usize) -> bool {
        let users = Cells::from([("own", "users.add"), ("own", "users.edit"), ("own", "users.remove")]);
        self.live.iter().any(|grant| self.tree.is_above(grant.anchor, target) && users.is_subset(&grant.cells))
    }
}
