//! Taking a password link back.

use tenantry_domain::{UserId, permission::Permission};

use super::{find, require_not_removed};
use crate::{Actor, App, UseCaseError, app::Attempted};

/// Voids a user's password links; a mail that still waits with one is not sent.
#[derive(Debug, Clone, Copy)]
pub struct VoidPasswordLink {
    /// Whose.
    pub user_id: UserId,
}

impl VoidPasswordLink {
    /// Voids them; none there is no error.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] without `users.edit` there, over a superior, or over oneself; [`UseCaseError::Conflict`] for
    /// a removed user.
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::on_user("user.void_link", self.user_id), outcome).await
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let record = find(&*uow, self.user_id).await?;
        let permit = actor.permit_over_other(Permission::USERS_EDIT, &record)?;
        require_not_removed(&record)?;
        uow.password_links().void_all(self.user_id, app.now()).await?;
        uow.mail_outbox().cancel_credentials(self.user_id).await?;
        let entry = permit.entry(app, "user.void_link").about_user(self.user_id).in_account(record.user.account_id);
        uow.audit_log().append(&entry).await?;
        Ok(uow.commit().await?)
    }
}
