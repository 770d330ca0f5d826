//! Who can act at all, and which grants count.

use tenantry_domain::permission::{Authority, BuiltInRole, Grant, Role, Standing};

use crate::{
    oracle::Tree,
    worlds::{NOW, World, at, now},
};

fn home() -> World {
    World::of(Tree { parents: vec![None] })
}

#[test]
fn an_authority_is_the_grants_in_effect_of_somebody_somewhere() {
    let world = home();
    let always = Grant::new(BuiltInRole::User, world.paths[0].clone());
    let over = Grant { ends_at: Some(at(NOW)), ..always.clone() };
    let coming = Grant { starts_at: Some(at(NOW + 1)), ..always.clone() };
    let current = Grant { starts_at: Some(at(NOW)), ends_at: Some(at(NOW + 1)), ..always.clone() };
    let stored = vec![over, always.clone(), coming, current.clone()];
    let person = Authority::new(Standing::Removed, world.paths[0].clone(), stored, now());
    assert_eq!((person.standing(), person.home()), (Standing::Removed, &world.paths[0]));
    assert_eq!(person.grants(), [always, current]);
}

#[test]
fn any_role_in_effect_that_edits_the_own_profile_will_do() {
    let world = home();
    let edits = |standing, roles: &[BuiltInRole]| {
        let grants = roles.iter().map(|role| Grant::new(Role::from(*role), world.paths[0].clone())).collect();
        Authority::new(standing, world.paths[0].clone(), grants, now()).edits_own_profile()
    };
    assert!(edits(Standing::Active, &[BuiltInRole::NoAccess, BuiltInRole::User]));
    assert!(!edits(Standing::Active, &[BuiltInRole::NoAccess]));
    assert!(!edits(Standing::Suspended, &[BuiltInRole::User]));
    assert!(!edits(Standing::Active, &[]));
}

#[test]
fn only_administrators_in_effect_and_without_an_end_stay() {
    let world = home();
    let grant = |role: BuiltInRole| Grant::new(Role::from(role), world.paths[0].clone());
    let stay: Vec<BuiltInRole> =
        BuiltInRole::ALL.into_iter().filter(|role| grant(*role).administers_for_good(now())).collect();
    assert_eq!(stay, [BuiltInRole::FullAccess, BuiltInRole::ResellerAdministrator, BuiltInRole::CustomerAdministrator]);
    let ending = Grant { ends_at: Some(at(NOW + 1)), ..grant(BuiltInRole::FullAccess) };
    let coming = Grant { starts_at: Some(at(NOW + 1)), ..grant(BuiltInRole::FullAccess) };
    let begun = Grant { starts_at: Some(at(NOW)), ..grant(BuiltInRole::FullAccess) };
    assert!(!ending.administers_for_good(now()) && !coming.administers_for_good(now()));
    assert!(begun.administers_for_good(now()));
}
