//! What nobody does to themselves.

use tenantry_app::{
    Denied,
    testing::{NewUser, TestPlatform},
    users::EditUserInput,
};
use tenantry_domain::{permission::BuiltInRole, user::User};

use super::operations::{Operation, edit};
use crate::verdict::denied;

async fn myself(p: &TestPlatform, role: BuiltInRole) -> User {
    p.user(p.contoso, BuiltInRole::FullAccess).await;
    p.add(NewUser::new(p.contoso, role).alternative_email("other@elsewhere.example")).await
}

#[tokio::test]
async fn nobody_changes_the_own_role() {
    for role in BuiltInRole::ALL {
        let p = TestPlatform::new().await;
        let me = myself(&p, role).await;
        let actor = p.actor(me.id).await;
        for after in BuiltInRole::ALL.into_iter().filter(|after| *after != role) {
            let changes = EditUserInput { role: Some(after.key().to_owned()), ..Default::default() };
            let why = denied(edit(&p.app, &actor, me.id, changes).await);
            assert!(matches!(why, Denied::OwnAccount | Denied::NotHeld { .. }), "{role:?} to {after:?}: {why:?}");
            assert_eq!(p.record(me.id).await.grants[0].role, role);
        }
    }
}

#[tokio::test]
async fn nobody_changes_the_own_status_or_password_by_the_way_for_others() {
    for role in BuiltInRole::ALL {
        for operation in [
            Operation::Suspend,
            Operation::Activate,
            Operation::Remove,
            Operation::Restore,
            Operation::SetPassword,
            Operation::MailPassword,
            Operation::SendLink,
            Operation::SendLinkToAlternative,
            Operation::SendLinkElsewhere,
            Operation::VoidLink,
        ] {
            let p = TestPlatform::new().await;
            let me = myself(&p, role).await;
            let actor = p.actor(me.id).await;
            let before = p.record(me.id).await;
            assert_eq!(denied(operation.run(&p.app, &actor, &me).await), Denied::OwnAccount, "{role:?} {operation:?}");
            assert_eq!(p.record(me.id).await, before);
        }
    }
}

#[tokio::test]
async fn everyone_sets_the_own_image_and_sees_the_own_page() {
    for role in BuiltInRole::ALL {
        for operation in [Operation::Show, Operation::SetImage, Operation::RemoveImage] {
            let p = TestPlatform::new().await;
            let me = operation.prepare(&p, NewUser::new(p.contoso, role)).await;
            operation.run(&p.app, &p.actor(me.id).await, &me).await.unwrap();
        }
    }
}

#[tokio::test]
async fn an_edit_that_names_the_role_one_has_is_no_change_of_role() {
    let p = TestPlatform::new().await;
    let me = myself(&p, BuiltInRole::FullAccess).await;
    let changes = EditUserInput {
        role: Some("full_access".to_owned()),
        job_title: Some(Some("Director".to_owned())),
        ..Default::default()
    };
    edit(&p.app, &p.actor(me.id).await, me.id, changes).await.unwrap();
    assert_eq!(p.record(me.id).await.user.profile.job_title.unwrap().as_str(), "Director");
}

#[tokio::test]
async fn a_suspended_person_does_nothing_with_a_session_seen_a_moment_ago() {
    for operation in Operation::ALL.into_iter().filter(|operation| operation.needs() != 'v') {
        let p = TestPlatform::builder().plain_text_password_mail().build().await;
        let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
        let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
        let target = operation.prepare(&p, NewUser::new(p.contoso, BuiltInRole::User)).await;
        let me = p.record(actor.user_id()).await.user;
        Operation::Suspend.run(&p.app, &boss, &me).await.unwrap();
        let ending = operation.run(&p.app, &actor, &target).await.unwrap_err();
        assert_eq!(ending.code(), "not-signed-in", "{operation:?}");
    }
}
