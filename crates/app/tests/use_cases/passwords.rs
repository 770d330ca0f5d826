//! Setting and changing passwords, and the addresses that matter for them.

use jiff::SignedDuration;
use tenantry_app::{
    Actor, Conflict, UseCaseError,
    mail::deliver_due_mails,
    passwords::{ChangeOwnPassword, ChangeOwnPasswordInput},
    testing::{NewUser, PlainHasher, TestPlatform},
    users::{EditUserInput, SetUserPassword, SetUserPasswordInput},
};
use tenantry_domain::{permission::BuiltInRole, user::User};

use crate::{
    creating::wrong,
    escalation::operations::{NEW_PASSWORD, Operation, edit},
    new_user::recipient,
    verdict::conflict,
};

async fn change(p: &TestPlatform, actor: &Actor, current: &str, new: &str) -> Result<(), UseCaseError> {
    let input = ChangeOwnPasswordInput { current_password: Some(current.to_owned()), password: Some(new.to_owned()) };
    ChangeOwnPassword { input }.execute(&p.app, actor).await
}

async fn platform() -> (TestPlatform, Actor, User) {
    let p = TestPlatform::builder().plain_text_password_mail().build().await;
    let actor = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let user = p.add(NewUser::new(p.contoso, BuiltInRole::User).alternative_email("b@mail.example")).await;
    (p, actor, user)
}

#[tokio::test]
async fn changing_the_own_password_ends_all_other_sessions_and_tells_the_user() {
    let (p, _, user) = platform().await;
    let here = p.sign_in(user.id).await;
    p.sign_in(user.id).await;
    change(&p, &here.actor, TestPlatform::PASSWORD, NEW_PASSWORD).await.unwrap();
    let left: Vec<_> = p.sessions(user.id).await.iter().map(|session| session.id).collect();
    assert_eq!(left, [here.actor.session_id()]);
    assert!(p.credential(user.id).await.unwrap().hash == PlainHasher::hash_of(NEW_PASSWORD));
    assert_eq!(p.mails(user.id).await[0].kind, "password_changed");
}

#[tokio::test]
async fn a_wrong_or_unchanged_password_changes_nothing() {
    let (p, _, user) = platform().await;
    let actor = p.actor(user.id).await;
    let before = p.credential(user.id).await;
    let outcome = change(&p, &actor, "not the password at all", NEW_PASSWORD).await;
    assert_eq!(wrong(outcome), [("currentPassword".to_owned(), "wrong-password")]);
    let outcome = change(&p, &actor, TestPlatform::PASSWORD, TestPlatform::PASSWORD).await;
    assert_eq!(wrong(outcome), [("password".to_owned(), "unchanged")]);
    let outcome = change(&p, &actor, "", "short").await;
    let both = [("currentPassword".to_owned(), "required"), ("password".to_owned(), "too-short")];
    assert_eq!(wrong(outcome), both);
    assert_eq!(p.credential(user.id).await, before);
}

#[tokio::test]
async fn guessing_the_own_password_with_an_open_session_is_slowed_down() {
    let (p, _, user) = platform().await;
    let actor = p.actor(user.id).await;
    for _ in 0..5 {
        wrong(change(&p, &actor, "not the password at all", NEW_PASSWORD).await);
    }
    let outcome = change(&p, &actor, TestPlatform::PASSWORD, NEW_PASSWORD).await;
    assert!(matches!(outcome, Err(UseCaseError::TooManyAttempts { retry_after: 1 })), "{outcome:?}");
    p.clock.advance(SignedDuration::from_secs(1));
    change(&p, &actor, TestPlatform::PASSWORD, NEW_PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_password_set_by_an_administrator_ends_sessions_and_must_be_changed() {
    let (p, actor, user) = platform().await;
    p.sign_in(user.id).await;
    Operation::SetPassword.run(&p.app, &actor, &user).await.unwrap();
    assert!(p.sessions(user.id).await.is_empty());
    assert!(p.actor(user.id).await.must_change_password());
    let mails = p.mails(user.id).await;
    assert_eq!((mails.len(), mails[0].kind.as_str()), (1, "password_changed"));
    assert!(!format!("{:?}", p.audit_log()).contains(NEW_PASSWORD));
}

#[tokio::test]
async fn a_password_is_mailed_to_the_users_own_addresses_only_and_must_be_changed() {
    let (p, actor, user) = platform().await;
    let mail_it = async |to: tenantry_app::users::RecipientInput, must_change| {
        let input = SetUserPasswordInput { password: Some(NEW_PASSWORD.to_owned()), email_to: Some(to), must_change };
        SetUserPassword { user_id: user.id, input }.execute(&p.app, &actor).await
    };
    assert_eq!(wrong(mail_it(recipient("custom", Some("x@mail.example")), None).await)[0].0, "emailTo.kind");
    assert_eq!(wrong(mail_it(recipient("primary", None), Some(false)).await)[0].0, "mustChange");
    mail_it(recipient("alternative", None), None).await.unwrap();
    while deliver_due_mails(&p.app, 1).await.unwrap() {}
    let sent = p.mailer.take_sent();
    assert_eq!((sent.len(), sent[0].to.as_str()), (1, "b@mail.example"));
    Operation::Suspend.run(&p.app, &actor, &user).await.unwrap();
    assert_eq!(conflict(mail_it(recipient("primary", None), None).await), Conflict::UserSuspended);
}

#[tokio::test]
async fn former_addresses_hear_of_new_ones() {
    let (p, actor, user) = platform().await;
    let changes = EditUserInput {
        email: Some("new@mail.example".to_owned()),
        alternative_email: Some(None),
        ..Default::default()
    };
    edit(&p.app, &actor, user.id, changes).await.unwrap();
    let mut told: Vec<_> = p.mails(user.id).await.into_iter().map(|mail| (mail.kind, mail.to)).collect();
    told.sort();
    let told_of = |to: &str| ("address_changed".to_owned(), to.to_owned());
    assert_eq!(told, [told_of("b@mail.example"), told_of(user.contact.email.as_str())]);
}

#[tokio::test]
async fn a_suspended_user_given_a_password_stays_suspended() {
    let (p, actor, user) = platform().await;
    Operation::Suspend.run(&p.app, &actor, &user).await.unwrap();
    Operation::SetPassword.run(&p.app, &actor, &user).await.unwrap();
    assert_eq!(p.record(user.id).await.user.status, tenantry_domain::user::UserStatus::Suspended);
}
