//! What would help is true: who is named can, and then it is allowed.

use tenantry_app::{
    Actor,
    permissions::{Explanation, Remedy},
    testing::TestPlatform,
};
use tenantry_domain::{
    AccountId, UserId,
    permission::{BuiltInRole, Grant, Permission, Role},
};

use super::explain;
use crate::{
    grants::{grant, set},
    roles::{self, define},
};

async fn remedy(p: &TestPlatform, actor: &Actor, about: UserId, asked: (Permission, AccountId)) -> Remedy {
    let answer = explain(p, actor, Some(about), asked).await.unwrap();
    let Explanation::NotHeld { remedy } = answer.explanation else { panic!("{answer:?}") };
    remedy
}

fn named(remedy: &Remedy) -> Vec<UserId> {
    remedy.grantors.iter().map(|grantor| grantor.user_id).collect()
}

fn accounts(remedy: &Remedy) -> Vec<&str> {
    remedy.full_access_at.iter().map(|account| &*account.name).collect()
}

#[tokio::test]
async fn the_smallest_change_is_named_with_those_who_could_make_it() {
    let p = TestPlatform::new().await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let basic = p.user(p.contoso, BuiltInRole::BasicAccess).await;
    let customer = p.user(p.fabrikam, BuiltInRole::CustomerAdministrator).await;
    p.user(p.fabrikam, BuiltInRole::User).await;
    let about = p.user(p.fabrikam, BuiltInRole::User).await;
    let remedy = remedy(&p, &actor, about, (Permission::USERS_ADD, p.fabrikam)).await;
    assert_eq!((&*remedy.cell, &*remedy.anchor.name), ("own.users.add", "Fabrikam"));
    assert_eq!(remedy.smallest_role, ["own.users.view", "own.users.add"]);
    assert_eq!(remedy.roles.first().map(Role::label), Some("Customer Administrator"));
    assert_eq!(named(&remedy), [customer, actor.user_id(), basic], "the nearest first");
    assert_eq!(accounts(&remedy), ["Fabrikam", "Contoso"], "what is above is not in view");
}

#[tokio::test]
async fn nobody_is_named_who_may_not_touch_the_person_or_is_out_of_view() {
    let p = TestPlatform::new().await;
    p.user(p.northwind, BuiltInRole::FullAccess).await;
    let actor = p.actor_with(p.contoso, BuiltInRole::FullAccess).await;
    let about = p.user(p.contoso, BuiltInRole::User).await;
    p.memory().add_grant(about, Grant::new(BuiltInRole::User.into(), p.path(p.litware)));
    let remedy = remedy(&p, &actor, about, (Permission::USERS_ADD, p.contoso)).await;
    assert!(remedy.grantors.is_empty() && remedy.full_access_at.is_empty(), "{remedy:?}");
}

#[tokio::test]
async fn one_who_asks_about_oneself_learns_whom_to_ask_of_those_in_view() {
    let p = TestPlatform::new().await;
    let full = p.user(p.contoso, BuiltInRole::FullAccess).await;
    let viewer = roles::defined(&p, p.contoso, ("Viewer", &["own.account_info.view", "own.users.view"])).await;
    let sees = roles::holder(&p, p.contoso, viewer).await;
    let blind = p.user(p.contoso, BuiltInRole::User).await;
    for (about, expected) in [(sees, vec![full]), (blind, vec![])] {
        let me = p.actor(about).await;
        let remedy = remedy(&p, &me, about, (Permission::USERS_ADD, p.contoso)).await;
        assert_eq!(named(&remedy), expected);
    }
}

#[tokio::test]
async fn who_may_only_add_users_does_not_define_a_role_for_it() {
    let p = TestPlatform::new().await;
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    // May give at Fabrikam, and edit users of Contoso, but define roles at Contoso only: none for Fabrikam's own cells.
    let adds = [
        "child.account_info.view",
        "child.users.view",
        "child.users.add",
        "child.reports.view",
        "own.users.view",
        "own.users.edit",
        "own.account_info.view",
    ];
    let adds = roles::defined(&p, p.contoso, ("Adds", &adds)).await;
    let adder = roles::holder(&p, p.contoso, adds).await;
    let about = p.user(p.contoso, BuiltInRole::NoAccess).await;
    let reports =
        Permission::new(tenantry_domain::permission::Resource::Reports, tenantry_domain::permission::Action::View);
    let asked = (reports, p.fabrikam);
    assert!(!named(&remedy(&p, &boss, about, asked).await).contains(&adder), "no role is small enough");
    let small = roles::defined(&p, p.contoso, ("Reports", &["own.reports.view"])).await;
    assert!(named(&remedy(&p, &boss, about, asked).await).contains(&adder));
    let actor = p.actor(adder).await;
    let grants = vec![grant("no_access", p.contoso), grant(&small.to_string(), p.fabrikam)];
    set(&p, &actor, about, grants).await.unwrap();
    assert!(p.principal(about).await.authority.holds(reports, &p.path(p.fabrikam)));
}

/// For every role and permission, whoever is named makes the change, and then it is allowed.
#[tokio::test]
async fn whoever_is_named_can_and_then_it_is_allowed() {
    let mut applied = 0;
    for role in BuiltInRole::ALL {
        let p = TestPlatform::new().await;
        for helper in BuiltInRole::ALL {
            p.user(p.contoso, helper).await;
            p.user(p.fabrikam, helper).await;
        }
        let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
        let about = p.user(p.contoso, role).await;
        for permission in Permission::all() {
            for account in [p.contoso, p.fabrikam] {
                applied += apply(&p, &boss, (about, role), (permission, account)).await;
            }
        }
    }
    assert!(applied > 200, "{applied}");
}

async fn apply(
    p: &TestPlatform,
    boss: &Actor,
    (about, role): (UserId, BuiltInRole),
    asked: (Permission, AccountId),
) -> u32 {
    let answer = explain(p, boss, Some(about), asked).await.unwrap();
    let Explanation::NotHeld { remedy } = answer.explanation else { return 0 };
    let cells: Vec<&str> = remedy.smallest_role.iter().map(String::as_str).collect();
    let mut applied = 0;
    for grantor in named(&remedy) {
        let actor = p.actor(grantor).await;
        let small = define(p, &actor, remedy.anchor.id, ("Small", &cells)).await.unwrap().role.id;
        let mut grants = vec![grant(&small.to_string(), remedy.anchor.id)];
        if remedy.anchor.id != p.contoso {
            grants.push(grant(role.key(), p.contoso));
        }
        set(p, &actor, about, grants).await.unwrap();
        assert!(p.principal(about).await.authority.holds(asked.0, &p.path(asked.1)), "{role:?} {asked:?}");
        set(p, boss, about, vec![grant(role.key(), p.contoso)]).await.unwrap();
        roles::remove(p, boss, small).await.unwrap();
        applied += 1;
    }
    applied
}
