//! Users with roles that somebody defined.

use tenantry_app::{
    Denied,
    testing::TestPlatform,
    users::{CreateUserInput, EditUserInput, PrepareCreateForm},
};
use tenantry_domain::{
    RoleId,
    permission::{BuiltInRole, RoleKey},
};

use super::{HELPDESK, defined};
use crate::{creating::wrong, escalation::operations::edit, new_user, verdict::denied};

fn with_custom(login_name: &str, role_id: RoleId) -> CreateUserInput {
    CreateUserInput { role: Some(role_id.to_string()), ..new_user::with_link(login_name) }
}

fn becoming(role_id: RoleId) -> EditUserInput {
    EditUserInput { role: Some(role_id.to_string()), ..EditUserInput::default() }
}

#[tokio::test]
async fn a_role_is_given_at_its_account_and_below_to_new_users_and_others() {
    let p = TestPlatform::new().await;
    let role_id = defined(&p, p.contoso, ("Helpdesk", &HELPDESK)).await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    for (account, login_name) in [(p.contoso, "new@contoso.example"), (p.tailspin, "new@tailspin.example")] {
        let command = with_custom(login_name, role_id).parse().unwrap();
        let created = command.execute(&p.app, &actor, account, None).await.unwrap();
        assert_eq!(created.user.role().key(), RoleKey::Custom(role_id));
        let other = p.user(account, BuiltInRole::User).await;
        edit(&p.app, &actor, other, becoming(role_id)).await.unwrap();
        assert_eq!(p.record(other).await.grants[0].role.label(), "Helpdesk");
    }
}

#[tokio::test]
async fn a_role_for_other_accounts_or_out_of_view_or_of_no_account_is_unknown() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    let nobodys = RoleId::new(p.app.new_id());
    for role_id in [
        defined(&p, p.northwind, ("Above", &[])).await,
        defined(&p, p.fabrikam, ("Below", &[])).await,
        defined(&p, p.litware, ("Beside", &[])).await,
        nobodys,
    ] {
        let command = with_custom("new@contoso.example", role_id).parse().unwrap();
        let created = command.execute(&p.app, &actor, p.contoso, None).await;
        assert_eq!(wrong(created), [("role".to_owned(), "unknown-value")]);
        let edited = edit(&p.app, &actor, user_id, becoming(role_id)).await;
        assert_eq!(wrong(edited), [("role".to_owned(), "unknown-value")]);
    }
}

#[tokio::test]
async fn a_role_that_is_not_covered_is_not_given() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::CustomerAdministrator).await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    let role_id = defined(&p, p.contoso, ("Wide", &["own.users.view", "child.users.view"])).await;
    let command = with_custom("new@contoso.example", role_id).parse().unwrap();
    let missing = vec!["child.users.view".to_owned()];
    let created = command.execute(&p.app, &actor, p.contoso, None).await;
    assert_eq!(denied(created), Denied::RoleNotCovered { missing: missing.clone() });
    let edited = edit(&p.app, &actor, user_id, becoming(role_id)).await;
    assert_eq!(denied(edited), Denied::RoleNotCovered { missing });
    assert!(p.find_by_login("new@contoso.example").await.is_none());
}

#[tokio::test]
async fn what_was_covered_when_the_form_was_opened_may_not_be_any_more() {
    let p = TestPlatform::new().await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let actor = p.actor_with(p.contoso, BuiltInRole::CustomerAdministrator).await;
    let role_id = defined(&p, p.contoso, ("Desk", &["own.users.view"])).await;
    let form = PrepareCreateForm { account_id: p.contoso }.execute(&p.app, &actor).await.unwrap();
    assert!(form.roles.iter().any(|offer| offer.key() == RoleKey::Custom(role_id) && offer.missing.is_empty()));
    super::change(&p, &boss, role_id, super::cells_input(&["child.users.view"])).await.unwrap();
    let command = with_custom("new@contoso.example", role_id).parse().unwrap();
    let created = command.execute(&p.app, &actor, p.contoso, None).await;
    assert!(matches!(denied(created), Denied::RoleNotCovered { .. }));
}
