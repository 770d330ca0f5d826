//! Password links.

use jiff::SignedDuration;
use tenantry_app::{
    RequestContext, UseCaseError,
    mail::deliver_due_mails,
    passwords::{ForgotPassword, LookAtLink, RedeemLink, RedeemedLink},
    ports::{PasswordLink, TokenSource},
    testing::{NewUser, TestPlatform},
    users::{SendPasswordLink, SendPasswordLinkInput},
};
use tenantry_domain::{UserId, permission::BuiltInRole, user::User};

use crate::{
    creating::wrong,
    escalation::operations::{NEW_PASSWORD, Operation},
    new_user::recipient,
};

/// The token of a user's newest link.
pub async fn token_of(p: &TestPlatform, user_id: UserId) -> String {
    p.tokens.password_link_token(p.newest_link(user_id).await.unwrap().id).expose().to_owned()
}

async fn redeem(p: &TestPlatform, token: &str, password: &str) -> Result<RedeemedLink, UseCaseError> {
    let (token, password) = (token.to_owned(), password.to_owned());
    RedeemLink { token, password, context: RequestContext::default() }.execute(&p.app).await
}

async fn is_usable(p: &TestPlatform, token: &str) -> bool {
    match (LookAtLink { token: token.to_owned() }).execute(&p.app).await {
        Ok(_) => true,
        Err(UseCaseError::LinkUnusable) => false,
        Err(error) => panic!("{error}"),
    }
}

async fn forget(p: &TestPlatform, login_name: &str) {
    let forgot = ForgotPassword { login_name: login_name.to_owned(), context: RequestContext::default() };
    forgot.execute(&p.app).await.unwrap();
}

async fn deliver(p: &TestPlatform) {
    while deliver_due_mails(&p.app, 1).await.unwrap() {}
}

/// A user with a link that was handed over at the start.
async fn linked(p: &TestPlatform) -> (User, String) {
    let user = p.add(NewUser::new(p.contoso, BuiltInRole::User).alternative_email("b@mail.example")).await;
    let actor = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    Operation::SendLink.run(&p.app, &actor, &user).await.unwrap();
    deliver(p).await;
    let token = token_of(p, user.id).await;
    (user, token)
}

#[tokio::test]
async fn a_bad_password_spends_nothing_and_a_good_one_spends_the_link() {
    let p = TestPlatform::new().await;
    let (user, token) = linked(&p).await;
    let session = p.sign_in(user.id).await;
    for bad in ["", "short", "aaaaaaaaaaaaaaaaaaaa", "contoso contoso example"] {
        assert_eq!(wrong(redeem(&p, &token, bad).await)[0].0, "password");
        assert!(is_usable(&p, &token).await, "looking at it spends nothing either");
    }
    assert_eq!(redeem(&p, &token, NEW_PASSWORD).await.unwrap().login_name, user.login_name.to_string());
    assert!(p.sessions(user.id).await.is_empty(), "{:?} is over", session.actor.session_id());
    assert!(!p.credential(user.id).await.unwrap().must_change);
    assert!(p.mails(user.id).await.iter().any(|mail| mail.kind == "password_changed"));
    let again = redeem(&p, &token, "another canyon of velvet").await;
    assert!(matches!(again, Err(UseCaseError::LinkUnusable)));
    assert!(!is_usable(&p, &token).await);
}

#[tokio::test]
async fn of_many_who_redeem_at_once_one_does() {
    let p = TestPlatform::new().await;
    let (_, token) = linked(&p).await;
    let (a, b, c) = tokio::join!(
        redeem(&p, &token, NEW_PASSWORD),
        redeem(&p, &token, "another canyon of velvet"),
        redeem(&p, &token, "quiet harbour with lanterns")
    );
    assert_eq!([a, b, c].iter().filter(|outcome| outcome.is_ok()).count(), 1);
}

#[tokio::test]
async fn no_part_or_variant_of_a_token_is_one() {
    let p = TestPlatform::new().await;
    let (_, token) = linked(&p).await;
    let parts = (0..token.len()).flat_map(|end| [token[..end].to_owned(), token[end + 1..].to_owned()]);
    let variants = [token.to_uppercase(), format!("{token}="), format!(" {token}"), format!("{token}\n")];
    for variant in parts.chain(variants) {
        assert!(matches!(redeem(&p, &variant, NEW_PASSWORD).await, Err(UseCaseError::LinkUnusable)), "{variant:?}");
    }
    redeem(&p, &token, NEW_PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_newer_link_voids_the_older() {
    let p = TestPlatform::new().await;
    let (user, older) = linked(&p).await;
    forget(&p, user.login_name.to_string().as_str()).await;
    let newer = token_of(&p, user.id).await;
    assert!(older != newer && !is_usable(&p, &older).await && is_usable(&p, &newer).await);
}

#[tokio::test]
async fn whatever_changes_the_way_in_voids_the_links() {
    for operation in [
        Operation::Suspend,
        Operation::Remove,
        Operation::SetPassword,
        Operation::ChangeEmail,
        Operation::ChangeAlternativeEmail,
        Operation::ChangeLoginName,
        Operation::VoidLink,
    ] {
        let p = TestPlatform::new().await;
        let (user, token) = linked(&p).await;
        let actor = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
        operation.run(&p.app, &actor, &user).await.unwrap();
        assert!(!is_usable(&p, &token).await, "{operation:?}");
        let back = match operation {
            Operation::Suspend => Operation::Activate,
            Operation::Remove => Operation::Restore,
            _ => continue,
        };
        back.run(&p.app, &actor, &user).await.unwrap();
        assert!(!is_usable(&p, &token).await, "{back:?} revives no link");
    }
}

#[tokio::test]
async fn a_link_ends_exactly_after_its_time_counted_from_the_hand_over() {
    let p = TestPlatform::new().await;
    let user = p.add(NewUser::new(p.contoso, BuiltInRole::User)).await;
    forget(&p, &user.login_name.to_string()).await;
    let token = token_of(&p, user.id).await;
    p.clock.advance(SignedDuration::from_hours(2));
    assert!(is_usable(&p, &token).await, "its time has not begun");
    deliver(&p).await;
    p.clock.advance(SignedDuration::from_mins(30) - SignedDuration::from_micros(1));
    assert!(is_usable(&p, &token).await);
    p.clock.advance(SignedDuration::from_micros(1));
    assert!(!is_usable(&p, &token).await);
    assert!(matches!(redeem(&p, &token, NEW_PASSWORD).await, Err(UseCaseError::LinkUnusable)));
}

#[tokio::test]
async fn a_link_that_is_never_handed_over_dies_after_four_days() {
    let p = TestPlatform::new().await;
    let user = p.add(NewUser::new(p.contoso, BuiltInRole::User)).await;
    forget(&p, &user.login_name.to_string()).await;
    let token = token_of(&p, user.id).await;
    p.clock.advance(PasswordLink::DEAD_AFTER - SignedDuration::from_micros(1));
    assert!(is_usable(&p, &token).await);
    p.clock.advance(SignedDuration::from_micros(1));
    assert!(!is_usable(&p, &token).await);
}

#[tokio::test]
async fn a_suspended_account_above_makes_links_unusable() {
    let p = TestPlatform::new().await;
    let (_, token) = linked(&p).await;
    let suspend = |account: &mut tenantry_domain::account::Account| {
        account.status = tenantry_domain::account::AccountStatus::Suspended;
    };
    p.memory().edit_account(p.northwind, suspend);
    assert!(!is_usable(&p, &token).await);
}

#[tokio::test]
async fn forgot_sends_to_both_addresses_three_times_an_hour() {
    let p = TestPlatform::new().await;
    let user =
        p.add(NewUser::new(p.contoso, BuiltInRole::User).login("Robin").alternative_email("b@mail.example")).await;
    for _ in 0..5 {
        forget(&p, "ROBIN@contoso.example").await;
        deliver(&p).await;
    }
    let sent = p.mailer.take_sent();
    assert_eq!(sent.len(), 6, "three times to two addresses");
    let to: Vec<&str> = sent.iter().map(|mail| mail.to.as_str()).collect();
    assert!(to.contains(&user.contact.email.as_str()) && to.contains(&"b@mail.example"));
    p.clock.advance(SignedDuration::from_mins(61));
    forget(&p, "robin@contoso.example").await;
    deliver(&p).await;
    assert_eq!(p.mailer.sent().len(), 2);
}

#[tokio::test]
async fn forgot_does_nothing_for_those_who_may_not_sign_in() {
    let p = TestPlatform::new().await;
    let now = p.app.now();
    let new = |local: &str| NewUser::new(p.contoso, BuiltInRole::FullAccess).login(local);
    p.add(new("asleep").suspended()).await;
    p.add(new("gone").removed_at(now)).await;
    let before = p.memory().snapshot();
    for name in ["asleep@contoso.example", "gone@contoso.example", "nobody@contoso.example", "no name", ""] {
        forget(&p, name).await;
        assert!(p.memory().snapshot() == before, "{name}");
    }
}

#[tokio::test]
async fn a_link_elsewhere_needs_reason_and_own_password_and_tells_the_users_addresses() {
    let p = TestPlatform::new().await;
    let user = p.add(NewUser::new(p.contoso, BuiltInRole::User).alternative_email("b@mail.example")).await;
    let actor = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let send = async |reason: Option<&str>, password: Option<&str>| {
        let input = SendPasswordLinkInput {
            recipient: recipient("custom", Some("desk@mail.example")),
            reason: reason.map(str::to_owned),
            actor_password: password.map(str::to_owned),
        };
        SendPasswordLink { user_id: user.id, input }.execute(&p.app, &actor).await
    };
    let both = [("reason".to_owned(), "required"), ("actorPassword".to_owned(), "required")];
    assert_eq!(wrong(send(None, None).await), both);
    assert_eq!(wrong(send(Some(" "), Some("x")).await), both[..1]);
    let outcome = send(Some("lost phone"), Some("not the password at all")).await;
    assert_eq!(wrong(outcome), [("actorPassword".to_owned(), "wrong-password")]);
    assert!(p.mails(user.id).await.is_empty());
    send(Some("lost phone"), Some(TestPlatform::PASSWORD)).await.unwrap();
    deliver(&p).await;
    let mut to: Vec<String> = p.mails(user.id).await.iter().map(|mail| format!("{} {}", mail.kind, mail.to)).collect();
    to.sort();
    let own = user.contact.email.as_str();
    let expected = [
        "link_sent_elsewhere b@mail.example",
        &format!("link_sent_elsewhere {own}"),
        "password_reset desk@mail.example",
    ];
    assert_eq!(to, expected);
    assert!(format!("{:?}", p.audit_log().last()).contains("lost phone"));
}
