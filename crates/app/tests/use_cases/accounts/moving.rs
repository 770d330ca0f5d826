//! Moving an account.

use jiff::SignedDuration;
use tenantry_app::{Conflict, Denied, accounts::MoveAccount, testing::TestPlatform};
use tenantry_domain::{
    UserId,
    account::AccountKind,
    permission::{BuiltInRole, Grant, Role, Standing},
};

use super::{boss, move_below, suspend};
use crate::{
    creating::wrong,
    verdict::{conflict, denied},
};

#[tokio::test]
async fn everything_below_moves_along() {
    let p = TestPlatform::new().await;
    let inside = p.user(p.tailspin, BuiltInRole::CustomerAdministrator).await;
    move_below(&p, &boss(&p).await, p.fabrikam, p.litware).await.unwrap();
    let line: Vec<_> = p.account(p.tailspin).await.path.iter().collect();
    assert_eq!(line, [p.northwind, p.litware, p.fabrikam, p.tailspin]);
    assert_eq!(p.principal(inside).await.authority.home(), &p.account(p.tailspin).await.path);
}

#[tokio::test]
async fn rights_follow_the_tree_with_the_next_request() {
    let p = TestPlatform::new().await;
    let before = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let after = p.actor_with(p.litware, BuiltInRole::FullAccess).await;
    move_below(&p, &boss(&p).await, p.fabrikam, p.litware).await.unwrap();
    let changes = tenantry_app::accounts::EditAccountInput { name: Some("Moved".to_owned()), ..Default::default() };
    assert_eq!(denied(super::edit(&p, &before, p.tailspin, changes.clone()).await), Denied::NotFound);
    super::edit(&p, &after, p.tailspin, changes).await.unwrap();
}

#[tokio::test]
async fn it_takes_rights_at_both_ends() {
    let p = TestPlatform::new().await;
    // At the source only, and at the destination only.
    for role in [BuiltInRole::FullAccess, BuiltInRole::BasicAccess] {
        let source = p.actor_with(p.contoso, role).await;
        assert_eq!(denied(move_below(&p, &source, p.fabrikam, p.litware).await), Denied::NotFound);
        let destination = p.actor_with(p.litware, role).await;
        assert_eq!(denied(move_below(&p, &destination, p.fabrikam, p.litware).await), Denied::NotFound);
    }
}

#[tokio::test]
async fn nothing_moves_below_itself() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    for (account_id, parent_id) in [(p.contoso, p.contoso), (p.contoso, p.fabrikam)] {
        let found = wrong(move_below(&p, &actor, account_id, parent_id).await);
        assert_eq!(found, [("parentId".to_owned(), "cycle")]);
    }
    assert_eq!(conflict(move_below(&p, &actor, p.litware, p.tailspin).await), Conflict::AccountIsLeaf);
}

#[tokio::test]
async fn the_mover_gains_nothing() {
    let p = TestPlatform::new().await;
    // More at Litware than at Contoso: whatever moves there would come under the stronger grant.
    let cells = ["own.account_info.view", "child.accounts.view", "child.accounts.edit", "child.accounts.remove"];
    let role = crate::roles::defined(&p, p.contoso, ("Mover", &cells)).await;
    let user_id = crate::roles::holder(&p, p.contoso, role).await;
    p.memory().add_grant(user_id, Grant::new(BuiltInRole::FullAccess.into(), p.path(p.litware)));
    let actor = p.actor(user_id).await;
    let before = p.memory().snapshot().without_audit_log();
    assert!(matches!(denied(move_below(&p, &actor, p.fabrikam, p.litware).await), Denied::MoveGains { .. }));
    assert_eq!(p.memory().snapshot().without_audit_log(), before);
    // The other way round nothing is gained.
    let add = crate::roles::defined(&p, p.contoso, ("Adder", &["child.accounts.view", "child.accounts.add"])).await;
    crate::roles::give_at_home(&p, user_id, add).await;
    move_below(&p, &p.actor(user_id).await, p.proseware, p.contoso).await.unwrap();
}

#[tokio::test]
async fn nobody_moves_the_account_they_are_in() {
    let p = TestPlatform::new().await;
    let user_id = p.user(p.tailspin, BuiltInRole::User).await;
    p.memory().add_grant(user_id, Grant::new(BuiltInRole::FullAccess.into(), p.path(p.northwind)));
    let actor = p.actor(user_id).await;
    assert_eq!(denied(move_below(&p, &actor, p.fabrikam, p.litware).await), Denied::OwnHome);
}

#[tokio::test]
async fn a_preview_names_who_gains_and_who_loses_as_far_as_one_may_see() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    let (loses, gains) =
        (p.user(p.contoso, BuiltInRole::FullAccess).await, p.user(p.litware, BuiltInRole::BasicAccess).await);
    // Those whose grants are inside keep them: they move along.
    p.user(p.fabrikam, BuiltInRole::FullAccess).await;
    p.user(p.tailspin, BuiltInRole::CustomerAdministrator).await;
    let command = MoveAccount { account_id: p.fabrikam, parent_id: p.litware };
    let preview = command.preview(&p.app, &actor).await.unwrap();
    let ids =
        |affected: &[tenantry_app::accounts::Affected]| affected.iter().map(|one| one.user_id).collect::<Vec<_>>();
    assert_eq!((ids(&preview.gaining), ids(&preview.losing)), (vec![gains], vec![loses]));
    assert!(preview.gaining[0].cells.contains(&"child.users.add".to_owned()));
    assert_eq!(p.account(p.fabrikam).await.path.parent_id(), Some(p.contoso), "nothing moved");
}

/// Somebody of Litware who may change the tree below Contoso, for so many hours, and nothing else anywhere.
async fn mover(p: &TestPlatform, until: Option<i64>) -> UserId {
    let cells = ["view", "add", "edit", "remove"].map(|action| format!("child.accounts.{action}"));
    let role_id = crate::roles::defined(p, p.contoso, ("Mover", &cells.each_ref().map(String::as_str))).await;
    let role = p.directory.find_role(role_id).await.unwrap().unwrap().role;
    let user_id = p.user(p.litware, BuiltInRole::NoAccess).await;
    let ends_at = until.map(|hours| p.app.now() + SignedDuration::from_hours(hours));
    p.memory().add_grant(user_id, Grant { ends_at, ..Grant::new(Role::from(role), p.path(p.contoso)) });
    user_id
}

#[tokio::test]
async fn what_begins_later_at_the_destination_is_a_gain_too() {
    let p = TestPlatform::new().await;
    let there = p.add_account(p.contoso, AccountKind::Reseller, "Datum").await;
    let user_id = mover(&p, None).await;
    let tomorrow = p.app.now() + SignedDuration::from_hours(24);
    let full = Grant::new(BuiltInRole::FullAccess.into(), there.path.clone());
    p.memory().add_grant(user_id, Grant { starts_at: Some(tomorrow), ..full });
    let actor = p.actor(user_id).await;
    assert!(matches!(denied(move_below(&p, &actor, p.fabrikam, there.id()).await), Denied::MoveGains { .. }));
    let command = MoveAccount { account_id: p.fabrikam, parent_id: there.id() };
    assert!(command.preview(&p.app, &actor).await.is_err());
}

#[tokio::test]
async fn what_ends_later_where_the_account_was_is_not_made_to_last() {
    for (until, is_allowed) in [(None, true), (Some(24), false)] {
        let p = TestPlatform::new().await;
        let there = p.add_account(p.contoso, AccountKind::Reseller, "Datum").await;
        let user_id = mover(&p, until).await;
        let cells = ["child.accounts.view", "child.accounts.edit"];
        let for_good = crate::roles::defined(&p, p.contoso, ("For good", &cells)).await;
        let role = p.directory.find_role(for_good).await.unwrap().unwrap().role;
        p.memory().add_grant(user_id, Grant::new(Role::from(role), there.path.clone()));
        let outcome = move_below(&p, &p.actor(user_id).await, p.fabrikam, there.id()).await;
        assert_eq!(outcome.is_ok(), is_allowed, "{outcome:?}");
    }
}

#[tokio::test]
async fn moving_below_a_suspended_account_shuts_out_for_good() {
    let p = TestPlatform::new().await;
    let actor = boss(&p).await;
    let inside = p.user(p.tailspin, BuiltInRole::CustomerAdministrator).await;
    p.sign_in(inside).await;
    suspend(&p, &actor, p.litware).await.unwrap();
    move_below(&p, &actor, p.fabrikam, p.litware).await.unwrap();
    move_below(&p, &actor, p.fabrikam, p.contoso).await.unwrap();
    assert_eq!(p.principal(inside).await.authority.standing(), Standing::Active);
    assert!(p.directory.list_sessions(inside).await.unwrap().is_empty(), "sessions stay ended");
}

#[tokio::test]
async fn nobody_shuts_a_superior_out_or_lets_one_in_by_a_move() {
    let p = TestPlatform::new().await;
    let there = p.add_account(p.contoso, AccountKind::Reseller, "Datum").await.id();
    let superior = p.user(p.tailspin, BuiltInRole::User).await;
    p.memory().add_grant(superior, Grant::new(BuiltInRole::FullAccess.into(), p.path(p.northwind)));
    let (boss, actor) = (boss(&p).await, p.actor_with(p.contoso, BuiltInRole::FullAccess).await);
    suspend(&p, &boss, there).await.unwrap();
    assert_eq!(denied(move_below(&p, &actor, p.fabrikam, there).await), Denied::SuperiorInside);
    move_below(&p, &boss, p.fabrikam, there).await.unwrap();
    assert_eq!(denied(move_below(&p, &actor, p.fabrikam, p.contoso).await), Denied::SuperiorInside);
    assert_eq!(p.principal(superior).await.authority.standing(), Standing::AccountSuspended);
}

#[tokio::test]
async fn the_last_administrator_of_another_account_is_not_shut_out_by_a_move() {
    let p = TestPlatform::new().await;
    let there = p.add_account(p.contoso, AccountKind::Reseller, "Datum").await.id();
    suspend(&p, &boss(&p).await, there).await.unwrap();
    let last = p.user(p.tailspin, BuiltInRole::User).await;
    p.memory().add_grant(last, Grant::new(BuiltInRole::FullAccess.into(), p.path(p.contoso)));
    let peer = p.user(p.litware, BuiltInRole::User).await;
    let ends_at = Some(p.app.now() + SignedDuration::from_hours(1));
    let for_an_hour = Grant { ends_at, ..Grant::new(BuiltInRole::FullAccess.into(), p.path(p.contoso)) };
    p.memory().add_grant(peer, for_an_hour);
    let outcome = move_below(&p, &p.actor(peer).await, p.fabrikam, there).await;
    assert_eq!(conflict(outcome), Conflict::LastAdministrator);
    assert_eq!(p.account(p.fabrikam).await.path.parent_id(), Some(p.contoso));
}

/// Everything in both is the mover's to change; what is suspended is not.
#[tokio::test]
async fn nobody_moves_an_account_out_from_below_one_they_may_not_resume() {
    let p = TestPlatform::new().await;
    let user_id = p.user(p.northwind, BuiltInRole::NoAccess).await;
    for account_id in [p.contoso, p.litware] {
        p.memory().add_grant(user_id, Grant::new(BuiltInRole::FullAccess.into(), p.path(account_id)));
    }
    let actor = p.actor(user_id).await;
    let shut = p.add_account(p.litware, AccountKind::Reseller, "Datum").await.id();
    suspend(&p, &boss(&p).await, p.contoso).await.unwrap();
    suspend(&p, &actor, shut).await.unwrap();
    // Nor below one that the mover resumes afterwards.
    for parent_id in [p.litware, shut] {
        let command = MoveAccount { account_id: p.fabrikam, parent_id };
        assert_eq!(denied(command.preview(&p.app, &actor).await), Denied::SuspendedAbove);
        assert_eq!(denied(command.execute(&p.app, &actor).await), Denied::SuspendedAbove);
    }
    move_below(&p, &boss(&p).await, p.fabrikam, p.litware).await.unwrap();
}

/// With the account they are in and the one they administer moved below a third, a suspension of that would reach somebody whom the
/// mover may not shut out.
#[tokio::test]
async fn no_move_changes_the_sides_on_which_somebody_holds_more_than_the_mover() {
    let p = TestPlatform::new().await;
    let actor = p.actor(mover(&p, None).await).await;
    let beside = p.add_account(p.contoso, AccountKind::Reseller, "Datum").await;
    let both = p.add_account(p.contoso, AccountKind::Reseller, "Wingtip").await.id();
    let superior = p.user(p.fabrikam, BuiltInRole::User).await;
    p.memory().add_grant(superior, Grant::new(BuiltInRole::FullAccess.into(), beside.path.clone()));
    assert_eq!(denied(suspend(&p, &actor, p.fabrikam).await), Denied::SuperiorInside);
    assert_eq!(denied(move_below(&p, &actor, p.fabrikam, both).await), Denied::SuperiorInside, "who is in it");
    assert_eq!(denied(move_below(&p, &actor, beside.id(), both).await), Denied::SuperiorInside, "what is given in it");
    for account_id in [p.fabrikam, beside.id()] {
        move_below(&p, &boss(&p).await, account_id, both).await.unwrap();
    }
}
