//! What is stored, shown and read: keys, labels and names. A changed key is a broken database; it has to be changed here too.

use std::hash::{BuildHasher as _, RandomState};

use tenantry_domain::{
    InvalidValue, Line, RoleId,
    permission::{
        Action, BuiltInRole, Cell, CustomRole, Grantable, Permission, PermissionMatrix, Resource, ResourceKind, Role,
        RoleDefinition, RoleFamily, RoleKey, Scope,
    },
};
use uuid::Uuid;

use crate::{
    oracle::Tree,
    worlds::{World, id},
};

#[test]
fn actions_and_scopes_have_these_words() {
    assert_eq!(Action::ALL.map(Action::key), ["view", "add", "edit", "remove"]);
    assert_eq!(Action::ALL.map(|action| Action::find(action.key())), Action::ALL.map(Some));
    assert_eq!(Scope::ALL.map(Scope::key), ["own", "child"]);
    assert_eq!(Scope::ALL.map(|scope| Scope::find(scope.key())), Scope::ALL.map(Some));
    assert_eq!((Action::find("fly"), Scope::find("view")), (None, None));
}

#[test]
fn resources_have_these_words() {
    let words = [
        ("account_info", "Account information"),
        ("accounts", "Accounts"),
        ("users", "Users"),
        ("services", "Services"),
        ("catalog", "Available services"),
        ("reports", "Reports"),
        ("price_schedules", "Price schedules"),
        ("support", "Support"),
    ];
    assert_eq!(Resource::ALL.map(|resource| (resource.key(), resource.label())), words);
    assert_eq!(<Resource as ResourceKind>::ALL, Resource::ALL);
    for (number, resource) in Resource::ALL.into_iter().enumerate() {
        assert_eq!(usize::from(resource.number()), number);
        assert_eq!(ResourceKind::key(resource), resource.key());
        assert_eq!(Resource::find(resource.key()), Some(resource));
        assert_eq!(<Resource as ResourceKind>::find(resource.key()), Some(resource));
    }
    assert_eq!(Resource::find("user"), None);
}

#[test]
fn built_in_roles_have_these_words() {
    use RoleFamily::{AccessLevels, Administrators};
    let words = [
        ("full_access", "Full Access", AccessLevels, "in this account and in all accounts below it"),
        ("basic_access", "Basic Access", AccessLevels, "only looks at company information and reports"),
        ("no_access", "No Access", AccessLevels, "the own dashboard only"),
        ("reseller_administrator", "Reseller Administrator", Administrators, "customers, users, services and prices"),
        ("customer_administrator", "Customer Administrator", Administrators, "of this account"),
        ("user", "User", Administrators, "Edits the own profile"),
    ];
    for (role, (key, label, family, description)) in BuiltInRole::ALL.into_iter().zip(words) {
        assert_eq!((role.key(), role.label(), role.family()), (key, label, family));
        assert!(role.description().contains(description), "{}", role.description());
        assert_eq!(BuiltInRole::parse(key), Ok(role));
        assert_eq!(Grantable::matrix(&role), role.matrix());
        let as_role = Role::from(role);
        assert_eq!((as_role.label(), as_role.description()), (label, role.description()));
        assert_eq!((as_role.matrix(), Grantable::matrix(&as_role)), (role.matrix(), role.matrix()));
        assert_eq!(as_role.edits_own_profile(), role.edits_own_profile());
        assert_eq!((as_role.key(), RoleKey::from(role)), (RoleKey::BuiltIn(role), RoleKey::BuiltIn(role)));
        assert_eq!((RoleKey::parse(key), as_role.key().to_string()), (Ok(as_role.key()), key.to_owned()));
        assert_eq!(BuiltInRole::ALL.map(|other| as_role == other), BuiltInRole::ALL.map(|other| role == other));
    }
    assert!(matches!(BuiltInRole::parse("root"), Err(InvalidValue::Unknown { .. })));
    assert!(matches!(RoleKey::parse("root"), Err(InvalidValue::Unknown { .. })));
}

#[test]
fn a_custom_role_is_what_its_author_made_it() {
    let matrix = PermissionMatrix::EMPTY.with(&[Scope::Own], Resource::Reports, &[Action::View]);
    let define = |description, edits_own_profile| {
        let name = Line::parse("Auditor").unwrap();
        let definition = RoleDefinition::try_new(name, description, matrix, edits_own_profile).unwrap();
        CustomRole { id: RoleId::new(Uuid::from_u128(7)), owner: id(1), version: 1, definition }
    };
    let custom = define(Some(Line::parse("Reads reports.").unwrap()), true);
    assert_eq!(custom.definition.matrix(), matrix);
    let role = Role::from(custom.clone());
    assert_eq!((role.label(), role.description()), ("Auditor", "Reads reports."));
    assert_eq!((role.matrix(), Grantable::matrix(&role)), (matrix, matrix));
    assert_eq!(role.key(), RoleKey::Custom(custom.id));
    assert_eq!(RoleKey::parse(&role.key().to_string()), Ok(role.key()));
    assert!(role.edits_own_profile() && BuiltInRole::ALL.iter().all(|other| role != *other));
    let bare = Role::from(define(None, false));
    assert_eq!((bare.description(), bare.edits_own_profile()), ("", false));
}

#[test]
fn a_custom_role_is_for_its_owner_and_below() {
    let world = World::of(Tree { parents: vec![None, Some(0), Some(1), Some(0)] });
    let name = Line::parse("Auditor").unwrap();
    let definition = RoleDefinition::try_new(name, None, PermissionMatrix::EMPTY, false).unwrap();
    let custom = CustomRole { id: RoleId::new(Uuid::nil()), owner: id(1), version: 1, definition };
    let role = Role::from(custom.clone());
    let expected = [false, true, true, false];
    assert_eq!(world.paths.iter().map(|path| custom.is_for(path)).collect::<Vec<_>>(), expected);
    assert_eq!(world.paths.iter().map(|path| role.is_for(path)).collect::<Vec<_>>(), expected);
    assert!(world.paths.iter().all(|path| Role::from(BuiltInRole::User).is_for(path)));
}

#[test]
fn names_of_permissions_and_cells_are_read_as_they_are_written() {
    for cell in Cell::<Resource>::all() {
        let (permission, name) = (cell.permission, cell.permission.to_string());
        assert_eq!(name, format!("{}.{}", permission.resource.key(), permission.action.key()));
        assert_eq!((Permission::find(&name), Cell::find(&cell.to_string())), (Some(permission), Some(cell)));
        assert_eq!(cell.to_string(), format!("{}.{name}", cell.scope.key()));
    }
    assert_eq!(Cell::<Resource>::all().count(), 64);
    for name in
        ["", "own", "own.users", "users.view", "own.users.view.x", "Own.users.view", "own.user.view", "own..view"]
    {
        assert_eq!(Cell::<Resource>::find(name), None, "{name}");
    }
    for name in ["", "users", "users.", ".view", "users.fly", "own.users.view"] {
        assert_eq!(Permission::<Resource>::find(name), None, "{name}");
    }
}

#[test]
fn the_permissions_called_by_name_are_those() {
    let named = [
        (Permission::ACCOUNT_INFO_VIEW, "account_info.view"),
        (Permission::ACCOUNTS_VIEW, "accounts.view"),
        (Permission::ACCOUNTS_ADD, "accounts.add"),
        (Permission::USERS_VIEW, "users.view"),
        (Permission::USERS_ADD, "users.add"),
        (Permission::USERS_EDIT, "users.edit"),
        (Permission::USERS_REMOVE, "users.remove"),
    ];
    assert!(named.iter().all(|(permission, name)| permission.to_string() == *name));
}

#[test]
fn a_matrix_shows_and_hashes_the_cells_it_holds() {
    let matrix = BuiltInRole::User.matrix();
    assert_eq!(format!("{matrix:?}"), r#"{"own.account_info.view", "own.support.view"}"#);
    let (state, other) = (RandomState::new(), matrix.union(BuiltInRole::BasicAccess.matrix()));
    assert_eq!(state.hash_one(matrix), state.hash_one(matrix.cells().collect::<PermissionMatrix>()));
    assert_ne!(state.hash_one(matrix), state.hash_one(other));
    assert!(matrix != other && matrix == matrix.cells().collect());
    assert!(PermissionMatrix::<Resource>::default().is_empty());
}
