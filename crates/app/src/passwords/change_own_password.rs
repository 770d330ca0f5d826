//! Changing one's own password.

use std::fmt;

use tenantry_domain::user::{InvalidPassword, Password};

use super::{NewPassword, PasswordContext, verify_own_password};
use crate::{Actor, App, Denied, FieldErrors, UseCaseError, mail::notify_password_change, ports::HashedPassword};

/// The current and a new password, as typed. `Debug` shows nothing of them.
#[derive(Clone, Default)]
pub struct ChangeOwnPasswordInput {
    /// The current password.
    pub current_password: Option<String>,
    /// The new one.
    pub password: Option<String>,
}

/// Changes the actor's own password; possible also, and only, while the change is required.
#[derive(Debug, Clone)]
pub struct ChangeOwnPassword {
    /// What was typed.
    pub input: ChangeOwnPasswordInput,
}

impl ChangeOwnPassword {
    /// Changes the password, ends all other sessions, voids all links, and tells the user.
    ///
    /// # Errors
    /// [`UseCaseError::Invalid`] for a wrong current or a bad new password; [`UseCaseError::TooManyAttempts`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let user = app.directory().find_user(actor.user_id()).await?.ok_or(Denied::NotFound)?.record.user;
        let mut errors = FieldErrors::default();
        let current = self.input.current_password.as_deref().filter(|text| !text.is_empty());
        if current.is_none() {
            errors.add("currentPassword", "required", "Enter your current password.");
        }
        let context = PasswordContext::find(app, &user).await?;
        let parsed = context.parse(self.input.password.as_deref().unwrap_or_default());
        let parsed = match parsed {
            Ok(new) if current.and_then(Password::normalize).as_ref() == Some(&new) => Err(InvalidPassword::Unchanged),
            parsed => parsed,
        };
        let password = errors.take_password("password", parsed);
        let password = errors.finish(password)?;
        let old = verify_own_password(app, actor, current, "currentPassword").await?;
        let hash = app.ports.hasher.hash(&password).await?;
        app.retrying(|| Box::pin(self.attempt(app, actor, &old, &hash))).await?;
        app.mail_bell.notify_one();
        Ok(())
    }

    async fn attempt(
        &self,
        app: &App,
        actor: &Actor,
        old: &HashedPassword,
        new: &HashedPassword,
    ) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed_even_before_password_change(app, &*uow).await?;
        let permit = actor.permit_self_even_before_password_change();
        let user_id = actor.user_id();
        let record = uow.users().find(user_id).await?.ok_or(UseCaseError::NotSignedIn)?;
        // The password that was checked must still be the password.
        if uow.credentials().find(user_id).await?.map(|credential| credential.hash).as_ref() != Some(old) {
            return Err(UseCaseError::Stale);
        }
        uow.credentials().put(user_id, &NewPassword::by_owner(app, new.clone())).await?;
        uow.sessions().end_all(user_id, Some(actor.session_id())).await?;
        uow.password_links().void_all(user_id, app.now()).await?;
        uow.mail_outbox().cancel_credentials(user_id).await?;
        notify_password_change(app, &*uow, &record.user).await?;
        let entry = permit.entry(app, "password.change").about_user(user_id).in_account(record.user.account_id);
        uow.audit_log().append(&entry).await?;
        Ok(uow.commit().await?)
    }
}

impl fmt::Debug for ChangeOwnPasswordInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChangeOwnPasswordInput(…)")
    }
}
