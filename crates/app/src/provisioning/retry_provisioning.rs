//! Asking for provisioning again.

use tenantry_domain::{ProvisioningJobId, UserId, permission::Permission, user::ProvisioningState};

use crate::{Actor, App, Denied, UseCaseError, app::Attempted, users::require_not_removed};

/// Tells the connected services about a user again, at once.
#[derive(Debug, Clone, Copy)]
pub struct RetryProvisioning {
    /// Whom about.
    pub user_id: UserId,
}

impl RetryProvisioning {
    /// Puts the job on its way.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] without `users.edit` there or over a superior; [`UseCaseError::Conflict`] for a removed user.
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::on_user("user.provision", self.user_id), outcome).await?;
        app.provisioning_bell.notify_one();
        Ok(())
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let record = uow.users().find(self.user_id).await?.ok_or(Denied::NotFound)?;
        let permit = actor.permit_over(Permission::USERS_EDIT, &record)?;
        require_not_removed(&record)?;
        let job = ProvisioningJobId::new(app.new_id());
        uow.provisioning_jobs().enqueue(job, self.user_id, app.now()).await?;
        uow.users().set_provisioning(&[self.user_id], ProvisioningState::Pending, None).await?;
        let entry = permit.entry(app, "user.provision").about_user(self.user_id).in_account(record.user.account_id);
        uow.audit_log().append(&entry).await?;
        Ok(uow.commit().await?)
    }
}
