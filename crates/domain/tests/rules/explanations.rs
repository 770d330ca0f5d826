//! A reason is worth something if it is true: the grant and cell of a yes give it alone, and what a no proposes turns it.

use proptest::prelude::*;
use tenantry_domain::{
    Line,
    account::AccountPath,
    permission::{Authority, Decision, Grant, Permission, PermissionMatrix, RoleDefinition, Standing, additions},
};

use crate::{
    oracle::{self, Person, Power},
    worlds::{Custom, NOW, World, now, people, permissions, small_trees},
};

/// Somebody with these grants and one more, of these cells.
fn with(person: &Authority<Custom>, cells: PermissionMatrix, anchor: &AccountPath) -> Authority<Custom> {
    let grants = person.grants().iter().cloned().chain([Grant::new(Custom(cells), anchor.clone())]).collect();
    Authority::new(Standing::Active, person.home().clone(), grants, now())
}

proptest! {
    #[test]
    fn the_grant_and_cell_of_a_yes_give_it_alone((tree, person) in people()) {
        let world = World::of(tree);
        let authority = world.authority(&person);
        let nobody = Authority::new(Standing::Active, authority.home().clone(), Vec::new(), now());
        for path in &world.paths {
            for (permission, _) in permissions() {
                let Decision::Allowed(allowed) = authority.decide(*permission, path) else { continue };
                prop_assert!(allowed.grant.role.0.contains(allowed.cell));
                let one_cell = PermissionMatrix::EMPTY.with_cell(allowed.cell);
                prop_assert!(with(&nobody, one_cell, &allowed.grant.anchor).holds(*permission, path));
            }
        }
    }

    #[test]
    fn whatever_a_no_proposes_turns_it((tree, person) in people()) {
        let world = World::of(tree);
        let authority = world.authority(&Person { is_active: true, ..person });
        for path in &world.paths {
            for (permission, _) in permissions().iter().filter(|(permission, _)| !authority.holds(*permission, path)) {
                for addition in additions(*permission, path) {
                    let role = addition.smallest_role();
                    let one_cell = PermissionMatrix::EMPTY.with_cell(addition.cell);
                    prop_assert!(with(&authority, one_cell, &addition.anchor).holds(*permission, path));
                    let without = with(&authority, role.difference(one_cell), &addition.anchor);
                    prop_assert!(!without.holds(*permission, path), "{}", addition.cell);
                    let definition = RoleDefinition::try_new(Line::parse("Auditor").unwrap(), None, role, true);
                    prop_assert!(definition.is_ok_and(|definition| definition.matrix().contains(addition.cell)));
                }
            }
        }
    }
}

#[test]
fn proposals_go_upwards_and_each_gives_more_than_the_one_before() {
    for tree in small_trees() {
        let world = World::of(tree.grown());
        for (target, (permission, name)) in
            (0..tree.len()).flat_map(|target| permissions().iter().map(move |permission| (target, permission)))
        {
            let proposed: Vec<_> = additions(*permission, &world.paths[target]).collect();
            let upwards: Vec<usize> =
                std::iter::successors(Some(target), |account| world.tree.parents[*account]).collect();
            let anchors: Vec<_> = upwards.iter().map(|account| &world.paths[*account]).collect();
            assert_eq!(proposed.iter().map(|addition| &addition.anchor).collect::<Vec<_>>(), anchors);
            let given = upwards.iter().zip(&proposed).map(|(anchor, addition)| {
                let grant = oracle::Grant::always([(addition.cell.scope.key(), *name)].into(), *anchor);
                let person = Person { is_active: true, home: target, grants: vec![grant] };
                Power::of(&world.tree, &person, NOW).pairs()
            });
            let given: Vec<_> = given.collect();
            assert!(given.iter().all(|pairs| pairs.contains(&(target, *name))));
            assert!(given.windows(2).all(|pair| pair[0].is_subset(&pair[1]) && pair[0] != pair[1]), "{name}");
        }
    }
}

#[test]
fn the_smallest_role_holds_the_cell_and_its_view() {
    let world = World::of(oracle::Tree { parents: vec![None, Some(0)] });
    let names = |number: usize| -> Vec<String> {
        let addition = additions(Permission::USERS_EDIT, &world.paths[1]).nth(number).unwrap();
        addition.smallest_role().cells().map(|cell| cell.to_string()).collect()
    };
    assert_eq!(names(0), ["own.users.view", "own.users.edit"]);
    assert_eq!(names(1), ["child.users.view", "child.users.edit"]);
}
