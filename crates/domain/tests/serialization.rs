//! What other programs read and write: words and ids, and nothing that is none.

#![expect(clippy::unwrap_used, reason = "code that tests share")]

use std::fmt::Debug;

use jiff::Timestamp;
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, from_value, json, to_value};
use tenantry_domain::{
    AccountId, RoleId, UserId,
    account::{AccountKind, AccountPath, AccountStatus},
    permission::{Action, BuiltInRole, Cell, Grant, Permission, PermissionMatrix, Resource, RoleKey, Scope},
    user::{ProvisioningState, UserStatus},
};
use uuid::Uuid;

const ID: &str = "0195a0b0-0000-7000-8000-000000000001";

fn account(number: u128) -> AccountId {
    AccountId::new(Uuid::from_u128(number))
}

/// That a value has this form, and is read again from it.
fn assert_form<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, form: &Value) {
    assert_eq!(&to_value(value).unwrap(), form);
    assert_eq!(&from_value::<T>(form.clone()).unwrap(), value);
}

fn refusal<T: DeserializeOwned + Debug>(form: Value) -> String {
    from_value::<T>(form).unwrap_err().to_string()
}

#[test]
fn stable_words_stand_for_what_there_are_few_of() {
    for action in Action::ALL {
        assert_form(&action, &json!(action.key()));
    }
    for scope in Scope::ALL {
        assert_form(&scope, &json!(scope.key()));
    }
    for resource in Resource::ALL {
        assert_form(&resource, &json!(resource.key()));
    }
    for role in BuiltInRole::ALL {
        assert_form(&role, &json!(role.key()));
        assert_form(&RoleKey::from(role), &json!(role.key()));
    }
    for kind in AccountKind::ALL {
        assert_form(&kind, &json!(kind.key()));
    }
    for state in ProvisioningState::ALL {
        assert_form(&state, &json!(state.key()));
    }
    assert_form(&AccountStatus::Suspended, &json!("suspended"));
    assert_form(&UserStatus::Active, &json!("active"));
}

#[test]
fn permissions_and_cells_go_by_name() {
    for permission in Permission::<Resource>::all() {
        assert_form(&permission, &json!(permission.to_string()));
    }
    for cell in Cell::<Resource>::all() {
        assert_form(&cell, &json!(cell.to_string()));
    }
    assert_form(&BuiltInRole::User.matrix(), &json!(["own.account_info.view", "own.support.view"]));
}

#[test]
fn ids_are_uuids_and_a_path_is_a_list_of_them() {
    assert_form(&ID.parse::<UserId>().unwrap(), &json!(ID));
    assert_form(&RoleKey::Custom(ID.parse::<RoleId>().unwrap()), &json!(ID));
    let path = AccountPath::root(account(1)).child(account(2));
    assert_form(&path, &json!([account(1).to_string(), account(2).to_string()]));
}

#[test]
fn a_grant_tells_its_window_only_if_it_has_one() {
    let grant = Grant::new(BuiltInRole::BasicAccess, AccountPath::root(ID.parse().unwrap()));
    assert_form(&grant, &json!({"role": "basic_access", "anchor": [ID]}));
    let ending = Grant { ends_at: Some(Timestamp::UNIX_EPOCH), ..grant };
    assert_form(&ending, &json!({"role": "basic_access", "anchor": [ID], "endsAt": "1970-01-01T00:00:00Z"}));
}

#[test]
fn unknown_words_are_refused_and_named() {
    assert_eq!(refusal::<Action>(json!("fly")), "invalid value: string \"fly\", expected view, add, edit or remove");
    assert_eq!(refusal::<Scope>(json!(1)), "invalid type: integer `1`, expected own or child");
    assert!(refusal::<Resource>(json!("user")).contains("expected a resource"));
    assert!(refusal::<Permission>(json!("users")).contains("expected a permission such as"));
    assert!(refusal::<Cell>(json!("users.view")).contains("expected a cell such as"));
    assert!(refusal::<RoleKey>(json!("root")).contains("expected a built-in role or the id"));
    assert!(refusal::<BuiltInRole>(json!(ID)).contains("expected a built-in role"));
    assert!(refusal::<AccountId>(json!("1")).contains("UUID"));
}

#[test]
fn matrices_with_unknown_cells_are_refused_as_a_whole() {
    let form = json!(["own.users.view", "own.users.fly"]);
    assert!(refusal::<PermissionMatrix>(form).contains("own.users.fly"));
    assert!(refusal::<PermissionMatrix>(json!(3)).contains("expected a list of cells"));
    let twice = json!(["own.users.view", "own.users.view"]);
    assert_eq!(from_value::<PermissionMatrix>(twice).unwrap().len(), 1);
}

#[test]
fn an_account_without_a_path_and_a_grant_with_a_misspelt_end_are_refused() {
    assert!(refusal::<AccountPath>(json!([])).contains("the ids from the root down"));
    let misspelt = json!({"role": "user", "anchor": [ID], "endAt": "1970-01-01T00:00:00Z"});
    assert!(refusal::<Grant<BuiltInRole>>(misspelt).contains("unknown field `endAt`"));
    let vague = json!({"role": "user", "anchor": [ID], "endsAt": "tomorrow"});
    assert!(from_value::<Grant<BuiltInRole>>(vague).is_err());
}

proptest! {
    #[test]
    fn any_matrix_is_the_list_of_its_cells(
        cells in proptest::sample::subsequence(Cell::<Resource>::all().collect::<Vec<_>>(), 0..=64),
    ) {
        let names: Vec<String> = cells.iter().map(ToString::to_string).collect();
        let matrix: PermissionMatrix = cells.into_iter().collect();
        assert_form(&matrix, &json!(names));
    }
}
