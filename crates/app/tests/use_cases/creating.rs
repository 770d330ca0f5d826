//! Creating a user.

use jiff::SignedDuration;
use tenantry_app::{
    Actor, Conflict, UseCaseError,
    ports::{IdempotencyKey, MailState, Outcome, RecipientKind, RenderedFor},
    testing::{NewUser, TestPlatform},
    users::{AddressInput, CreateUserInput, CreatedUser, EditUser, EditUserInput},
};
use tenantry_domain::{
    permission::BuiltInRole,
    user::{Password, ProvisioningState, UserStatus},
};

use crate::{
    escalation::operations::{NEW_PASSWORD, Operation},
    new_user::{recipient, with_link},
    verdict::conflict,
};

/// With a password: `manual` or `generated`.
pub fn with_password(login_name: &str, method: &str) -> CreateUserInput {
    let mut input = with_link(login_name);
    input.security.method = Some(method.to_owned());
    input.security.recipient = None;
    input.security.password = (method == "manual").then(|| NEW_PASSWORD.to_owned());
    input
}

/// Creates it at Contoso.
pub async fn create(p: &TestPlatform, actor: &Actor, input: &CreateUserInput) -> Result<CreatedUser, UseCaseError> {
    input.parse()?.execute(&p.app, actor, p.contoso, None).await
}

/// The wrong fields with their codes.
pub fn wrong<T>(outcome: Result<T, UseCaseError>) -> Vec<(String, &'static str)> {
    match outcome {
        Err(UseCaseError::Invalid(errors)) => errors.iter().map(|error| (error.field.clone(), error.code)).collect(),
        Err(error) => panic!("no field is wrong: {error}"),
        Ok(_) => panic!("no field is wrong, but it is done"),
    }
}

async fn contoso() -> (TestPlatform, Actor) {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    (p, actor)
}

#[tokio::test]
async fn the_link_goes_to_the_chosen_recipient() {
    for (kind, email, expected) in [
        (RecipientKind::Primary, None, "robin.hale@mail.example"),
        (RecipientKind::Alternative, None, "other@mail.example"),
        (RecipientKind::Custom, Some("desk@mail.example"), "desk@mail.example"),
    ] {
        let (p, actor) = contoso().await;
        let mut input = with_link("robin@contoso-mail.example");
        input.alternative_email = Some("other@mail.example".to_owned());
        input.security.recipient = Some(recipient(kind.key(), email));
        let created = create(&p, &actor, &input).await.unwrap();
        let user = &created.user.record.user;
        let link = created.link.unwrap();
        assert_eq!((link.recipient.kind, link.recipient.address.as_str(), link.held), (kind, expected, false));
        assert_eq!(link.valid_for, SignedDuration::from_hours(24));
        let mails = p.mails(user.id).await;
        assert_eq!(mails.len(), 1);
        assert_eq!((mails[0].kind.as_str(), mails[0].to.as_str()), ("welcome", expected));
        assert_eq!(p.credential(user.id).await, None);
        assert_eq!(created.user.provisioning, ProvisioningState::Pending);
    }
}

/// The answer is not read from storage.
#[tokio::test]
async fn what_is_answered_is_what_is_stored() {
    for (input, repeated) in [
        (with_link("robin@contoso-mail.example"), false),
        (with_link("robin@contoso-mail.example"), true),
        (with_password("robin@contoso.example", "manual"), false),
        (with_password("robin@contoso.example", "generated"), false),
    ] {
        let (p, actor) = contoso().await;
        let key = IdempotencyKey { key: "k".to_owned(), request_hash: "a request".to_owned() };
        let command = input.parse().unwrap();
        let mut created = command.execute(&p.app, &actor, p.contoso, Some(&key)).await.unwrap();
        if repeated {
            created = command.execute(&p.app, &actor, p.contoso, Some(&key)).await.unwrap();
        }
        assert_eq!(created.repeated, repeated);
        let stored = p.app.directory().find_user(created.user.record.user.id).await.unwrap();
        assert_eq!(Some(created.user), stored);
    }
}

#[tokio::test]
async fn a_given_or_generated_password_must_be_changed_unless_said_otherwise() {
    for method in ["manual", "generated"] {
        for (must_change, expected) in [(None, true), (Some(true), true), (Some(false), false)] {
            let (p, actor) = contoso().await;
            let mut input = with_password("robin@contoso.example", method);
            input.security.must_change = must_change;
            let created = create(&p, &actor, &input).await.unwrap();
            let user_id = created.user.record.user.id;
            let credential = p.credential(user_id).await.unwrap();
            assert_eq!((credential.must_change, credential.expires_at.is_some()), (expected, expected));
            assert_eq!(created.generated_password.is_some(), method == "generated");
            assert!(created.link.is_none() && p.mails(user_id).await.is_empty());
        }
    }
}

#[tokio::test]
async fn address_and_phone_come_from_the_company_unless_given() {
    let (p, actor) = contoso().await;
    let company = p.account(p.contoso).await.company;
    let user = create(&p, &actor, &with_link("one@contoso.example")).await.unwrap().user.record.user;
    assert_eq!((user.contact.address, user.contact.phone), (company.address, company.phone));
    assert_eq!(user.profile.display_name.as_str(), "Robin Hale");
    let mut input = with_link("two@contoso.example");
    input.phone = Some("(425) 555-0123".to_owned());
    let user = create(&p, &actor, &input).await.unwrap().user.record.user;
    assert_eq!(user.contact.phone.unwrap().as_str(), "+14255550123", "a number of the company's country");
    p.memory().edit_account(p.contoso, |account| {
        account.company.address = None;
        account.company.phone = None;
    });
    let fields = wrong(create(&p, &actor, &with_link("three@contoso.example")).await);
    assert_eq!(fields, [("address".to_owned(), "required"), ("phone".to_owned(), "required")]);
}

#[tokio::test]
async fn all_wrong_fields_are_named_at_once() {
    let mut input = with_password("no name", "manual");
    input.first_name = None;
    input.last_name = Some("  ".to_owned());
    input.email = Some("nowhere".to_owned());
    input.address = Some(AddressInput { country: Some("US".to_owned()), ..AddressInput::default() });
    input.status = Some("asleep".to_owned());
    input.role = Some("king".to_owned());
    input.security.password = Some("short".to_owned());
    let errors = input.parse().unwrap_err();
    let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    for field in ["firstName", "lastName", "loginName", "email", "status", "role", "security.password"] {
        assert!(fields.contains(&field), "{field} is not in {fields:?}");
    }
    assert!(fields.iter().any(|field| field.starts_with("address.")), "{fields:?}");
}

#[tokio::test]
async fn a_password_made_of_the_new_users_names_is_refused() {
    let mut input = with_password("robin@contoso.example", "manual");
    input.security.password = Some("Robin-Hale-robin-1".to_owned());
    assert_eq!(input.parse().unwrap_err().iter().next().unwrap().code, "easy-to-guess");
}

#[tokio::test]
async fn login_names_of_other_accounts_are_foreign_whether_taken_or_not() {
    let (p, actor) = contoso().await;
    p.add(NewUser::new(p.litware, BuiltInRole::User).login("taken")).await;
    for name in ["taken@litware.example", "free@litware.example", "free@nobody.example"] {
        let fields = wrong(create(&p, &actor, &with_link(name)).await);
        assert_eq!(fields, [("loginName".to_owned(), "foreign-domain")], "{name}");
    }
}

#[tokio::test]
async fn a_login_name_is_taken_in_any_case_and_by_removed_users_too() {
    let (p, actor) = contoso().await;
    p.add(NewUser::new(p.contoso, BuiltInRole::User).login("Robin")).await;
    p.add(NewUser::new(p.contoso, BuiltInRole::User).login("gone").removed_at(p.app.now())).await;
    for name in ["robin@contoso.example", "ROBIN@Contoso.Example", "Gone@contoso.example"] {
        let before = p.memory().snapshot();
        assert_eq!(conflict(create(&p, &actor, &with_link(name)).await), Conflict::LoginNameTaken, "{name}");
        assert!(p.memory().snapshot() == before, "{name}");
    }
    create(&p, &actor, &with_link("robin@contoso-mail.example")).await.unwrap();
}

#[tokio::test]
async fn no_password_is_mailed_where_that_is_off() {
    let mut input = with_password("robin@contoso.example", "generated");
    input.security.email_to = Some(recipient("primary", None));
    let (p, actor) = contoso().await;
    p.memory().edit_account(p.contoso, |account| account.policy.plain_text_password_mail = true);
    let fields = wrong(create(&p, &actor, &input).await);
    assert_eq!(fields, [("security.emailTo".to_owned(), "plain-text-mail-off")], "the account above says no");
    let p = TestPlatform::builder()
        .plain_text_password_mail()
        .settings(|settings| settings.plain_text_password_mail = false)
        .build()
        .await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    assert_eq!(wrong(create(&p, &actor, &input).await).len(), 1, "the operator says no");
}

#[tokio::test]
async fn a_mailed_password_must_be_changed_and_is_the_one_that_works() {
    let p = TestPlatform::builder().plain_text_password_mail().build().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let mut input = with_password("robin@contoso.example", "generated");
    input.security.email_to = Some(recipient("custom", Some("desk@mail.example")));
    input.security.must_change = Some(false);
    assert_eq!(input.parse().unwrap_err().iter().next().unwrap().field, "security.mustChange");
    input.security.must_change = None;
    let created = create(&p, &actor, &input).await.unwrap();
    assert!(created.user.must_change_password);
    while tenantry_app::mail::deliver_due_mails(&p.app, 1).await.unwrap() {}
    let sent = p.mailer.take_sent();
    assert_eq!((sent.len(), sent[0].to.as_str()), (1, "desk@mail.example"));
    let RenderedFor::NewPassword { password } = &sent[0].content else { panic!("another letter") };
    assert_eq!(Some(password.as_str()), created.generated_password.as_ref().map(Password::expose));
}

#[tokio::test]
async fn a_user_created_suspended_hears_nothing_until_activated() {
    let (p, actor) = contoso().await;
    let mut input = with_link("robin@contoso.example");
    input.status = Some("suspended".to_owned());
    let created = create(&p, &actor, &input).await.unwrap();
    assert!(created.link.unwrap().held);
    let user = created.user.record.user;
    assert_eq!(user.status, UserStatus::Suspended);
    p.clock.advance(SignedDuration::from_hours(200));
    assert!(!tenantry_app::mail::deliver_due_mails(&p.app, 1).await.unwrap());
    Operation::Suspend.run(&p.app, &actor, &user).await.unwrap();
    assert_eq!(p.mails(user.id).await[0].state, MailState::Held, "suspended already: nothing more to take away");
    Operation::Activate.run(&p.app, &actor, &user).await.unwrap();
    while tenantry_app::mail::deliver_due_mails(&p.app, 1).await.unwrap() {}
    assert_eq!(p.mailer.sent().len(), 1);
    assert!(p.newest_link(user.id).await.unwrap().is_live(p.app.now()), "its time begins now");
}

#[tokio::test]
async fn an_address_corrected_before_activation_gets_the_link() {
    let (p, actor) = contoso().await;
    let mut input = with_link("robin@contoso.example");
    input.status = Some("suspended".to_owned());
    let user = create(&p, &actor, &input).await.unwrap().user.record.user;
    let changes = EditUserInput { email: Some("right@mail.example".to_owned()), ..EditUserInput::default() };
    let edit = EditUser { user_id: user.id, changes, expected_version: None };
    edit.execute(&p.app, &actor).await.unwrap();
    assert!(!tenantry_app::mail::deliver_due_mails(&p.app, 1).await.unwrap(), "nobody hears of a suspended user");
    Operation::Activate.run(&p.app, &actor, &user).await.unwrap();
    while tenantry_app::mail::deliver_due_mails(&p.app, 1).await.unwrap() {}
    let welcomes: Vec<String> = p
        .mailer
        .sent()
        .into_iter()
        .filter(|mail| matches!(mail.content, RenderedFor::Welcome { .. }))
        .map(|mail| mail.to.as_str().to_owned())
        .collect();
    assert_eq!(welcomes, ["right@mail.example"]);
}

#[tokio::test]
async fn a_repeated_request_creates_nothing_and_answers_without_the_password() {
    let (p, actor) = contoso().await;
    let key = |hash: &str| IdempotencyKey { key: "key 1".to_owned(), request_hash: hash.to_owned() };
    let command = with_password("robin@contoso.example", "generated").parse().unwrap();
    let first = command.execute(&p.app, &actor, p.contoso, Some(&key("a"))).await.unwrap();
    let before = p.memory().snapshot();
    let again = command.execute(&p.app, &actor, p.contoso, Some(&key("a"))).await.unwrap();
    assert!(again.repeated && again.generated_password.is_none() && first.generated_password.is_some());
    assert_eq!(again.user.record, first.user.record);
    let other = with_link("other@contoso.example").parse().unwrap();
    let outcome = other.execute(&p.app, &actor, p.contoso, Some(&key("b"))).await;
    assert_eq!(wrong(outcome), [("Idempotency-Key".to_owned(), "idempotency-key-reused")]);
    assert!(p.memory().snapshot() == before);
    let colleague = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    assert!(!other.execute(&p.app, &colleague, p.contoso, Some(&key("b"))).await.unwrap().repeated);
}

#[tokio::test]
async fn the_record_says_who_and_what_but_no_secret() {
    let (p, actor) = contoso().await;
    for method in ["manual", "generated"] {
        let input = with_password(&format!("{method}@contoso.example"), method);
        let created = create(&p, &actor, &input).await.unwrap();
        let log = p.audit_log();
        let entry = log.last().unwrap();
        assert_eq!((entry.action(), entry.outcome()), ("user.create", Outcome::Done));
        assert_eq!((entry.actor(), entry.user_id()), (Some(actor.user_id()), Some(created.user.record.user.id)));
        let text = format!("{entry:?}");
        assert!(!text.contains(NEW_PASSWORD) && !text.contains("generated password"), "{text}");
        assert!(text.contains("robin.hale@mail.example"), "{text}");
    }
}
