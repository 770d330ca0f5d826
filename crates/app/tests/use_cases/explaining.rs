//! Why, or why not.

mod remedies;

use jiff::SignedDuration;
use tenantry_app::{
    Actor, UseCaseError,
    permissions::{DecisionExplained, ExplainDecisionInput, Explanation},
    testing::{NewUser, TestPlatform},
};
use tenantry_domain::{
    AccountId, UserId,
    permission::{BuiltInRole, Grant, Permission, Standing},
};

use crate::{creating::wrong, roles, verdict::Verdict};

/// Asks about somebody, or about oneself.
pub async fn explain(
    p: &TestPlatform,
    actor: &Actor,
    about: Option<UserId>,
    (permission, account_id): (Permission, AccountId),
) -> Result<DecisionExplained, UseCaseError> {
    let input = ExplainDecisionInput {
        user_id: about.map(|user_id| user_id.to_string()),
        account_id: Some(account_id.to_string()),
        resource: Some(permission.resource.key().to_owned()),
        action: Some(permission.action.key().to_owned()),
    };
    input.parse()?.execute(&p.app, actor).await
}

#[tokio::test]
async fn a_yes_names_the_grant_and_the_cell() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let basic = p.user(p.contoso, BuiltInRole::BasicAccess).await;
    let answer = explain(&p, &actor, Some(basic), (Permission::USERS_ADD, p.tailspin)).await.unwrap();
    assert!(answer.allowed);
    let Explanation::Granted { cell, grant: Some(grant) } = answer.explanation else { panic!("another reason") };
    assert_eq!((&*cell, grant.role.label(), &*grant.anchor.name), ("child.users.add", "Basic Access", "Contoso"));
}

#[tokio::test]
async fn a_yes_by_a_grant_out_of_view_does_not_name_it() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user_id = p.user(p.fabrikam, BuiltInRole::User).await;
    p.memory().add_grant(user_id, Grant::new(BuiltInRole::FullAccess.into(), p.path(p.northwind)));
    let answer = explain(&p, &actor, Some(user_id), (Permission::USERS_ADD, p.tailspin)).await.unwrap();
    assert!(matches!(answer.explanation, Explanation::Granted { grant: None, .. }), "{answer:?}");
    assert!(!format!("{answer:?}").contains("Northwind"));
    let me = p.actor(user_id).await;
    let answer = explain(&p, &me, None, (Permission::USERS_ADD, p.tailspin)).await.unwrap();
    assert!(format!("{answer:?}").contains("Northwind"), "one may know the own grants");
}

#[tokio::test]
async fn a_no_says_what_stands_in_the_way() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let suspended = p.add(NewUser::new(p.contoso, BuiltInRole::FullAccess).suspended()).await.id;
    let removed = p.add(NewUser::new(p.contoso, BuiltInRole::User).removed_at(p.app.now())).await.id;
    for (user_id, expected, lacks) in [(suspended, Standing::Suspended, false), (removed, Standing::Removed, true)] {
        let answer = explain(&p, &actor, Some(user_id), (Permission::USERS_ADD, p.contoso)).await.unwrap();
        assert!(!answer.allowed);
        let Explanation::NotActive { standing, activators, remedy } = answer.explanation else {
            panic!("{expected:?}")
        };
        assert_eq!((standing, remedy.is_some()), (expected, lacks));
        let named: Vec<UserId> = activators.iter().map(|person| person.user_id).collect();
        assert_eq!(named, [actor.user_id()]);
    }
}

#[tokio::test]
async fn a_suspended_account_is_nothing_that_a_person_could_activate() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let user_id = p.user(p.fabrikam, BuiltInRole::FullAccess).await;
    let suspended = tenantry_domain::account::AccountStatus::Suspended;
    p.memory().edit_account(p.contoso, |account| account.status = suspended);
    let answer = explain(&p, &actor, Some(user_id), (Permission::USERS_ADD, p.fabrikam)).await.unwrap();
    let expected =
        Explanation::NotActive { standing: Standing::AccountSuspended, activators: Vec::new(), remedy: None };
    assert_eq!(answer.explanation, expected);
}

#[tokio::test]
async fn a_grant_outside_its_time_is_none() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let tomorrow = p.app.now() + SignedDuration::from_hours(24);
    let coming = NewUser::new(p.contoso, BuiltInRole::FullAccess).granted_between(Some(tomorrow), None);
    let coming = p.add(coming).await.id;
    let answer = explain(&p, &actor, Some(coming), (Permission::USERS_ADD, p.contoso)).await.unwrap();
    assert!(matches!(answer.explanation, Explanation::NotHeld { .. }));
}

#[tokio::test]
async fn nothing_is_said_about_people_and_accounts_out_of_view() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let here = p.user(p.contoso, BuiltInRole::User).await;
    let there = p.user(p.litware, BuiltInRole::User).await;
    let nobody = UserId::new(p.app.new_id());
    for (about, account) in [
        (Some(here), p.litware),
        (Some(here), p.northwind),
        (None, p.northwind),
        (Some(there), p.contoso),
        (Some(nobody), p.contoso),
        (Some(here), AccountId::new(p.app.new_id())),
    ] {
        let outcome = explain(&p, &actor, about, (Permission::USERS_VIEW, account)).await;
        assert_eq!(Verdict::of(outcome), Verdict::NotFound, "{about:?} {account}");
    }
    let helpdesk = roles::defined(&p, p.contoso, ("Helpdesk", &roles::HELPDESK)).await;
    let helpdesk = p.actor(roles::holder(&p, p.contoso, helpdesk).await).await;
    let removed = p.add(NewUser::new(p.contoso, BuiltInRole::User).removed_at(p.app.now())).await.id;
    let outcome = explain(&p, &helpdesk, Some(removed), (Permission::USERS_VIEW, p.contoso)).await;
    assert_eq!(Verdict::of(outcome), Verdict::NotFound, "who could not restore does not see who was removed");
}

#[tokio::test]
async fn a_question_is_asked_in_words_that_exist() {
    let input = ExplainDecisionInput {
        user_id: Some("me".to_owned()),
        account_id: None,
        resource: Some("planets".to_owned()),
        action: Some("fly".to_owned()),
    };
    let fields: Vec<String> = wrong(input.parse().map_err(Into::into)).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["userId", "accountId", "resource", "action"]);
}

#[tokio::test]
async fn every_decision_is_explained_as_it_is_decided() {
    let p = TestPlatform::new().await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    for role in BuiltInRole::ALL {
        let user_id = p.user(p.contoso, role).await;
        let authority = p.principal(user_id).await.authority;
        for account in [p.northwind, p.contoso, p.fabrikam, p.tailspin, p.litware] {
            for permission in Permission::all() {
                let answer = explain(&p, &boss, Some(user_id), (permission, account)).await.unwrap();
                assert_eq!(answer.allowed, authority.holds(permission, &p.path(account)), "{role:?} {permission}");
            }
        }
    }
}
