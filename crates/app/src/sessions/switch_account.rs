//! Switching the active account.

use tenantry_domain::AccountId;

use crate::{Actor, App, Denied, UseCaseError, app::Attempted};

/// Sets the account the actor is working in, for this session.
#[derive(Debug, Clone, Copy)]
pub struct SwitchAccount {
    /// The account; any in view.
    pub account_id: AccountId,
}

impl SwitchAccount {
    /// Switches.
    ///
    /// # Errors
    /// [`Denied::NotFound`] if the account is not in view, [`Denied::PasswordChangeRequired`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::in_account("session.switch_account", self.account_id), outcome).await
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let permit = actor.permit_self()?;
        let account = uow.accounts().find(self.account_id).await?;
        let account = account.filter(|account| actor.authority().views_account(&account.path));
        let account = account.ok_or(Denied::NotFound)?;
        uow.sessions().set_active_account(actor.session_id(), account.id()).await?;
        let entry = permit.entry(app, "session.switch_account").about_user(actor.user_id()).in_account(account.id());
        uow.audit_log().append(&entry).await?;
        Ok(uow.commit().await?)
    }
}
