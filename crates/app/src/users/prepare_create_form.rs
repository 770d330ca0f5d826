//! What the form for a new user needs to know.

use tenantry_domain::{AccountId, contact::DomainName, permission::Permission};

use super::usable_domains;
use crate::{
    Actor, App, Denied, UseCaseError,
    ports::AccountStanding,
    roles::{RoleOffer, offer_roles, put_first},
};

/// Asks for what the form for a new user in an account needs to know.
#[derive(Debug, Clone, Copy)]
pub struct PrepareCreateForm {
    /// The account.
    pub account_id: AccountId,
}

/// What the form knows.
#[derive(Debug, Clone)]
pub struct CreateForm {
    /// The account: domains, address and phone to prefill.
    pub account: AccountStanding,
    /// The domains that a new login name may use, the primary one first. None if all have to be verified first.
    pub login_domains: Vec<DomainName>,
    /// Every role, with what keeps the asker from giving it.
    pub roles: Vec<RoleOffer>,
    /// Whether a password may be e-mailed in plain text.
    pub plain_text_password_mail: bool,
}

impl PrepareCreateForm {
    /// The form's knowledge, for those who may create users in the account.
    ///
    /// # Errors
    /// [`Denied::NotFound`] or [`Denied::NotHeld`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<CreateForm, UseCaseError> {
        actor.require_settled_password()?;
        let account = app.directory().find_account(self.account_id).await?.ok_or(Denied::NotFound)?;
        let path = &account.account.path;
        actor.permit(Permission::USERS_ADD, path).or_else(|_| actor.permit(Permission::USERS_EDIT, path))?;
        let mut roles = offer_roles(app, actor, path).await?;
        put_first(&mut roles, account.inherited.policy.role_family);
        let plain_text_password_mail =
            account.inherited.policy.plain_text_password_mail && app.settings.plain_text_password_mail;
        let login_domains = usable_domains(&app.settings, &account.account.domains);
        Ok(CreateForm { account, login_domains, roles, plain_text_password_mail })
    }
}
