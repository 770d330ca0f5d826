//! Whether a login name is free, as one types it.

use tenantry_domain::{AccountId, permission::Permission, user::LoginName};

use super::check_login_domain;
use crate::{Actor, App, Denied, UseCaseError};

/// Asks whether a login name could be given in an account.
#[derive(Debug, Clone)]
pub struct CheckLoginName {
    /// `local@domain` as typed.
    pub login_name: String,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginNameAvailability {
    /// It can be given.
    Free,
    /// It belongs to somebody, or is reserved for a removed user.
    Taken,
    /// It is no login name of this account; the text says why.
    Invalid(String),
}

impl CheckLoginName {
    /// The answer, for those who may create users in the account. Names of other accounts' domains are answered alike,
    /// whether they exist or not.
    ///
    /// # Errors
    /// [`Denied`] without `users.add` or `users.edit` in the account.
    pub async fn execute(
        &self,
        app: &App,
        actor: &Actor,
        account_id: AccountId,
    ) -> Result<LoginNameAvailability, UseCaseError> {
        actor.require_settled_password()?;
        let account = app.directory().find_account(account_id).await?.ok_or(Denied::NotFound)?.account;
        actor
            .permit(Permission::USERS_ADD, &account.path)
            .or_else(|_| actor.permit(Permission::USERS_EDIT, &account.path))?;
        let login_name = match LoginName::parse(&self.login_name) {
            Ok(login_name) => login_name,
            Err(error) => return Ok(LoginNameAvailability::Invalid(error.to_string())),
        };
        if let Err(why) = check_login_domain(&app.settings, &account.domains, login_name.domain()) {
            return Ok(LoginNameAvailability::Invalid(why.message().to_owned()));
        }
        let free = app.directory().is_login_name_free(&login_name.key()).await?;
        Ok(if free { LoginNameAvailability::Free } else { LoginNameAvailability::Taken })
    }
}
