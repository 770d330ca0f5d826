//! Decisions and coverage against a naive second implementation: sets of (account, cell) pairs, built from the definition and
//! sharing no code with the crate but the role tables.

#![allow(clippy::indexing_slicing, reason = "tests")]

use std::collections::HashSet;

use jiff::Timestamp;
use proptest::prelude::*;
use tenantry_domain::{
    AccountId,
    account::AccountPath,
    permission::{Action, Authority, BuiltInRole, Cell, Decision, Grant, Permission, Resource, Scope, Standing},
};
use uuid::Uuid;

/// A tree by parent numbers; account 0 is the root, and a parent always has a smaller number.
#[derive(Debug, Clone)]
struct Tree {
    parents: Vec<usize>,
}

impl Tree {
    fn path(&self, account: usize) -> AccountPath {
        let id = AccountId::new(Uuid::from_u128(account as u128 + 1));
        if account == 0 { AccountPath::root(id) } else { self.path(self.parents[account - 1]).child(id) }
    }

    fn len(&self) -> usize {
        self.parents.len() + 1
    }

    /// `account` and everything above it.
    fn line(&self, account: usize) -> Vec<usize> {
        let mut line = vec![account];
        while let Some(last) = line.last().copied().filter(|last| *last > 0) {
            line.push(self.parents[last - 1]);
        }
        line
    }
}

fn trees() -> impl Strategy<Value = Tree> {
    (1..12_usize)
        .prop_flat_map(|size| (0..size - 1).map(|child| 0..=child).collect::<Vec<_>>())
        .prop_map(|parents| Tree { parents })
}

fn roles() -> impl Strategy<Value = BuiltInRole> {
    proptest::sample::select(BuiltInRole::ALL.to_vec())
}

fn worlds() -> impl Strategy<Value = (Tree, Vec<(BuiltInRole, usize)>, usize)> {
    trees().prop_flat_map(|tree| {
        let accounts = 0..tree.len();
        (Just(tree), proptest::collection::vec((roles(), accounts.clone()), 0..4), accounts)
    })
}

fn authority(tree: &Tree, grants: &[(BuiltInRole, usize)], standing: Standing) -> Authority<BuiltInRole> {
    let grants = grants.iter().map(|(role, anchor)| Grant::new(*role, tree.path(*anchor))).collect();
    Authority::new(standing, tree.path(0), grants, Timestamp::UNIX_EPOCH)
}

/// Everything the grants give, pair by pair. Adding an account is a right over the parent: it is held at an account where
/// the child cell is held for what would stand beneath it.
fn held(tree: &Tree, grants: &[(BuiltInRole, usize)]) -> HashSet<(usize, Permission)> {
    let mut held = HashSet::new();
    for target in 0..tree.len() {
        for (role, anchor) in grants {
            for cell in role.matrix().cells() {
                let below = tree.line(target).iter().skip(1).any(|above| above == anchor);
                let adds = cell.permission == Permission::ACCOUNTS_ADD;
                let gives = match cell.scope {
                    Scope::Own => target == *anchor && !adds,
                    Scope::Child => below || (adds && target == *anchor),
                };
                if gives {
                    held.insert((target, cell.permission));
                }
            }
        }
    }
    held
}

proptest! {
    #[test]
    fn decisions_are_those_of_the_definition((tree, grants, target) in worlds()) {
        let authority = authority(&tree, &grants, Standing::Active);
        let held = held(&tree, &grants);
        for resource in Resource::ALL {
            for action in Action::ALL {
                let permission = Permission::new(resource, action);
                let allowed = authority.holds(permission, &tree.path(target));
                prop_assert_eq!(allowed, held.contains(&(target, permission)), "{} at {}", permission, target);
            }
        }
    }

    #[test]
    fn nobody_who_is_not_active_may_do_anything((tree, grants, target) in worlds()) {
        for standing in [Standing::Suspended, Standing::Removed, Standing::AccountSuspended] {
            let authority = authority(&tree, &grants, standing);
            for resource in Resource::ALL {
                prop_assert!(!authority.holds(Permission::new(resource, Action::View), &tree.path(target)));
            }
            prop_assert_eq!(authority.effective_at(&tree.path(target)).len(), 0);
        }
    }

    #[test]
    fn a_covered_role_gives_nothing_its_grantor_lacks((tree, grants, anchor) in worlds(), role in roles()) {
        let authority = authority(&tree, &grants, Standing::Active);
        prop_assume!(authority.missing(role.matrix(), &tree.path(anchor)).is_empty());
        let given = held(&tree, &[(role, anchor)]);
        let grantor = held(&tree, &grants);
        let gained: Vec<_> = given.difference(&grantor).collect();
        prop_assert!(gained.is_empty(), "{:?}", gained);
    }

    #[test]
    fn a_role_that_would_give_more_is_not_covered((tree, grants, anchor) in worlds(), role in roles()) {
        // Future accounts count: hang one beneath every account before asking.
        let mut grown = tree.clone();
        grown.parents.extend(0..tree.len());
        let authority = authority(&grown, &grants, Standing::Active);
        let given = held(&grown, &[(role, anchor)]);
        let lacks = !given.is_subset(&held(&grown, &grants));
        prop_assert!(!lacks || !authority.missing(role.matrix(), &grown.path(anchor)).is_empty());
    }

    #[test]
    fn more_grants_never_take_away((tree, grants, target) in worlds(), role in roles(), anchor in 0..12_usize) {
        let anchor = anchor % tree.len();
        let fewer = authority(&tree, &grants, Standing::Active);
        let more: Vec<_> = grants.iter().copied().chain([(role, anchor)]).collect();
        let more = authority(&tree, &more, Standing::Active);
        let path = tree.path(target);
        prop_assert!(more.effective_at(&path).contains_all(fewer.effective_at(&path)));
    }

    #[test]
    fn a_yes_names_a_grant_and_a_cell_that_give_it((tree, grants, target) in worlds()) {
        let authority = authority(&tree, &grants, Standing::Active);
        for cell in Cell::all() {
            let path = tree.path(target);
            if let Decision::Allowed(allowed) = authority.decide(cell.permission, &path) {
                prop_assert!(allowed.grant.role.matrix().contains(allowed.cell));
                prop_assert_eq!(allowed.cell.permission, cell.permission);
                prop_assert!(allowed.grant.anchor.is_at_or_above(&path));
            }
        }
    }
}

#[test]
fn a_customer_administrator_may_give_three_roles_and_basic_access_all_six_below() {
    let tree = Tree { parents: vec![0] };
    let grantable = |role, home: usize, at: usize| -> Vec<&str> {
        let authority = authority(&tree, &[(role, home)], Standing::Active);
        let at = tree.path(at);
        let grantable = |role: &BuiltInRole| authority.may_grant(role.matrix(), &at).is_ok();
        BuiltInRole::ALL.into_iter().filter(grantable).map(BuiltInRole::key).collect()
    };
    assert_eq!(grantable(BuiltInRole::CustomerAdministrator, 1, 1), ["no_access", "customer_administrator", "user"]);
    assert_eq!(grantable(BuiltInRole::BasicAccess, 0, 0), Vec::<&str>::new());
    assert_eq!(grantable(BuiltInRole::BasicAccess, 0, 1).len(), 6);
    assert_eq!(grantable(BuiltInRole::User, 1, 1), Vec::<&str>::new());
}
