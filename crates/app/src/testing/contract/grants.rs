use jiff::Timestamp;
use tenantry_domain::{
    SessionId, UserId,
    permission::{BuiltInRole, CustomRole, Grant, Permission, PermissionMatrix, Role, RoleDefinition},
    user::User,
};

use super::backend::{ContractBackend, World, cells};
use crate::{
    ports::{Giver, GrantRow, StorageError, StoredRole},
    testing::samples::{self, instant},
};

async fn rows(w: &World, user: &User) -> Vec<GrantRow> {
    w.backend.directory.list_grants(user.id).await.unwrap()
}

/// What is told of a grant but the grant itself.
fn given(row: &GrantRow) -> (&str, Timestamp, Option<UserId>) {
    (&row.anchor_name, row.given_at, row.given_by.as_ref().map(|giver| giver.user_id))
}

pub async fn grants_stand_in_one_order_everywhere(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = w.role(&w.root, "Helpdesk", cells(&["own.users.view"])).await;
    let user = w.user(&w.reseller, "avery", BuiltInRole::User).await;
    let window = |role: Role, starts_at, ends_at, anchor: &tenantry_domain::account::Account| Grant {
        role,
        anchor: anchor.path.clone(),
        starts_at,
        ends_at,
    };
    let grants = [
        window(BuiltInRole::BasicAccess.into(), None, None, &w.reseller),
        window(role.clone().into(), Some(instant(1)), None, &w.root),
        window(role.clone().into(), None, Some(instant(100)), &w.customer),
        window(BuiltInRole::User.into(), Some(instant(-9)), Some(instant(99)), &w.sibling),
    ];
    let [home, root, customer, sibling] = grants.clone();
    w.give(&user, &[sibling, customer, root, home], &user, instant(5)).await;

    let uow = w.begin().await;
    let record = uow.users().find(user.id).await.unwrap().unwrap();
    assert_eq!(record.grants, grants);
    assert_eq!(uow.users().find_by_login_key(&user.login_name.key()).await.unwrap().unwrap(), record);
    assert_eq!(uow.roles().list_holders(role.id).await.unwrap(), std::slice::from_ref(&record));
    let principal = uow.users().find_principal(user.id, instant(6)).await.unwrap().unwrap();
    assert_eq!(principal.authority.grants(), grants);
    let session = samples::session(SessionId::new(w.uuid()), &user, instant(0));
    uow.sessions().insert(&session, 10).await.unwrap();
    uow.commit().await.unwrap();

    let directory = &w.backend.directory;
    assert_eq!(directory.find_user(user.id).await.unwrap().unwrap().record, record);
    let found = directory.find_session(&session.token_hash, instant(6)).await.unwrap().unwrap();
    assert_eq!(found.principal.authority.grants(), grants);
    let found = directory.find_principal(user.id, instant(6)).await.unwrap().unwrap();
    assert_eq!((found.user_id, &*found.login_name), (user.id, "avery@contoso.example"));
    assert_eq!(found.authority.grants(), grants);
    assert!(directory.find_principal(UserId::new(w.uuid()), instant(6)).await.unwrap().is_none());
    let shown = rows(&w, &user).await;
    assert_eq!(shown.iter().map(|row| row.grant.clone()).collect::<Vec<_>>(), grants);
    let anchors: Vec<&str> = shown.iter().map(|row| &*row.anchor_name).collect();
    assert_eq!(anchors, ["Contoso", "Northwind", "Tailspin", "Litware"]);
    assert_eq!(directory.list_grants(UserId::new(w.uuid())).await.unwrap(), []);
}

pub async fn grant_of_a_custom_role_gives_what_the_role_holds_now(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = w.role(&w.reseller, "Helpdesk", cells(&["own.users.view"])).await;
    let user = w.user_of(&w.customer, "avery");
    w.add(&user, &Grant::new(role.clone().into(), w.customer.path.clone())).await;
    let holds = async |permission| {
        let principal = w.begin().await.users().find_principal(user.id, instant(1)).await.unwrap().unwrap();
        principal.authority.holds(permission, &w.customer.path)
    };
    assert!(holds(Permission::USERS_VIEW).await && !holds(Permission::USERS_EDIT).await);

    let name = role.definition.name.clone();
    let definition = RoleDefinition::try_new(name, None, cells(&["own.users.view", "own.users.edit"]), false);
    let edited = CustomRole { definition: definition.unwrap(), ..role.clone() };
    let uow = w.begin().await;
    assert_eq!(uow.roles().update(&edited, instant(1)).await.unwrap(), Some(StoredRole::Stored));
    let principal = uow.users().find_principal(user.id, instant(1)).await.unwrap().unwrap();
    assert!(principal.authority.holds(Permission::USERS_EDIT, &w.customer.path), "already in the same unit");
    assert!(!principal.authority.edits_own_profile());
    uow.commit().await.unwrap();
    assert!(holds(Permission::USERS_EDIT).await);

    // Who gives it from what was read before gives what it is now.
    let other = w.user_of(&w.customer, "blake");
    w.add(&other, &Grant::new(role.into(), w.customer.path.clone())).await;
    let record = w.begin().await.users().find(other.id).await.unwrap().unwrap();
    assert_eq!(record.grants[0].role, Role::from(CustomRole { version: 2, ..edited }));
}

pub async fn custom_role_gives_nothing_outside_its_window(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = w.role(&w.reseller, "Helpdesk", cells(&["child.users.view"])).await;
    let user = w.user(&w.sibling, "avery", BuiltInRole::NoAccess).await;
    let home = Grant::new(BuiltInRole::NoAccess.into(), w.sibling.path.clone());
    let window = Grant {
        starts_at: Some(instant(10)),
        ends_at: Some(instant(20)),
        ..Grant::new(role.into(), w.reseller.path.clone())
    };
    w.give(&user, &[home, window], &user, instant(1)).await;
    for (now, holds) in [(9, false), (10, true), (19, true), (20, false)] {
        let principal = w.backend.directory.find_principal(user.id, instant(now)).await.unwrap().unwrap();
        assert_eq!(principal.authority.holds(Permission::USERS_VIEW, &w.customer.path), holds, "at {now}");
        assert!(!principal.authority.holds(Permission::USERS_VIEW, &w.reseller.path));
        assert_eq!(principal.authority.grants().len(), if holds { 2 } else { 1 });
    }
}

pub async fn grant_of_an_unknown_role_is_an_error(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let unknown = w.role_of(&w.reseller, "Unknown", PermissionMatrix::EMPTY);
    let grant = Grant::new(unknown.into(), w.customer.path.clone());
    let uow = w.begin().await;
    let replaced = uow.users().replace_grants(user.id, std::slice::from_ref(&grant), user.id, instant(1)).await;
    assert!(matches!(replaced, Err(StorageError::Unavailable(_))));
    drop(uow);
    let uow = w.begin().await;
    // A row that nobody asks about may go to the database with the commit.
    let stored = match uow.users().insert(&w.user_of(&w.customer, "blake"), &grant, None, instant(1)).await {
        Ok(_) => uow.commit().await,
        Err(error) => {
            drop(uow);
            Err(error)
        }
    };
    assert!(matches!(stored, Err(StorageError::Unavailable(_))));
    assert_eq!(w.begin().await.users().find(user.id).await.unwrap().unwrap().grants[0].role, BuiltInRole::User);
}

pub async fn replaced_grants_keep_what_stays_as_it_was(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = w.role(&w.root, "Helpdesk", PermissionMatrix::EMPTY).await;
    let other = w.role(&w.root, "Audit", PermissionMatrix::EMPTY).await;
    let [first, second] =
        [w.user(&w.root, "first", BuiltInRole::User).await, w.user(&w.root, "second", BuiltInRole::User).await];
    let user = w.user_of(&w.reseller, "avery");
    let home = Grant::new(BuiltInRole::User.into(), w.reseller.path.clone());
    let uow = w.begin().await;
    uow.users().insert(&user, &home, Some(first.id), instant(1)).await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(rows(&w, &user).await.iter().map(given).collect::<Vec<_>>(), [("Contoso", instant(1), Some(first.id))]);

    let at_root = Grant { ends_at: Some(instant(900)), ..Grant::new(role.clone().into(), w.root.path.clone()) };
    let at_customer = Grant::new(role.clone().into(), w.customer.path.clone());
    let at_sibling = Grant::new(BuiltInRole::User.into(), w.sibling.path.clone());
    let grants = [home.clone(), at_root.clone(), at_customer.clone(), at_sibling];
    w.give(&user, &grants, &second, instant(2)).await;
    let expected = [
        ("Contoso", instant(1), Some(first.id)),
        ("Northwind", instant(2), Some(second.id)),
        ("Tailspin", instant(2), Some(second.id)),
        ("Litware", instant(2), Some(second.id)),
    ];
    assert_eq!(rows(&w, &user).await.iter().map(given).collect::<Vec<_>>(), expected);

    // The role is edited meanwhile, which makes no other grant of it; a role, a window and an anchor that change do.
    let uow = w.begin().await;
    uow.roles().update(&role, instant(3)).await.unwrap();
    uow.commit().await.unwrap();
    let at_root = Grant { ends_at: Some(instant(901)), ..at_root };
    let exchanged = Grant::new(other.into(), w.sibling.path.clone());
    w.give(&user, &[exchanged.clone(), at_root.clone(), home.clone(), at_customer], &first, instant(4)).await;
    let expected = [
        ("Contoso", instant(1), Some(first.id)),
        ("Northwind", instant(4), Some(first.id)),
        ("Tailspin", instant(2), Some(second.id)),
        ("Litware", instant(4), Some(first.id)),
    ];
    let shown = rows(&w, &user).await;
    assert_eq!(shown.iter().map(given).collect::<Vec<_>>(), expected);
    assert_eq!((&shown[1].grant.ends_at, &shown[3].grant), (&at_root.ends_at, &exchanged));
    assert_eq!(shown[2].grant.role, Role::from(CustomRole { version: 2, ..role }));

    w.give(&user, std::slice::from_ref(&home), &second, instant(5)).await;
    assert_eq!(rows(&w, &user).await.iter().map(given).collect::<Vec<_>>(), expected[..1]);
}

pub async fn replacing_leaves_other_users_alone(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let other = w.user(&w.customer, "blake", BuiltInRole::User).await;
    let grants = [
        Grant::new(BuiltInRole::User.into(), w.customer.path.clone()),
        Grant::new(BuiltInRole::BasicAccess.into(), w.reseller.path.clone()),
    ];
    w.give(&other, &grants, &other, instant(1)).await;
    let before = rows(&w, &other).await;
    for grants in [&grants[..], &grants[..1]] {
        w.give(&user, grants, &user, instant(2)).await;
        assert_eq!(rows(&w, &other).await, before);
        assert_eq!(w.begin().await.users().find(user.id).await.unwrap().unwrap().grants, grants);
    }
    assert_eq!(w.begin().await.users().find(user.id).await.unwrap().unwrap().version, 1);
}

pub async fn giver_is_shown_until_purged(backend: ContractBackend) {
    let w = World::new(backend).await;
    let giver = w.user(&w.reseller, "giver", BuiltInRole::FullAccess).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::NoAccess).await;
    assert_eq!(rows(&w, &user).await[0].given_by, None, "the system gave it");
    let grant = Grant::new(BuiltInRole::User.into(), w.customer.path.clone());
    w.give(&user, std::slice::from_ref(&grant), &giver, instant(3)).await;
    let mut expected = GrantRow {
        grant,
        anchor_name: "Tailspin".to_owned(),
        given_at: instant(3),
        given_by: Some(Giver {
            user_id: giver.id,
            display_name: "Avery Quinn".to_owned(),
            home: w.reseller.path.clone(),
            home_name: "Contoso".to_owned(),
        }),
    };
    assert_eq!(rows(&w, &user).await, std::slice::from_ref(&expected));
    w.update(&User { removed_at: Some(instant(4)), ..giver }).await;
    assert_eq!(rows(&w, &user).await, std::slice::from_ref(&expected), "a removed user can still be shown");
    let uow = w.begin().await;
    assert_eq!(uow.users().purge(instant(5), 10).await.unwrap().len(), 1);
    uow.commit().await.unwrap();
    expected.given_by = None;
    assert_eq!(rows(&w, &user).await, [expected]);
}
