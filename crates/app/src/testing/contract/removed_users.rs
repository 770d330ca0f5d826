//! Users whose home account was removed, and grants anchored there.

use tenantry_domain::{
    SessionId,
    account::{Account, AccountKind},
    permission::{BuiltInRole, Grant, Permission, PermissionMatrix, RoleKey},
    user::User,
};

use super::{
    backend::{ContractBackend, World},
    user_lists::{all_of, everything, page},
};
use crate::{
    ports::{HolderFilter, InsertedUser, NewSession, StorageError, UserFilter, UserState, Visible},
    testing::samples::{self, instant},
};

fn grant(account: &Account, role: BuiltInRole) -> Grant {
    Grant::new(role.into(), account.path.clone())
}

async fn signed_in(w: &World, user: &User) -> NewSession {
    let session = samples::session(SessionId::new(w.uuid()), user, instant(0));
    let uow = w.begin().await;
    uow.sessions().insert(&session, 10).await.unwrap();
    uow.commit().await.unwrap();
    session
}

/// Whether the user is found, in each way there is.
async fn sightings(w: &World, user: &User, session: &NewSession) -> Vec<(&'static str, bool)> {
    let uow = w.begin().await;
    let login_key = user.login_name.key();
    let mut seen = vec![
        ("find", uow.users().find(user.id).await.unwrap().is_some()),
        ("find_by_login_key", uow.users().find_by_login_key(&login_key).await.unwrap().is_some()),
        ("find_principal", uow.users().find_principal(user.id, instant(1)).await.unwrap().is_some()),
    ];
    drop(uow);
    let directory = &w.backend.directory;
    let holders = directory.list_grant_holders(&w.root.path, instant(1), 100).await.unwrap();
    seen.extend([
        ("find_user", directory.find_user(user.id).await.unwrap().is_some()),
        ("find_principal in the directory", directory.find_principal(user.id, instant(1)).await.unwrap().is_some()),
        ("find_session", directory.find_session(&session.token_hash, instant(1)).await.unwrap().is_some()),
        ("list_grant_holders", holders.iter().any(|holder| holder.user_id == user.id)),
    ]);
    seen
}

/// Whether the user is listed: among all users, and among those of the account alone.
async fn listings(w: &World, user: &User, account: &Account) -> Vec<(&'static str, bool)> {
    let at = vec![Visible { anchor: account.path.clone(), at: true, below: false }];
    let alone = UserFilter { account: account.path.clone(), subtree: false, ..everything(w) };
    let holders = HolderFilter {
        role: RoleKey::BuiltIn(BuiltInRole::FullAccess),
        account: w.root.path.clone(),
        visible: vec![all_of(&w.root)],
        limit: 100,
    };
    let by_state = UserFilter { state: Some(UserState::Active), ..everything(w) };
    let mut listed = Vec::new();
    for (name, filter) in [
        ("list_users", everything(w)),
        ("list_users of the account", alone.clone()),
        ("list_users of the account, seen alone", UserFilter { visible: at.clone(), ..alone }),
        ("list_users by state", by_state),
    ] {
        listed.push((name, page(w, &filter).await.items.iter().any(|row| row.id == user.id)));
    }
    for (name, filter) in [
        ("list_role_holders", holders.clone()),
        ("list_role_holders, seen alone", HolderFilter { visible: at, ..holders }),
    ] {
        let rows = w.backend.directory.list_role_holders(&filter).await.unwrap();
        listed.push((name, rows.iter().any(|row| row.user_id == user.id)));
    }
    listed
}

pub async fn users_of_removed_accounts_are_not_found_until_restored(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::FullAccess).await;
    let grants = [&w.customer, &w.root].map(|account| grant(account, BuiltInRole::FullAccess));
    w.give(&user, &grants, &user, instant(1)).await;
    let session = signed_in(&w, &user).await;
    let before = w.backend.directory.find_user(user.id).await.unwrap();
    let assert_seen = async |expected: bool, when: &str| {
        let seen = sightings(&w, &user, &session).await.into_iter().chain(listings(&w, &user, &w.customer).await);
        for (way, seen) in seen {
            assert_eq!(seen, expected, "{way} {when}");
        }
    };
    assert_seen(true, "at first").await;
    for removed in [&w.customer, &w.reseller] {
        w.remove_account(removed, instant(2)).await;
        assert_seen(false, &format!("while {} is removed", removed.name)).await;
        w.restore_account(removed).await;
        assert_seen(true, &format!("after {} came back", removed.name)).await;
    }
    assert_eq!(w.backend.directory.find_user(user.id).await.unwrap(), before);
}

pub async fn pages_of_users_skip_removed_accounts(backend: ContractBackend) {
    let w = World::new(backend).await;
    for n in 0..4 {
        for account in [&w.customer, &w.sibling] {
            w.user(account, &format!("user{n}"), BuiltInRole::User).await;
        }
    }
    w.remove_account(&w.customer, instant(1)).await;
    let single = |account: &Account| Visible { anchor: account.path.clone(), at: true, below: false };
    for visible in [vec![all_of(&w.root)], vec![single(&w.customer), single(&w.sibling)]] {
        let whole = page(&w, &UserFilter { visible: visible.clone(), ..everything(&w) }).await;
        assert_eq!(whole.items.iter().map(|row| &row.account).collect::<Vec<_>>(), [&w.sibling.path; 4]);
        let first = page(&w, &UserFilter { visible, limit: 3, ..everything(&w) }).await;
        assert_eq!((first.items.len(), first.next.is_some()), (3, true));
    }
}

pub async fn grants_at_removed_accounts_give_nothing(backend: ContractBackend) {
    let w = World::new(backend).await;
    let leaf = w.account_below(&w.customer, AccountKind::Customer, "Wingtip", "wingtip.example");
    w.add_account(&leaf).await;
    let user = w.user(&w.sibling, "avery", BuiltInRole::User).await;
    let at = |account| grant(account, BuiltInRole::ResellerAdministrator);
    let base = grant(&w.sibling, BuiltInRole::User);
    let grants = [base.clone(), at(&w.reseller), at(&leaf)];
    w.give(&user, &grants, &user, instant(1)).await;
    let session = signed_in(&w, &user).await;
    let steps: [(&Account, bool, &[Grant]); 4] = [
        (&w.customer, true, &grants[..2]),
        (&w.customer, false, &grants),
        (&w.reseller, true, &grants[..1]),
        (&w.reseller, false, &grants),
    ];
    for (account, removed, expected) in steps {
        if removed {
            w.remove_account(account, instant(2)).await;
        } else {
            w.restore_account(account).await;
        }
        let uow = w.begin().await;
        let principal = uow.users().find_principal(user.id, instant(3)).await.unwrap().unwrap();
        // They are not forgotten: whoever changes the user must not take them away unawares.
        assert_eq!(uow.users().find(user.id).await.unwrap().unwrap().grants, grants);
        drop(uow);
        let by_session = w.backend.directory.find_session(&session.token_hash, instant(3)).await.unwrap().unwrap();
        for principal in [&principal, &by_session.principal] {
            assert_eq!(principal.authority.grants(), expected);
            assert_eq!(principal.authority.holds(Permission::USERS_ADD, &leaf.path), expected.len() > 1);
        }
        let holders = w.backend.directory.list_grant_holders(&leaf.path, instant(3), 10).await.unwrap();
        assert_eq!(
            holders.iter().map(|holder| holder.authority.grants()).collect::<Vec<_>>(),
            if expected.len() > 1 { vec![expected] } else { vec![] }
        );
    }
}

pub async fn login_names_of_removed_accounts_stay_taken(backend: ContractBackend) {
    let w = World::new(backend).await;
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    w.remove_account(&w.reseller, instant(1)).await;
    assert!(!w.backend.directory.is_login_name_free(&user.login_name.key()).await.unwrap());
    let other = w.user(&w.sibling, "blake", BuiltInRole::User).await;
    let uow = w.begin().await;
    let namesake = User { login_name: user.login_name.clone(), ..w.user_of(&w.sibling, "casey") };
    let inserted = uow.users().insert(&namesake, &grant(&w.sibling, BuiltInRole::User), None, instant(2)).await;
    assert_eq!(inserted.unwrap(), InsertedUser::LoginNameTaken);
    let renamed = User { login_name: user.login_name.clone(), ..other };
    let updated = uow.users().update(&renamed, 1, instant(2)).await.unwrap();
    assert_eq!(updated, Some(InsertedUser::LoginNameTaken));
}

pub async fn users_of_removed_accounts_administer_nothing(backend: ContractBackend) {
    let w = World::new(backend).await;
    let away = w.user(&w.customer, "away", BuiltInRole::User).await;
    let administers = BuiltInRole::ResellerAdministrator;
    w.give(&away, &[grant(&w.customer, BuiltInRole::User), grant(&w.sibling, administers)], &away, instant(1)).await;
    let stays = w.user(&w.sibling, "stays", administers).await;
    let others = async || {
        let uow = w.begin().await;
        uow.users().count_other_administrators(w.sibling.id(), stays.id, instant(3)).await.unwrap()
    };
    assert_eq!(others().await, 1);
    w.remove_account(&w.reseller, instant(2)).await;
    assert_eq!(others().await, 0);
    w.restore_account(&w.reseller).await;
    assert_eq!(others().await, 1);
}

/// Or else a role could be removed, or given more, behind the back of those who come back.
pub async fn users_of_removed_accounts_still_hold_their_roles(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = w.role(&w.root, "Helpdesk", PermissionMatrix::EMPTY).await;
    let user = w.user_of(&w.customer, "avery");
    w.add(&user, &Grant::new(role.clone().into(), w.customer.path.clone())).await;
    let before = w.begin().await.roles().list_holders(role.id).await.unwrap();
    assert_eq!(before.iter().map(|record| record.user.id).collect::<Vec<_>>(), [user.id]);
    w.remove_account(&w.reseller, instant(1)).await;
    let uow = w.begin().await;
    assert_eq!(uow.roles().list_holders(role.id).await.unwrap(), before);
    assert!(matches!(uow.roles().remove(role.id).await, Err(StorageError::Unavailable(_))));
}
