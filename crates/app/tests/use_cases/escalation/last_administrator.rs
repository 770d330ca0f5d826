//! An account keeps an administrator.

use tenantry_app::{
    Actor, Conflict,
    ports::Outcome,
    testing::{NewUser, TestPlatform},
    users::EditUserInput,
};
use tenantry_domain::{UserId, permission::BuiltInRole};

use super::operations::{Operation, edit};
use crate::verdict::conflict;

async fn demote(p: &TestPlatform, actor: &Actor, user_id: UserId) -> Result<(), tenantry_app::UseCaseError> {
    let changes = EditUserInput { role: Some("user".to_owned()), ..Default::default() };
    edit(&p.app, actor, user_id, changes).await
}

/// Each way to take an administrator away is refused.
async fn assert_is_kept(p: &TestPlatform, actor: &Actor, last: UserId) {
    let before = p.record(last).await;
    for operation in [Operation::Suspend, Operation::Remove] {
        let outcome = operation.run(&p.app, actor, &before.user).await;
        assert_eq!(conflict(outcome), Conflict::LastAdministrator, "{operation:?}");
    }
    assert_eq!(conflict(demote(p, actor, last).await), Conflict::LastAdministrator);
    assert_eq!(p.record(last).await, before);
    let refused = p.audit_log().iter().filter(|entry| entry.outcome() == Outcome::Refused).count();
    assert_eq!(refused, 3, "refusals to leave an account without administrator are on record");
}

#[tokio::test]
async fn basic_access_from_above_does_not_take_the_last_administrator_away() {
    let p = TestPlatform::new().await;
    let basic = p.actor_with(p.contoso, BuiltInRole::BasicAccess).await;
    let last = p.user(p.fabrikam, BuiltInRole::CustomerAdministrator).await;
    p.user(p.fabrikam, BuiltInRole::BasicAccess).await;
    p.user(p.fabrikam, BuiltInRole::User).await;
    assert_is_kept(&p, &basic, last).await;
}

#[tokio::test]
async fn those_who_cannot_act_are_no_other_administrators() {
    let p = TestPlatform::new().await;
    let basic = p.actor_with(p.contoso, BuiltInRole::BasicAccess).await;
    let now = p.app.now();
    let administrator = || NewUser::new(p.fabrikam, BuiltInRole::CustomerAdministrator);
    let last = p.add(administrator()).await.id;
    p.add(administrator().suspended()).await;
    p.add(administrator().removed_at(now)).await;
    p.add(administrator().granted_between(None, Some(now))).await;
    assert_is_kept(&p, &basic, last).await;
}

#[tokio::test]
async fn an_administrator_from_above_may_take_the_last_one_away() {
    for operation in [Operation::Suspend, Operation::Remove] {
        let p = TestPlatform::new().await;
        let above = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
        let last = p.add(NewUser::new(p.tailspin, BuiltInRole::CustomerAdministrator)).await;
        operation.run(&p.app, &above, &last).await.unwrap();
    }
    let p = TestPlatform::new().await;
    let above = p.actor_with(p.northwind, BuiltInRole::ResellerAdministrator).await;
    let last = p.user(p.contoso, BuiltInRole::ResellerAdministrator).await;
    demote(&p, &above, last).await.unwrap();
}

#[tokio::test]
async fn two_administrators_cannot_demote_each_other_at_the_same_moment() {
    let p = TestPlatform::new().await;
    let one = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let other = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let (first, second) = tokio::join!(demote(&p, &one, other.user_id()), demote(&p, &other, one.user_id()));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let roles =
        [p.record(one.user_id()).await.grants[0].role.clone(), p.record(other.user_id()).await.grants[0].role.clone()];
    assert!(roles.contains(&BuiltInRole::FullAccess.into()), "{roles:?}");
}

#[tokio::test]
async fn the_root_keeps_its_last_administrator_whatever_happens() {
    let p = TestPlatform::new().await;
    let one = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let other = p.actor_with(p.northwind, BuiltInRole::ResellerAdministrator).await;
    demote(&p, &one, other.user_id()).await.unwrap();
    // Everybody who is left tries to take the last one away, each in every way.
    for role in BuiltInRole::ALL.into_iter().filter(|role| *role != BuiltInRole::FullAccess) {
        for account in [p.northwind, p.contoso] {
            if account == p.northwind && role != BuiltInRole::User {
                continue;
            }
            let actor = p.actor_with(account, role).await;
            let last = p.record(one.user_id()).await.user;
            for operation in [Operation::Suspend, Operation::Remove] {
                operation.run(&p.app, &actor, &last).await.unwrap_err();
            }
            demote(&p, &actor, one.user_id()).await.unwrap_err();
        }
    }
    let last = p.record(one.user_id()).await;
    assert_eq!(last.grants[0].role, BuiltInRole::FullAccess);
    assert!(last.user.removed_at.is_none());
}

#[tokio::test]
async fn one_of_two_administrators_may_be_taken_away_by_the_other() {
    for operation in [Operation::Suspend, Operation::Remove] {
        let p = TestPlatform::new().await;
        let one = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
        let other = p.add(NewUser::new(p.northwind, BuiltInRole::CustomerAdministrator)).await;
        operation.run(&p.app, &one, &other).await.unwrap();
    }
}
