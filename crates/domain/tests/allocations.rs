//! Decisions allocate nothing: they stand in the way of every request, and of every row of a list.

#![expect(clippy::unwrap_used, reason = "code that tests share")]

use allocation_counter::measure;
use jiff::Timestamp;
use tenantry_domain::{
    AccountId,
    account::{AccountIndex, AccountNumber, AccountPath},
    permission::{
        Authority, BuiltInRole, Cell, Grant, IndexedAuthority, Permission, PermissionMatrix, Role, Standing, who_may,
        who_may_on,
    },
};
use uuid::Uuid;

/// A line of accounts, the root first, as paths and as an index.
struct Tree {
    paths: Vec<AccountPath>,
    index: AccountIndex,
}

fn tree() -> Tree {
    let ids: Vec<AccountId> = (1..=6).map(|number| AccountId::new(Uuid::from_u128(number))).collect();
    let (root, below) = ids.split_first().unwrap();
    let mut paths = vec![AccountPath::root(*root)];
    for id in below {
        paths.push(paths.last().unwrap().child(*id));
    }
    let index = AccountIndex::build(paths.iter().map(|path| (path.id(), path.parent_id()))).unwrap();
    Tree { paths, index }
}

/// Somebody with a grant of every role, each further down.
fn authority(tree: &Tree) -> Authority {
    let grants = BuiltInRole::ALL.into_iter().rev().zip(&tree.paths);
    let grants = grants.map(|(role, anchor)| Grant::new(Role::from(role), anchor.clone())).collect();
    Authority::new(Standing::Active, tree.paths.first().unwrap().clone(), grants, Timestamp::UNIX_EPOCH)
}

/// What some work found out, and that it allocated nothing.
fn without_allocating(work: impl FnOnce() -> usize) -> usize {
    let mut found = 0;
    let info = measure(|| found = work());
    assert_eq!(info.count_total, 0, "{info:?}");
    found
}

const FULL_ACCESS: PermissionMatrix = BuiltInRole::FullAccess.matrix();

fn ask_by_paths(authority: &Authority, paths: &[AccountPath]) -> usize {
    let mut found = usize::from(authority.covers_all(authority.grants()));
    for path in paths {
        found += authority.effective_at(path).len() as usize;
        found += authority.missing(FULL_ACCESS, path).len() as usize;
        found += usize::from(authority.may_grant(FULL_ACCESS, path).is_ok());
        found += usize::from(authority.views_account(path));
        found += usize::from(authority.administers_above(path));
    }
    for permission in Permission::all() {
        found += paths.iter().filter(|path| authority.decide(permission, path).is_allowed()).count();
        found += authority.accounts_where(permission, paths).count();
        found += paths.iter().map(|path| who_may(permission, path, [((), authority)]).count()).sum::<usize>();
    }
    found
}

fn ask_through_index(authority: &Authority, indexed: &IndexedAuthority<'_>, accounts: &[AccountNumber]) -> usize {
    let mut found = usize::from(indexed.covers_all(authority.grants()));
    for account in accounts {
        found += indexed.effective_at(*account).len() as usize;
        found += indexed.missing(FULL_ACCESS, *account).len() as usize;
        found += usize::from(indexed.may_grant(FULL_ACCESS, *account).is_ok());
        found += usize::from(indexed.views_account(*account));
        found += usize::from(indexed.administers_above(*account));
    }
    for permission in Permission::all() {
        found += accounts.iter().filter(|account| indexed.decide(permission, **account).is_allowed()).count();
        found += indexed.accounts_where(permission, accounts.iter().copied()).count();
        found += accounts.iter().map(|to| who_may_on(permission, *to, [((), indexed)]).count()).sum::<usize>();
    }
    found
}

#[test]
fn asking_allocates_nothing_by_paths_and_through_the_index() {
    let tree = tree();
    let authority = authority(&tree);
    let by_paths = without_allocating(|| ask_by_paths(&authority, &tree.paths));
    let numbers: Vec<_> = tree.paths.iter().filter_map(|path| tree.index.find(path.id())).collect();
    let indexed = authority.on(&tree.index);
    assert_eq!(without_allocating(|| ask_through_index(&authority, &indexed, &numbers)), by_paths);
    assert!(by_paths > 0);
}

#[test]
fn cells_and_matrices_allocate_nothing() {
    let found = without_allocating(|| {
        let cells = Cell::find("child.users.add").into_iter().chain(Cell::all());
        let matrix: PermissionMatrix = cells.collect();
        matrix.missing_views().union(matrix.seen_from_below()).len() as usize
    });
    assert_eq!(found, 64);
}

#[test]
fn an_allocation_would_be_noticed() {
    assert_eq!(measure(|| drop(std::hint::black_box(Box::new(1_u32)))).count_total, 1);
}
