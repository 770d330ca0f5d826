//! Removing a role.

use jiff::SignedDuration;
use tenantry_app::{
    Conflict, Denied, UseCaseError,
    housekeeping::keep_house,
    roles::RemoveRole,
    testing::{NewUser, TestPlatform},
};
use tenantry_domain::permission::{BuiltInRole, Grant, Role};

use super::{HELPDESK, cells_input, change, define, defined, hold, holder, remove};
use crate::{
    creating::wrong,
    escalation::operations::Operation,
    grants::{grant, set},
    verdict::{conflict, denied},
};

#[tokio::test]
async fn a_role_that_somebody_has_is_kept_until_nobody_can_come_back_with_it() {
    let p = TestPlatform::new().await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let role_id = defined(&p, p.contoso, ("Helpdesk", &HELPDESK)).await;
    let user_id = holder(&p, p.contoso, role_id).await;
    assert_eq!(conflict(remove(&p, &boss, role_id).await), Conflict::RoleInUse);
    let user = p.record(user_id).await.user;
    Operation::Remove.run(&p.app, &boss, &user).await.unwrap();
    assert_eq!(conflict(remove(&p, &boss, role_id).await), Conflict::RoleInUse, "the user can be restored");
    p.clock.advance(SignedDuration::from_hours(31 * 24));
    assert_eq!(keep_house(&p.app).await.unwrap(), 1);
    remove(&p, &boss, role_id).await.unwrap();
    assert_eq!(denied(remove(&p, &boss, role_id).await), Denied::NotFound);
}

#[tokio::test]
async fn a_grant_outside_its_time_is_still_one() {
    let p = TestPlatform::new().await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let role = define(&p, &boss, p.contoso, ("Helpdesk", &HELPDESK)).await.unwrap().role;
    let user = p.add(NewUser::new(p.contoso, BuiltInRole::User)).await;
    let over = Grant { ends_at: Some(p.app.now()), ..Grant::new(Role::from(role.clone()), p.path(p.fabrikam)) };
    p.memory().add_grant(user.id, over);
    assert_eq!(conflict(remove(&p, &boss, role.id).await), Conflict::RoleInUse);
}

#[tokio::test]
async fn a_role_is_removed_only_by_those_who_cover_it_at_the_version_they_saw() {
    let p = TestPlatform::new().await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let actor = p.actor_with(p.contoso, BuiltInRole::CustomerAdministrator).await;
    let role_id = defined(&p, p.contoso, ("Wide", &["child.users.view"])).await;
    assert!(matches!(denied(remove(&p, &actor, role_id).await), Denied::RoleNotCovered { .. }));
    let basic = p.actor_with(p.contoso, BuiltInRole::BasicAccess).await;
    assert_eq!(denied(remove(&p, &basic, role_id).await), Denied::NotFound);
    change(&p, &boss, role_id, cells_input(&[])).await.unwrap();
    let stale = RemoveRole { role_id, expected_version: Some(1) }.execute(&p.app, &boss).await;
    assert!(matches!(stale, Err(UseCaseError::Stale)));
    RemoveRole { role_id, expected_version: Some(2) }.execute(&p.app, &actor).await.unwrap();
}

#[tokio::test]
async fn a_removed_role_means_nothing_any_more_and_its_name_brings_nothing_back() {
    let p = TestPlatform::new().await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let old = defined(&p, p.contoso, ("Helpdesk", &HELPDESK)).await;
    let user_id = holder(&p, p.contoso, old).await;
    hold(&p, user_id, old, p.fabrikam).await;
    set(&p, &boss, user_id, vec![grant("user", p.contoso)]).await.unwrap();
    remove(&p, &boss, old).await.unwrap();
    let new = defined(&p, p.contoso, ("Helpdesk", &["own.reports.view"])).await;
    assert_ne!(new, old);
    let outcome = set(&p, &boss, user_id, vec![grant(&old.to_string(), p.contoso)]).await;
    assert_eq!(wrong(outcome), [("grants[0].role".to_owned(), "unknown-value")]);
    assert_eq!(p.record(user_id).await.grants.len(), 1);
}
