use std::sync::Arc;

use tenantry_domain::{
    RoleId, UserId,
    permission::{BuiltInRole, CustomRole, Grant, PermissionMatrix, RoleKey},
};
use tokio::{sync::Barrier, task::JoinSet};

use super::{
    backend::{ContractBackend, World, until_settled},
    roles::{find, renamed},
};
use crate::{
    ports::{Storage, StorageError, StoredRole},
    testing::samples::instant,
};

pub async fn role_is_gone_with_its_unit(backend: ContractBackend) {
    let w = World::new(backend).await;
    let kept = w.role(&w.reseller, "Kept", PermissionMatrix::EMPTY).await;
    let gone = w.role_of(&w.reseller, "Gone", PermissionMatrix::EMPTY);
    let user = w.user(&w.customer, "avery", BuiltInRole::User).await;
    let uow = w.begin().await;
    assert_eq!(uow.roles().insert(&gone, instant(1)).await.unwrap(), StoredRole::Stored);
    assert_eq!(uow.roles().update(&renamed(&kept, "Changed"), instant(1)).await.unwrap(), Some(StoredRole::Stored));
    let grant = Grant::new(gone.clone().into(), w.customer.path.clone());
    uow.users().replace_grants(user.id, std::slice::from_ref(&grant), user.id, instant(1)).await.unwrap();
    assert_eq!(uow.users().find(user.id).await.unwrap().unwrap().grants, [grant]);
    assert_eq!(w.backend.directory.list_roles(&[w.reseller.id()]).await.unwrap()[0].role, kept);
    drop(uow);
    assert_eq!((find(&w, gone.id).await, find(&w, kept.id).await), (None, Some(kept)));
    assert_eq!(w.begin().await.users().find(user.id).await.unwrap().unwrap().grants[0].role, BuiltInRole::User);
}

/// What two people do who edit the same role at the same version.
async fn rename(storage: &dyn Storage, role: &CustomRole) -> Result<Option<StoredRole>, StorageError> {
    let uow = storage.begin().await?;
    let updated = uow.roles().update(role, instant(1)).await?;
    uow.commit().await?;
    Ok(updated)
}

pub async fn role_edited_by_two_at_once_is_edited_by_one(backend: ContractBackend) {
    let w = World::new(backend).await;
    for round in 0..10 {
        let role = w.role(&w.reseller, &format!("Role {round}"), PermissionMatrix::EMPTY).await;
        let barrier = Arc::new(Barrier::new(2));
        let mut attempts = JoinSet::new();
        for name in ["first", "second"] {
            let (storage, barrier) = (Arc::clone(&w.backend.storage), Arc::clone(&barrier));
            let edited = renamed(&role, &format!("{name} {round}"));
            attempts.spawn(async move {
                barrier.wait().await;
                let updated = until_settled(|| rename(&*storage, &edited)).await;
                updated.map(|_| edited.definition)
            });
        }
        let won: Vec<_> = attempts.join_all().await.into_iter().flatten().collect();
        assert_eq!(won.len(), 1, "round {round}");
        let stored = find(&w, role.id).await.unwrap();
        assert_eq!((stored.version, &stored.definition), (2, &won[0]), "round {round}");
    }
}

pub async fn role_name_is_given_once_to_many_at_once(backend: ContractBackend) {
    let w = World::new(backend).await;
    let mut attempts = JoinSet::new();
    for n in 0..12 {
        let storage = Arc::clone(&w.backend.storage);
        let attempt = async |storage: &dyn Storage, role: &CustomRole| {
            let uow = storage.begin().await?;
            let stored = uow.roles().insert(role, instant(0)).await?;
            uow.commit().await?;
            Ok(stored)
        };
        // Half of them take it as another role's new name.
        if n % 2 == 0 {
            let role = w.role_of(&w.reseller, "Helpdesk", PermissionMatrix::EMPTY);
            attempts.spawn(async move { until_settled(|| attempt(&*storage, &role)).await });
        } else {
            let role = w.role(&w.reseller, &format!("Role {n}"), PermissionMatrix::EMPTY).await;
            let role = renamed(&role, "HELPDESK");
            attempts.spawn(async move { until_settled(|| rename(&*storage, &role)).await.unwrap() });
        }
    }
    let stored = attempts.join_all().await.into_iter().filter(|stored| *stored == StoredRole::Stored);
    assert_eq!(stored.count(), 1);
}

/// As a use case does: nothing is given that is not there.
async fn give(storage: &dyn Storage, user_id: UserId, role_id: RoleId, at: &World) -> Result<bool, StorageError> {
    let uow = storage.begin().await?;
    let Some(role) = uow.roles().find(role_id).await? else { return Ok(false) };
    let grant = Grant::new(role.into(), at.customer.path.clone());
    uow.users().replace_grants(user_id, &[grant], user_id, instant(1)).await?;
    uow.commit().await?;
    Ok(true)
}

/// As a use case does: nothing is removed that somebody holds.
async fn remove(storage: &dyn Storage, role_id: RoleId) -> Result<bool, StorageError> {
    let uow = storage.begin().await?;
    if !uow.roles().list_holders(role_id).await?.is_empty() {
        return Ok(false);
    }
    uow.roles().remove(role_id).await?;
    uow.commit().await?;
    Ok(true)
}

pub async fn role_given_and_removed_at_once_is_only_one_of_both(backend: ContractBackend) {
    let w = Arc::new(World::new(backend).await);
    for round in 0..15 {
        let role = w.role(&w.reseller, "Helpdesk", PermissionMatrix::EMPTY).await;
        let user = w.user(&w.customer, &format!("user{round}"), BuiltInRole::User).await;
        let barrier = Arc::new(Barrier::new(2));
        let mut attempts = JoinSet::new();
        for gives in [true, false] {
            let (w, barrier) = (Arc::clone(&w), Arc::clone(&barrier));
            attempts.spawn(async move {
                let storage = &*w.backend.storage;
                barrier.wait().await;
                if gives {
                    until_settled(|| give(storage, user.id, role.id, &w)).await
                } else {
                    until_settled(|| remove(storage, role.id)).await
                }
            });
        }
        let done = attempts.join_all().await;
        assert_ne!(done[0], done[1], "round {round}");
        let grants = w.begin().await.users().find(user.id).await.unwrap().unwrap().grants;
        let holds = grants[0].role.key() == RoleKey::Custom(role.id);
        assert_eq!(find(&w, role.id).await.is_some(), holds, "round {round}");
        if holds {
            w.give(&user, &[Grant::new(BuiltInRole::User.into(), w.customer.path.clone())], &user, instant(2)).await;
            assert!(remove(&*w.backend.storage, role.id).await.unwrap());
        }
    }
}
