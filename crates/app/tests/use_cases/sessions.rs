//! Signing in, and how long it lasts.

use jiff::SignedDuration;
use tenantry_app::{
    Denied, RequestContext, UseCaseError,
    passwords::{ChangeOwnPassword, ChangeOwnPasswordInput, generate_password},
    ports::SessionKind,
    profile::{EditOwnProfile, EditOwnProfileInput, describe_me},
    sessions::{self, SignIn, SwitchAccount, identify, identify_without_touch, sign_out},
    testing::{NewUser, TestPlatform},
};
use tenantry_domain::{account::AccountStatus, permission::BuiltInRole};

use crate::{
    escalation::operations::{NEW_PASSWORD, Operation},
    verdict::denied,
};

async fn sign_in(p: &TestPlatform, name: &str, password: &str) -> Result<sessions::SignedIn, UseCaseError> {
    sign_in_from(p, name, password, None).await
}

async fn sign_in_from(
    p: &TestPlatform,
    name: &str,
    password: &str,
    address: Option<&str>,
) -> Result<sessions::SignedIn, UseCaseError> {
    let context = RequestContext { address: address.map(str::to_owned), ..RequestContext::default() };
    let (login_name, password) = (name.to_owned(), password.to_owned());
    SignIn { login_name, password, kind: SessionKind::Api, context }.execute(&p.app).await
}

async fn is_signed_in(p: &TestPlatform, token: &str) -> bool {
    match identify_without_touch(&p.app, token, RequestContext::default()).await {
        Ok(_) => true,
        Err(UseCaseError::NotSignedIn) => false,
        Err(error) => panic!("{error}"),
    }
}

/// One user of each kind who cannot sign in, all with the same password.
async fn add_those_who_cannot(p: &TestPlatform) -> [&'static str; 7] {
    let new = |local: &str| NewUser::new(p.contoso, BuiltInRole::User).login(local);
    p.add(new("wrong").password("another password entirely")).await;
    p.add(new("asleep").suspended()).await;
    p.add(new("gone").removed_at(p.app.now())).await;
    p.add(new("invited").without_password()).await;
    p.add(NewUser::new(p.proseware, BuiltInRole::User).login("below")).await;
    p.memory().edit_account(p.litware, |account| account.status = AccountStatus::Suspended);
    let expired = p.add(new("expired")).await;
    let mut credential = p.credential(expired.id).await.unwrap();
    credential.expires_at = Some(p.app.now());
    let uow = p.begin().await;
    uow.credentials().put(expired.id, &credential).await.unwrap();
    uow.commit().await.unwrap();
    [
        "nobody@contoso.example",
        "wrong@contoso.example",
        "asleep@contoso.example",
        "gone@contoso.example",
        "invited@contoso.example",
        "below@proseware.example",
        "expired@contoso.example",
    ]
}

#[tokio::test]
async fn however_signing_in_fails_it_ends_the_same_after_the_same_work() {
    let p = TestPlatform::new().await;
    for name in add_those_who_cannot(&p).await {
        for attempt in 0..6 {
            let before = p.hasher.verified();
            let ending = sign_in(&p, name, TestPlatform::PASSWORD).await.unwrap_err();
            let expected = if attempt < 5 { ("not-signed-in", 1) } else { ("too-many-attempts", 0) };
            assert_eq!((ending.code(), p.hasher.verified() - before), expected, "{name}, attempt {attempt}");
        }
    }
}

#[tokio::test]
async fn failures_slow_a_name_down_and_success_forgives_them() {
    let p = TestPlatform::new().await;
    p.add(NewUser::new(p.contoso, BuiltInRole::User).login("robin")).await;
    let name = "robin@contoso.example";
    for wait in [0, 0, 0, 0, 0, 1, 2, 4, 8] {
        if wait > 0 {
            let ending = sign_in(&p, "ROBIN@contoso.example", TestPlatform::PASSWORD).await;
            assert!(matches!(ending, Err(UseCaseError::TooManyAttempts { retry_after }) if retry_after == wait));
        }
        p.clock.advance(SignedDuration::from_secs(i64::from(wait)));
        assert_eq!(sign_in(&p, name, "wrong").await.unwrap_err().code(), "not-signed-in", "after {wait} s");
    }
    p.clock.advance(SignedDuration::from_secs(16));
    sign_in(&p, name, TestPlatform::PASSWORD).await.unwrap();
    assert_eq!(sign_in(&p, name, "wrong").await.unwrap_err().code(), "not-signed-in");
    sign_in(&p, name, TestPlatform::PASSWORD).await.unwrap();
}

#[tokio::test]
async fn one_address_tries_thirty_names_a_minute() {
    let p = TestPlatform::new().await;
    p.add(NewUser::new(p.contoso, BuiltInRole::User).login("robin")).await;
    let from = Some("203.0.113.9");
    for n in 0..30 {
        let ending = sign_in_from(&p, &format!("nobody{n}@contoso.example"), "wrong", from).await.unwrap_err();
        assert_eq!(ending.code(), "not-signed-in", "{n}");
    }
    let right = async |from| sign_in_from(&p, "robin@contoso.example", TestPlatform::PASSWORD, from).await;
    assert_eq!(right(from).await.unwrap_err().code(), "too-many-attempts");
    right(Some("203.0.113.10")).await.unwrap();
    p.clock.advance(SignedDuration::from_mins(1));
    right(from).await.unwrap();
}

#[tokio::test]
async fn a_session_ends_when_idle_for_half_an_hour_and_after_twelve_hours() {
    let p = TestPlatform::new().await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    let token = p.sign_in(user_id).await.token;
    let minute = SignedDuration::from_mins(1);
    p.clock.advance(minute * 29);
    identify(&p.app, token.expose(), RequestContext::default()).await.unwrap();
    p.clock.advance(minute * 29);
    assert!(is_signed_in(&p, token.expose()).await, "it was used in between");
    p.clock.advance(minute);
    assert!(!is_signed_in(&p, token.expose()).await, "looking without use does not keep it");

    let token = p.sign_in(user_id).await.token;
    for _ in 0..(12 * 3 - 1) {
        p.clock.advance(minute * 20);
        identify(&p.app, token.expose(), RequestContext::default()).await.unwrap();
    }
    p.clock.advance(minute * 20);
    assert!(!is_signed_in(&p, token.expose()).await, "twelve hours are over");
}

#[tokio::test]
async fn suspension_ends_sessions_at_once_and_activation_revives_none() {
    let p = TestPlatform::new().await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let user = p.add(NewUser::new(p.contoso, BuiltInRole::User)).await;
    let token = p.sign_in(user.id).await.token;
    Operation::Suspend.run(&p.app, &boss, &user).await.unwrap();
    assert!(!is_signed_in(&p, token.expose()).await);
    Operation::Activate.run(&p.app, &boss, &user).await.unwrap();
    assert!(!is_signed_in(&p, token.expose()).await);
    let token = p.sign_in(user.id).await.token;
    p.memory().edit_account(p.northwind, |account| account.status = AccountStatus::Suspended);
    assert!(!is_signed_in(&p, token.expose()).await, "an account above is suspended");
}

#[tokio::test]
async fn a_session_is_over_after_signing_out() {
    let p = TestPlatform::new().await;
    let me = p.sign_in(p.user(p.contoso, BuiltInRole::User).await).await;
    sign_out(&p.app, &me.actor).await.unwrap();
    assert!(!is_signed_in(&p, me.token.expose()).await);
}

#[tokio::test]
async fn a_pending_password_change_blocks_everything_but_what_it_takes() {
    let p = TestPlatform::new().await;
    let new = NewUser::new(p.northwind, BuiltInRole::FullAccess).must_change_password();
    let me = p.sign_in(p.add(new).await.id).await;
    let (app, actor) = (&p.app, &me.actor);
    for operation in Operation::ALL {
        let target = operation.prepare(&p, NewUser::new(p.contoso, BuiltInRole::User)).await;
        let why = denied(operation.run(app, actor, &target).await);
        assert_eq!(why, Denied::PasswordChangeRequired, "{operation:?}");
    }
    let changes = EditOwnProfileInput::default();
    let outcomes = [
        EditOwnProfile { changes, expected_version: None }.execute(app, actor).await.map(drop),
        SwitchAccount { account_id: p.contoso }.execute(app, actor).await,
        sessions::list_own_sessions(app, actor).await.map(drop),
        sessions::end_own_session(app, actor, actor.session_id()).await,
        generate_password(app, actor).map(drop).map_err(UseCaseError::from),
    ];
    for outcome in outcomes {
        assert_eq!(denied(outcome), Denied::PasswordChangeRequired);
    }
    assert!(describe_me(app, actor).await.unwrap().user.must_change_password);
    let input = ChangeOwnPasswordInput {
        current_password: Some(TestPlatform::PASSWORD.to_owned()),
        password: Some(NEW_PASSWORD.to_owned()),
    };
    ChangeOwnPassword { input }.execute(app, actor).await.unwrap();
    let actor = identify(app, me.token.expose(), RequestContext::default()).await.unwrap();
    SwitchAccount { account_id: p.contoso }.execute(app, &actor).await.unwrap();
}
