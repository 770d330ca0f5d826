//! The rules notice what they are there for.

use tenantry_domain::{
    UserId,
    permission::{BuiltInRole, Grant, Role},
};

use crate::{
    facts::Facts,
    rules::{Done, check, coalition, is_monotone},
    world::Stage,
};

/// What the rules say of a change behind everybody's back, said to be the work of the person with a number.
async fn said(by: usize, change: impl FnOnce(&Stage, &mut Facts, &[UserId])) -> String {
    let stage = Stage::new().await;
    let people = stage.begin(false).people;
    let mut after = stage.start.clone();
    change(&stage, &mut after, &people);
    let done = Done { actor: Some(people[by]), allowed: true, ..Done::default() };
    check(&stage.start, &after, &done).unwrap_err()
}

#[tokio::test]
async fn a_grant_that_its_giver_does_not_hold_is_noticed() {
    let stage = Stage::new().await;
    let world = stage.begin(false);
    let role = Role::from(BuiltInRole::FullAccess);
    stage.p.memory().add_grant(world.people[4], Grant::new(role, stage.p.path(stage.p.litware)));
    let (after, done) = (world.facts(), Done { actor: Some(world.people[1]), allowed: true, ..Done::default() });
    let why = check(&stage.start, &after, &done).unwrap_err();
    assert!(why.starts_with("P4"), "{why}");
    let why = coalition(&stage.start, &after, &world.people[1..4], &world.inherited).unwrap_err();
    assert!(why.starts_with("P6"), "{why}");
    assert!(crate::log::replay(&world, &after).unwrap_err().starts_with("P28"), "the log knows nothing of it");
    let narrower = is_monotone(&stage.start, &after, (false, true));
    assert!(narrower.unwrap_err().starts_with("P13"));
}

#[tokio::test]
async fn every_other_breach_is_noticed() {
    let demote = |facts: &mut Facts, user_id: UserId| facts.people.get_mut(&user_id).unwrap().grants.clear();
    let why = said(0, |_, after, people| demote(after, people[0])).await;
    assert!(why.starts_with("P18"), "{why}");
    let why = said(3, |_, after, people| demote(after, people[1])).await;
    assert!(why.starts_with("P8"), "{why}");
    let why = said(1, |_, after, people| after.people.get_mut(&people[3]).unwrap().is_active = false).await;
    assert!(why.starts_with("P11"), "{why}");
    let why = said(2, |_, after, people| demote(after, people[3])).await;
    assert!(why.starts_with("P17"), "{why}");
    let why = said(0, |_, after, people| {
        let grants = &mut after.people.get_mut(&people[4]).unwrap().grants;
        grants[0].cells.own = crate::held::verb("users.edit");
    })
    .await;
    assert!(why.starts_with("P14"), "{why}");
}

#[tokio::test]
async fn acting_without_being_able_to_is_noticed() {
    let stage = Stage::new().await;
    let mut before = stage.start.clone();
    let people = stage.begin(false).people;
    before.people.get_mut(&people[1]).unwrap().is_active = false;
    let done = Done { actor: Some(people[1]), allowed: true, over: Some(people[4]), ..Done::default() };
    assert!(check(&before, &before, &done).unwrap_err().starts_with("P10"));
    let superior = Done { actor: Some(people[3]), over: Some(people[0]), ..done };
    assert!(check(&before, &before, &superior).unwrap_err().starts_with("P7"));
    let refused = Done { allowed: false, ..superior };
    assert!(check(&stage.start, &before, &refused).unwrap_err().starts_with("P10"));
}
