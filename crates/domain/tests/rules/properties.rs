//! What must hold of any grants in any tree: several at a time, with windows, of any cells.

use proptest::prelude::*;
use tenantry_domain::{
    Line,
    account::AccountPath,
    permission::{Authority, Cell, Grant, MissingViews, RoleDefinition, Standing},
};

use crate::{
    comparison::Asked,
    oracle::{self, Cells, Person, Power, Tree},
    worlds::{Custom, NOW, World, cells, grants, id, is_same, matrix, now, people, permissions},
};

fn active(grants: Vec<oracle::Grant>) -> Person {
    Person { is_active: true, home: 0, grants }
}

/// The pairs of account and permission in which somebody gained and lost something.
fn changes(tree: &Tree, before: &Person, after: &Person) -> (usize, usize) {
    let (before, after) = (Power::of(tree, before, NOW).pairs(), Power::of(tree, after, NOW).pairs());
    ((&after - &before).len(), (&before - &after).len())
}

/// A tree, somebody there, and one grant more.
fn people_and_a_grant() -> impl Strategy<Value = (Tree, Person, oracle::Grant)> {
    people().prop_flat_map(|(tree, person)| {
        let accounts = tree.len();
        (Just(tree), Just(person), grants(accounts))
    })
}

proptest! {
    #[test]
    fn whoever_has_any_grants_may_do_what_the_definition_says((tree, person, other) in people_and_a_grant()) {
        let world = World::of(tree);
        let authority = world.authority(&person);
        let asked = Asked::new(&world, &person, &authority);
        prop_assert_eq!(asked.decides(), Ok(()));
        prop_assert_eq!(asked.is_in_effect(), Ok(()));
        prop_assert_eq!(asked.lists(), Ok(()));
        for anchor in 0..world.tree.len() {
            prop_assert_eq!(asked.covers(matrix(&other.cells), &other.cells, anchor), Ok(()));
        }
    }

    #[test]
    fn somebody_is_touched_only_by_who_holds_all_of_it(
        (tree, person, other) in people_and_a_grant(),
        own in proptest::bool::ANY,
    ) {
        // One's equal as often as anybody: two at random hardly ever cover each other.
        let held = if own { person.grants.clone() } else { vec![other] };
        let world = World::of(tree);
        let authority = world.authority(&person);
        let stored: Vec<Grant<Custom>> =
            held.iter().map(|grant| world.grant(Custom(matrix(&grant.cells)), grant)).collect();
        prop_assert_eq!(Asked::new(&world, &person, &authority).guards(&stored, &held), Ok(()));
    }

    /// Coverage by another definition: what the role would give, also in accounts that do not exist yet, its giver has.
    #[test]
    fn a_role_is_covered_exactly_if_it_gives_nothing_its_grantor_lacks((tree, person, mut other) in people_and_a_grant()) {
        // Held by nobody: an account is added by the cell for what is below.
        other.cells.remove(&("own", "accounts.add"));
        let grown = tree.grown();
        let given = Person { is_active: true, ..active(vec![oracle::Grant::always(other.cells.clone(), other.anchor)]) };
        let given = Power::of(&grown, &given, NOW).pairs();
        let gives_nothing_new = given.is_subset(&Power::of(&grown, &person, NOW).pairs());
        let world = World::of(tree);
        let missing = world.authority(&person).missing(matrix(&other.cells), &world.paths[other.anchor]);
        prop_assert_eq!(missing.is_empty(), gives_nothing_new, "{:?}", missing);
    }

    #[test]
    fn more_grants_and_larger_roles_never_take_away((tree, person, other) in people_and_a_grant()) {
        let mut more = person.clone();
        more.grants.insert(0, other.clone());
        let mut larger = person.clone();
        if let Some(grant) = larger.grants.last_mut() {
            grant.cells.extend(&other.cells);
        }
        for after in [more, larger] {
            prop_assert_eq!(changes(&tree, &person, &after).1, 0, "the oracle itself");
            let world = World::of(tree.clone());
            let (before, after) = (world.authority(&person), world.authority(&after));
            for path in &world.paths {
                prop_assert!(after.effective_at(path).contains_all(before.effective_at(path)));
                for (permission, _) in permissions() {
                    prop_assert!(after.holds(*permission, path) || !before.holds(*permission, path));
                }
            }
        }
    }

    #[test]
    fn the_order_of_grants_changes_nothing_but_the_reason((tree, person) in people()) {
        let world = World::of(tree);
        let backwards = Person { grants: person.grants.iter().rev().cloned().collect(), ..person.clone() };
        let (forwards, backwards) = (world.authority(&person), world.authority(&backwards));
        for path in &world.paths {
            prop_assert_eq!(forwards.effective_at(path), backwards.effective_at(path));
            for (permission, _) in permissions() {
                prop_assert_eq!(forwards.holds(*permission, path), backwards.holds(*permission, path));
            }
        }
    }

    #[test]
    fn whoever_may_change_something_is_to_see_it(cells in cells()) {
        let unseen = |(scope, permission): &oracle::Cell| {
            let (resource, action) = permission.split_once('.')?;
            let view = permissions().iter().map(|(_, name)| *name).find(|name| *name == format!("{resource}.view"))?;
            (action != "view" && !cells.contains(&(*scope, view))).then_some((*scope, view))
        };
        let expected: Cells = cells.iter().filter_map(unseen).collect();
        let matrix = matrix(&cells);
        prop_assert!(is_same(matrix.missing_views(), &expected), "{:?}", matrix.missing_views());
        let definition = RoleDefinition::try_new(Line::parse("Auditor").unwrap(), None, matrix, true);
        let refused = definition.err().map(|MissingViews(missing)| missing);
        prop_assert_eq!(refused, (!expected.is_empty()).then(|| matrix.missing_views()));
    }

    #[test]
    fn sets_of_cells_are_sets(some in cells(), others in cells()) {
        let (one, other) = (matrix(&some), matrix(&others));
        prop_assert!(is_same(one.union(other), &(&some | &others)));
        prop_assert!(is_same(one.difference(other), &(&some - &others)));
        prop_assert_eq!(one.contains_all(other), others.is_subset(&some));
        prop_assert_eq!((one.is_empty(), one == other), (some.is_empty(), some == others));
        let order: Vec<_> = Cell::all().filter(|cell| one.contains(*cell)).collect();
        prop_assert_eq!(one.cells().collect::<Vec<_>>(), order);
    }

    #[test]
    fn neither_scope_is_inferred_from_the_other((tree, person) in people(), cells in cells(), anchor in 0..12_usize) {
        let anchor = anchor % tree.len();
        for scope in ["own", "child"] {
            let cells: Cells = cells.iter().copied().filter(|cell| cell.0 == scope).collect();
            let only = active(vec![oracle::Grant::always(cells, anchor)]);
            let world = World::of(tree.clone());
            let authority = world.authority(&Person { home: person.home, ..only });
            for (account, path) in world.paths.iter().enumerate() {
                for (permission, name) in permissions() {
                    let asked_from_below = *name == "accounts.add";
                    let could = match scope {
                        "own" => account == anchor && !asked_from_below,
                        _ => world.tree.is_above(anchor, account) || (account == anchor && asked_from_below),
                    };
                    prop_assert!(could || !authority.holds(*permission, path), "{} at {}", name, account);
                }
            }
        }
    }
}

#[test]
fn a_grant_whose_anchor_the_index_does_not_hold_gives_nothing_there() {
    let (world, elsewhere) = (World::of(Tree { parents: vec![None] }), AccountPath::root(id(7)));
    let grant = |cells| Grant::new(Custom(matrix(&cells)), elsewhere.clone());
    let person = Authority::new(Standing::Active, elsewhere.clone(), vec![grant(oracle::role(0))], now());
    let indexed = person.on(&world.index);
    assert!(indexed.effective_at(world.numbers[0]).is_empty() && !indexed.views_account(world.numbers[0]));
    assert!(person.covers_all(person.grants()) && !indexed.covers_all(person.grants()));
    assert!(indexed.covers_all(&[grant(Cells::new())]));
}
