//! Suspending and resuming an account.

use serde_json::json;
use tenantry_domain::{
    AccountId,
    account::{Account, AccountStatus},
    permission::Permission,
};

use super::{
    find, find_covered_beyond, keep_administrators_elsewhere, require_elsewhere, require_version,
    show_account::{AccountPage, ShowAccount},
    store,
};
use crate::{Actor, App, UseCaseError, app::Attempted};

/// Sets whether an account is in use.
///
/// What follows for the accounts below is derived from it, so that their own status stays. Suspending ends the sessions of all
/// users at and below it and voids their links in the same transaction; resuming revives neither. Services and charges go on,
/// and whoever administers it from above still does.
#[derive(Debug, Clone, Copy)]
pub struct ChangeAccountStatus {
    /// Which.
    pub account_id: AccountId,
    /// To what.
    pub status: AccountStatus,
    /// The version the client saw; `None` takes whatever is there.
    pub expected_version: Option<i64>,
}

impl ChangeAccountStatus {
    /// Changes the status; setting the one it has already is no error.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] without `accounts.edit` there, for an account one is in oneself, or with somebody in it who holds
    /// more elsewhere; [`UseCaseError::Conflict`] if the last administrator of another account is in it; [`UseCaseError::Stale`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<AccountPage, UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::in_account(self.action(), self.account_id), outcome).await?;
        ShowAccount { account_id: self.account_id }.once_changed(app, actor).await
    }

    const fn action(self) -> &'static str {
        match self.status {
            AccountStatus::Active => "account.resume",
            AccountStatus::Suspended => "account.suspend",
        }
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin_large().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let account = find(&*uow, self.account_id).await?;
        let permit = actor.permit(Permission::ACCOUNTS_EDIT, &account.path)?;
        require_elsewhere(&actor, &account)?;
        require_version(&account, self.expected_version)?;
        if account.status == self.status {
            return Ok(uow.commit().await?);
        }
        let before = account.status.key();
        let changed = Account { status: self.status, ..account };
        // Whom one could not shut out one does not let in either.
        let beyond = find_covered_beyond(&*uow, &actor, &changed).await?;
        match self.status {
            AccountStatus::Active => store(app, &*uow, &changed).await?,
            AccountStatus::Suspended => {
                uow.users().shut_out_subtree(&changed.path, app.now()).await?;
                store(app, &*uow, &changed).await?;
                keep_administrators_elsewhere(app, &*uow, &actor, &beyond).await?;
            }
        }
        let entry = permit.entry(app, self.action()).in_account(self.account_id);
        let entry = entry.changing(json!({"status": before}), json!({"status": self.status.key()}));
        uow.audit_log().append(&entry).await?;
        Ok(uow.commit().await?)
    }
}
