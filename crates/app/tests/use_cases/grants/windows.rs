//! Grants that begin and end.

use jiff::{SignedDuration, Timestamp};
use tenantry_app::{Denied, RequestContext, sessions::identify, testing::TestPlatform, users::GrantInput};
use tenantry_domain::{
    AccountId,
    permission::{BuiltInRole, Permission},
};

use super::{grant, only, parse, set};
use crate::{creating::wrong, verdict::denied};

fn between(role: &str, anchor: AccountId, starts_at: Option<Timestamp>, ends_at: Option<Timestamp>) -> GrantInput {
    let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
    GrantInput { starts_at: text(starts_at), ends_at: text(ends_at), ..grant(role, anchor) }
}

#[tokio::test]
async fn a_grant_gives_something_from_its_start_until_before_its_end() {
    let p = TestPlatform::new().await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    let hour = SignedDuration::from_mins(10);
    let (start, end) = (p.app.now() + hour, p.app.now() + hour * 2);
    let on_time = between("full_access", p.fabrikam, Some(start), Some(end));
    set(&p, &boss, user_id, vec![grant("user", p.contoso), on_time]).await.unwrap();
    let token = p.sign_in(user_id).await.token;
    let holds = async || {
        let actor = identify(&p.app, token.expose(), RequestContext::default()).await.unwrap();
        actor.authority().holds(Permission::USERS_EDIT, &p.path(p.fabrikam))
    };
    assert!(!holds().await, "not yet");
    p.clock.set(start);
    assert!(holds().await);
    p.clock.set(end);
    assert!(!holds().await, "the end is not part of it");
}

#[tokio::test]
async fn a_window_that_is_over_or_ends_before_it_starts_is_refused() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    let now = p.app.now();
    let day = SignedDuration::from_hours(24);
    let and = |other| vec![grant("user", p.contoso), other];
    for end in [now, now - day] {
        let over = and(between("user", p.fabrikam, None, Some(end)));
        assert_eq!(wrong(set(&p, &actor, user_id, over).await), only("grants[1].endsAt", "in-the-past"));
    }
    let turned = and(between("user", p.fabrikam, Some(now + day), Some(now + day)));
    assert_eq!(wrong(parse(turned)), only("grants[1].endsAt", "before-start"));
    let kept = and(between("user", p.fabrikam, None, Some(now + day)));
    set(&p, &actor, user_id, kept.clone()).await.unwrap();
    p.clock.advance(day * 2);
    let actor = p.actor(actor.user_id()).await;
    set(&p, &actor, user_id, kept).await.unwrap();
}

#[tokio::test]
async fn who_may_give_something_for_a_time_gives_nothing_after_it() {
    let p = TestPlatform::new().await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let helper = p.user(p.contoso, BuiltInRole::User).await;
    let end = p.app.now() + SignedDuration::from_hours(1);
    let base = grant("user", p.contoso);
    set(&p, &boss, helper, vec![base, between("full_access", p.fabrikam, None, Some(end))]).await.unwrap();
    let user_id = p.user(p.fabrikam, BuiltInRole::NoAccess).await;
    let actor = p.actor(helper).await;
    set(&p, &actor, user_id, vec![grant("user", p.fabrikam)]).await.unwrap();
    p.clock.set(end);
    // Seen before the end, asked after it.
    let late = set(&p, &actor, user_id, vec![grant("no_access", p.fabrikam)]).await;
    assert_eq!(denied(late), Denied::NotFound);
}

#[tokio::test]
async fn what_begins_tomorrow_must_be_covered_today() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::CustomerAdministrator).await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    let tomorrow = p.app.now() + SignedDuration::from_hours(24);
    let later = between("full_access", p.contoso, Some(tomorrow), None);
    assert!(matches!(denied(set(&p, &actor, user_id, vec![later]).await), Denied::RoleNotCovered { .. }));
    // Nor is an own grant of tomorrow enough to give today.
    let coming = p.user(p.contoso, BuiltInRole::CustomerAdministrator).await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let full_from_tomorrow = between("full_access", p.fabrikam, Some(tomorrow), None);
    let base = grant("customer_administrator", p.contoso);
    set(&p, &boss, coming, vec![base, full_from_tomorrow]).await.unwrap();
    let coming = p.actor(coming).await;
    let outcome = set(&p, &coming, user_id, vec![grant("user", p.contoso), grant("user", p.fabrikam)]).await;
    assert_eq!(wrong(outcome), only("grants[1].anchorAccountId", "unknown-value"));
}
