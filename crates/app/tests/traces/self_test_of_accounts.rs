//! The rules for accounts notice what they are there for.

use std::collections::BTreeMap;

use tenantry_app::{UseCaseError, accounts::MoveAccount};
use tenantry_domain::{
    UserId,
    account::AccountStatus,
    permission::{BuiltInRole, Grant},
};

use crate::{
    account_rules::{check, no_escalation},
    facts::{Facts, Given, built_in},
    held::{Held, verb},
    places::Change::{self, MoveBelow, Remove, Restore, Resume, Suspend},
    rules::{self, Done, coalition},
    step::{Step, What},
    world::Stage,
};

const CONTOSO: usize = 1;
const FABRIKAM: usize = 2;
const TAILSPIN: usize = 3;
const LITWARE: usize = 4;
const DATUM: usize = 6;

/// What the rules say of a change that is as it is meant to be, but for who made it, or when.
async fn said(by: usize, step: (usize, Change), prepare: impl FnOnce(&mut Facts, &[UserId])) -> Result<(), String> {
    let stage = Stage::new().await;
    let people = stage.begin(false).people;
    let mut before = stage.start.clone();
    prepare(&mut before, &people);
    let mut after = before.clone();
    after.change(step.0, step.1);
    let done = Done { actor: Some(people[by]), allowed: true, account: Some(step), ..Done::default() };
    check(&before, &after, people[by], step)?;
    rules::check(&before, &after, &done)
}

async fn noticed(expected: &str, by: usize, step: (usize, Change), prepare: impl FnOnce(&mut Facts, &[UserId])) {
    let why = said(by, step, prepare).await.unwrap_err();
    assert!(why.starts_with(expected), "{by} {step:?}: {why}");
}

fn as_it_is(_: &mut Facts, _: &[UserId]) {}

fn suspended(account: usize) -> impl FnOnce(&mut Facts, &[UserId]) {
    move |facts, _| facts.change(account, Suspend)
}

fn removed(account: usize) -> impl FnOnce(&mut Facts, &[UserId]) {
    move |facts, _| facts.change(account, Remove)
}

fn grants<'a>(facts: &'a mut Facts, user_id: &UserId) -> &'a mut Vec<Given> {
    &mut facts.people.get_mut(user_id).unwrap().grants
}

#[tokio::test]
async fn what_is_meant_to_be_is_let_pass() {
    for step in [(FABRIKAM, MoveBelow(LITWARE)), (CONTOSO, Suspend), (CONTOSO, Remove)] {
        said(0, step, as_it_is).await.unwrap();
    }
    said(0, (CONTOSO, Resume), suspended(CONTOSO)).await.unwrap();
    said(0, (CONTOSO, Restore), removed(CONTOSO)).await.unwrap();
    said(0, (DATUM, MoveBelow(LITWARE)), suspended(LITWARE)).await.unwrap();
    said(1, (FABRIKAM, MoveBelow(DATUM)), as_it_is).await.unwrap();
}

#[tokio::test]
async fn changing_an_account_without_the_right_to_is_noticed() {
    for change in [Suspend, Resume, Remove, MoveBelow(DATUM)] {
        noticed("P4", 3, (TAILSPIN, change), as_it_is).await;
    }
    noticed("P4", 3, (TAILSPIN, Restore), removed(TAILSPIN)).await;
    noticed("P4", 2, (FABRIKAM, MoveBelow(LITWARE)), as_it_is).await;
    noticed("P4", 5, (FABRIKAM, MoveBelow(LITWARE)), as_it_is).await;
    let of_the_root = |facts: &mut Facts, people: &[UserId]| {
        grants(facts, &people[0])[0].cells.own |= verb("accounts.edit") | verb("accounts.remove");
    };
    for change in [Suspend, Remove] {
        noticed("P4", 0, (0, change), of_the_root).await;
    }
    let elsewhere = |facts: &mut Facts, people: &[UserId]| {
        let full = grants(facts, &people[0])[0].clone();
        grants(facts, &people[3]).push(full);
    };
    noticed("P18", 3, (CONTOSO, Suspend), elsewhere).await;
}

#[tokio::test]
async fn changing_what_does_not_exist_or_a_cycle_is_noticed() {
    noticed("P23", 0, (TAILSPIN, Suspend), removed(FABRIKAM)).await;
    noticed("P23", 0, (LITWARE, MoveBelow(FABRIKAM)), removed(FABRIKAM)).await;
    noticed("P23", 0, (FABRIKAM, Restore), as_it_is).await;
    noticed("P23", 0, (TAILSPIN, Restore), removed(FABRIKAM)).await;
    noticed("P9", 0, (FABRIKAM, MoveBelow(TAILSPIN)), as_it_is).await;
    let below_what_is_removed = |facts: &mut Facts, _: &[UserId]| facts.places[FABRIKAM].removed_with = Some(FABRIKAM);
    noticed("P9", 0, (LITWARE, Suspend), below_what_is_removed).await;
    let in_a_cycle = |facts: &mut Facts, _: &[UserId]| facts.places[FABRIKAM].line = vec![0, 1, 2, 3, 2];
    noticed("P9", 0, (LITWARE, Suspend), in_a_cycle).await;
}

/// Somebody in Datum has all of Litware.
#[tokio::test]
async fn letting_superiors_in_or_shutting_them_out_is_noticed() {
    noticed("P8", 1, (DATUM, Suspend), as_it_is).await;
    noticed("P8", 1, (DATUM, Remove), as_it_is).await;
    noticed("P8", 1, (DATUM, Resume), suspended(DATUM)).await;
    noticed("P8", 1, (DATUM, Restore), removed(DATUM)).await;
    noticed("P8", 1, (DATUM, MoveBelow(FABRIKAM)), suspended(FABRIKAM)).await;
}

/// The tenth will have Full Access at Datum from tomorrow on.
#[tokio::test]
async fn a_move_that_the_mover_gains_by_is_noticed() {
    noticed("P9", 10, (FABRIKAM, MoveBelow(DATUM)), as_it_is).await;
    let already = |facts: &mut Facts, people: &[UserId]| {
        for given in grants(facts, &people[10]) {
            given.starts_at = None;
        }
    };
    noticed("P9", 10, (FABRIKAM, MoveBelow(DATUM)), already).await;
}

#[tokio::test]
async fn leaving_another_account_without_its_administrator_is_noticed() {
    // Whoever administers Proseware is at Contoso, and Basic Access does not administer the root.
    let basic = |facts: &mut Facts, people: &[UserId]| grants(facts, &people[0])[0].cells = built_in("basic_access");
    for change in [Suspend, Remove] {
        noticed("P17", 0, (CONTOSO, change), basic).await;
    }
}

#[tokio::test]
async fn more_than_what_was_meant_is_noticed() {
    let stage = Stage::new().await;
    let people = stage.begin(false).people;
    let (before, step) = (&stage.start, (FABRIKAM, MoveBelow(LITWARE)));
    let mut after = before.clone();
    after.change(FABRIKAM, MoveBelow(LITWARE));
    let by = people[0];
    assert_eq!(check(before, &after, by, step), Ok(()));
    let mut others = after.clone();
    others.change(DATUM, Suspend);
    assert!(check(before, &others, by, step).unwrap_err().starts_with("P11"));
    let not_a_change = Done { actor: Some(by), allowed: true, ..Done::default() };
    assert!(rules::check(before, &after, &not_a_change).unwrap_err().starts_with("P11"));
    let by_time = Done::default();
    assert!(rules::check(before, &after, &by_time).unwrap_err().starts_with("P11"));
    let mut purged = before.clone();
    purged.purge(TAILSPIN);
    assert!(rules::check(before, &purged, &by_time).unwrap_err().starts_with("P11"), "it was not removed");
    // Whoever is at home at the destination gets what a grant there gives, and nothing else.
    let mut given_more = after.clone();
    let full = grants(&mut after, &people[1])[0].clone();
    grants(&mut given_more, &people[5]).push(full);
    assert_eq!(no_escalation(before, &after, (people[5], step)), Ok(()));
    assert!(no_escalation(before, &given_more, (people[5], step)).is_err_and(|why| why.starts_with("P4")));
}

#[tokio::test]
async fn what_a_coalition_gets_is_noticed_unless_it_came_with_a_move() {
    let stage = Stage::new().await;
    let people = stage.begin(false).people;
    let mut end = stage.start.clone();
    end.change(FABRIKAM, MoveBelow(LITWARE));
    let (at_litware, acted) = (people[5], [people[4]]);
    let nobody = BTreeMap::new();
    let why = coalition(&stage.start, &end, &acted, &nobody).unwrap_err();
    assert!(why.starts_with("P6"), "{why}");
    let gained = |user_id: UserId| -> Held { end.held_ever(user_id).without(&stage.start.held_ever(user_id)) };
    let came: BTreeMap<_, _> = people.iter().map(|user_id| (*user_id, gained(*user_id))).collect();
    assert_eq!(coalition(&stage.start, &end, &acted, &came), Ok(()));
    // It came to somebody who does nothing: nobody else has it from there.
    let full = grants(&mut end, &at_litware)[0].clone();
    grants(&mut end, &people[6]).push(full);
    assert!(coalition(&stage.start, &end, &acted, &came).unwrap_err().starts_with("P6"));
    let both = [people[4], at_litware];
    assert_eq!(coalition(&stage.start, &end, &both, &came), Ok(()));
}

#[tokio::test]
async fn what_the_log_does_not_say_or_does_not_prove_is_noticed() {
    let mut stage = Stage::new().await;
    let (account_id, parent_id) = (stage.accounts[FABRIKAM], stage.accounts[LITWARE]);
    {
        let world = stage.begin(false);
        stage.p.memory().edit_account(account_id, |account| account.status = AccountStatus::Suspended);
        assert!(crate::log::replay(&world, &world.facts()).unwrap_err().starts_with("P28"));
    }
    let boss = stage.begin(false).people[0];
    let actor = stage.p.actor(boss).await;
    let moved: Result<_, UseCaseError> = MoveAccount { account_id, parent_id }.execute(&stage.p.app, &actor).await;
    moved.unwrap();
    let end = stage.reader.read(stage.p.memory(), stage.p.app.now());
    let proven = |stage: &Stage| {
        let after = stage.p.memory().snapshot();
        let world = stage.begin(false);
        stage.p.memory().restore(&after);
        crate::log::replay(&world, &end)
    };
    assert_eq!(proven(&stage), Ok(()));
    grants(&mut stage.start, &boss)[0].cells = built_in("user");
    assert!(proven(&stage).unwrap_err().starts_with("P5"));
}

#[tokio::test]
async fn a_session_that_outlives_an_account_is_noticed() {
    let stage = Stage::new().await;
    let mut world = stage.begin(false);
    let mut before = world.facts();
    let number = u8::try_from(world.people.len()).unwrap() + 3;
    let step = Step { what: What::SignIn, actor: 0, target: number, account: 0, role: 0, choice: [0; 3] };
    world.make(step, &before).await.unwrap();
    assert_eq!(world.use_session(step, &before).await, Ok(()));
    before.change(CONTOSO, Suspend);
    assert!(world.use_session(step, &before).await.unwrap_err().starts_with("P10"));
    // It is not forgotten when the account is open again.
    world.shut_out(world.people[3], false);
    before.change(CONTOSO, Resume);
    assert!(world.use_session(step, &before).await.unwrap_err().starts_with("P10"));
}

#[tokio::test]
async fn grants_at_removed_accounts_give_nothing_and_those_of_the_shut_out_neither() {
    let stage = Stage::new().await;
    let people = stage.begin(false).people;
    stage.p.memory().add_grant(people[5], Grant::new(BuiltInRole::FullAccess.into(), stage.p.path(stage.p.fabrikam)));
    let mut facts = stage.reader.read(stage.p.memory(), stage.p.app.now());
    assert!(facts.held(people[5]).holds("users.edit", TAILSPIN) && facts.held(people[1]).holds("users.edit", TAILSPIN));
    facts.change(CONTOSO, Suspend);
    assert!(facts.held(people[5]).holds("users.edit", TAILSPIN), "managed from elsewhere");
    assert_eq!(facts.held(people[1]), Held::nothing(&facts.tree));
    facts.change(FABRIKAM, Remove);
    assert!(!facts.held(people[5]).holds("users.edit", TAILSPIN));
}
