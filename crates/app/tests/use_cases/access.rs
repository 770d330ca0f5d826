//! What a user holds, as its page shows it.

use tenantry_app::{
    Actor, UseCaseError,
    testing::{NewUser, TestPlatform},
    users::{Access, ShowAccess},
};
use tenantry_domain::{
    AccountId, UserId,
    permission::{BuiltInRole, Grant},
};

use crate::verdict::Verdict;

async fn access(
    p: &TestPlatform,
    actor: &Actor,
    user_id: UserId,
    account_id: Option<AccountId>,
) -> Result<Access, UseCaseError> {
    ShowAccess { user_id, account_id }.execute(&p.app, actor).await
}

#[tokio::test]
async fn it_shows_grants_and_what_they_give_at_an_account() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user_id = p.user(p.fabrikam, BuiltInRole::User).await;
    p.memory().add_grant(user_id, Grant::new(BuiltInRole::BasicAccess.into(), p.path(p.contoso)));
    let home = access(&p, &actor, user_id, None).await.unwrap();
    let anchors: Vec<AccountId> = home.grants.iter().map(|row| row.grant.anchor.id()).collect();
    assert_eq!((anchors, home.account.account.id()), (vec![p.fabrikam, p.contoso], p.fabrikam));
    let from_above = BuiltInRole::BasicAccess.matrix().seen_from_below();
    assert_eq!(home.effective, BuiltInRole::User.matrix().union(from_above));
    assert!(home.may_set_grants);
    let there = access(&p, &actor, user_id, Some(p.contoso)).await.unwrap();
    assert_eq!(there.effective, BuiltInRole::BasicAccess.matrix());
}

#[tokio::test]
async fn it_shows_nothing_of_what_the_asker_may_not_view() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user_id = p.user(p.fabrikam, BuiltInRole::User).await;
    p.memory().add_grant(user_id, Grant::new(BuiltInRole::User.into(), p.path(p.litware)));
    let shown = access(&p, &actor, user_id, None).await.unwrap();
    assert_eq!(shown.grants.len(), 1);
    assert!(!shown.may_set_grants, "a superior");
    let hidden = access(&p, &actor, user_id, Some(p.litware)).await;
    assert_eq!(Verdict::of(hidden), Verdict::NotFound);
    let nowhere = access(&p, &actor, user_id, Some(AccountId::new(p.app.new_id()))).await;
    assert_eq!(Verdict::of(nowhere), Verdict::NotFound);
    let foreign = p.user(p.litware, BuiltInRole::User).await;
    assert_eq!(Verdict::of(access(&p, &actor, foreign, None).await), Verdict::NotFound);
}

#[tokio::test]
async fn givers_out_of_view_are_not_named() {
    let p = TestPlatform::new().await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user_id = p.user(p.contoso, BuiltInRole::NoAccess).await;
    crate::grants::set(&p, &boss, user_id, vec![crate::grants::grant("user", p.contoso)]).await.unwrap();
    assert!(access(&p, &boss, user_id, None).await.unwrap().grants[0].given_by.is_some());
    assert!(access(&p, &actor, user_id, None).await.unwrap().grants[0].given_by.is_none());
}

#[tokio::test]
async fn everyone_sees_the_own_and_nobody_sets_it() {
    for role in BuiltInRole::ALL {
        let p = TestPlatform::new().await;
        let actor = p.actor_with(p.contoso, role).await;
        p.memory().add_grant(actor.user_id(), Grant::new(BuiltInRole::NoAccess.into(), p.path(p.litware)));
        let own = access(&p, &actor, actor.user_id(), None).await.unwrap();
        assert_eq!((own.grants.len(), own.may_set_grants), (2, false));
    }
}

#[tokio::test]
async fn removed_users_are_in_view_of_those_who_could_restore_them() {
    let p = TestPlatform::new().await;
    let full = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let helpdesk = crate::roles::defined(&p, p.contoso, ("Helpdesk", &crate::roles::HELPDESK)).await;
    let helpdesk = p.actor(crate::roles::holder(&p, p.contoso, helpdesk).await).await;
    let user = p.add(NewUser::new(p.contoso, BuiltInRole::NoAccess)).await;
    assert_eq!(Verdict::of(access(&p, &helpdesk, user.id, None).await), Verdict::Allowed);
    let gone = p.add(NewUser::new(p.contoso, BuiltInRole::NoAccess).removed_at(p.app.now())).await;
    assert_eq!(Verdict::of(access(&p, &helpdesk, gone.id, None).await), Verdict::NotFound);
    let shown = access(&p, &full, gone.id, None).await.unwrap();
    assert!(!shown.may_set_grants && shown.effective.is_empty());
}
