//! Who may set whose grants, and which.

use tenantry_app::{
    Conflict, Denied,
    testing::{NewUser, TestPlatform},
};
use tenantry_domain::permission::{BuiltInRole, Grant};

use super::{grant, held, set};
use crate::{
    escalation::model::{self, Relation},
    verdict::{Verdict, conflict, denied},
};

#[tokio::test]
async fn what_is_given_at_home_must_be_covered_there() {
    for actor_role in BuiltInRole::ALL {
        for before in BuiltInRole::ALL {
            for relation in Relation::ALL {
                let p = TestPlatform::new().await;
                let account = relation.account(&p);
                p.user(account, BuiltInRole::FullAccess).await;
                let actor = p.actor_with(p.contoso, actor_role).await;
                for after in BuiltInRole::ALL {
                    let user_id = p.user(account, before).await;
                    let verdict = Verdict::of(set(&p, &actor, user_id, vec![grant(after.key(), account)]).await);
                    let expected = model::changing_role(actor_role, before, after, relation);
                    assert_eq!(verdict, expected, "{actor_role:?} gives {before:?} at {relation:?} {after:?}");
                    let role = if verdict == Verdict::Allowed { after } else { before };
                    assert_eq!(p.record(user_id).await.grants[0].role, role);
                }
            }
        }
    }
}

#[tokio::test]
async fn what_is_given_elsewhere_must_be_covered_there() {
    let p = TestPlatform::new().await;
    let basic = p.actor_with(p.contoso, BuiltInRole::BasicAccess).await;
    let user_id = p.user(p.fabrikam, BuiltInRole::NoAccess).await;
    let and = |role, anchor| vec![grant("no_access", p.fabrikam), grant(role, anchor)];
    set(&p, &basic, user_id, and("full_access", p.tailspin)).await.unwrap();
    for role in ["user", "customer_administrator", "full_access"] {
        let refused = denied(set(&p, &basic, user_id, and(role, p.contoso)).await);
        assert!(matches!(refused, Denied::NotHeld { .. }), "{role}: no right to give anything at home: {refused:?}");
    }
    let customer = p.actor_with(p.contoso, BuiltInRole::CustomerAdministrator).await;
    let colleague = p.user(p.contoso, BuiltInRole::NoAccess).await;
    let up = vec![grant("basic_access", p.contoso)];
    assert!(matches!(denied(set(&p, &customer, colleague, up).await), Denied::RoleNotCovered { .. }));
}

#[tokio::test]
async fn nobody_sets_the_own_grants() {
    for role in BuiltInRole::ALL {
        let p = TestPlatform::new().await;
        p.user(p.contoso, BuiltInRole::FullAccess).await;
        let actor = p.actor_with(p.contoso, role).await;
        for after in [vec![grant(role.key(), p.contoso)], vec![grant("no_access", p.contoso)], vec![]] {
            assert_eq!(denied(set(&p, &actor, actor.user_id(), after).await), Denied::OwnAccount, "{role:?}");
        }
    }
}

#[tokio::test]
async fn who_holds_something_out_of_reach_is_a_superior() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let user_id = p.user(p.contoso, BuiltInRole::User).await;
    p.memory().add_grant(user_id, Grant::new(BuiltInRole::User.into(), p.path(p.litware)));
    for after in ["user", "no_access", "full_access"] {
        assert_eq!(denied(set(&p, &actor, user_id, vec![grant(after, p.contoso)]).await), Denied::Superior);
    }
}

#[tokio::test]
async fn who_is_out_of_view_does_not_exist_and_who_was_removed_is_only_restored() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    for account in [p.northwind, p.litware] {
        let user_id = p.user(account, BuiltInRole::NoAccess).await;
        assert_eq!(denied(set(&p, &actor, user_id, vec![grant("user", account)]).await), Denied::NotFound);
    }
    let gone = p.add(NewUser::new(p.contoso, BuiltInRole::User).removed_at(p.app.now())).await;
    let outcome = set(&p, &actor, gone.id, vec![grant("no_access", p.contoso)]).await;
    assert_eq!(conflict(outcome), Conflict::UserRemoved);
}

#[tokio::test]
async fn what_a_user_has_already_need_not_be_given_again() {
    // The actor may edit at Contoso, and holds at Fabrikam what the user holds there, but may give nothing there.
    let p = TestPlatform::new().await;
    let actor = p.user(p.contoso, BuiltInRole::CustomerAdministrator).await;
    p.memory().add_grant(actor, Grant::new(BuiltInRole::User.into(), p.path(p.fabrikam)));
    let actor = p.actor(actor).await;
    let user_id = p.user(p.contoso, BuiltInRole::NoAccess).await;
    p.memory().add_grant(user_id, Grant::new(BuiltInRole::User.into(), p.path(p.fabrikam)));
    set(&p, &actor, user_id, vec![grant("user", p.contoso), grant("user", p.fabrikam)]).await.unwrap();
    let ending = tenantry_app::users::GrantInput {
        ends_at: Some("2030-01-01T00:00:00Z".to_owned()),
        ..grant("user", p.fabrikam)
    };
    let outcome = set(&p, &actor, user_id, vec![grant("user", p.contoso), ending]).await;
    assert!(matches!(denied(outcome), Denied::NotHeld { .. }), "another window is another grant");
    set(&p, &actor, user_id, vec![grant("user", p.contoso)]).await.unwrap();
    assert_eq!(held(&p, user_id).await.len(), 1, "taking away needs no right to give");
}
