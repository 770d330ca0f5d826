//! Changing a user that others may be changing too.

use tenantry_app::{
    Actor, Conflict, UseCaseError,
    testing::{NewUser, TestPlatform},
    users::{ChangeUserStatus, EditUser, EditUserInput, RemoveUser},
};
use tenantry_domain::{
    permission::BuiltInRole,
    user::{User, UserStatus},
};

use crate::{
    creating::wrong,
    escalation::operations::{Operation, edit},
    verdict::conflict,
};

async fn contoso() -> (TestPlatform, Actor, User) {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user = p.add(NewUser::new(p.contoso, BuiltInRole::User).login("robin")).await;
    (p, actor, user)
}

#[tokio::test]
async fn a_write_from_an_older_version_is_refused_and_nothing_is_lost() {
    let (p, actor, user) = contoso().await;
    let expected_version = Some(p.record(user.id).await.version);
    Operation::Rename.run(&p.app, &actor, &user).await.unwrap();
    let (user_id, before) = (user.id, p.record(user.id).await);
    let changes = EditUserInput { last_name: Some("Hale".to_owned()), ..Default::default() };
    let suspended = UserStatus::Suspended;
    let endings = [
        EditUser { user_id, changes, expected_version }.execute(&p.app, &actor).await.map(drop),
        ChangeUserStatus { user_id, status: suspended, expected_version }.execute(&p.app, &actor).await.map(drop),
        RemoveUser { user_id, expected_version }.execute(&p.app, &actor).await,
    ];
    assert!(endings.iter().all(|ending| matches!(ending, Err(UseCaseError::Stale))), "{endings:?}");
    assert_eq!(p.record(user.id).await, before);
}

#[tokio::test]
async fn a_new_login_name_is_free_and_of_the_account() {
    let (p, actor, user) = contoso().await;
    p.add(NewUser::new(p.contoso, BuiltInRole::User).login("taken").removed_at(p.app.now())).await;
    let rename = async |name: &str| {
        let changes = EditUserInput { login_name: Some(name.to_owned()), ..Default::default() };
        edit(&p.app, &actor, user.id, changes).await
    };
    assert_eq!(conflict(rename("Taken@contoso.example").await), Conflict::LoginNameTaken);
    assert_eq!(wrong(rename("robin@litware.example").await)[0].1, "foreign-domain");
    rename("ROBIN@contoso.example").await.unwrap();
    rename("robin@contoso-mail.example").await.unwrap();
}

#[tokio::test]
async fn a_removed_user_is_only_restored() {
    for operation in Operation::ALL {
        if operation.needs() == 'v' || operation == Operation::Restore {
            continue;
        }
        let p = TestPlatform::builder().plain_text_password_mail().build().await;
        let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
        let user = operation.prepare(&p, NewUser::new(p.contoso, BuiltInRole::User).removed_at(p.app.now())).await;
        let outcome = operation.run(&p.app, &actor, &user).await;
        assert_eq!(conflict(outcome), Conflict::UserRemoved, "{operation:?}");
    }
}
