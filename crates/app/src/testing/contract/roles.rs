use tenantry_domain::{
    RoleId,
    permission::{BuiltInRole, CustomRole, Grant, PermissionMatrix, RoleDefinition},
};

use super::backend::{ContractBackend, World, cells};
use crate::{
    ports::{RoleRow, StorageError, StoredRole},
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

pub(super) fn renamed(role: &CustomRole, name: &str) -> CustomRole {
    let mut renamed = role.clone();
    renamed.definition.name = samples::line(name);
    renamed
}

pub(super) async fn find(w: &World, role_id: RoleId) -> Option<CustomRole> {
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
