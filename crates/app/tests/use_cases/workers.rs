//! What happens by itself, and what happens once.

use std::{collections::BTreeSet, sync::Arc};

use jiff::SignedDuration;
use tenantry_app::{
    Actor, App, Conflict, Ports, RequestContext,
    accounts::SetUpPlatformInput,
    demo::fill_with_demo,
    housekeeping::keep_house,
    mail::deliver_due_mails,
    ports::{MailState, RenderedFor, SessionKind, Storage},
    provisioning::provision_due_users,
    sessions::SignIn,
    testing::{FailNth, FixedClock, MemoryStorage, NewUser, TestPlatform},
};
use tenantry_domain::{
    account::AccountKind,
    permission::BuiltInRole,
    user::{ProvisioningState, User},
};

use crate::{creating::create, escalation::operations::Operation, new_user::with_link, verdict::conflict};

async fn mailed() -> (TestPlatform, Actor, User) {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let user = p.add(NewUser::new(p.contoso, BuiltInRole::User)).await;
    Operation::SendLink.run(&p.app, &actor, &user).await.unwrap();
    (p, actor, user)
}

fn hour(clock: &FixedClock) {
    clock.advance(SignedDuration::from_hours(1));
}

#[tokio::test]
async fn a_mail_refused_for_now_is_sent_later_and_then_once() {
    let (p, _, user) = mailed().await;
    p.mailer.answer_later(2);
    assert!(deliver_due_mails(&p.app, 1).await.unwrap());
    assert!(!deliver_due_mails(&p.app, 1).await.unwrap(), "it waits");
    let mail = p.mails(user.id).await.remove(0);
    assert_eq!((mail.state, mail.attempts), (MailState::Pending, 1));
    assert!(mail.last_error.is_some());
    for _ in 0..4 {
        hour(&p.clock);
        deliver_due_mails(&p.app, 1).await.unwrap();
    }
    assert_eq!(p.mailer.sent().len(), 1);
    assert_eq!(p.mails(user.id).await[0].state, MailState::Sent);
    assert!(p.mailer.sent()[0].message_id.ends_with("@console.northwind.example"));
}

#[tokio::test]
async fn a_mail_refused_for_good_is_not_tried_again() {
    let (p, _, user) = mailed().await;
    p.mailer.answer_never(1);
    deliver_due_mails(&p.app, 1).await.unwrap();
    hour(&p.clock);
    assert!(!deliver_due_mails(&p.app, 1).await.unwrap());
    let mail = p.mails(user.id).await.remove(0);
    assert_eq!((mail.state, mail.last_error.as_deref()), (MailState::Failed, Some("no such mailbox")));
}

#[tokio::test]
async fn a_mail_whose_link_is_void_is_not_sent() {
    let (p, actor, user) = mailed().await;
    p.mailer.answer_later(1);
    deliver_due_mails(&p.app, 1).await.unwrap();
    Operation::Suspend.run(&p.app, &actor, &user).await.unwrap();
    hour(&p.clock);
    while deliver_due_mails(&p.app, 1).await.unwrap() {}
    assert!(p.mailer.sent().is_empty());
    assert_eq!(p.mails(user.id).await[0].state, MailState::Cancelled);
}

/// Nodes have clocks of their own, and one that is behind may be asked for a new link.
#[tokio::test]
async fn a_link_of_a_clock_that_is_behind_is_sent_too() {
    let (p, actor, user) = mailed().await;
    p.clock.advance(SignedDuration::from_mins(-10));
    Operation::SendLink.run(&p.app, &actor, &user).await.unwrap();
    p.clock.advance(SignedDuration::from_mins(10));
    while deliver_due_mails(&p.app, 4).await.unwrap() {}
    assert_eq!(p.mailer.sent().len(), 1);
}

#[tokio::test]
async fn a_mail_handed_over_but_not_noted_is_the_same_mail_again() {
    let (p, _, _) = mailed().await;
    // The claim and its commit are two writes; the third, noting the hand-over, fails.
    let failing = FailNth::at(3, Arc::clone(&p.storage));
    let app = p.app_over(Arc::new(failing));
    deliver_due_mails(&app, 1).await.unwrap_err();
    hour(&p.clock);
    assert!(deliver_due_mails(&p.app, 1).await.unwrap());
    let sent = p.mailer.sent();
    let url = |n: usize| match &sent[n].content {
        RenderedFor::PasswordReset { url, .. } => url.clone(),
        _ => panic!("another letter"),
    };
    assert_eq!((sent.len(), &sent[0].message_id, url(0)), (2, &sent[1].message_id, url(1)));
    assert!(url(0).starts_with("https://console.northwind.example/"));
}

#[tokio::test]
async fn provisioning_is_tried_again_and_given_up_in_the_end() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user = create(&p, &actor, &with_link("robin@contoso.example")).await.unwrap().user.record.user;
    p.connector.fail_next(1000);
    assert!(provision_due_users(&p.app, 1).await.unwrap());
    assert!(!provision_due_users(&p.app, 1).await.unwrap(), "it waits");
    assert_eq!(p.details(user.id).await.provisioning, ProvisioningState::Pending);
    for _ in 0..20 {
        p.clock.advance(SignedDuration::from_hours(2));
        provision_due_users(&p.app, 1).await.unwrap();
    }
    let details = p.details(user.id).await;
    assert_eq!(details.provisioning, ProvisioningState::Failed);
    assert!(details.provisioning_error.is_some());
    p.connector.fail_next(0);
    Operation::RetryProvisioning.run(&p.app, &actor, &user).await.unwrap();
    assert!(provision_due_users(&p.app, 1).await.unwrap());
    assert_eq!(p.details(user.id).await.provisioning, ProvisioningState::Provisioned);
    assert_eq!(p.connector.told().len(), 1);
}

#[tokio::test]
async fn a_removed_user_is_restorable_for_thirty_days_and_then_the_name_is_free() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user = p.add(NewUser::new(p.contoso, BuiltInRole::User).login("robin")).await;
    Operation::Remove.run(&p.app, &actor, &user).await.unwrap();
    let input = with_link("robin@contoso.example");
    p.clock.advance(SignedDuration::from_hours(30 * 24) - SignedDuration::from_micros(1));
    assert_eq!(keep_house(&p.app).await.unwrap(), 0);
    assert_eq!(conflict(create(&p, &actor, &input).await), Conflict::LoginNameTaken);
    p.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(Operation::Restore.run(&p.app, &actor, &user).await.unwrap_err().code(), "not-found");
    assert_eq!(keep_house(&p.app).await.unwrap(), 1);
    let again = create(&p, &actor, &input).await.unwrap().user.record.user;
    assert!(again.id != user.id && p.credential(again.id).await.is_none(), "it inherits nothing");
}

pub fn setup() -> SetUpPlatformInput {
    SetUpPlatformInput {
        account_name: "Fourth Coffee".to_owned(),
        domain: "fourth.example".to_owned(),
        first_name: "Robin".to_owned(),
        last_name: "Hale".to_owned(),
        login_name: "robin".to_owned(),
        email: "robin@fourth.example".to_owned(),
        ..SetUpPlatformInput::default()
    }
}

/// The same application over storage with nothing in it.
pub fn empty(p: &TestPlatform) -> App {
    let memory = MemoryStorage::new();
    over(p, &memory, Arc::new(memory.clone()))
}

fn over(p: &TestPlatform, memory: &MemoryStorage, storage: Arc<dyn Storage>) -> App {
    let ports = Ports {
        storage,
        directory: Arc::new(memory.clone()),
        audit_chain: Arc::new(memory.clone()),
        ..p.app.ports.clone()
    };
    App::new(ports, p.app.settings.clone())
}

#[tokio::test]
async fn of_two_who_set_up_an_empty_platform_one_does() {
    let p = TestPlatform::new().await;
    let app = empty(&p);
    let command = setup().parse().unwrap();
    let (one, other) = tokio::join!(command.execute(&app), command.execute(&app));
    let (done, refused) = if one.is_ok() { (one, other) } else { (other, one) };
    assert!(done.unwrap().starts_with("https://console.northwind.example/"));
    assert_eq!(conflict(refused), Conflict::AlreadySetUp);
}

#[tokio::test]
async fn the_demo_has_everybody_whom_one_signs_in_as() {
    let p = TestPlatform::new().await;
    let app = empty(&p);
    let people = fill_with_demo(&app).await.unwrap().unwrap();
    assert!(fill_with_demo(&app).await.unwrap().is_none(), "once");
    let roles: BTreeSet<BuiltInRole> = people.iter().map(|person| person.role).collect();
    assert_eq!(roles.len(), BuiltInRole::ALL.len());
    for person in people {
        let sign_in = SignIn {
            login_name: person.login_name.clone(),
            password: person.password.expose().to_owned(),
            kind: SessionKind::Api,
            context: RequestContext::default(),
        };
        let session = sign_in.execute(&app).await.unwrap();
        assert!(!session.must_change_password, "{}", person.login_name);
        let user = app.directory().find_user(session.session.user_id).await.unwrap().unwrap();
        let grants = &user.record.grants;
        assert_eq!(
            (grants.len(), &grants[0].role, grants[0].anchor.id()),
            (1, &person.role.into(), user.record.home.id())
        );
        assert_eq!(user.account_name, person.account_name);
        let account = app.directory().find_account(user.record.home.id()).await.unwrap().unwrap().account;
        if person.role == BuiltInRole::ResellerAdministrator {
            assert_eq!(account.kind, AccountKind::Reseller, "{}", person.login_name);
        }
    }
}

#[tokio::test]
async fn a_platform_is_set_up_once() {
    let p = TestPlatform::new().await;
    let before = p.memory().snapshot();
    assert_eq!(conflict(setup().parse().unwrap().execute(&p.app).await), Conflict::AlreadySetUp);
    assert!(fill_with_demo(&p.app).await.unwrap().is_none());
    assert!(p.memory().snapshot() == before);
}

#[tokio::test]
async fn setting_up_and_filling_with_the_demo_are_all_or_nothing() {
    let p = TestPlatform::new().await;
    let command = setup().parse().unwrap();
    for demo in [false, true] {
        for n in 1.. {
            let memory = MemoryStorage::new();
            let before = memory.snapshot();
            let failing = FailNth::at(n, Arc::new(memory.clone()));
            let app = over(&p, &memory, Arc::new(failing.clone()));
            let failed = if demo { fill_with_demo(&app).await.is_err() } else { command.execute(&app).await.is_err() };
            assert_eq!(failed, memory.snapshot() == before, "write {n}");
            if !failed {
                assert!(failing.writes() < n && n > 6, "write {n} failed unnoticed");
                break;
            }
        }
    }
}
