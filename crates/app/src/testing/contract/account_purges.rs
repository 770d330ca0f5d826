use jiff::Timestamp;
use tenantry_domain::{
    AccountId, SessionId,
    account::{Account, AccountKind, Branding},
    permission::{BuiltInRole, CustomRole, Grant, PermissionMatrix, RoleKey},
    user::User,
};

use super::backend::{ContractBackend, World};
use crate::{
    ports::{StorageError, StoredImage, name_beside},
    testing::samples::{self, instant},
};

/// The world with one more account below its customer.
async fn with_leaf(backend: ContractBackend) -> (World, Account) {
    let w = World::new(backend).await;
    let leaf = w.account_below(&w.customer, AccountKind::Customer, "Wingtip", "wingtip.example");
    w.add_account(&leaf).await;
    (w, leaf)
}

fn ids(accounts: &[&Account]) -> Vec<AccountId> {
    accounts.iter().map(|account| account.id()).collect()
}

async fn due(w: &World, removed_before: Timestamp, limit: u64) -> Vec<AccountId> {
    w.begin().await.accounts().list_removed_before(removed_before, limit).await.unwrap()
}

/// Purges the accounts with the users in them.
async fn purge(w: &World, accounts: &[&Account]) {
    let accounts = ids(accounts);
    let uow = w.begin().await;
    uow.users().purge_homed_in(&accounts, 100).await.unwrap();
    uow.accounts().purge(&accounts).await.unwrap();
    uow.commit().await.unwrap();
}

/// Gives the account a logo; its hash.
async fn with_logo(w: &World, account: &Account) -> String {
    let logo = StoredImage { hash: "5a".repeat(32), png: vec![1], thumbnail: vec![2] };
    let branding = Branding { logo: Some(logo.hash.clone()), ..account.branding.clone() };
    let uow = w.begin().await;
    uow.images().put(&logo).await.unwrap();
    assert!(uow.accounts().update(&Account { branding, ..account.clone() }, instant(1)).await.unwrap());
    uow.commit().await.unwrap();
    logo.hash
}

fn grant(account: &Account, role: BuiltInRole) -> Grant {
    Grant::new(role.into(), account.path.clone())
}

pub async fn accounts_to_purge_are_listed_from_below(backend: ContractBackend) {
    let (w, leaf) = with_leaf(backend).await;
    w.remove_account(&leaf, instant(1)).await;
    w.remove_account(&w.reseller, instant(3)).await;
    w.remove_account(&w.sibling, instant(5)).await;
    assert_eq!(due(&w, instant(1), 10).await, []);
    assert_eq!(due(&w, instant(2), 10).await, ids(&[&leaf]));
    assert_eq!(due(&w, instant(4), 10).await, ids(&[&leaf, &w.customer, &w.reseller]));
    assert_eq!(due(&w, instant(4), 2).await, ids(&[&leaf, &w.customer]));
    assert_eq!(due(&w, instant(6), 10).await, ids(&[&w.sibling, &leaf, &w.customer, &w.reseller]));
    w.restore_account(&w.reseller).await;
    assert_eq!(due(&w, instant(6), 10).await, ids(&[&w.sibling, &leaf]), "what came back is not due");
}

pub async fn purged_accounts_are_gone_with_everything_of_theirs(backend: ContractBackend) {
    let (w, leaf) = with_leaf(backend).await;
    let inside = w.user(&leaf, "inside", BuiltInRole::User).await;
    let outside = w.user(&w.sibling, "outside", BuiltInRole::User).await;
    let role = w.role(&w.customer, "Helpdesk", PermissionMatrix::EMPTY).await;
    let base = grant(&w.sibling, BuiltInRole::User);
    let elsewhere = [base.clone(), Grant::new(role.clone().into(), leaf.path.clone())];
    w.give(&outside, &elsewhere, &inside, instant(1)).await;
    let session = samples::session(SessionId::new(w.uuid()), &outside, instant(1));
    let uow = w.begin().await;
    uow.sessions().insert(&session, 10).await.unwrap();
    uow.sessions().set_active_account(session.session.id, leaf.id()).await.unwrap();
    uow.commit().await.unwrap();
    let logo = with_logo(&w, &leaf).await;
    w.remove_account(&w.customer, instant(2)).await;
    purge(&w, &[&leaf, &w.customer]).await;
    assert_eq!(w.backend.directory.find_image(&logo, false).await.unwrap(), None);

    let uow = w.begin().await;
    for account in [&leaf, &w.customer] {
        assert_eq!(uow.accounts().find(account.id()).await.unwrap(), None);
        assert_eq!(uow.accounts().find_removed(account.id()).await.unwrap(), None);
    }
    assert_eq!(uow.users().find(inside.id).await.unwrap(), None);
    assert_eq!(uow.roles().find(role.id).await.unwrap(), None);
    assert_eq!(uow.users().find(outside.id).await.unwrap().unwrap().grants, [base]);
    drop(uow);
    let found = w.backend.directory.find_session(&session.token_hash, instant(3)).await.unwrap().unwrap();
    assert_eq!(found.session.active_account_id, w.sibling.id(), "back home");
    for untouched in [&w.root, &w.reseller, &w.sibling] {
        assert_eq!(w.found(untouched.id()).await.as_ref(), Some(untouched));
    }
    // Domains and login names are free again.
    let again = w.account_below(&w.reseller, AccountKind::Customer, "Wingtip", "wingtip.example");
    w.add_account(&again).await;
    w.user(&again, "inside", BuiltInRole::User).await;
}

pub async fn accounts_are_purged_once_nobody_and_nothing_is_in_them(backend: ContractBackend) {
    let (w, leaf) = with_leaf(backend).await;
    let users = [w.user(&leaf, "one", BuiltInRole::User).await, w.user(&leaf, "two", BuiltInRole::User).await];
    let elsewhere = w.user(&w.customer, "three", BuiltInRole::User).await;
    w.remove_account(&w.customer, instant(1)).await;
    for full in [ids(&[&leaf]), ids(&[&w.customer])] {
        let refused = w.begin().await.accounts().purge(&full).await;
        assert!(matches!(refused, Err(StorageError::Unavailable(_))), "{refused:?}");
    }
    let mut purged = Vec::new();
    for count in [1, 1, 0] {
        let uow = w.begin().await;
        let some = uow.users().purge_homed_in(&ids(&[&leaf]), 1).await.unwrap();
        uow.commit().await.unwrap();
        assert_eq!(some.len(), count);
        purged.extend(some);
    }
    purged.sort_unstable();
    assert_eq!(purged, users.map(|user| user.id));
    assert!(w.begin().await.accounts().find_removed(w.customer.id()).await.unwrap().is_some());
    w.restore_account(&w.customer).await;
    assert!(w.begin().await.users().find(elsewhere.id).await.unwrap().is_some());
}

pub async fn account_that_is_not_removed_is_not_purged(backend: ContractBackend) {
    let (w, leaf) = with_leaf(backend).await;
    let outside = w.user(&w.sibling, "outside", BuiltInRole::User).await;
    let role = w.role(&leaf, "Helpdesk", PermissionMatrix::EMPTY).await;
    let grants = [grant(&w.sibling, BuiltInRole::User), grant(&leaf, BuiltInRole::User)];
    w.give(&outside, &grants, &outside, instant(1)).await;
    let uow = w.begin().await;
    uow.accounts().purge(&ids(&[&leaf])).await.unwrap();
    uow.accounts().purge(&[]).await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(w.found(leaf.id()).await.as_ref(), Some(&leaf));
    let uow = w.begin().await;
    assert_eq!(uow.users().find(outside.id).await.unwrap().unwrap().grants, grants);
    assert_eq!(uow.roles().find(role.id).await.unwrap(), Some(role));
}

/// Somebody at home in an account that was moved away, with a role of where it was.
async fn holder(w: &World, role: &CustomRole, local: &str) -> User {
    let user = w.user_of(&w.sibling, local);
    w.add(&user, &Grant::new(role.clone().into(), w.sibling.path.clone())).await;
    user
}

pub async fn role_of_a_purged_account_that_is_held_elsewhere_goes_to_the_platform(backend: ContractBackend) {
    let (w, leaf) = with_leaf(backend).await;
    let cells = super::backend::cells(&["own.users.view"]);
    let alone = w.role(&leaf, "Helpdesk", cells).await;
    let namesake = w.role(&leaf, "Auditor", cells).await;
    w.role(&w.root, "auditor", PermissionMatrix::EMPTY).await;
    let (one, other) = (holder(&w, &alone, "one").await, holder(&w, &namesake, "other").await);
    w.remove_account(&leaf, instant(1)).await;
    purge(&w, &[&leaf]).await;
    for (user, role, name) in
        [(&one, &alone, "Helpdesk".to_owned()), (&other, &namesake, name_beside("Auditor", namesake.id))]
    {
        let uow = w.begin().await;
        let kept = uow.roles().find(role.id).await.unwrap().unwrap();
        assert_eq!((kept.owner, kept.definition.name.as_str()), (w.root.id(), name.as_str()));
        assert_eq!((kept.definition.matrix(), kept.version), (cells, role.version + 1));
        let record = uow.users().find(user.id).await.unwrap().unwrap();
        assert_eq!(record.grants, [Grant::new(kept.into(), w.sibling.path.clone())]);
        assert_eq!(record.grants[0].role.key(), RoleKey::Custom(role.id));
    }
}
