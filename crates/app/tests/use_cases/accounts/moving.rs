//! Moving an account.

use tenantry_app::{Conflict, Denied, accounts::MoveAccount, testing::TestPlatform};
use tenantry_domain::permission::{BuiltInRole, Grant};

use super::{boss, move_below};
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
