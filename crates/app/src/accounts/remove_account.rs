//! Removing an account, and taking it back.

use serde_json::json;
use tenantry_domain::{AccountId, permission::Permission};

use super::{
    find, find_covered_beyond, keep_administrators_elsewhere, require_elsewhere, require_version,
    show_account::{AccountPage, ShowAccount},
};
use crate::{Actor, App, Conflict, Denied, UseCaseError, app::Attempted, ports::SubtreeSize};

/// Removes an account, and with `cascade` everything below it. Nobody in it gets in any more, and nobody finds it; it can be
/// restored for 30 days, and until then its domains stay taken.
#[derive(Debug, Clone, Copy)]
pub struct RemoveAccount {
    /// Which.
    pub account_id: AccountId,
    /// With the accounts below it, whose number a preview has told.
    pub cascade: bool,
    /// The version the client saw; `None` takes whatever is there.
    pub expected_version: Option<i64>,
}

impl RemoveAccount {
    /// Removes the account.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] without `accounts.remove` there, for an account one is in oneself, or with somebody in it who holds
    /// more elsewhere; [`Conflict::AccountHoldsAccounts`] without `cascade`; [`UseCaseError::Stale`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::in_account("account.remove", self.account_id), outcome).await
    }

    /// How much would be removed, without removing anything. It takes the same right.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`].
    pub async fn preview(&self, app: &App, actor: &Actor) -> Result<SubtreeSize, UseCaseError> {
        let uow = app.begin_large().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let account = find(&*uow, self.account_id).await?;
        actor.permit(Permission::ACCOUNTS_REMOVE, &account.path)?;
        let size = uow.accounts().count_subtree(&account.path).await?;
        uow.commit().await?;
        Ok(size)
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin_large().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let account = find(&*uow, self.account_id).await?;
        let permit = actor.permit(Permission::ACCOUNTS_REMOVE, &account.path)?;
        require_elsewhere(&actor, &account)?;
        require_version(&account, self.expected_version)?;
        let SubtreeSize { accounts_below: accounts, users } = uow.accounts().count_subtree(&account.path).await?;
        if accounts > 0 && !self.cascade {
            return Err(Conflict::AccountHoldsAccounts { accounts }.into());
        }
        let beyond = find_covered_beyond(&*uow, &actor, &account).await?;
        uow.users().shut_out_subtree(&account.path, app.now()).await?;
        uow.accounts().remove_subtree(&account.path, app.now()).await?;
        keep_administrators_elsewhere(app, &*uow, &actor, &beyond).await?;
        let entry = permit.entry(app, "account.remove").in_account(self.account_id);
        let after = json!({"removed": true, "accountsBelow": accounts, "users": users});
        uow.audit_log().append(&entry.changing(json!({"removed": false}), after)).await?;
        Ok(uow.commit().await?)
    }
}

/// Restores a removed account with everything that was removed with it. Sessions and links stay ended.
#[derive(Debug, Clone, Copy)]
pub struct RestoreAccount {
    /// Which.
    pub account_id: AccountId,
}

impl RestoreAccount {
    /// Restores the account.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] without `accounts.remove` there, or with somebody in it who holds more elsewhere;
    /// [`Conflict::ParentRemoved`]; [`Conflict::AccountIsLeaf`] if the parent became a customer meanwhile. An account that is not removed, or longer ago than it is kept for, is not there to be restored.
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<AccountPage, UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::in_account("account.restore", self.account_id), outcome).await?;
        ShowAccount { account_id: self.account_id }.once_changed(app, actor).await
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin_large().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let Some(account) = uow.accounts().find_removed(self.account_id).await? else {
            return self.refuse_what_is_there(&*uow, &actor).await;
        };
        // Nobody sees a removed account but those who could restore it.
        let permit = actor.permit(Permission::ACCOUNTS_REMOVE, &account.path).map_err(|_| Denied::NotFound)?;
        // Purging is a worker's job; a restore must not win against a worker that is late.
        let is_over = account.removed_at.is_some_and(|at| at + app.settings.removed_accounts_kept_for <= app.now());
        if is_over {
            return Err(Denied::NotFound.into());
        }
        let parent = account.path.parent_id().ok_or(Denied::NotFound)?;
        let parent = uow.accounts().find(parent).await?.ok_or(Conflict::ParentRemoved)?;
        if !parent.kind.may_hold(account.kind) {
            return Err(Conflict::AccountIsLeaf.into());
        }
        uow.accounts().restore_subtree(self.account_id).await?;
        // Whom one could not remove with it one does not bring back either; now that they are there to be found.
        find_covered_beyond(&*uow, &actor, &account).await?;
        let entry = permit.entry(app, "account.restore").in_account(self.account_id);
        uow.audit_log().append(&entry.changing(json!({"removed": true}), json!({"removed": false}))).await?;
        Ok(uow.commit().await?)
    }

    /// An account that was not removed: said only to those who see it and could restore it.
    async fn refuse_what_is_there(
        &self,
        uow: &dyn crate::ports::UnitOfWork,
        actor: &Actor,
    ) -> Result<(), UseCaseError> {
        let account = find(uow, self.account_id).await?;
        actor.permit(Permission::ACCOUNTS_REMOVE, &account.path)?;
        Err(Conflict::AccountNotRemoved.into())
    }
}
