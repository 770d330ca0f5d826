//! Defining a role.

use serde_json::Value;
use tenantry_domain::{
    AccountId, RoleId,
    permission::{CustomRole, Permission, RoleDefinition},
};

use super::RoleInput;
use crate::{
    Actor, App, Conflict, Denied, FieldErrors, UseCaseError,
    app::Attempted,
    audit,
    ports::{RoleRow, StoredRole},
};

/// A new role for an account and the accounts below it.
#[derive(Debug, Clone)]
pub struct DefineRole {
    definition: RoleDefinition,
}

impl RoleInput {
    /// Parses a new role.
    ///
    /// # Errors
    /// All wrong fields at once; `cells` if a cell is unknown, or changes what the role cannot view in the same scope.
    pub fn parse(&self) -> Result<DefineRole, FieldErrors> {
        Ok(DefineRole { definition: self.definition(None)? })
    }
}

impl DefineRole {
    /// Defines the role. Its author needs `users.edit` at the account and holds there whatever the role holds.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`], [`Conflict::RoleNameTaken`].
    pub async fn execute(&self, app: &App, actor: &Actor, account_id: AccountId) -> Result<RoleRow, UseCaseError> {
        let role_id = RoleId::new(app.new_id());
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor, account_id, role_id))).await;
        app.recorded(actor, Attempted::in_account("role.define", account_id), outcome).await?;
        app.directory().find_role(role_id).await?.ok_or_else(|| Denied::NotFound.into())
    }

    async fn attempt(
        &self,
        app: &App,
        actor: &Actor,
        account_id: AccountId,
        role_id: RoleId,
    ) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let owner = uow.accounts().find(account_id).await?.ok_or(Denied::NotFound)?.path;
        let permit = actor.permit(Permission::USERS_EDIT, &owner)?;
        actor.permit_matrix(self.definition.matrix(), &owner)?;
        let role = CustomRole { id: role_id, owner: account_id, version: 1, definition: self.definition.clone() };
        if uow.roles().insert(&role, app.now()).await? == StoredRole::NameTaken {
            return Err(Conflict::RoleNameTaken.into());
        }
        let entry = permit.entry(app, "role.define").in_account(account_id);
        uow.audit_log().append(&entry.changing(Value::Null, audit::role(&role))).await?;
        Ok(uow.commit().await?)
    }
}
