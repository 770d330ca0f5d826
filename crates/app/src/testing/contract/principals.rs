use tenantry_domain::{
    UserId,
    account::{AccountKind, AccountStatus},
    permission::{BuiltInRole, CustomRole, Grant, Permission, RoleDefinition, Standing},
    user::UserStatus,
};

use super::backend::{ContractBackend, World, cells};
use crate::{
    ports::StoredRole,
    testing::samples::{self, instant},
};

pub async fn principal_has_names_home_and_grants(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.reseller, "Avery", BuiltInRole::FullAccess).await;
    let principal = w.begin().await.users().find_principal(user.id, instant(1)).await.unwrap().unwrap();
    assert_eq!(principal.user_id, user.id);
    assert_eq!(principal.display_name, "Avery Quinn");
    assert_eq!(principal.login_name, "Avery@contoso.example");
    assert_eq!(principal.authority.home(), &w.reseller.path);
    assert_eq!(principal.authority.grants(), [Grant::new(BuiltInRole::FullAccess.into(), w.reseller.path.clone())]);
    assert!(!principal.must_change_password);
}

pub async fn grant_outside_its_window_is_stored_but_gives_nothing(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user_of(&w.customer, "avery");
    let grant = Grant {
        starts_at: Some(instant(10)),
        ends_at: Some(instant(20)),
        ..Grant::new(BuiltInRole::CustomerAdministrator.into(), w.customer.path.clone())
    };
    w.add(&user, &grant).await;
    let uow = w.begin().await;
    for (now, holds) in [(9, false), (10, true), (19, true), (20, false)] {
        let principal = uow.users().find_principal(user.id, instant(now)).await.unwrap().unwrap();
        assert_eq!(principal.authority.holds(Permission::USERS_ADD, &w.customer.path), holds, "at {now}");
    }
    assert_eq!(uow.users().find(user.id).await.unwrap().unwrap().grants, [grant]);
}

async fn standing(w: &World, user_id: UserId) -> Standing {
    let principal = w.begin().await.users().find_principal(user_id, instant(2)).await.unwrap().unwrap();
    assert_eq!(principal.authority.grants().len(), 1);
    principal.authority.standing()
}

pub async fn standing_follows_from_user_account_and_ancestors(backend: ContractBackend) {
    let w = World::new(backend).await;
    let active = w.user(&w.customer, "active", BuiltInRole::User).await;
    assert_eq!(standing(&w, active.id).await, Standing::Active);

    let mut user = w.user(&w.customer, "suspended", BuiltInRole::User).await;
    user.status = UserStatus::Suspended;
    w.update(&user).await;
    assert_eq!(standing(&w, user.id).await, Standing::Suspended);
    user.status = UserStatus::Active;
    user.removed_at = Some(instant(1));
    w.update(&user).await;
    assert_eq!(standing(&w, user.id).await, Standing::Removed);

    let mut suspended = w.account_below(&w.reseller, AccountKind::Reseller, "Fabrikam", "fabrikam.example");
    suspended.status = AccountStatus::Suspended;
    let between = w.account_below(&suspended, AccountKind::Reseller, "Adatum", "adatum.example");
    let below = w.account_below(&between, AccountKind::Customer, "Wingtip", "wingtip.example");
    for account in [&suspended, &between, &below] {
        w.add_account(account).await;
        let user = w.user(account, "avery", BuiltInRole::User).await;
        assert_eq!(standing(&w, user.id).await, Standing::AccountSuspended, "{}", account.name);
    }
}

pub async fn principal_must_change_password_as_its_credential_says(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    for must_change in [true, false] {
        let uow = w.begin().await;
        uow.credentials().put(user.id, &samples::credential(must_change)).await.unwrap();
        let principal = uow.users().find_principal(user.id, instant(1)).await.unwrap().unwrap();
        assert_eq!(principal.must_change_password, must_change);
        uow.commit().await.unwrap();
    }
}

pub async fn other_administrators_are_counted(backend: ContractBackend) {
    let w = World::new(backend).await;
    let admin = w.user(&w.customer, "admin", BuiltInRole::CustomerAdministrator).await;
    let count = async |except: UserId, now: i64| {
        let uow = w.begin().await;
        uow.users().count_other_administrators(w.customer.id(), except, instant(now)).await.unwrap()
    };
    assert_eq!(count(admin.id, 1).await, 0);

    // None of these is another administrator of the customer.
    w.user(&w.customer, "user", BuiltInRole::User).await;
    w.user(&w.customer, "basic", BuiltInRole::BasicAccess).await;
    w.user(&w.reseller, "above", BuiltInRole::FullAccess).await;
    let mut suspended = w.user(&w.customer, "suspended", BuiltInRole::CustomerAdministrator).await;
    suspended.status = UserStatus::Suspended;
    w.update(&suspended).await;
    let mut removed = w.user(&w.customer, "removed", BuiltInRole::CustomerAdministrator).await;
    removed.removed_at = Some(instant(1));
    w.update(&removed).await;
    let window = Grant {
        starts_at: Some(instant(100)),
        ends_at: Some(instant(200)),
        ..Grant::new(BuiltInRole::FullAccess.into(), w.customer.path.clone())
    };
    let temporary = w.user_of(&w.customer, "temporary");
    w.add(&temporary, &window).await;
    assert_eq!(count(admin.id, 99).await, 0);
    assert_eq!(count(admin.id, 100).await, 0, "who stays on time only is none");
    assert_eq!(count(admin.id, 200).await, 0);

    w.user(&w.customer, "second", BuiltInRole::ResellerAdministrator).await;
    assert_eq!(count(admin.id, 1).await, 1);
    assert_eq!(count(UserId::new(w.uuid()), 1).await, 2);
}

pub async fn administrators_by_custom_roles_are_counted(backend: ContractBackend) {
    let w = World::new(backend).await;
    let (own, views) = (["own.users.add", "own.users.edit", "own.users.remove"], cells(&["own.users.view"]));
    let administers = w.role(&w.reseller, "Chief", cells(&own).union(views)).await;
    let edits = w.role(&w.reseller, "Clerk", cells(&own[..2]).union(views)).await;
    let grant = |role: &CustomRole| Grant::new(role.clone().into(), w.customer.path.clone());
    let count = async |now: i64| {
        let nobody = UserId::new(w.uuid());
        w.begin().await.users().count_other_administrators(w.customer.id(), nobody, instant(now)).await.unwrap()
    };
    w.add(&w.user_of(&w.customer, "clerk"), &grant(&edits)).await;
    w.add(&w.user_of(&w.reseller, "above"), &Grant::new(administers.clone().into(), w.reseller.path.clone())).await;
    let ending = Grant { ends_at: Some(instant(100)), ..grant(&administers) };
    w.add(&w.user_of(&w.customer, "ending"), &ending).await;
    assert_eq!(count(1).await, 0);
    let coming = Grant { starts_at: Some(instant(100)), ..grant(&administers) };
    w.add(&w.user_of(&w.customer, "coming"), &coming).await;
    assert_eq!((count(99).await, count(100).await), (0, 1));

    // Somebody from elsewhere administers too, and who does so twice counts once.
    let away = w.user(&w.sibling, "away", BuiltInRole::ResellerAdministrator).await;
    let at_home = Grant::new(BuiltInRole::ResellerAdministrator.into(), w.sibling.path.clone());
    w.give(&away, &[at_home, grant(&administers)], &away, instant(1)).await;
    assert_eq!(count(100).await, 2);

    // What the role holds now is what counts.
    let definition = RoleDefinition::try_new(administers.definition.name.clone(), None, views, true).unwrap();
    let uow = w.begin().await;
    let updated = uow.roles().update(&CustomRole { definition, ..administers }, instant(1)).await.unwrap();
    assert_eq!(updated, Some(StoredRole::Stored));
    uow.commit().await.unwrap();
    assert_eq!(count(100).await, 0);
}
