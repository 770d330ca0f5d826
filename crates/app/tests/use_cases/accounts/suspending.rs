//! Suspending and resuming an account.

use tenantry_app::{
    Conflict, Denied,
    ports::{Outcome, RecipientKind},
    testing::TestPlatform,
    users::{SendPasswordLink, SendPasswordLinkInput},
};
use tenantry_domain::{
    account::AccountStatus,
    permission::{BuiltInRole, Grant, Standing},
};

use super::{boss, set_status, suspend};
use crate::{
    new_user::recipient,
    verdict::{conflict, denied},
};

#[tokio::test]
async fn everybody_below_is_out_and_nobodys_own_status_changes() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    let inside = p.user(p.tailspin, BuiltInRole::CustomerAdministrator).await;
    suspend(&p, &actor, p.fabrikam).await.unwrap();
    assert_eq!(p.principal(inside).await.authority.standing(), Standing::AccountSuspended);
    assert_eq!(p.account(p.tailspin).await.status, AccountStatus::Active, "its own");

    set_status(&p, &actor, p.fabrikam, AccountStatus::Active).await.unwrap();
    assert_eq!(p.principal(inside).await.authority.standing(), Standing::Active);
}

#[tokio::test]
async fn resuming_revives_neither_sessions_nor_links() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    let inside = p.user(p.tailspin, BuiltInRole::CustomerAdministrator).await;
    p.sign_in(inside).await;
    let input =
        SendPasswordLinkInput { recipient: recipient(RecipientKind::Primary.key(), None), ..Default::default() };
    SendPasswordLink { user_id: inside, input }.execute(&p.app, &actor).await.unwrap();
    let elsewhere = p.sign_in(p.user(p.litware, BuiltInRole::User).await).await;

    suspend(&p, &actor, p.fabrikam).await.unwrap();
    set_status(&p, &actor, p.fabrikam, AccountStatus::Active).await.unwrap();
    assert!(p.directory.list_sessions(inside).await.unwrap().is_empty());
    assert!(!p.begin().await.password_links().find_newest(inside).await.unwrap().unwrap().is_open());
    assert_eq!(p.directory.list_sessions(elsewhere.actor.user_id()).await.unwrap().len(), 1, "not of others");
}

#[tokio::test]
async fn an_administrator_above_goes_on_managing_it() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::BasicAccess).await;
    suspend(&p, &actor, p.tailspin).await.unwrap();
    super::edit(
        &p,
        &actor,
        p.tailspin,
        tenantry_app::accounts::EditAccountInput { name: Some("Tailspin Toys".to_owned()), ..Default::default() },
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn nobody_suspends_the_account_they_are_in_or_one_above() {
    let p = TestPlatform::new().await;
    let user_id = p.user(p.tailspin, BuiltInRole::User).await;
    p.memory().add_grant(user_id, Grant::new(BuiltInRole::FullAccess.into(), p.path(p.northwind)));
    let actor = p.actor(user_id).await;
    for account_id in [p.tailspin, p.fabrikam] {
        assert_eq!(denied(suspend(&p, &actor, account_id).await), Denied::OwnHome);
    }
    suspend(&p, &actor, p.litware).await.unwrap();
}

#[tokio::test]
async fn nobody_shuts_a_superior_out_together_with_the_account() {
    let p = TestPlatform::new().await;
    let superior = p.user(p.tailspin, BuiltInRole::User).await;
    p.memory().add_grant(superior, Grant::new(BuiltInRole::FullAccess.into(), p.path(p.northwind)));
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    assert_eq!(denied(suspend(&p, &actor, p.fabrikam).await), Denied::SuperiorInside);
    assert_eq!(p.account(p.fabrikam).await.status, AccountStatus::Active);
}

#[tokio::test]
async fn nobody_lets_a_superior_in_again_together_with_the_account() {
    let p = TestPlatform::new().await;
    let superior = p.user(p.tailspin, BuiltInRole::User).await;
    p.memory().add_grant(superior, Grant::new(BuiltInRole::FullAccess.into(), p.path(p.litware)));
    suspend(&p, &boss(&p).await, p.fabrikam).await.unwrap();
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let resumed = set_status(&p, &actor, p.fabrikam, AccountStatus::Active).await;
    assert_eq!(denied(resumed), Denied::SuperiorInside);
    assert_eq!(p.account(p.fabrikam).await.status, AccountStatus::Suspended);
    set_status(&p, &boss(&p).await, p.fabrikam, AccountStatus::Active).await.unwrap();
}

#[tokio::test]
async fn the_last_administrator_of_another_account_is_not_shut_out() {
    let p = TestPlatform::new().await;
    let last = p.user(p.tailspin, BuiltInRole::User).await;
    p.memory().add_grant(last, Grant::new(BuiltInRole::FullAccess.into(), p.path(p.contoso)));
    let actor = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    suspend(&p, &actor, p.fabrikam).await.expect("an administrator from above may");
    set_status(&p, &actor, p.fabrikam, AccountStatus::Active).await.unwrap();

    // Somebody of the same rank, at the account that would be without.
    let peer = p.user(p.contoso, BuiltInRole::FullAccess).await;
    let mut on_time = Grant::new(BuiltInRole::FullAccess.into(), p.path(p.contoso));
    on_time.ends_at = Some(p.app.now() + jiff::SignedDuration::from_hours(1));
    let uow = p.begin().await;
    uow.users().replace_grants(peer, &[on_time], last, p.app.now()).await.unwrap();
    uow.commit().await.unwrap();
    let actor = p.actor(peer).await;
    assert_eq!(conflict(suspend(&p, &actor, p.fabrikam).await), Conflict::LastAdministrator);
}

#[tokio::test]
async fn two_who_are_in_it_are_not_each_others_replacement() {
    for removes in [false, true] {
        let p = TestPlatform::new().await;
        for home in [p.tailspin, p.fabrikam] {
            let user_id = p.user(home, BuiltInRole::User).await;
            p.memory().add_grant(user_id, Grant::new(BuiltInRole::FullAccess.into(), p.path(p.contoso)));
        }
        // Of the same rank, but only for a while.
        let peer = p.user(p.contoso, BuiltInRole::FullAccess).await;
        let mut on_time = Grant::new(BuiltInRole::FullAccess.into(), p.path(p.contoso));
        on_time.ends_at = Some(p.app.now() + jiff::SignedDuration::from_hours(1));
        let uow = p.begin().await;
        uow.users().replace_grants(peer, &[on_time], peer, p.app.now()).await.unwrap();
        uow.commit().await.unwrap();
        let actor = p.actor(peer).await;
        let outcome = if removes {
            super::remove(&p, &actor, p.fabrikam).await
        } else {
            suspend(&p, &actor, p.fabrikam).await.map(|_| ())
        };
        assert_eq!(conflict(outcome), Conflict::LastAdministrator, "removes: {removes}");
    }
}

#[tokio::test]
async fn what_was_done_and_refused_is_on_record() {
    let p = TestPlatform::new().await;
    suspend(&p, &boss(&p).await, p.fabrikam).await.unwrap();
    let weak = p.actor_with(p.northwind, BuiltInRole::User).await;
    assert_eq!(denied(suspend(&p, &weak, p.contoso).await), Denied::NotFound);
    let log = p.audit_log();
    let of =
        |outcome| log.iter().filter(|entry| entry.action() == "account.suspend" && entry.outcome() == outcome).count();
    assert_eq!((of(Outcome::Done), of(Outcome::Refused)), (1, 1));
}

#[tokio::test]
async fn who_may_do_it_only_by_now_is_told_that_it_was_done() {
    let p = TestPlatform::new().await;
    let user_id = p.user(p.litware, BuiltInRole::User).await;
    let of_a_moment_ago = p.actor(user_id).await;
    p.memory().add_grant(user_id, Grant::new(BuiltInRole::FullAccess.into(), p.path(p.contoso)));
    let page = suspend(&p, &of_a_moment_ago, p.fabrikam).await.unwrap();
    assert_eq!(page.account.account.status, AccountStatus::Suspended);
}
