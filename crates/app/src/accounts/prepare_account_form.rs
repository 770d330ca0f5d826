//! What the form for a new account needs to know.

use tenantry_domain::{AccountId, account::AccountKind, permission::Permission};

use super::show_account::{AccountPage, ShowAccount};
use crate::{
    Actor, App, Conflict, UseCaseError,
    roles::{RoleOffer, offer_roles, put_first},
};

/// Prepares the form for an account beneath another one.
#[derive(Debug, Clone, Copy)]
pub struct PrepareAccountForm {
    /// Beneath which.
    pub parent_id: AccountId,
}

/// What the form shows.
#[derive(Debug, Clone)]
pub struct AccountForm {
    /// The account above.
    pub parent: AccountPage,
    /// Whether a first user may be created along with the account.
    pub may_add_user: bool,
    /// Every role for that user, with what keeps the asker from giving it.
    pub roles: Vec<RoleOffer>,
}

impl PrepareAccountForm {
    /// The form's knowledge, for those who may create accounts there.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] without `accounts.add` there; [`Conflict::AccountIsLeaf`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<AccountForm, UseCaseError> {
        let parent = ShowAccount { account_id: self.parent_id }.execute(app, actor).await?;
        let account = &parent.account.account;
        actor.permit(Permission::ACCOUNTS_ADD, &account.path)?;
        if !account.kind.may_hold(AccountKind::Customer) {
            return Err(Conflict::AccountIsLeaf.into());
        }
        // What one may do in an account that does not exist yet follows from where it will stand.
        let new = account.path.child(AccountId::new(app.new_id()));
        let may_add_user = actor.authority().holds(Permission::USERS_ADD, &new);
        let mut roles = if may_add_user { offer_roles(app, actor, &new).await? } else { Vec::new() };
        put_first(&mut roles, parent.account.inherited.policy.role_family);
        Ok(AccountForm { parent, may_add_user, roles })
    }
}
