use std::sync::Arc;

use tenantry_domain::{
    RoleId, UserId,
    permission::{BuiltInRole, CustomRole, Grant, PermissionMatrix, RoleDefinition, RoleKey},
};
use tokio::{sync::Barrier, task::JoinSet};

use super::backend::{ContractBackend, World, cells, until_settled};
use crate::{
    ports::{RoleRow, Storage, StorageError, StoredRole},
    testing::samples::{self, instant},
};

fn complete(w: &World) -> CustomRole {
    let matrix = cells(&["own.users.view", "own.users.edit", "child.support.view"]);
    let definition = RoleDefinition::try_new(
        samples::line("Hélpdesk “first” line"),
        Some(samples::line("Answers people’s questions.")),
        matrix,
        false,
    );
    CustomRole { definition: definition.unwrap(), ..w.role_of(&w.reseller, "Complete", PermissionMatrix::EMPTY) }
}

fn renamed(role: &CustomRole, name: &str) -> CustomRole {
    let mut renamed = role.clone();
    renamed.definition.name = samples::line(name);
    renamed
}

async fn find(w: &World, role_id: RoleId) -> Option<CustomRole> {
    w.begin().await.roles().find(role_id).await.unwrap()
}

async fn insert(w: &World, role: &CustomRole) -> StoredRole {
    let uow = w.begin().await;
    let stored = uow.roles().insert(role, instant(0)).await.unwrap();
    // The transaction goes on: a taken name is an answer, not a failure.
    assert_eq!(uow.roles().find(role.id).await.unwrap().is_some(), stored == StoredRole::Stored);
    uow.commit().await.unwrap();
    stored
}

async fn update(w: &World, role: &CustomRole, at: i64) -> Option<StoredRole> {
    let uow = w.begin().await;
    let updated = uow.roles().update(role, instant(at)).await.unwrap();
    uow.commit().await.unwrap();
    updated
}

async fn assert_round_trip(w: &World, role: &CustomRole) {
    w.add_role(role, instant(7)).await;
    assert_eq!(find(w, role.id).await.as_ref(), Some(role));
    let row = RoleRow {
        role: role.clone(),
        owner_name: "Contoso".to_owned(),
        created_at: instant(7),
        updated_at: instant(7),
    };
    assert_eq!(w.backend.directory.find_role(role.id).await.unwrap().as_ref(), Some(&row));
    assert_eq!(w.backend.directory.list_roles(&[role.owner]).await.unwrap(), [row]);
}

pub async fn complete_role_round_trips(backend: ContractBackend) {
    let w = World::new(backend).await;
    assert_round_trip(&w, &complete(&w)).await;
}

pub async fn role_with_nothing_optional_round_trips(backend: ContractBackend) {
    let w = World::new(backend).await;
    assert_round_trip(&w, &w.role_of(&w.reseller, "Nothing", PermissionMatrix::EMPTY)).await;
}

pub async fn unknown_role_is_none(backend: ContractBackend) {
    let w = World::new(backend).await;
    let unknown = w.role_of(&w.reseller, "Unknown", PermissionMatrix::EMPTY);
    assert_eq!(find(&w, unknown.id).await, None);
    assert_eq!(update(&w, &unknown, 1).await, None);
    let uow = w.begin().await;
    assert_eq!(uow.roles().list_holders(unknown.id).await.unwrap(), []);
    uow.roles().remove(unknown.id).await.unwrap();
    drop(uow);
    assert_eq!(w.backend.directory.find_role(unknown.id).await.unwrap(), None);
    assert_eq!(w.backend.directory.list_roles(&[unknown.owner]).await.unwrap(), []);
}

pub async fn role_name_is_unique_in_its_account_whatever_its_case(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = |owner, name| w.role_of(owner, name, PermissionMatrix::EMPTY);
    assert_eq!(insert(&w, &role(&w.reseller, "Ümläut")).await, StoredRole::Stored);
    assert_eq!(insert(&w, &role(&w.reseller, "ÜMLÄUT")).await, StoredRole::NameTaken);
    assert_eq!(insert(&w, &role(&w.reseller, "Umlaut")).await, StoredRole::Stored);
    for other in [&w.root, &w.customer, &w.sibling] {
        assert_eq!(insert(&w, &role(other, "Ümläut")).await, StoredRole::Stored, "{}", other.name);
    }
}

pub async fn role_update_replaces_the_definition_and_raises_the_version(backend: ContractBackend) {
    let w = World::new(backend).await;
    let first = w.role(&w.reseller, "Helpdesk", cells(&["child.users.view"])).await;
    let definition = complete(&w).definition;
    let second = CustomRole { definition, version: 2, ..first.clone() };
    let third = CustomRole { version: 3, ..first.clone() };
    for (number, stored) in [(1, &second), (2, &third)] {
        let wanted = CustomRole { version: number, ..stored.clone() };
        assert_eq!(update(&w, &wanted, 10 * number).await, Some(StoredRole::Stored));
        assert_eq!(find(&w, first.id).await.as_ref(), Some(stored));
        let row = w.backend.directory.find_role(first.id).await.unwrap().unwrap();
        assert_eq!((&row.role, row.created_at, row.updated_at), (stored, instant(0), instant(10 * number)));
    }
}

pub async fn stale_role_update_changes_nothing(backend: ContractBackend) {
    let w = World::new(backend).await;
    let first = w.role(&w.reseller, "Helpdesk", PermissionMatrix::EMPTY).await;
    assert_eq!(update(&w, &first, 1).await, Some(StoredRole::Stored));
    for version in [1, 3] {
        let stale = CustomRole { version, ..renamed(&first, "Changed") };
        assert_eq!(update(&w, &stale, 2).await, None);
    }
    assert_eq!(find(&w, first.id).await, Some(CustomRole { version: 2, ..first }));
}

pub async fn role_update_to_a_taken_name_changes_nothing(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = w.role(&w.reseller, "Helpdesk", PermissionMatrix::EMPTY).await;
    w.role(&w.reseller, "Audit", PermissionMatrix::EMPTY).await;
    w.role(&w.customer, "Elsewhere", PermissionMatrix::EMPTY).await;
    assert_eq!(update(&w, &renamed(&role, "AUDIT"), 1).await, Some(StoredRole::NameTaken));
    assert_eq!(find(&w, role.id).await.as_ref(), Some(&role));
    assert_eq!(update(&w, &renamed(&role, "elsewhere"), 1).await, Some(StoredRole::Stored));
    // Its own name in another case is nobody else's.
    let renamed = CustomRole { version: 2, ..renamed(&role, "ELSEWHERE") };
    assert_eq!(update(&w, &renamed, 1).await, Some(StoredRole::Stored));
}

pub async fn removed_role_is_gone_and_its_name_free(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = w.role(&w.reseller, "Helpdesk", PermissionMatrix::EMPTY).await;
    let other = w.role(&w.reseller, "Audit", PermissionMatrix::EMPTY).await;
    let uow = w.begin().await;
    uow.roles().remove(role.id).await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(find(&w, role.id).await, None);
    assert_eq!(find(&w, other.id).await, Some(other));
    w.role(&w.reseller, "Helpdesk", PermissionMatrix::EMPTY).await;
}

pub async fn held_role_is_not_removed(backend: ContractBackend) {
    let w = World::new(backend).await;
    let role = w.role(&w.reseller, "Helpdesk", PermissionMatrix::EMPTY).await;
    let ended = Grant { ends_at: Some(instant(1)), ..Grant::new(role.clone().into(), w.customer.path.clone()) };
    let user = w.user_of(&w.customer, "avery");
    w.add(&user, &ended).await;
    let uow = w.begin().await;
    assert!(matches!(uow.roles().remove(role.id).await, Err(StorageError::Unavailable(_))));
    drop(uow);
    assert_eq!(find(&w, role.id).await.as_ref(), Some(&role));
    assert_eq!(w.begin().await.users().find(user.id).await.unwrap().unwrap().grants, [ended]);

    let grant = Grant::new(BuiltInRole::User.into(), w.customer.path.clone());
    w.give(&user, &[grant], &user, instant(2)).await;
    let uow = w.begin().await;
    uow.roles().remove(role.id).await.unwrap();
    uow.commit().await.unwrap();
    assert_eq!(find(&w, role.id).await, None);
}

pub async fn roles_are_listed_by_account_and_name(backend: ContractBackend) {
    let w = World::new(backend).await;
    for (owner, name) in [
        (&w.root, "Beta"),
        (&w.reseller, "zeta"),
        (&w.reseller, "Éta"),
        (&w.reseller, "Alpha"),
        (&w.reseller, "beta"),
        (&w.root, "alpha"),
        (&w.customer, "Gamma"),
        (&w.sibling, "Delta"),
    ] {
        w.role(owner, name, PermissionMatrix::EMPTY).await;
    }
    let list = async |owners: &[&tenantry_domain::account::Account]| {
        let owners: Vec<_> = owners.iter().map(|owner| owner.id()).collect();
        let rows = w.backend.directory.list_roles(&owners).await.unwrap();
        rows.into_iter().map(|row| format!("{} {}", row.owner_name, row.role.definition.name)).collect::<Vec<_>>()
    };
    let of_reseller = ["Contoso Alpha", "Contoso beta", "Contoso zeta", "Contoso Éta"];
    let of_root = ["Northwind alpha", "Northwind Beta"];
    assert_eq!(list(&[]).await, Vec::<String>::new());
    assert_eq!(list(&[&w.reseller]).await, of_reseller);
    let both = list(&[&w.reseller, &w.root]).await;
    assert_eq!((&both[..4], &both[4..]), (&of_reseller.map(str::to_owned)[..], &of_root.map(str::to_owned)[..]));
    let turned = list(&[&w.customer, &w.root, &w.reseller]).await;
    assert_eq!((&*turned[0], &turned[1..3]), ("Tailspin Gamma", &of_root.map(str::to_owned)[..]));
}

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
