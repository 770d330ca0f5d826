use jiff::Timestamp;
use tenantry_domain::{
    account::Account,
    permission::{BuiltInRole, Grant, Permission},
    user::{User, UserStatus},
};

use super::backend::{ContractBackend, World, cells};
use crate::testing::samples::instant;

async fn holders(w: &World, account: &Account, now: Timestamp, limit: u32) -> Vec<String> {
    let list = w.backend.directory.list_grant_holders(&account.path, now, limit).await.unwrap();
    list.into_iter().map(|principal| principal.login_name.split('@').next().unwrap().to_owned()).collect()
}

pub async fn holders_stand_at_or_above_and_the_nearest_come_first(backend: ContractBackend) {
    let w = World::new(backend).await;
    w.user(&w.root, "root", BuiltInRole::FullAccess).await;
    w.user(&w.customer, "customer", BuiltInRole::CustomerAdministrator).await;
    w.user(&w.reseller, "reseller", BuiltInRole::BasicAccess).await;
    w.user(&w.sibling, "sibling", BuiltInRole::FullAccess).await;
    assert_eq!(holders(&w, &w.customer, instant(1), 10).await, ["customer", "reseller", "root"]);
    assert_eq!(holders(&w, &w.customer, instant(1), 2).await, ["customer", "reseller"]);
    assert_eq!(holders(&w, &w.reseller, instant(1), 10).await, ["reseller", "root"]);
    assert_eq!(holders(&w, &w.root, instant(1), 10).await, ["root"]);
    let list = w.backend.directory.list_grant_holders(&w.root.path, instant(1), 10).await.unwrap();
    assert_eq!(list[0].authority.grants(), [Grant::new(BuiltInRole::FullAccess.into(), w.root.path.clone())]);
    assert_eq!(list[0].authority.home(), &w.root.path);
}

pub async fn holders_are_active_and_their_grants_in_effect(backend: ContractBackend) {
    let w = World::new(backend).await;
    let suspended = w.user(&w.customer, "suspended", BuiltInRole::FullAccess).await;
    w.update(&User { status: UserStatus::Suspended, ..suspended }).await;
    let removed = w.user(&w.customer, "removed", BuiltInRole::FullAccess).await;
    w.update(&User { removed_at: Some(instant(1)), ..removed }).await;
    let window = Grant {
        starts_at: Some(instant(10)),
        ends_at: Some(instant(20)),
        ..Grant::new(BuiltInRole::FullAccess.into(), w.customer.path.clone())
    };
    w.add(&w.user_of(&w.customer, "temporary"), &window).await;
    assert_eq!(holders(&w, &w.customer, instant(9), 10).await, Vec::<String>::new());
    assert_eq!(holders(&w, &w.customer, instant(10), 10).await, ["temporary"]);
    assert_eq!(holders(&w, &w.customer, instant(20), 10).await, Vec::<String>::new());
}

pub async fn holders_by_custom_roles_and_away_from_home_are_found(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = w.role(&w.reseller, "Helpdesk", cells(&["own.users.view", "own.users.edit"])).await;
    let user = w.user(&w.sibling, "away", BuiltInRole::User).await;
    let grants = [
        Grant::new(BuiltInRole::User.into(), w.sibling.path.clone()),
        Grant::new(role.into(), w.customer.path.clone()),
    ];
    w.give(&user, &grants, &user, instant(1)).await;
    assert_eq!(holders(&w, &w.customer, instant(2), 10).await, ["away"]);
    assert_eq!(holders(&w, &w.reseller, instant(2), 10).await, Vec::<String>::new());
    let list = w.backend.directory.list_grant_holders(&w.customer.path, instant(2), 10).await.unwrap();
    assert_eq!(list[0].authority.grants(), grants);
    assert!(list[0].authority.holds(Permission::USERS_EDIT, &w.customer.path));
}
