//! Setting grants leaves no account without an administrator.

use jiff::SignedDuration;
use tenantry_app::{
    Actor, Conflict,
    testing::{NewUser, TestPlatform},
    users::GrantInput,
};
use tenantry_domain::{
    AccountId, UserId,
    permission::{BuiltInRole, Grant},
};

use super::{grant, set};
use crate::verdict::conflict;

const LATER: &str = "2030-01-01T00:00:00Z";

fn until(role: &str, anchor: AccountId) -> GrantInput {
    GrantInput { ends_at: Some(LATER.to_owned()), ..grant(role, anchor) }
}

fn from(role: &str, anchor: AccountId) -> GrantInput {
    GrantInput { starts_at: Some(LATER.to_owned()), ..grant(role, anchor) }
}

/// Each way to take the administrator of Fabrikam away by its grants.
fn ways(p: &TestPlatform) -> Vec<Vec<GrantInput>> {
    let (fabrikam, tailspin) = (p.fabrikam, p.tailspin);
    vec![
        vec![grant("user", fabrikam)],
        vec![grant("basic_access", fabrikam)],
        vec![until("full_access", fabrikam)],
        vec![from("full_access", fabrikam)],
        vec![grant("no_access", fabrikam), grant("full_access", tailspin)],
    ]
}

async fn assert_is_kept(p: &TestPlatform, actor: &Actor, last: UserId) {
    let before = p.record(last).await;
    for way in ways(p) {
        let shown = format!("{way:?}");
        assert_eq!(conflict(set(p, actor, last, way).await), Conflict::LastAdministrator, "{shown}");
    }
    assert_eq!(p.record(last).await, before);
}

#[tokio::test]
async fn the_last_administrator_is_kept_for_good() {
    let p = TestPlatform::new().await;
    let basic = p.actor_with(p.contoso, BuiltInRole::BasicAccess).await;
    let last = p.user(p.fabrikam, BuiltInRole::FullAccess).await;
    assert_is_kept(&p, &basic, last).await;
    set(&p, &basic, last, vec![grant("customer_administrator", p.fabrikam)]).await.unwrap();
}

#[tokio::test]
async fn an_administrator_on_time_does_not_count() {
    let p = TestPlatform::new().await;
    let basic = p.actor_with(p.contoso, BuiltInRole::BasicAccess).await;
    let last = p.user(p.fabrikam, BuiltInRole::FullAccess).await;
    let day = SignedDuration::from_hours(24);
    let (yesterday, tomorrow) = (p.app.now() - day, p.app.now() + day);
    for window in [(Some(tomorrow), None), (None, Some(tomorrow)), (None, Some(yesterday))] {
        p.add(NewUser::new(p.fabrikam, BuiltInRole::FullAccess).granted_between(window.0, window.1)).await;
    }
    assert_is_kept(&p, &basic, last).await;
    for account in [p.fabrikam, p.tailspin] {
        p.user(account, BuiltInRole::CustomerAdministrator).await;
    }
    for way in ways(&p) {
        set(&p, &basic, last, way).await.unwrap();
        set(&p, &basic, last, vec![grant("full_access", p.fabrikam)]).await.unwrap();
    }
}

#[tokio::test]
async fn an_administrator_from_above_may_take_the_last_one_away() {
    let p = TestPlatform::new().await;
    let above = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    for way in ways(&p) {
        let last = p.user(p.fabrikam, BuiltInRole::FullAccess).await;
        set(&p, &above, last, way).await.unwrap();
        assert!(!p.record(last).await.grants[0].administers_for_good(p.app.now()));
    }
}

#[tokio::test]
async fn an_administrator_who_lives_elsewhere_is_the_last_one_too() {
    let p = TestPlatform::new().await;
    let basic = p.actor_with(p.contoso, BuiltInRole::BasicAccess).await;
    let last = p.user(p.fabrikam, BuiltInRole::User).await;
    p.memory().add_grant(last, Grant::new(BuiltInRole::CustomerAdministrator.into(), p.path(p.tailspin)));
    let outcome = set(&p, &basic, last, vec![grant("user", p.fabrikam)]).await;
    assert_eq!(conflict(outcome), Conflict::LastAdministrator);
}

#[tokio::test]
async fn two_administrators_cannot_take_each_others_grants_at_the_same_moment() {
    let p = TestPlatform::new().await;
    let one = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let other = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let down = || vec![until("full_access", p.northwind)];
    let (first, second) = tokio::join!(set(&p, &one, other.user_id(), down()), set(&p, &other, one.user_id(), down()));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
}
