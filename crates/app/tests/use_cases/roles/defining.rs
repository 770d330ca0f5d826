//! Defining a role.

use tenantry_app::{
    Conflict,
    ports::Outcome,
    roles::{ListRoles, RoleInput, ShowRole},
    testing::TestPlatform,
};
use tenantry_domain::permission::{BuiltInRole, RoleKey};

use super::{HELPDESK, cells_of, change, define, defined, role_input};
use crate::{
    creating::wrong,
    escalation::model::{self, Relation},
    verdict::{Verdict, conflict},
};

#[tokio::test]
async fn nobody_defines_a_role_that_holds_more_than_its_author_does_there() {
    for actor_role in BuiltInRole::ALL {
        for relation in Relation::ALL {
            let p = TestPlatform::new().await;
            let actor = p.actor_with(p.contoso, actor_role).await;
            let account = relation.account(&p);
            for like in BuiltInRole::ALL {
                let cells = cells_of(like);
                let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                let verdict = Verdict::of(define(&p, &actor, account, (like.label(), &cells)).await);
                // Whoever may add users may edit them too, with every built-in role.
                let expected = model::creating(actor_role, like, relation);
                assert_eq!(verdict, expected, "{actor_role:?} defines {like:?} at {relation:?}");
                let log = p.audit_log();
                let last = log.last().unwrap();
                assert_eq!((last.action(), last.account_id()), ("role.define", Some(account)));
                assert_eq!(last.outcome() == Outcome::Done, verdict == Verdict::Allowed);
            }
        }
    }
}

#[tokio::test]
async fn whoever_may_change_something_must_be_allowed_to_view_it() {
    for (cells, code) in [
        (vec!["own.users.edit"], "view-missing"),
        (vec!["own.users.view", "child.users.add"], "view-missing"),
        (vec!["own.users.view", "own.users.fly"], "unknown-value"),
        (vec!["users.view"], "unknown-value"),
    ] {
        let fields = wrong(role_input("Desk", &cells).parse().map_err(Into::into));
        assert_eq!(fields, [("cells".to_owned(), code)], "{cells:?}");
    }
    let fields = wrong(RoleInput::default().parse().map_err(Into::into));
    assert_eq!(fields, [("name".to_owned(), "required"), ("cells".to_owned(), "required")]);
}

#[tokio::test]
async fn a_role_may_hold_nothing_at_all() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::CustomerAdministrator).await;
    let row = define(&p, &actor, p.contoso, ("Guest", &[])).await.unwrap();
    assert!(row.role.definition.matrix().is_empty() && row.role.definition.edits_own_profile);
    assert_eq!((row.role.version, row.role.owner), (1, p.contoso));
}

#[tokio::test]
async fn a_name_is_one_roles_only_in_its_account_in_whatever_case() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let first = define(&p, &actor, p.contoso, ("Helpdesk", &HELPDESK)).await.unwrap().role.id;
    let before = p.memory().snapshot();
    let again = define(&p, &actor, p.contoso, ("HELPDESK", &HELPDESK)).await;
    assert_eq!(conflict(again), Conflict::RoleNameTaken);
    assert!(p.memory().snapshot() == before);
    define(&p, &actor, p.fabrikam, ("Helpdesk", &HELPDESK)).await.unwrap();
    let other = define(&p, &actor, p.contoso, ("Desk", &HELPDESK)).await.unwrap().role.id;
    let rename = |name: &str| RoleInput { name: Some(name.to_owned()), ..RoleInput::default() };
    assert_eq!(conflict(change(&p, &actor, other, rename("helpdesk")).await), Conflict::RoleNameTaken);
    change(&p, &actor, first, rename("helpDesk")).await.unwrap();
}

#[tokio::test]
async fn roles_are_viewed_by_those_who_view_the_users_of_their_account() {
    let p = TestPlatform::new().await;
    let above = defined(&p, p.northwind, ("Above", &HELPDESK)).await;
    let here = defined(&p, p.contoso, ("Here", &HELPDESK)).await;
    let below = defined(&p, p.fabrikam, ("Below", &HELPDESK)).await;
    let basic = p.actor_with(p.contoso, BuiltInRole::BasicAccess).await;
    let full = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let shown = async |actor, role_id| {
        let shown = ShowRole { role: RoleKey::Custom(role_id), account_id: None }.execute(&p.app, actor).await;
        Verdict::of(shown)
    };
    let answers = [shown(&full, above).await, shown(&full, here).await, shown(&full, below).await];
    assert_eq!(answers, [Verdict::NotFound, Verdict::Allowed, Verdict::Allowed]);
    let answers = [shown(&basic, above).await, shown(&basic, here).await, shown(&basic, below).await];
    assert_eq!(answers, [Verdict::NotFound, Verdict::NotFound, Verdict::Allowed]);
    let listed = async |actor, account_id| {
        let list = ListRoles { account_id }.execute(&p.app, actor).await.unwrap();
        list.roles.into_iter().filter_map(|offer| offer.custom).map(|row| row.role.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(&full, p.fabrikam).await, [below, here], "the nearest first");
    assert_eq!(listed(&basic, p.fabrikam).await, [below]);
    assert_eq!(listed(&full, p.contoso).await, [here]);
}

#[tokio::test]
async fn the_list_names_what_keeps_one_from_giving_a_role() {
    let p = TestPlatform::new().await;
    let cells = ["own.users.view", "child.users.view"];
    let role_id = defined(&p, p.contoso, ("Auditor", &cells)).await;
    let actor = p.actor_with(p.contoso, BuiltInRole::CustomerAdministrator).await;
    let list = ListRoles { account_id: p.contoso }.execute(&p.app, &actor).await.unwrap();
    assert!(list.may_define);
    let offer = list.roles.iter().find(|offer| offer.key() == RoleKey::Custom(role_id)).unwrap();
    assert_eq!(offer.missing, ["child.users.view"]);
}
