//! Every rooted tree of up to five accounts, every place in it for whoever asks and whatever is asked about, every pair of
//! built-in roles, every standing: compared with the oracle.

use tenantry_domain::permission::{Authority, BuiltInRole, Grant, Standing, who_may, who_may_on};

use crate::{
    comparison::Asked,
    oracle::{self, Person},
    worlds::{World, now, permissions, roles, small_trees},
};

const STANDINGS: [Standing; 4] = [Standing::Active, Standing::Suspended, Standing::Removed, Standing::AccountSuspended];

fn worlds() -> impl Iterator<Item = World> {
    small_trees().into_iter().map(World::of)
}

/// Somebody with built-in roles, called by their numbers, at home at the first anchor.
fn person(given: &[(usize, usize)], standing: Standing) -> Person {
    let grants = given.iter().map(|(role, anchor)| oracle::Grant::always(roles()[*role].1.clone(), *anchor)).collect();
    Person { is_active: standing == Standing::Active, home: given[0].1, grants }
}

fn grants(world: &World, given: &[(usize, usize)]) -> Vec<Grant<BuiltInRole>> {
    given.iter().map(|(role, anchor)| Grant::new(roles()[*role].0, world.paths[*anchor].clone())).collect()
}

fn authority(world: &World, given: &[(usize, usize)], standing: Standing) -> Authority<BuiltInRole> {
    Authority::new(standing, world.paths[given[0].1].clone(), grants(world, given), now())
}

#[test]
fn whoever_has_one_grant_may_do_what_the_definition_says() {
    for world in worlds() {
        for anchor in 0..world.tree.len() {
            for (role, standing) in (0..6).flat_map(|role| STANDINGS.map(|standing| (role, standing))) {
                let (person, authority) =
                    (person(&[(role, anchor)], standing), authority(&world, &[(role, anchor)], standing));
                let asked = Asked::new(&world, &person, &authority);
                let same = asked.decides().and(asked.is_in_effect()).and(asked.lists());
                assert_eq!(same, Ok(()), "{standing:?} with role {role} at {anchor} of {:?}", world.tree);
            }
        }
    }
}

#[test]
fn whoever_has_one_grant_covers_what_the_definition_says() {
    for world in worlds() {
        for (anchor, role) in (0..world.tree.len()).flat_map(|anchor| (0..6).map(move |role| (anchor, role))) {
            for standing in STANDINGS {
                let (person, authority) =
                    (person(&[(role, anchor)], standing), authority(&world, &[(role, anchor)], standing));
                let asked = Asked::new(&world, &person, &authority);
                for (target, (number, (other, cells))) in
                    (0..world.tree.len()).flat_map(|target| roles().iter().enumerate().map(move |role| (target, role)))
                {
                    let stored = grants(&world, &[(number, target)]);
                    let held = [oracle::Grant::always(cells.clone(), target)];
                    let same = asked.covers(other.matrix(), cells, target).and(asked.guards(&stored, &held));
                    assert_eq!(same, Ok(()), "{standing:?}, role {role} at {anchor} of {:?}: {number}", world.tree);
                }
            }
        }
    }
}

#[test]
fn two_grants_unite_and_the_first_that_allows_is_named() {
    for world in worlds() {
        let accounts = 0..world.tree.len();
        for (first, second) in accounts.clone().flat_map(|first| accounts.clone().map(move |second| (first, second))) {
            for given in (0..36).map(|pair| [(pair / 6, first), (pair % 6, second)]) {
                let (person, authority) =
                    (person(&given, Standing::Active), authority(&world, &given, Standing::Active));
                let asked = Asked::new(&world, &person, &authority);
                let same = asked.decides().and(asked.is_in_effect());
                assert_eq!(same, Ok(()), "{given:?} in {:?}", world.tree);
            }
        }
    }
}

#[test]
fn everybody_who_may_is_named_and_nobody_else() {
    for world in worlds() {
        let accounts = 0..world.tree.len();
        let everybody: Vec<_> = accounts
            .clone()
            .flat_map(|anchor| (0..6).map(move |role| [(role, anchor)]))
            .flat_map(|given| [(given, Standing::Active), (given, Standing::Suspended)])
            .collect();
        let people: Vec<_> = everybody.iter().map(|(given, standing)| person(given, *standing)).collect();
        let authorities: Vec<_> =
            everybody.iter().map(|(given, standing)| authority(&world, given, *standing)).collect();
        let asked: Vec<_> =
            people.iter().zip(&authorities).map(|(person, authority)| Asked::new(&world, person, authority)).collect();
        for (target, (permission, name)) in
            accounts.flat_map(|target| permissions().iter().map(move |permission| (target, permission)))
        {
            let expected: Vec<usize> =
                (0..asked.len()).filter(|number| asked[*number].power.holds(name, target)).collect();
            let by_path = who_may(*permission, &world.paths[target], authorities.iter().enumerate());
            let by_path: Vec<_> = by_path.map(|(number, allowed)| (number, allowed.grant, allowed.cell)).collect();
            let indexed = asked.iter().map(|asked| &asked.indexed).enumerate();
            let by_index = who_may_on(*permission, world.numbers[target], indexed);
            let by_index: Vec<_> = by_index.map(|(number, allowed)| (number, allowed.grant, allowed.cell)).collect();
            assert_eq!(by_path, by_index);
            assert_eq!(by_path.iter().map(|(number, ..)| *number).collect::<Vec<_>>(), expected, "{name} at {target}");
            for (number, grant, cell) in by_path {
                assert!(grant.anchor == world.paths[everybody[number].0[0].1] && cell.permission == *permission);
            }
        }
    }
}
