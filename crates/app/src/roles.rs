//! Roles: the built-in ones, and those that accounts define for themselves and for the accounts below them.
//!
//! Whoever may view the users of an account may view the roles it defined. A custom role may be given at its account and below,
//! by people who may view it and who cover it there. Its definition is capped by coverage too, and so is every change of it: at
//! each account where somebody holds it.

mod define_role;
mod edit_role;
mod list_roles;
mod remove_role;
mod role_input;
mod show_role;

pub use define_role::DefineRole;
pub use edit_role::EditRole;
pub use list_roles::{ListRoles, RoleList, RoleOffer};
pub use remove_role::RemoveRole;
pub use role_input::RoleInput;
pub use show_role::{RolePage, ShowRole};

pub(crate) use list_roles::{offer_roles, put_first};

use async_trait::async_trait;
use tenantry_domain::{
    RoleId,
    account::AccountPath,
    permission::{Authority, BuiltInRole, CustomRole, Permission, Role, RoleKey},
};

use crate::{
    Actor, Denied, UseCaseError,
    ports::{Directory, StorageError, UnitOfWork},
};

/// Where custom roles are looked up: in a unit of work by whatever writes, in the directory by the rest.
#[async_trait]
pub(crate) trait RoleSource: Send + Sync {
    async fn find_custom(&self, role_id: RoleId) -> Result<Option<CustomRole>, StorageError>;
}

#[async_trait]
impl RoleSource for dyn UnitOfWork + '_ {
    async fn find_custom(&self, role_id: RoleId) -> Result<Option<CustomRole>, StorageError> {
        self.roles().find(role_id).await
    }
}

#[async_trait]
impl RoleSource for dyn Directory + '_ {
    async fn find_custom(&self, role_id: RoleId) -> Result<Option<CustomRole>, StorageError> {
        Ok(self.find_role(role_id).await?.map(|row| row.role))
    }
}

/// The role that somebody may mean at an account: a built-in one, or a custom one that is for this account and in view.
pub(crate) async fn find_offered<S: RoleSource + ?Sized>(
    source: &S,
    actor: &Actor,
    key: RoleKey,
    anchor: &AccountPath,
) -> Result<Option<Role>, StorageError> {
    match key {
        RoleKey::BuiltIn(role) => Ok(Some(role.into())),
        RoleKey::Custom(role_id) => {
            let found = source.find_custom(role_id).await?;
            Ok(found.map(Role::from).filter(|role| is_offered(actor.authority(), role, anchor)))
        }
    }
}

/// Whether somebody may mean a role at an account.
pub(crate) fn is_offered(authority: &Authority, role: &Role, anchor: &AccountPath) -> bool {
    let Role::Custom(role) = role else { return true };
    let owner = anchor.ancestors_and_self().find(|path| path.id() == role.owner);
    owner.is_some_and(|owner| views_roles_of(authority, &owner))
}

fn views_roles_of(authority: &Authority, owner: &AccountPath) -> bool {
    authority.holds(Permission::USERS_VIEW, owner)
}

/// The answer to a role that does not exist, is not for the account, or is not in view.
pub(crate) fn unknown_role(field: &str) -> UseCaseError {
    UseCaseError::field(field, "unknown-value", "Choose a role from the list.")
}

/// A custom role within a transaction, and where its account stands; as if it did not exist for those who may not view it.
async fn find_in_view(
    uow: &dyn UnitOfWork,
    actor: &Actor,
    role_id: RoleId,
) -> Result<(CustomRole, AccountPath), UseCaseError> {
    let role = uow.roles().find(role_id).await?.ok_or(Denied::NotFound)?;
    let owner = uow.accounts().find(role.owner).await?.ok_or(Denied::NotFound)?.path;
    if views_roles_of(actor.authority(), &owner) { Ok((role, owner)) } else { Err(Denied::NotFound.into()) }
}

/// Refuses a stale write: what the client saw must be what is stored.
fn require_version(role: &CustomRole, expected: Option<i64>) -> Result<(), UseCaseError> {
    if expected.is_none_or(|version| version == role.version) { Ok(()) } else { Err(UseCaseError::Stale) }
}

/// The built-in roles, as roles.
fn built_in() -> impl Iterator<Item = Role> {
    BuiltInRole::ALL.into_iter().map(Role::from)
}
