//! Removing a role.

use serde_json::Value;
use tenantry_domain::{RoleId, permission::Permission};

use super::{find_in_view, require_version};
use crate::{Actor, App, Conflict, UseCaseError, app::Attempted, audit};

/// Removes a custom role that nobody holds, if it still is at the version the client saw.
#[derive(Debug, Clone, Copy)]
pub struct RemoveRole {
    /// Which.
    pub role_id: RoleId,
    /// The version the client saw; `None` takes whatever is there.
    pub expected_version: Option<i64>,
}

impl RemoveRole {
    /// Removes the role. It takes `users.edit` at its account, and holding there whatever it holds.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`], [`UseCaseError::Stale`], [`Conflict::RoleInUse`] as long as somebody has it, a removed user who
    /// can still be restored included.
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::on_role("role.remove", self.role_id), outcome).await
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let (role, owner) = find_in_view(&*uow, &actor, self.role_id).await?;
        let permit = actor.permit(Permission::USERS_EDIT, &owner)?;
        actor.permit_matrix(role.definition.matrix(), &owner)?;
        require_version(&role, self.expected_version)?;
        if !uow.roles().list_holders(role.id).await?.is_empty() {
            return Err(Conflict::RoleInUse.into());
        }
        uow.roles().remove(role.id).await?;
        let entry = permit.entry(app, "role.remove").in_account(role.owner);
        uow.audit_log().append(&entry.changing(audit::role(&role), Value::Null)).await?;
        Ok(uow.commit().await?)
    }
}
