//! Roles that accounts define.

mod changing;
mod defining;
mod giving;
mod last_administrator;
mod removing;

use tenantry_app::{
    Actor, UseCaseError,
    ports::RoleRow,
    roles::{EditRole, RemoveRole, RoleInput},
    testing::TestPlatform,
};
use tenantry_domain::{
    AccountId, RoleId, UserId,
    permission::{BuiltInRole, Grant, Role},
};

/// Cells of a role that helps people of its account.
pub const HELPDESK: [&str; 3] = ["own.account_info.view", "own.users.view", "own.users.edit"];
/// Cells that make an administrator of the anchor.
pub const ADMINISTERS: [&str; 5] =
    ["own.account_info.view", "own.users.view", "own.users.add", "own.users.edit", "own.users.remove"];

/// A role as typed.
pub fn role_input(name: &str, cells: &[&str]) -> RoleInput {
    RoleInput { name: Some(name.to_owned()), ..cells_input(cells) }
}

/// New cells, and nothing else.
pub fn cells_input(cells: &[&str]) -> RoleInput {
    RoleInput { cells: Some(cells.iter().map(|&cell| cell.to_owned()).collect()), ..RoleInput::default() }
}

/// All cells of a built-in role.
pub fn cells_of(role: BuiltInRole) -> Vec<String> {
    role.matrix().cells().map(|cell| cell.to_string()).collect()
}

pub async fn define(
    p: &TestPlatform,
    actor: &Actor,
    account_id: AccountId,
    (name, cells): (&str, &[&str]),
) -> Result<RoleRow, UseCaseError> {
    role_input(name, cells).parse()?.execute(&p.app, actor, account_id).await
}

/// A role that somebody defined who may.
pub async fn defined(p: &TestPlatform, account_id: AccountId, role: (&str, &[&str])) -> RoleId {
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    define(p, &boss, account_id, role).await.unwrap().role.id
}

/// Gives a role at an account, whoever may.
pub async fn hold(p: &TestPlatform, user_id: UserId, role_id: RoleId, anchor: AccountId) {
    let role = p.directory.find_role(role_id).await.unwrap().unwrap().role;
    p.memory().add_grant(user_id, Grant::new(Role::from(role), p.path(anchor)));
}

/// A user of an account who holds a role there besides No Access.
pub async fn holder(p: &TestPlatform, account_id: AccountId, role_id: RoleId) -> UserId {
    let user_id = p.user(account_id, BuiltInRole::NoAccess).await;
    give_at_home(p, user_id, role_id).await;
    user_id
}

/// Makes a role the one that somebody has at home.
pub async fn give_at_home(p: &TestPlatform, user_id: UserId, role_id: RoleId) {
    let boss = p.actor_with(p.northwind, BuiltInRole::FullAccess).await;
    let changes = tenantry_app::users::EditUserInput { role: Some(role_id.to_string()), ..Default::default() };
    crate::escalation::operations::edit(&p.app, &boss, user_id, changes).await.unwrap();
}

pub async fn change(
    p: &TestPlatform,
    actor: &Actor,
    role_id: RoleId,
    changes: RoleInput,
) -> Result<RoleRow, UseCaseError> {
    EditRole { role_id, changes, expected_version: None }.execute(&p.app, actor).await
}

pub async fn remove(p: &TestPlatform, actor: &Actor, role_id: RoleId) -> Result<(), UseCaseError> {
    RemoveRole { role_id, expected_version: None }.execute(&p.app, actor).await
}
