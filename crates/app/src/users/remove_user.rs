//! Removing a user, and taking it back.

use serde_json::json;
use tenantry_domain::{UserId, permission::Permission, user::User};

use super::{find, keep_an_administrator, require_not_removed, require_version, shut_out, store};
use crate::{Actor, App, Conflict, Denied, UseCaseError, app::Attempted, ports::UserDetails};

/// Removes a user. The user is shut out at once and can be restored for 30 days; until then the login name stays reserved.
#[derive(Debug, Clone, Copy)]
pub struct RemoveUser {
    /// Whom.
    pub user_id: UserId,
    /// The version the client saw; `None` takes whatever is there.
    pub expected_version: Option<i64>,
}

impl RemoveUser {
    /// Removes the user.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] without `users.remove` there, over a superior, or over oneself; [`UseCaseError::Conflict`]
    /// for the last administrator or a user removed already; [`UseCaseError::Stale`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::on_user("user.remove", self.user_id), outcome).await
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let record = find(&*uow, self.user_id).await?;
        let permit = actor.permit_over_other(Permission::USERS_REMOVE, &record)?;
        require_not_removed(&record)?;
        require_version(&record, self.expected_version)?;
        keep_an_administrator(app, &*uow, &actor, &record, &[]).await?;
        shut_out(app, &*uow, self.user_id).await?;
        let user = User { removed_at: Some(app.now()), ..record.user.clone() };
        store(app, &*uow, &record, &user).await?;
        let entry = permit.entry(app, "user.remove").about_user(user.id).in_account(user.account_id);
        uow.audit_log().append(&entry.changing(json!({"removed": false}), json!({"removed": true}))).await?;
        Ok(uow.commit().await?)
    }
}

/// Restores a removed user as it was: status, role, password. Its sessions and links stay ended.
#[derive(Debug, Clone, Copy)]
pub struct RestoreUser {
    /// Whom.
    pub user_id: UserId,
}

impl RestoreUser {
    /// Restores the user.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] without `users.remove` there or over a superior; [`UseCaseError::Conflict`] if the user is
    /// not removed. A user removed longer ago than it is kept for does not exist any more.
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<UserDetails, UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::on_user("user.restore", self.user_id), outcome).await?;
        app.directory().find_user(self.user_id).await?.ok_or_else(|| Denied::NotFound.into())
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let record = find(&*uow, self.user_id).await?;
        let permit = actor.permit_over_other(Permission::USERS_REMOVE, &record)?;
        let Some(removed_at) = record.user.removed_at else { return Err(Conflict::UserNotRemoved.into()) };
        // Purging is a worker's job; a restore must not win against a worker that is late.
        if removed_at + app.settings.removed_users_kept_for <= app.now() {
            return Err(Denied::NotFound.into());
        }
        let user = User { removed_at: None, ..record.user.clone() };
        store(app, &*uow, &record, &user).await?;
        let entry = permit.entry(app, "user.restore").about_user(user.id).in_account(user.account_id);
        uow.audit_log().append(&entry.changing(json!({"removed": true}), json!({"removed": false}))).await?;
        Ok(uow.commit().await?)
    }
}
