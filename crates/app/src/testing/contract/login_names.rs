use tenantry_domain::{
    account::Account,
    permission::{BuiltInRole, Grant, PermissionMatrix},
    user::{LoginName, User, UserStatus},
};

use super::backend::{ContractBackend, World};
use crate::{
    ports::{InsertedUser, MovedUser, TakenLoginNames, UserFilter},
    testing::{
        contract::user_lists::{everything, page},
        samples::{self, instant},
    },
};

const OLD: &str = "old.example";
const NEW: &str = "tailspin.example";

fn at_old(w: &World, local: &str) -> User {
    let user = w.user_of(&w.customer, local);
    User { login_name: LoginName::new(user.login_name.local().clone(), samples::domain(OLD)), ..user }
}

fn grant(account: &Account, role: BuiltInRole) -> Grant {
    Grant::new(role.into(), account.path.clone())
}

async fn add_at_old(w: &World, local: &str) -> User {
    let user = at_old(w, local);
    w.add(&user, &grant(&w.customer, BuiltInRole::User)).await;
    user
}

async fn move_all(w: &World) -> Vec<MovedUser> {
    let uow = w.begin().await;
    let times = (instant(5), instant(50));
    let moved = uow.login_names().move_all(&samples::domain(OLD), &samples::domain(NEW), times).await.unwrap();
    uow.commit().await.unwrap();
    moved
}

async fn taken(w: &World) -> TakenLoginNames {
    w.begin().await.login_names().find_taken(&samples::domain(OLD), &samples::domain(NEW), 2).await.unwrap()
}

pub async fn every_login_name_of_a_domain_moves(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut users = Vec::new();
    for local in ["Avery", "blake", "casey"] {
        users.push(add_at_old(&w, local).await);
    }
    let other = w.user(&w.customer, "other", BuiltInRole::User).await;
    users[1].status = UserStatus::Suspended;
    users[2].removed_at = Some(instant(1));
    for user in &users {
        w.update(user).await;
    }
    let uow = w.begin().await;
    uow.credentials().put(users[0].id, &samples::credential(false)).await.unwrap();
    uow.commit().await.unwrap();

    let moved = move_all(&w).await;
    let expected = |user: &User, has_password| MovedUser {
        user_id: user.id,
        old: user.login_name.clone(),
        email: user.contact.email.clone(),
        status: user.status,
        is_removed: user.removed_at.is_some(),
        has_password,
    };
    assert_eq!(moved, [expected(&users[0], true), expected(&users[1], false), expected(&users[2], false)]);
    let uow = w.begin().await;
    for user in &users {
        let record = uow.users().find(user.id).await.unwrap().unwrap();
        let login_name = LoginName::new(user.login_name.local().clone(), samples::domain(NEW));
        assert_eq!((&record.user, record.version), (&User { login_name: login_name.clone(), ..user.clone() }, 3));
        assert_eq!(uow.users().find_by_login_key(&login_name.key()).await.unwrap(), Some(record));
        assert_eq!(uow.users().find_by_login_key(&user.login_name.key()).await.unwrap(), None);
    }
    assert_eq!(uow.users().find(other.id).await.unwrap().unwrap().version, 1);
    drop(uow);
    for (text, found) in [("avery@tailspin", 1), ("avery@old", 0)] {
        let filter = UserFilter { text: Some(text.to_owned()), ..everything(&w) };
        assert_eq!(page(&w, &filter).await.items.len(), found, "{text}");
    }
}

pub async fn old_login_names_are_taken_until_swept(backend: ContractBackend) {
    let w = World::new(backend).await;
    add_at_old(&w, "Avery").await;
    let other = w.user(&w.customer, "other", BuiltInRole::User).await;
    move_all(&w).await;
    for (before, is_free) in [(49, false), (50, true)] {
        let uow = w.begin().await;
        uow.login_names().sweep_reserved(instant(before)).await.unwrap();
        uow.commit().await.unwrap();
        assert_eq!(w.backend.directory.is_login_name_free("avery@old.example").await.unwrap(), is_free);
        let uow = w.begin().await;
        let named = User { login_name: at_old(&w, "AVERY").login_name, ..other.clone() };
        let expected = if is_free { InsertedUser::Inserted } else { InsertedUser::LoginNameTaken };
        assert_eq!(uow.users().update(&named, 1, instant(60)).await.unwrap(), Some(expected));
        drop(uow);
        let uow = w.begin().await;
        let (again, role) = (at_old(&w, "avery"), grant(&w.customer, BuiltInRole::User));
        assert_eq!(uow.users().insert(&again, &role, None, instant(60)).await.unwrap(), expected);
    }
}

pub async fn taken_and_reserved_login_names_are_found(backend: ContractBackend) {
    let w = World::new(backend).await;
    assert_eq!(taken(&w).await, TakenLoginNames::default());
    for local in ["a", "B", "c", "d"] {
        add_at_old(&w, local).await;
    }
    assert_eq!(taken(&w).await, TakenLoginNames::default());
    for local in ["d", "A"] {
        w.user(&w.customer, local, BuiltInRole::User).await;
    }
    let away = User { login_name: LoginName::parse("b@away.example").unwrap(), ..w.user_of(&w.customer, "x") };
    w.add(&away, &grant(&w.customer, BuiltInRole::User)).await;
    // Moved there and back again: what it was called in between is reserved.
    let (from, to) = (samples::domain("away.example"), samples::domain(NEW));
    let uow = w.begin().await;
    for (from, to) in [(&from, &to), (&to, &from)] {
        uow.login_names().move_all(from, to, (instant(5), instant(50))).await.unwrap();
    }
    uow.commit().await.unwrap();
    let examples = ["a", "b"].map(|local| format!("{local}@{NEW}")).to_vec();
    assert_eq!(taken(&w).await, TakenLoginNames { count: 3, examples });
}

pub async fn grants_at_a_domain_are_listed_once(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = w.role(&w.root, "Helpdesk", PermissionMatrix::EMPTY).await;
    for local in ["a", "b"] {
        add_at_old(&w, local).await;
    }
    let mut removed = add_at_old(&w, "c").await;
    let special = [grant(&w.customer, BuiltInRole::User), Grant::new(role.into(), w.sibling.path.clone())];
    w.give(&removed, &special, &removed, instant(1)).await;
    removed.removed_at = Some(instant(1));
    w.update(&removed).await;
    w.user(&w.customer, "elsewhere", BuiltInRole::FullAccess).await;
    let list = async |except| {
        let mut grants = w.begin().await.login_names().list_grants_at(&samples::domain(OLD), except).await.unwrap();
        grants.sort_by_key(|grant| grant.anchor.to_bytes());
        grants
    };
    assert_eq!(list(tenantry_domain::UserId::new(w.uuid())).await, special);
    assert_eq!(list(removed.id).await, special[..1]);
}
