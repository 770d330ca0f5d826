//! Every write of every use case fails once, and so does the commit: nothing at all may be stored then.

use tenantry_app::{
    Actor, RequestContext,
    passwords::{ChangeOwnPassword, ChangeOwnPasswordInput, ForgotPassword, RedeemLink},
    ports::{IdempotencyKey, SessionKind},
    profile::{EditOwnProfile, EditOwnProfileInput},
    roles::{EditRole, RemoveRole},
    sessions::{SignIn, SwitchAccount, sign_out},
    testing::{NewUser, SignedIn, TestPlatform, assert_all_or_nothing},
    users::{CreateUserInput, EditUserInput},
};
use tenantry_domain::{
    permission::BuiltInRole,
    user::{ProvisioningState, User},
};

use crate::{
    creating::{create, with_password},
    escalation::operations::{NEW_PASSWORD, Operation, edit},
    grants::{grant, parse},
    links::token_of,
    new_user, roles,
};

async fn allow_plain_text(p: &TestPlatform) -> Actor {
    for account_id in [p.northwind, p.contoso] {
        p.memory().edit_account(account_id, |account| account.policy.plain_text_password_mail = true);
    }
    p.actor_with(p.northwind, BuiltInRole::FullAccess).await
}

#[tokio::test]
async fn every_operation_on_another_user_is_all_or_nothing() {
    for operation in Operation::ALL.into_iter().filter(|operation| operation.needs() != 'v') {
        let prepare = async |p: &TestPlatform| {
            let actor = allow_plain_text(p).await;
            let new = NewUser::new(p.contoso, BuiltInRole::User).provisioning(ProvisioningState::Failed);
            (actor, operation.prepare(p, new).await)
        };
        let writes = assert_all_or_nothing(prepare, async |_, app, (actor, user): &(Actor, User)| {
            operation.run(app, actor, user).await
        })
        .await;
        assert!(writes >= 3, "{operation:?} writes, puts on record and commits: {writes}");
    }
}

#[tokio::test]
async fn changing_a_role_is_all_or_nothing() {
    let prepare = async |p: &TestPlatform| {
        let actor = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
        (actor, p.user(p.contoso, BuiltInRole::FullAccess).await)
    };
    let writes = assert_all_or_nothing(prepare, async |_, app, (actor, user_id)| {
        let changes = EditUserInput { role: Some("user".to_owned()), ..Default::default() };
        edit(app, actor, *user_id, changes).await
    })
    .await;
    assert_eq!(writes, 4, "role, user, record and commit");
}

/// A full administrator above, and a role of Contoso's that somebody at Contoso and below it holds.
async fn with_role(p: &TestPlatform) -> (Actor, tenantry_domain::RoleId) {
    let actor = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let role_id = roles::defined(p, p.contoso, ("Helpdesk", &roles::HELPDESK)).await;
    for account_id in [p.contoso, p.fabrikam] {
        roles::holder(p, account_id, role_id).await;
    }
    (actor, role_id)
}

#[tokio::test]
async fn defining_changing_and_removing_a_role_are_all_or_nothing() {
    let writes = assert_all_or_nothing(with_role, async |p, app, (actor, _)| {
        let input = roles::role_input("Second", &roles::ADMINISTERS).parse()?;
        input.execute(app, actor, p.contoso).await
    })
    .await;
    assert_eq!(writes, 3, "role, record and commit");
    let writes = assert_all_or_nothing(with_role, async |_, app, (actor, role_id)| {
        let changes = roles::cells_input(&roles::ADMINISTERS);
        EditRole { role_id: *role_id, changes, expected_version: None }.execute(app, actor).await
    })
    .await;
    assert_eq!(writes, 3, "role, record and commit");
    let unused = async |p: &TestPlatform| {
        let actor = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
        (actor, roles::defined(p, p.contoso, ("Helpdesk", &roles::HELPDESK)).await)
    };
    let writes = assert_all_or_nothing(unused, async |_, app, (actor, role_id)| {
        RemoveRole { role_id: *role_id, expected_version: None }.execute(app, actor).await
    })
    .await;
    assert_eq!(writes, 3, "role, record and commit");
}

#[tokio::test]
async fn setting_grants_is_all_or_nothing() {
    let prepare = async |p: &TestPlatform| (with_role(p).await, p.user(p.contoso, BuiltInRole::User).await);
    let writes = assert_all_or_nothing(prepare, async |p, app, ((actor, role_id), user_id)| {
        let grants = vec![grant("no_access", p.contoso), grant(&role_id.to_string(), p.tailspin)];
        parse(grants)?.execute(app, actor, *user_id, None).await
    })
    .await;
    assert_eq!(writes, 4, "grants, user, record and commit");
}

async fn assert_creating_is_all_or_nothing(input: CreateUserInput) {
    let prepare = async |p: &TestPlatform| allow_plain_text(p).await;
    let key = IdempotencyKey { key: "1".to_owned(), request_hash: "a".to_owned() };
    let writes = assert_all_or_nothing(prepare, async |p, app, actor| {
        input.parse()?.execute(app, actor, p.contoso, Some(&key)).await
    })
    .await;
    assert!(writes >= 6, "key, user, way in, job, record and commit: {writes}");
}

#[tokio::test]
async fn creating_a_user_is_all_or_nothing_however_the_password_comes_about() {
    let mut mailed = with_password("new@contoso.example", "generated");
    mailed.security.email_to = Some(new_user::recipient("primary", None));
    for input in [new_user::with_link("new@contoso.example"), with_password("new@contoso.example", "manual"), mailed] {
        assert_creating_is_all_or_nothing(input).await;
    }
}

#[tokio::test]
async fn activating_lets_held_mail_go_all_or_nothing() {
    let prepare = async |p: &TestPlatform| {
        let actor = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
        let mut input = new_user::with_link("new@contoso.example");
        input.status = Some("suspended".to_owned());
        let user = create(p, &actor, &input).await.unwrap().user.record.user;
        (actor, user)
    };
    let activate = async |_: &TestPlatform, app: &tenantry_app::App, (actor, user): &(Actor, User)| {
        Operation::Activate.run(app, actor, user).await
    };
    assert_all_or_nothing(prepare, activate).await;
}

#[tokio::test]
async fn redeeming_a_link_and_asking_for_one_are_all_or_nothing() {
    let prepare = async |p: &TestPlatform| {
        let user = p.add(NewUser::new(p.contoso, BuiltInRole::User).alternative_email("b@mail.example")).await;
        let forgot = ForgotPassword { login_name: user.login_name.to_string(), context: RequestContext::default() };
        forgot.execute(&p.app).await.unwrap();
        (token_of(p, user.id).await, forgot)
    };
    assert_all_or_nothing(prepare, async |_, app, (_, forgot)| forgot.execute(app).await).await;
    assert_all_or_nothing(prepare, async |_, app, (token, _)| {
        let (token, password) = (token.clone(), NEW_PASSWORD.to_owned());
        RedeemLink { token, password, context: RequestContext::default() }.execute(app).await
    })
    .await;
}

#[tokio::test]
async fn changing_ones_own_things_is_all_or_nothing() {
    let prepare = async |p: &TestPlatform| {
        let user_id = p.user(p.contoso, BuiltInRole::FullAccess).await;
        p.sign_in(user_id).await
    };
    assert_all_or_nothing(prepare, async |_, app, me: &SignedIn| {
        let input = ChangeOwnPasswordInput {
            current_password: Some(TestPlatform::PASSWORD.to_owned()),
            password: Some(NEW_PASSWORD.to_owned()),
        };
        ChangeOwnPassword { input }.execute(app, &me.actor).await
    })
    .await;
    assert_all_or_nothing(prepare, async |_, app, me: &SignedIn| {
        let changes = EditOwnProfileInput { first_name: Some("Robin".to_owned()), ..Default::default() };
        EditOwnProfile { changes, expected_version: None }.execute(app, &me.actor).await
    })
    .await;
    assert_all_or_nothing(prepare, async |_, app, me: &SignedIn| sign_out(app, &me.actor).await).await;
    assert_all_or_nothing(prepare, async |p, app, me: &SignedIn| {
        SwitchAccount { account_id: p.tailspin }.execute(app, &me.actor).await
    })
    .await;
}

#[tokio::test]
async fn signing_in_is_all_or_nothing() {
    let prepare = async |p: &TestPlatform| p.add(NewUser::new(p.contoso, BuiltInRole::User)).await;
    assert_all_or_nothing(prepare, async |_, app, user: &User| {
        let sign_in = SignIn {
            login_name: user.login_name.to_string(),
            password: TestPlatform::PASSWORD.to_owned(),
            kind: SessionKind::Api,
            context: RequestContext::default(),
        };
        sign_in.execute(app).await
    })
    .await;
}
