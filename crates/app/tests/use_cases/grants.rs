//! Saying which roles a user holds, where, and for how long.

mod guarding;
mod last_administrator;
mod windows;

use tenantry_app::{
    Actor, Denied, UseCaseError,
    ports::{GrantRow, Outcome},
    testing::TestPlatform,
    users::{GrantInput, SetGrants, SetGrantsInput},
};
use tenantry_domain::{
    AccountId, UserId,
    permission::{BuiltInRole, Grant},
};

use crate::{creating::wrong, verdict::denied};

/// A grant as typed, for good.
pub fn grant(role: &str, anchor: AccountId) -> GrantInput {
    GrantInput { role: Some(role.to_owned()), anchor_account_id: Some(anchor.to_string()), ..GrantInput::default() }
}

pub fn parse(grants: Vec<GrantInput>) -> Result<SetGrants, UseCaseError> {
    Ok(SetGrantsInput { grants }.parse()?)
}

pub async fn set(
    p: &TestPlatform,
    actor: &Actor,
    user_id: UserId,
    grants: Vec<GrantInput>,
) -> Result<Vec<GrantRow>, UseCaseError> {
    Ok(parse(grants)?.execute(&p.app, actor, user_id, None).await?.grants)
}

/// What a user holds: role and anchor, the base grant first.
async fn held(p: &TestPlatform, user_id: UserId) -> Vec<(String, AccountId)> {
    let grants = p.record(user_id).await.grants;
    grants.iter().map(|grant| (grant.role.key().to_string(), grant.anchor.id())).collect()
}

fn only(field: &str, code: &'static str) -> [(String, &'static str); 1] {
    [(field.to_owned(), code)]
}

#[tokio::test]
async fn grants_are_replaced_as_a_whole() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    let given = vec![grant("basic_access", p.tailspin), grant("no_access", p.contoso), grant("user", p.fabrikam)];
    let rows = set(&p, &actor, user_id, given).await.unwrap();
    let shown: Vec<_> = rows.iter().map(|row| (row.grant.role.key().to_string(), row.grant.anchor.id())).collect();
    let expected = [("no_access", p.contoso), ("user", p.fabrikam), ("basic_access", p.tailspin)];
    assert_eq!(shown, expected.map(|(role, anchor)| (role.to_owned(), anchor)), "the base grant first");
    assert_eq!(held(&p, user_id).await, shown);
    assert!(rows.iter().all(|row| row.given_by.as_ref().unwrap().user_id == actor.user_id()));
    let reach = p.principal(user_id).await.authority.effective_at(&p.path(p.tailspin));
    assert_eq!(reach, BuiltInRole::BasicAccess.matrix());
    set(&p, &actor, user_id, vec![grant("no_access", p.contoso)]).await.unwrap();
    assert_eq!(held(&p, user_id).await.len(), 1);
}

#[tokio::test]
async fn a_grant_at_home_is_kept_and_no_account_named_twice() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    assert_eq!(wrong(set(&p, &actor, user_id, vec![]).await), only("grants", "home-grant-missing"));
    let elsewhere = vec![grant("user", p.fabrikam)];
    assert_eq!(wrong(set(&p, &actor, user_id, elsewhere).await), only("grants", "home-grant-missing"));
    let twice = vec![grant("user", p.contoso), grant("user", p.fabrikam), grant("no_access", p.fabrikam)];
    assert_eq!(wrong(set(&p, &actor, user_id, twice).await), only("grants[2].anchorAccountId", "duplicate"));
    let many = (0..51).map(|_| grant("user", AccountId::new(p.app.new_id()))).collect();
    assert_eq!(wrong(parse(many)), only("grants", "too-many"));
}

#[tokio::test]
async fn all_wrong_fields_are_named_at_once() {
    let wrong_ones = vec![
        GrantInput::default(),
        GrantInput {
            role: Some("king".to_owned()),
            anchor_account_id: Some("here".to_owned()),
            starts_at: Some("soon".to_owned()),
            ends_at: Some("2026-13-01T00:00:00Z".to_owned()),
        },
    ];
    let fields: Vec<String> = wrong(parse(wrong_ones)).into_iter().map(|(field, _)| field).collect();
    for field in ["[0].role", "[0].anchorAccountId", "[1].role", "[1].anchorAccountId", "[1].startsAt", "[1].endsAt"] {
        assert!(fields.contains(&format!("grants{field}")), "{field} is not in {fields:?}");
    }
}

#[tokio::test]
async fn anchors_and_roles_out_of_view_do_not_exist() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    let nowhere = AccountId::new(p.app.new_id());
    for anchor in [p.northwind, p.litware, nowhere] {
        let outcome = set(&p, &actor, user_id, vec![grant("user", p.contoso), grant("no_access", anchor)]).await;
        assert_eq!(wrong(outcome), only("grants[1].anchorAccountId", "unknown-value"));
    }
    let nobodys = p.app.new_id().to_string();
    let above = crate::roles::defined(&p, p.northwind, ("Above", &[])).await.to_string();
    let below = crate::roles::defined(&p, p.fabrikam, ("Below", &[])).await.to_string();
    for role in [&nobodys, &above, &below] {
        let outcome = set(&p, &actor, user_id, vec![grant(role, p.contoso)]).await;
        assert_eq!(wrong(outcome), only("grants[0].role", "unknown-value"));
    }
    set(&p, &actor, user_id, vec![grant("user", p.contoso), grant(&below, p.tailspin)]).await.unwrap();
}

#[tokio::test]
async fn a_role_held_already_may_be_kept_though_it_is_out_of_view() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let above = crate::roles::defined(&p, p.northwind, ("Above", &["own.support.view"])).await;
    let user_id = crate::roles::holder(&p, p.contoso, above).await;
    let key = above.to_string();
    set(&p, &actor, user_id, vec![grant(&key, p.contoso), grant("user", p.fabrikam)]).await.unwrap();
    assert_eq!(held(&p, user_id).await, [(key.clone(), p.contoso), ("user".to_owned(), p.fabrikam)]);
    let moved = set(&p, &actor, user_id, vec![grant("user", p.contoso), grant(&key, p.fabrikam)]).await;
    assert_eq!(wrong(moved), only("grants[1].role", "unknown-value"));
}

#[tokio::test]
async fn grants_outside_the_view_stay_as_they_are() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    p.memory().add_grant(user_id, Grant::new(BuiltInRole::NoAccess.into(), p.path(p.litware)));
    let rows = set(&p, &actor, user_id, vec![grant("no_access", p.contoso)]).await.unwrap();
    assert_eq!(rows.len(), 1, "and are not shown");
    let expected = [("no_access".to_owned(), p.contoso), ("no_access".to_owned(), p.litware)];
    assert_eq!(held(&p, user_id).await, expected);
}

#[tokio::test]
async fn a_home_out_of_view_is_kept_like_any_other_anchor() {
    let p = TestPlatform::new().await;
    let cells = ["child.users.view", "child.users.edit"];
    let blind = crate::roles::defined(&p, p.contoso, ("Blind", &cells)).await;
    let actor = p.user(p.contoso, BuiltInRole::NoAccess).await;
    crate::roles::hold(&p, actor, blind, p.contoso).await;
    let actor = p.actor(actor).await;
    let user_id = p.user(p.fabrikam, BuiltInRole::NoAccess).await;
    set(&p, &actor, user_id, vec![]).await.unwrap();
    assert_eq!(held(&p, user_id).await, [("no_access".to_owned(), p.fabrikam)]);
}

#[tokio::test]
async fn a_write_from_an_older_version_is_refused() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    let version = p.record(user_id).await.version;
    let command = parse(vec![grant("no_access", p.contoso)]).unwrap();
    command.execute(&p.app, &actor, user_id, Some(version)).await.unwrap();
    let before = p.memory().snapshot();
    let stale = command.execute(&p.app, &actor, user_id, Some(version)).await;
    assert!(matches!(stale, Err(UseCaseError::Stale)));
    assert!(p.memory().snapshot() == before);
}

#[tokio::test]
async fn every_change_and_every_refusal_is_on_record() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::CustomerAdministrator).await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    set(&p, &actor, user_id, vec![grant("no_access", p.contoso)]).await.unwrap();
    let refused = set(&p, &actor, user_id, vec![grant("basic_access", p.contoso)]).await;
    assert!(matches!(denied(refused), Denied::RoleNotCovered { .. }));
    let log = p.audit_log();
    let told: Vec<_> = log.iter().map(|entry| (entry.action(), entry.outcome(), entry.user_id())).collect();
    let expected = [Outcome::Done, Outcome::Refused].map(|outcome| ("user.grants", outcome, Some(user_id)));
    assert_eq!(told, expected);
    assert_eq!(log[0].changes()["before"][0]["role"], "user");
    assert_eq!(log[0].changes()["after"][0]["role"], "no_access");
}
