//! Removing an account, and taking it back.

use jiff::SignedDuration;
use tenantry_app::{
    Conflict, Denied, RequestContext, UseCaseError,
    accounts::{EditAccountInput, RemoveAccount},
    ports::SubtreeSize,
    sessions::identify,
    testing::TestPlatform,
    users::{ListGrants, ShowUser},
};
use tenantry_domain::permission::{BuiltInRole, Grant};

use super::{boss, create, customer, remove, restore};
use crate::{
    grants::{grant, set},
    verdict::{conflict, denied},
};

#[tokio::test]
async fn what_is_removed_is_gone_for_everybody_until_it_is_restored() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    let inside = p.user(p.tailspin, BuiltInRole::CustomerAdministrator).await;
    let token = p.sign_in(inside).await.token;
    remove(&p, &actor, p.fabrikam).await.unwrap();
    for account_id in [p.fabrikam, p.tailspin] {
        assert!(p.directory.find_account(account_id).await.unwrap().is_none());
    }
    let show = ShowUser { user_id: inside };
    assert_eq!(denied(show.execute(&p.app, &actor).await), Denied::NotFound);
    assert!(identify(&p.app, token.expose(), RequestContext::default()).await.is_err(), "signed out");

    restore(&p, &actor, p.fabrikam).await.unwrap();
    assert_eq!(show.execute(&p.app, &actor).await.unwrap().user.record.user.id, inside);
    assert!(p.directory.list_sessions(inside).await.unwrap().is_empty(), "sessions stay ended");
}

#[tokio::test]
async fn accounts_below_are_taken_along_only_when_asked() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    p.user(p.tailspin, BuiltInRole::User).await;
    let command = RemoveAccount { account_id: p.fabrikam, cascade: false, expected_version: None };
    assert_eq!(command.preview(&p.app, &actor).await.unwrap(), SubtreeSize { accounts_below: 1, users: 1 });
    assert_eq!(conflict(command.execute(&p.app, &actor).await), Conflict::AccountHoldsAccounts { accounts: 1 });
    RemoveAccount { account_id: p.tailspin, ..command }.execute(&p.app, &actor).await.unwrap();
    command.execute(&p.app, &actor).await.expect("nothing is below it any more");
    // What was removed before stays removed.
    restore(&p, &actor, p.fabrikam).await.unwrap();
    assert!(p.directory.find_account(p.tailspin).await.unwrap().is_none());
}

#[tokio::test]
async fn a_removed_account_is_restored_for_thirty_days() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    remove(&p, &actor, p.tailspin).await.unwrap();
    p.clock.advance(SignedDuration::from_hours(24 * 30));
    assert_eq!(denied(restore(&p, &boss(&p).await, p.tailspin).await), Denied::NotFound);
}

#[tokio::test]
async fn what_is_below_a_removed_account_waits_for_that_one() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    remove(&p, &actor, p.tailspin).await.unwrap();
    remove(&p, &actor, p.fabrikam).await.unwrap();
    assert_eq!(conflict(restore(&p, &actor, p.tailspin).await), Conflict::ParentRemoved);
    restore(&p, &actor, p.fabrikam).await.unwrap();
    restore(&p, &actor, p.tailspin).await.unwrap();
    assert_eq!(conflict(restore(&p, &actor, p.tailspin).await), Conflict::AccountNotRemoved);
}

#[tokio::test]
async fn only_who_could_have_removed_it_learns_of_it() {
    let p = TestPlatform::new().await;
    remove(&p, &boss(&p).await, p.fabrikam).await.unwrap();
    for (account_id, role) in [(p.contoso, BuiltInRole::User), (p.litware, BuiltInRole::FullAccess)] {
        let actor = p.actor_with(account_id, role).await;
        assert_eq!(denied(restore(&p, &actor, p.fabrikam).await), Denied::NotFound, "{role:?}");
    }
    restore(&p, &p.actor_with(p.contoso, BuiltInRole::BasicAccess).await, p.fabrikam).await.unwrap();
}

#[tokio::test]
async fn nobody_removes_a_superior_or_oneself_together_with_the_account() {
    let p = TestPlatform::new().await;
    let superior = p.user(p.tailspin, BuiltInRole::User).await;
    p.memory().add_grant(superior, Grant::new(BuiltInRole::FullAccess.into(), p.path(p.northwind)));
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    assert_eq!(denied(remove(&p, &actor, p.fabrikam).await), Denied::SuperiorInside);
    assert_eq!(denied(remove(&p, &p.actor(superior).await, p.fabrikam).await), Denied::OwnHome);
}

#[tokio::test]
async fn nobody_brings_a_superior_back_together_with_the_account() {
    let p = TestPlatform::new().await;
    let superior = p.user(p.tailspin, BuiltInRole::User).await;
    p.memory().add_grant(superior, Grant::new(BuiltInRole::FullAccess.into(), p.path(p.litware)));
    remove(&p, &boss(&p).await, p.fabrikam).await.unwrap();
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    assert_eq!(denied(restore(&p, &actor, p.fabrikam).await), Denied::SuperiorInside);
    assert!(p.directory.find_account(p.fabrikam).await.unwrap().is_none());
    restore(&p, &boss(&p).await, p.fabrikam).await.unwrap();
}

#[tokio::test]
async fn what_is_given_at_a_removed_account_is_not_shown_and_not_lost() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    p.memory().add_grant(user_id, Grant::new(BuiltInRole::BasicAccess.into(), p.path(p.fabrikam)));
    remove(&p, &actor, p.fabrikam).await.unwrap();
    let shown = ListGrants { user_id }.execute(&p.app, &actor).await.unwrap().grants;
    assert_eq!(shown.len(), 1, "the one at home");
    // What was shown is what is sent back.
    set(&p, &actor, user_id, vec![grant("customer_administrator", p.contoso)]).await.unwrap();
    restore(&p, &actor, p.fabrikam).await.unwrap();
    let held: Vec<_> = p.record(user_id).await.grants.iter().map(|grant| grant.anchor.id()).collect();
    assert_eq!(held, [p.contoso, p.fabrikam]);
}

#[tokio::test]
async fn nothing_is_created_below_a_removed_account_and_its_domains_stay_taken() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    remove(&p, &actor, p.fabrikam).await.unwrap();
    assert_eq!(denied(create(&p, &actor, p.fabrikam, &customer("Adatum")).await), Denied::NotFound);
    let mut input = customer("Adatum");
    input.primary_domain = Some("tailspin.example".to_owned());
    assert_eq!(conflict(create(&p, &actor, p.contoso, &input).await), Conflict::DomainTaken);
}

#[tokio::test]
async fn a_stale_removal_is_refused() {
    let p = TestPlatform::new().await;
    let command = RemoveAccount { account_id: p.tailspin, cascade: false, expected_version: Some(7) };
    assert!(matches!(command.execute(&p.app, &boss(&p).await).await, Err(UseCaseError::Stale)));
}

#[tokio::test]
async fn nothing_is_restored_below_what_became_a_customer() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    remove(&p, &actor, p.tailspin).await.unwrap();
    let to_be = |kind: &str| EditAccountInput { kind: Some(kind.to_owned()), ..EditAccountInput::default() };
    super::edit(&p, &actor, p.fabrikam, to_be("customer")).await.unwrap();
    assert_eq!(conflict(restore(&p, &actor, p.tailspin).await), Conflict::AccountIsLeaf);
    super::edit(&p, &actor, p.fabrikam, to_be("reseller")).await.unwrap();
    restore(&p, &actor, p.tailspin).await.unwrap();
}
