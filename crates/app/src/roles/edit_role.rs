//! Changing a role, and with it what everybody holds who was given it.

use tenantry_domain::{
    RoleId,
    account::AccountPath,
    permission::{CustomRole, Grant, Permission, Role, RoleKey},
};

use super::{RoleInput, find_in_view, require_version};
use crate::{
    Actor, App, Conflict, Denied, UseCaseError,
    app::Attempted,
    audit,
    ports::{RoleRow, StoredRole, UnitOfWork, UserRecord},
    users::keep_an_administrator,
};

/// Changes a custom role, if it still is at the version the client saw.
#[derive(Debug, Clone)]
pub struct EditRole {
    /// Which.
    pub role_id: RoleId,
    /// What to change.
    pub changes: RoleInput,
    /// The version the client saw; `None` takes whatever is there.
    pub expected_version: Option<i64>,
}

impl EditRole {
    /// Changes the role; everybody who holds it has the new rights with the next request.
    ///
    /// A change of its cells is a change of everybody's grant: it takes coverage of the role before and after at its account,
    /// the right to give what it becomes at each account where somebody holds it, and `users.edit` over these people with
    /// coverage of everything they hold (the superior guard). Nobody changes a role they hold themselves, and no account loses its last administrator by it.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`], [`UseCaseError::Invalid`], [`UseCaseError::Stale`], [`Conflict::RoleNameTaken`],
    /// [`Conflict::LastAdministrator`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<RoleRow, UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::on_role("role.edit", self.role_id), outcome).await?;
        app.directory().find_role(self.role_id).await?.ok_or_else(|| Denied::NotFound.into())
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let (before, owner) = find_in_view(&*uow, &actor, self.role_id).await?;
        let permit = actor.permit(Permission::USERS_EDIT, &owner)?;
        require_version(&before, self.expected_version)?;
        let definition = self.changes.definition(Some(&before.definition))?;
        let after = CustomRole { definition, ..before.clone() };
        let holders = permit_change(&*uow, &actor, &Change { owner: &owner, before: &before, after: &after }).await?;
        match uow.roles().update(&after, app.now()).await? {
            None => return Err(UseCaseError::Stale),
            Some(StoredRole::NameTaken) => return Err(Conflict::RoleNameTaken.into()),
            Some(StoredRole::Stored) => {}
        }
        // Now that the change is made, so that two holders do not count as each other's replacement.
        for holder in &holders {
            keep_an_administrator(app, &*uow, &actor, holder, &grants_after(holder, &after)).await?;
        }
        let entry = permit.entry(app, "role.edit").in_account(before.owner);
        let stored = CustomRole { version: before.version + 1, ..after };
        uow.audit_log().append(&entry.changing(audit::role(&before), audit::role(&stored))).await?;
        Ok(uow.commit().await?)
    }
}

struct Change<'a> {
    owner: &'a AccountPath,
    before: &'a CustomRole,
    after: &'a CustomRole,
}

/// Whether the actor may make the change; whose rights it changes.
async fn permit_change(
    uow: &dyn UnitOfWork,
    actor: &Actor,
    change: &Change<'_>,
) -> Result<Vec<UserRecord>, UseCaseError> {
    let (before, after) = (&change.before.definition, &change.after.definition);
    actor.permit_matrix(before.matrix(), change.owner)?;
    if (before.matrix(), before.edits_own_profile) == (after.matrix(), after.edits_own_profile) {
        return Ok(Vec::new());
    }
    actor.permit_matrix(after.matrix(), change.owner)?;
    let holders = uow.roles().list_holders(change.before.id).await?;
    for holder in &holders {
        match actor.permit_over_other(Permission::USERS_EDIT, holder) {
            Ok(_) => {}
            Err(Denied::OwnAccount) => return Err(Denied::OwnRole.into()),
            // Whoever it is may be out of view.
            Err(_) => return Err(Denied::RoleHolder.into()),
        }
        let grants = grants_after(holder, change.after);
        for grant in grants.iter().filter(|grant| grant.role.key() == RoleKey::Custom(change.after.id)) {
            actor.permit_grant(grant)?;
        }
    }
    Ok(holders)
}

/// What a holder's grants become.
fn grants_after(holder: &UserRecord, after: &CustomRole) -> Vec<Grant> {
    let mut grants = holder.grants.clone();
    for grant in grants.iter_mut().filter(|grant| grant.role.key() == RoleKey::Custom(after.id)) {
        grant.role = Role::from(after.clone());
    }
    grants
}
