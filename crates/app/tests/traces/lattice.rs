//! P15, P16: how the built-in roles stand to each other, by what the application decides.

use std::collections::BTreeSet;

use tenantry_app::testing::TestPlatform;
use tenantry_domain::{
    AccountId,
    permission::{BuiltInRole, Permission},
};

use crate::{
    facts::built_in,
    held::{Held, ROLES},
    world::Stage,
};

type Decisions = BTreeSet<(AccountId, String)>;

/// Everything that somebody with a role at Contoso may do anywhere.
async fn decisions(p: &TestPlatform, role: BuiltInRole, accounts: &[AccountId]) -> Decisions {
    let actor = p.actor_with(p.contoso, role).await;
    let mut decisions = Decisions::new();
    for account_id in accounts {
        let path = p.account(*account_id).await.path;
        let held = Permission::all().filter(|permission| actor.authority().holds(*permission, &path));
        decisions.extend(held.map(|permission| (*account_id, permission.to_string())));
    }
    decisions
}

#[tokio::test]
async fn every_built_in_role_gives_what_the_table_of_the_description_says() {
    let stage = Stage::new().await;
    for role in ROLES {
        let held = Held::by(&stage.start.tree, [(built_in(role), 1)]);
        let decided = decisions(&stage.p, BuiltInRole::parse(role).unwrap(), &stage.accounts).await;
        for (number, account_id) in stage.accounts.iter().enumerate() {
            for permission in Permission::all().map(|permission: Permission| permission.to_string()) {
                let expected = held.holds(&permission, number);
                assert_eq!(decided.contains(&(*account_id, permission.clone())), expected, "{role} {permission}");
            }
        }
    }
}

#[tokio::test]
async fn roles_contain_each_other_as_they_are_meant_to() {
    let stage = Stage::new().await;
    let of = async |role| decisions(&stage.p, role, &stage.accounts).await;
    let (full, reseller) = (of(BuiltInRole::FullAccess).await, of(BuiltInRole::ResellerAdministrator).await);
    let (basic, customer) = (of(BuiltInRole::BasicAccess).await, of(BuiltInRole::CustomerAdministrator).await);
    let (user, none) = (of(BuiltInRole::User).await, of(BuiltInRole::NoAccess).await);
    let is_less = |less: &Decisions, more: &Decisions| less.is_subset(more) && less != more;
    assert!(none.is_empty() && is_less(&user, &customer) && is_less(&customer, &reseller));
    assert_eq!(reseller, full);
    assert!(is_less(&user, &basic) && is_less(&basic, &full));
    assert!(!basic.is_subset(&customer) && !customer.is_subset(&basic));
    let sizes = BuiltInRole::ALL.map(|role| role.matrix().len());
    assert_eq!(sizes, [40, 25, 0, 40, 13, 2]);
}

/// Basic Access manages what is below and looks only at home: neither scope follows from the other.
#[tokio::test]
async fn basic_access_is_as_the_text_says_cell_by_cell() {
    let stage = Stage::new().await;
    let (home, below) = (stage.p.contoso, stage.p.tailspin);
    let decided = decisions(&stage.p, BuiltInRole::BasicAccess, &stage.accounts).await;
    let may = |account_id, permission: &str| decided.contains(&(account_id, permission.to_owned()));
    for action in ["view", "add", "edit", "remove"] {
        let users = format!("users.{action}");
        assert!(!may(home, &users) && may(below, &users), "{users}");
    }
    assert!(may(home, "account_info.view") && !may(home, "account_info.edit"));
    assert!(may(below, "account_info.view") && may(below, "account_info.edit"));
    assert!(!decided.iter().any(|(account_id, _)| [stage.p.northwind, stage.p.litware].contains(account_id)));
}
