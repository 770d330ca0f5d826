//! Touching other users.

use jiff::SignedDuration;
use tenantry_app::{
    Denied,
    ports::{IdSource, Outcome},
    testing::{NewUser, TestPlatform},
    users::EditUserInput,
};
use tenantry_domain::{
    permission::{BuiltInRole, Grant},
    user::User,
};

use super::{
    model::{self, Relation},
    operations::{Operation, edit},
};
use crate::verdict::{Verdict, denied};

async fn platform() -> TestPlatform {
    TestPlatform::builder().plain_text_password_mail().build().await
}

/// Runs one case on a platform of its own, where no account is down to its last administrator.
async fn check(operation: Operation, actor_role: BuiltInRole, target_role: BuiltInRole, relation: Relation) -> Verdict {
    let case = format!("{operation:?} by {actor_role:?}, {relation:?} {target_role:?}");
    let p = platform().await;
    let account = relation.account(&p);
    p.user(account, BuiltInRole::FullAccess).await;
    let actor = p.actor_with(p.contoso, actor_role).await;
    let target = operation.prepare(&p, NewUser::new(account, target_role)).await;
    let before = everything(&p, &target).await;

    let verdict = Verdict::of(operation.run(&p.app, &actor, &target).await);

    assert_eq!(verdict, model::touching(actor_role, target_role, relation, operation.needs()), "{case}");
    let log = p.audit_log();
    if verdict == Verdict::Allowed {
        assert!(log.iter().all(|entry| entry.outcome() == Outcome::Done), "{case}");
    } else {
        assert_eq!(everything(&p, &target).await, before, "{case}");
        let changes = usize::from(operation.needs() != 'v');
        assert_eq!(log.len(), changes, "every refused change goes on record, once: {case}");
        let is_told = |outcome, actor_id, user_id| {
            outcome == Outcome::Refused && actor_id == Some(actor.user_id()) && user_id == Some(target.id)
        };
        assert!(log.iter().all(|entry| is_told(entry.outcome(), entry.actor(), entry.user_id())), "{case}");
    }
    verdict
}

/// Everything about a user that an operation could change.
async fn everything(p: &TestPlatform, user: &User) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        p.record(user.id).await,
        p.credential(user.id).await,
        p.newest_link(user.id).await,
        p.mails(user.id).await,
        p.details(user.id).await.provisioning,
    )
}

#[tokio::test]
async fn every_operation_on_another_user_asks_for_view_right_and_coverage() {
    let mut counts = std::collections::BTreeMap::new();
    for operation in Operation::ALL {
        for actor in BuiltInRole::ALL {
            for target in BuiltInRole::ALL {
                for relation in Relation::ALL {
                    *counts.entry(check(operation, actor, target, relation).await).or_insert(0) += 1;
                }
            }
        }
    }
    assert!(counts.values().all(|count| *count > 50), "the table has every answer: {counts:?}");
}

#[tokio::test]
async fn nobody_gives_a_role_that_is_not_covered_by_editing() {
    for actor_role in BuiltInRole::ALL {
        for before in BuiltInRole::ALL {
            for relation in Relation::ALL {
                let p = TestPlatform::new().await;
                p.user(relation.account(&p), BuiltInRole::FullAccess).await;
                let actor = p.actor_with(p.contoso, actor_role).await;
                for after in BuiltInRole::ALL {
                    let target = p.user(relation.account(&p), before).await;
                    let changes = EditUserInput { role: Some(after.key().to_owned()), ..Default::default() };
                    let verdict = Verdict::of(edit(&p.app, &actor, target, changes).await);
                    let expected = model::changing_role(actor_role, before, after, relation);
                    assert_eq!(verdict, expected, "{actor_role:?} makes {before:?} at {relation:?} {after:?}");
                    let role = if verdict == Verdict::Allowed { after } else { before };
                    assert_eq!(p.record(target).await.grants[0].role, role);
                }
            }
        }
    }
}

#[tokio::test]
async fn users_with_grants_out_of_reach_are_superiors_to_everything_that_changes_them() {
    for operation in Operation::ALL {
        let p = platform().await;
        let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
        let target = operation.prepare(&p, NewUser::new(p.tailspin, BuiltInRole::User)).await;
        p.memory().add_grant(target.id, Grant::new(BuiltInRole::User.into(), p.path(p.litware)));
        let outcome = operation.run(&p.app, &actor, &target).await;
        if operation.needs() == 'v' {
            outcome.unwrap();
        } else {
            assert_eq!(denied(outcome), Denied::Superior, "{operation:?}");
        }
    }
}

#[tokio::test]
async fn a_role_that_begins_tomorrow_or_ended_yesterday_makes_a_superior_all_the_same() {
    let p = platform().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::CustomerAdministrator).await;
    let day = SignedDuration::from_hours(24);
    let (yesterday, tomorrow) = (p.app.now() - day, p.app.now() + day);
    for window in [(Some(tomorrow), None), (None, Some(yesterday))] {
        let new = NewUser::new(p.contoso, BuiltInRole::FullAccess).granted_between(window.0, window.1);
        let target = p.add(new).await;
        for operation in [Operation::SendLink, Operation::SetPassword, Operation::ChangeEmail, Operation::Remove] {
            assert_eq!(denied(operation.run(&p.app, &actor, &target).await), Denied::Superior, "{operation:?}");
        }
    }
}

#[tokio::test]
async fn a_role_outside_its_time_gives_nothing() {
    let p = platform().await;
    let yesterday = p.app.now() - SignedDuration::from_hours(24);
    let former = NewUser::new(p.contoso, BuiltInRole::FullAccess).granted_between(None, Some(yesterday));
    let actor = p.actor(p.add(former).await.id).await;
    for operation in Operation::ALL {
        let target = operation.prepare(&p, NewUser::new(p.contoso, BuiltInRole::NoAccess)).await;
        assert_eq!(Verdict::of(operation.run(&p.app, &actor, &target).await), Verdict::NotFound, "{operation:?}");
    }
}

#[tokio::test]
async fn what_is_out_of_view_and_what_does_not_exist_are_answered_alike() {
    let p = platform().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    for operation in Operation::ALL {
        let foreign = operation.prepare(&p, NewUser::new(p.litware, BuiltInRole::NoAccess)).await;
        let nobody = User { id: tenantry_domain::UserId::new(p.ids.next()), ..foreign.clone() };
        let foreign = operation.run(&p.app, &actor, &foreign).await.unwrap_err();
        let nobody = operation.run(&p.app, &actor, &nobody).await.unwrap_err();
        assert_eq!(format!("{foreign:?}"), format!("{nobody:?}"), "{operation:?}");
    }
}

#[tokio::test]
async fn what_the_actor_lost_in_the_meantime_no_longer_counts() {
    for operation in Operation::ALL.into_iter().filter(|operation| operation.needs() != 'v') {
        let p = platform().await;
        let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
        let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
        let target = operation.prepare(&p, NewUser::new(p.contoso, BuiltInRole::User)).await;
        let changes = EditUserInput { role: Some("no_access".to_owned()), ..Default::default() };
        edit(&p.app, &boss, actor.user_id(), changes).await.unwrap();
        let verdict = Verdict::of(operation.run(&p.app, &actor, &target).await);
        assert_eq!(verdict, Verdict::NotFound, "{operation:?} with what the actor held a moment ago");
    }
}
