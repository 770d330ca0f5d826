//! Trees and people for both implementations at once: each tree as paths and as an index, each set of names as a matrix.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use jiff::Timestamp;
use proptest::prelude::*;
use tenantry_domain::{
    AccountId,
    account::{AccountIndex, AccountNumber, AccountPath},
    permission::{Authority, BuiltInRole, Cell, Grant, Grantable, Permission, PermissionMatrix, Resource, Standing},
};
use uuid::Uuid;

use crate::oracle::{self, Cells, Tree};

/// The second at which everybody asks.
pub const NOW: i64 = 1_000;

pub fn now() -> Timestamp {
    at(NOW)
}

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub fn id(account: usize) -> AccountId {
    AccountId::new(Uuid::from_u128(account as u128 + 1))
}

/// One tree in its three forms.
#[derive(Debug)]
pub struct World {
    pub tree: Tree,
    pub paths: Vec<AccountPath>,
    pub index: AccountIndex,
    pub numbers: Vec<AccountNumber>,
}

impl World {
    pub fn of(tree: Tree) -> Self {
        let ids: Vec<AccountId> = (0..tree.len()).map(id).collect();
        let accounts = tree.parents.iter().zip(&ids).map(|(parent, id)| (*id, parent.map(|parent| ids[parent])));
        let index = AccountIndex::build(accounts).unwrap();
        Self::with_index(tree, &ids, index)
    }

    /// With an index that has a history.
    pub fn with_index(tree: Tree, ids: &[AccountId], index: AccountIndex) -> Self {
        let paths = (0..tree.len()).map(|account| path(&tree, ids, account)).collect();
        let numbers = ids.iter().map(|id| index.find(*id).unwrap()).collect();
        Self { tree, paths, index, numbers }
    }

    pub fn grant<G>(&self, role: G, grant: &oracle::Grant) -> Grant<G> {
        Grant {
            starts_at: grant.starts_at.map(at),
            ends_at: grant.ends_at.map(at),
            ..Grant::new(role, self.paths[grant.anchor].clone())
        }
    }

    /// The same person for the crate, holding custom cells.
    pub fn authority(&self, person: &oracle::Person) -> Authority<Custom> {
        let standing = if person.is_active { Standing::Active } else { Standing::Suspended };
        let grants = person.grants.iter().map(|grant| self.grant(Custom(matrix(&grant.cells)), grant)).collect();
        Authority::new(standing, self.paths[person.home].clone(), grants, now())
    }
}

fn path(tree: &Tree, ids: &[AccountId], account: usize) -> AccountPath {
    match tree.parents[account] {
        Some(parent) => path(tree, ids, parent).child(ids[account]),
        None => AccountPath::root(ids[account]),
    }
}

/// Any set of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Custom(pub PermissionMatrix);

impl Grantable for Custom {
    type Resource = Resource;

    fn matrix(&self) -> PermissionMatrix {
        self.0
    }
}

/// Every permission of the crate with its name in the oracle.
pub fn permissions() -> &'static [(Permission, oracle::Permission)] {
    static NAMES: OnceLock<Vec<(Permission, oracle::Permission)>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let names: Vec<_> = oracle::permissions().collect();
        assert_eq!(names.len(), 32);
        let with_name =
            |permission: Permission| (permission, *names.iter().find(|name| **name == permission.to_string()).unwrap());
        Permission::all().map(with_name).collect()
    })
}

/// The crate's cell of a name.
pub fn cell(name: oracle::Cell) -> Cell {
    static CELLS: OnceLock<BTreeMap<oracle::Cell, Cell>> = OnceLock::new();
    let cells = CELLS.get_or_init(|| {
        let names = permissions().iter().flat_map(|(_, name)| [("own", *name), ("child", *name)]);
        names.map(|name| (name, Cell::find(&format!("{}.{}", name.0, name.1)).unwrap())).collect()
    });
    cells[&name]
}

/// Whether a matrix is exactly this set of names.
pub fn is_same(matrix: PermissionMatrix, cells: &Cells) -> bool {
    matrix.len() as usize == cells.len() && cells.iter().all(|name| matrix.contains(cell(*name)))
}

pub fn matrix(cells: &Cells) -> PermissionMatrix {
    cells.iter().map(|name| cell(*name)).collect()
}

/// The built-in roles beside what the oracle holds them for.
pub fn roles() -> &'static [(BuiltInRole, Cells)] {
    static ROLES: OnceLock<Vec<(BuiltInRole, Cells)>> = OnceLock::new();
    ROLES.get_or_init(|| {
        let parsed = oracle::ROLES.iter().map(|key| BuiltInRole::parse(key).unwrap());
        parsed.enumerate().map(|(column, role)| (role, oracle::role(column))).collect()
    })
}

/// The 17 shapes that a rooted tree of up to five accounts can have.
pub fn small_trees() -> Vec<Tree> {
    let mut seen = BTreeSet::new();
    let mut trees = Vec::new();
    for size in 1..=5 {
        for parents in parents_of(size) {
            if seen.insert(shape(&parents, None)) {
                trees.push(Tree { parents });
            }
        }
    }
    trees
}

/// All trees of this size in which a parent has a smaller number.
fn parents_of(size: usize) -> Vec<Vec<Option<usize>>> {
    if size == 1 {
        return vec![vec![None]];
    }
    let smaller = parents_of(size - 1).into_iter();
    smaller.flat_map(|tree| (0..size - 1).map(move |parent| [tree.clone(), vec![Some(parent)]].concat())).collect()
}

/// The same text for trees that differ only in their numbers.
fn shape(parents: &[Option<usize>], below: Option<usize>) -> String {
    let children = (0..parents.len()).filter(|account| parents[*account] == below);
    let mut shapes: Vec<String> = children.map(|child| format!("({})", shape(parents, Some(child)))).collect();
    shapes.sort();
    shapes.concat()
}

#[test]
fn small_trees_are_all_there() {
    let sizes: Vec<usize> = small_trees().iter().map(Tree::len).collect();
    assert_eq!([1, 2, 3, 4, 5].map(|size| sizes.iter().filter(|other| **other == size).count()), [1, 1, 2, 4, 9]);
}

/// Up to twelve accounts, sometimes under several roots.
pub fn trees() -> impl Strategy<Value = Tree> {
    (0..12_usize)
        .prop_flat_map(|more| (0..more).map(|last| proptest::option::weighted(0.9, 0..=last)).collect::<Vec<_>>())
        .prop_map(|more| Tree { parents: [vec![None], more].concat() })
}

/// Cells at random, or those of a built-in role.
pub fn cells() -> impl Strategy<Value = Cells> {
    let all: Vec<oracle::Cell> =
        permissions().iter().flat_map(|(_, name)| [("own", *name), ("child", *name)]).collect();
    prop_oneof![
        (0..6_usize).prop_map(oracle::role),
        proptest::sample::subsequence(all.clone(), 0..=64).prop_map(Cells::from_iter),
        proptest::sample::subsequence(all, 0..4).prop_map(Cells::from_iter),
    ]
}

/// A grant somewhere in a tree, often with a window whose edges are near the present.
pub fn grants(accounts: usize) -> impl Strategy<Value = oracle::Grant> {
    let instant = || proptest::option::weighted(0.3, NOW - 1..=NOW + 1);
    (cells(), 0..accounts, instant(), instant()).prop_map(|(cells, anchor, starts_at, ends_at)| oracle::Grant {
        cells,
        anchor,
        starts_at,
        ends_at,
    })
}

/// A tree, and somebody with a few grants there.
pub fn people() -> impl Strategy<Value = (Tree, oracle::Person)> {
    trees().prop_flat_map(|tree| {
        let accounts = tree.len();
        let person = (proptest::bool::weighted(0.9), 0..accounts, proptest::collection::vec(grants(accounts), 0..5))
            .prop_map(|(is_active, home, grants)| oracle::Person { is_active, home, grants });
        (Just(tree), person)
    })
}
