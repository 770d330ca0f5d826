//! What is left of a clock that was ahead, once it is right.

use jiff::SignedDuration;
use tenantry_app::{
    RequestContext,
    housekeeping::keep_house,
    mail::deliver_due_mails,
    passwords::ForgotPassword,
    ports::MailState,
    sessions::identify_without_touch,
    testing::{NewUser, TestPlatform},
};
use tenantry_domain::permission::BuiltInRole;

use crate::escalation::operations::Operation;

const YEAR: SignedDuration = SignedDuration::from_hours(365 * 24);

#[tokio::test]
async fn sessions_of_the_time_to_come_end_and_those_of_a_clock_that_differs_a_little_do_not() {
    let p = TestPlatform::new().await;
    let user = p.user(p.contoso, BuiltInRole::User).await;
    for (ahead, is_kept) in [(SignedDuration::from_mins(4), true), (SignedDuration::from_mins(6), false)] {
        p.clock.advance(ahead);
        let token = p.sign_in(user).await.token;
        p.clock.advance(-ahead);
        keep_house(&p.app).await.unwrap();
        let found = identify_without_touch(&p.app, token.expose(), RequestContext::default()).await;
        assert_eq!(found.is_ok(), is_kept, "{ahead:?}");
    }
}

#[tokio::test]
async fn retries_are_left_alone_and_what_a_clock_that_was_ahead_put_off_is_sent() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let user = p.add(NewUser::new(p.contoso, BuiltInRole::User)).await;
    Operation::SendLink.run(&p.app, &actor, &user).await.unwrap();
    p.mailer.answer_later(1);
    deliver_due_mails(&p.app, 1).await.unwrap();
    keep_house(&p.app).await.unwrap();
    assert!(!deliver_due_mails(&p.app, 1).await.unwrap(), "it waits");
    p.clock.advance(-YEAR);
    keep_house(&p.app).await.unwrap();
    assert!(deliver_due_mails(&p.app, 1).await.unwrap());
    assert_eq!(p.mailer.sent().len(), 1);
}

#[tokio::test]
async fn a_mail_of_the_time_to_come_is_given_up_too() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let user = p.add(NewUser::new(p.contoso, BuiltInRole::User)).await;
    p.clock.advance(YEAR);
    Operation::SendLink.run(&p.app, &actor, &user).await.unwrap();
    p.clock.advance(-YEAR);
    keep_house(&p.app).await.unwrap();
    p.mailer.answer_later(1000);
    for _ in 0..70 {
        assert!(deliver_due_mails(&p.app, 1).await.unwrap());
        p.clock.advance(SignedDuration::from_hours(1));
    }
    assert_eq!(p.mails(user.id).await[0].state, MailState::Failed);
}

#[tokio::test]
async fn links_asked_for_by_a_clock_that_was_ahead_do_not_count_as_asked_for_now() {
    let p = TestPlatform::new().await;
    p.add(NewUser::new(p.contoso, BuiltInRole::User).login("robin")).await;
    let forget = ForgotPassword { login_name: "robin@contoso.example".to_owned(), context: RequestContext::default() };
    p.clock.advance(YEAR);
    for _ in 0..3 {
        forget.execute(&p.app).await.unwrap();
    }
    while deliver_due_mails(&p.app, 4).await.unwrap() {}
    p.mailer.take_sent();
    p.clock.advance(-YEAR);
    forget.execute(&p.app).await.unwrap();
    while deliver_due_mails(&p.app, 4).await.unwrap() {}
    assert_eq!(p.mailer.sent().len(), 1);
}
