//! Changing a role: everybody's grant of it changes with it.

use jiff::SignedDuration;
use tenantry_app::{
    Denied, RequestContext, UseCaseError,
    ports::Outcome,
    roles::{EditRole, RoleInput},
    sessions::identify,
    testing::TestPlatform,
    users::RestoreUser,
};
use tenantry_domain::permission::{BuiltInRole, Grant, Permission, Role};

use super::{HELPDESK, cells_input, change, define, defined, hold, holder};
use crate::{
    escalation::operations::Operation,
    verdict::{Verdict, denied},
};

#[tokio::test]
async fn the_new_rights_hold_from_the_next_request_on() {
    let p = TestPlatform::new().await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let role_id = defined(&p, p.contoso, ("Helpdesk", &HELPDESK)).await;
    let user_id = holder(&p, p.contoso, role_id).await;
    let token = p.sign_in(user_id).await.token;
    let holds = async |permission| {
        let actor = identify(&p.app, token.expose(), RequestContext::default()).await.unwrap();
        actor.authority().holds(permission, &p.path(p.contoso))
    };
    assert!(holds(Permission::USERS_EDIT).await && !holds(Permission::USERS_REMOVE).await);
    let wider = ["own.users.view", "own.users.remove"];
    let row = change(&p, &boss, role_id, cells_input(&wider)).await.unwrap();
    assert_eq!(row.role.version, 2);
    assert!(!holds(Permission::USERS_EDIT).await && holds(Permission::USERS_REMOVE).await);
}

#[tokio::test]
async fn a_change_of_an_older_version_is_refused() {
    let p = TestPlatform::new().await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let role_id = defined(&p, p.contoso, ("Helpdesk", &HELPDESK)).await;
    let edit = EditRole { role_id, changes: cells_input(&[]), expected_version: Some(1) };
    assert_eq!(edit.execute(&p.app, &boss).await.unwrap().role.version, 2);
    let before = p.memory().snapshot();
    assert!(matches!(edit.execute(&p.app, &boss).await, Err(UseCaseError::Stale)));
    assert!(p.memory().snapshot() == before, "what is stale is not on record");
}

#[tokio::test]
async fn nobody_changes_what_a_role_gives_that_they_hold() {
    let day = SignedDuration::from_hours(24);
    for (starts_at, ends_at) in [(None, None), (Some(day), None), (None, Some(-day))] {
        let p = TestPlatform::new().await;
        let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
        let role = define(&p, &actor, p.contoso, ("Helpdesk", &HELPDESK)).await.unwrap().role;
        let now = p.app.now();
        let grant = Grant {
            starts_at: starts_at.map(|after| now + after),
            ends_at: ends_at.map(|after| now + after),
            ..Grant::new(Role::from(role.clone()), p.path(p.fabrikam))
        };
        p.memory().add_grant(actor.user_id(), grant);
        let actor = p.actor(actor.user_id()).await;
        for changes in [
            cells_input(&["own.users.view"]),
            cells_input(&[]),
            RoleInput { edits_own_profile: Some(false), ..RoleInput::default() },
        ] {
            assert_eq!(denied(change(&p, &actor, role.id, changes).await), Denied::OwnRole);
        }
        let name = RoleInput { name: Some("Desk".to_owned()), ..RoleInput::default() };
        change(&p, &actor, role.id, name).await.unwrap();
    }
}

#[tokio::test]
async fn a_role_is_changed_only_by_those_who_cover_it_before_and_after_at_its_account() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::CustomerAdministrator).await;
    let wide = defined(&p, p.contoso, ("Wide", &["child.users.view"])).await;
    let narrow = defined(&p, p.contoso, ("Narrow", &["own.users.view"])).await;
    let outcomes = [
        change(&p, &actor, wide, cells_input(&[])).await,
        change(&p, &actor, wide, RoleInput { name: Some("Mine".to_owned()), ..RoleInput::default() }).await,
        change(&p, &actor, narrow, cells_input(&["own.users.view", "own.price_schedules.view"])).await,
    ];
    for outcome in outcomes {
        assert!(matches!(denied(outcome), Denied::RoleNotCovered { .. }));
    }
    change(&p, &actor, narrow, cells_input(&["own.users.view", "own.services.view"])).await.unwrap();
    let helpless = p.actor_with(p.contoso, BuiltInRole::BasicAccess).await;
    assert_eq!(denied(change(&p, &helpless, narrow, cells_input(&[])).await), Denied::NotFound);
    let viewer = defined(&p, p.contoso, ("Viewer", &["own.account_info.view", "own.users.view"])).await;
    let viewer = p.actor(holder(&p, p.contoso, viewer).await).await;
    assert!(matches!(denied(change(&p, &viewer, narrow, cells_input(&[])).await), Denied::NotHeld { .. }));
}

#[tokio::test]
async fn a_role_does_not_become_more_anywhere_than_its_editor_holds_there() {
    let p = TestPlatform::new().await;
    let editor = [&HELPDESK[..], &["own.support.view", "child.users.view", "child.users.edit"]].concat();
    let editor = defined(&p, p.contoso, ("Editor", &editor)).await;
    let actor = p.actor(holder(&p, p.contoso, editor).await).await;
    let empty = define(&p, &actor, p.contoso, ("Guest", &[])).await.unwrap().role.id;
    let user_id = p.user(p.fabrikam, BuiltInRole::NoAccess).await;
    hold(&p, user_id, empty, p.tailspin).await;
    let before = p.memory().snapshot();
    let outcome = change(&p, &actor, empty, cells_input(&["own.support.view"])).await;
    let Denied::RoleNotCovered { missing } = denied(outcome) else { panic!("another reason") };
    assert_eq!(missing, ["own.support.view"], "held at the role's account, but not where somebody has the role");
    assert!(p.memory().snapshot() != before, "the refusal is on record");
    assert!(p.principal(user_id).await.authority.effective_at(&p.path(p.tailspin)).is_empty());
}

#[tokio::test]
async fn a_role_that_somebody_above_its_editor_holds_is_out_of_reach() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let role_id = define(&p, &actor, p.contoso, ("Helpdesk", &HELPDESK)).await.unwrap().role.id;
    let superior = p.user(p.northwind, BuiltInRole::User).await;
    hold(&p, superior, role_id, p.fabrikam).await;
    for cells in [&[][..], &["own.users.view"], &ADMIN] {
        assert_eq!(denied(change(&p, &actor, role_id, cells_input(cells)).await), Denied::RoleHolder);
    }
}

const ADMIN: [&str; 2] = ["own.services.view", "own.services.edit"];

#[tokio::test]
async fn removed_holders_count_as_those_they_come_back_as() {
    let p = TestPlatform::new().await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let actor = p.actor_with(p.contoso, BuiltInRole::CustomerAdministrator).await;
    let role_id = defined(&p, p.contoso, ("Helpdesk", &HELPDESK)).await;
    let user_id = holder(&p, p.contoso, role_id).await;
    hold(&p, user_id, role_id, p.fabrikam).await;
    let user = p.record(user_id).await.user;
    Operation::Remove.run(&p.app, &boss, &user).await.unwrap();
    assert_eq!(denied(change(&p, &actor, role_id, cells_input(&[])).await), Denied::RoleHolder);
    change(&p, &boss, role_id, cells_input(&["own.users.view", "child.users.view"])).await.unwrap();
    let restore = RestoreUser { user_id };
    assert_eq!(Verdict::of(restore.execute(&p.app, &actor).await), Verdict::Refused, "it became more meanwhile");
    restore.execute(&p.app, &boss).await.unwrap();
}

#[tokio::test]
async fn roles_out_of_view_do_not_exist() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let gone = defined(&p, p.contoso, ("Gone", &[])).await;
    super::remove(&p, &actor, gone).await.unwrap();
    let above = defined(&p, p.northwind, ("Above", &HELPDESK)).await;
    let beside = defined(&p, p.litware, ("Beside", &HELPDESK)).await;
    hold(&p, actor.user_id(), above, p.contoso).await;
    for role_id in [gone, above, beside] {
        assert_eq!(denied(change(&p, &actor, role_id, cells_input(&[])).await), Denied::NotFound);
        assert_eq!(denied(super::remove(&p, &actor, role_id).await), Denied::NotFound);
    }
}

#[tokio::test]
async fn every_change_and_every_refusal_is_on_record() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::CustomerAdministrator).await;
    let role_id = define(&p, &actor, p.contoso, ("Helpdesk", &HELPDESK)).await.unwrap().role.id;
    change(&p, &actor, role_id, cells_input(&["own.users.view"])).await.unwrap();
    change(&p, &actor, role_id, cells_input(&["child.users.view"])).await.unwrap_err();
    super::remove(&p, &actor, role_id).await.unwrap();
    super::remove(&p, &actor, role_id).await.unwrap_err();
    let log = p.audit_log();
    let told: Vec<_> = log.iter().map(|entry| (entry.action(), entry.outcome())).collect();
    let expected = [
        ("role.define", Outcome::Done),
        ("role.edit", Outcome::Done),
        ("role.edit", Outcome::Refused),
        ("role.remove", Outcome::Done),
        ("role.remove", Outcome::Refused),
    ];
    assert_eq!(told, expected);
    assert!(log.iter().all(|entry| entry.actor() == Some(actor.user_id())));
    let changes = log[1].changes();
    assert!(changes["before"].to_string().contains("own.users.edit"), "{changes}");
    assert!(!changes["after"].to_string().contains("own.users.edit"), "{changes}");
    assert!(log[2].changes().to_string().contains(&role_id.to_string()));
}
