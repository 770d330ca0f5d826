//! Setting another user's password by hand.

use std::fmt;

use serde_json::json;
use tenantry_domain::{
    UserId,
    permission::Permission,
    user::{Password, UserStatus},
};

use super::{RecipientChoice, RecipientInput, find, require_not_removed, require_plain_text_mail};
use crate::{
    Actor, App, Conflict, Denied, FieldErrors, UseCaseError,
    app::Attempted,
    mail::notify_password_change,
    passwords::{Addressed, NewPassword, PasswordContext, mail_password},
    ports::{HashedPassword, MailState, Recipient, UnitOfWork, UserRecord},
    sessions::login_attempts_key,
};

/// A password for another user, as typed. `Debug` shows nothing of the password.
#[derive(Clone, Default)]
pub struct SetUserPasswordInput {
    /// The password.
    pub password: Option<String>,
    /// Who gets it in plain text, if anybody: `primary` or `alternative`.
    pub email_to: Option<RecipientInput>,
    /// Whether it must be changed at the first sign-in; left out, yes.
    pub must_change: Option<bool>,
}

/// Sets another user's password: ends that user's sessions, voids all links, and tells the user.
#[derive(Debug, Clone)]
pub struct SetUserPassword {
    /// Whom.
    pub user_id: UserId,
    /// The password and what becomes of it.
    pub input: SetUserPasswordInput,
}

struct Prepared {
    password: Password,
    hash: HashedPassword,
    email_to: Option<RecipientChoice>,
    must_change: bool,
}

impl SetUserPassword {
    /// Sets the password.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] without `users.edit` there, over a superior, or over oneself; [`UseCaseError::Invalid`] for
    /// a bad password, or for mailing it where that is off; [`UseCaseError::Conflict`] for removed users, and for mailing it
    /// to a suspended one.
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let outcome = self.run(app, actor).await;
        app.recorded(actor, Attempted::on_user("user.set_password", self.user_id), outcome).await
    }

    async fn run(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let prepared = self.prepare(app, actor).await?;
        app.retrying(|| Box::pin(self.attempt(app, actor, &prepared))).await?;
        app.mail_bell.notify_one();
        Ok(())
    }

    async fn prepare(&self, app: &App, actor: &Actor) -> Result<Prepared, UseCaseError> {
        actor.require_settled_password()?;
        let user = app.directory().find_user(self.user_id).await?.ok_or(Denied::NotFound)?;
        actor.permit_over_other(Permission::USERS_EDIT, &user.record)?;
        let account = app.directory().find_account(user.record.user.account_id).await?.ok_or(Denied::NotFound)?;
        let mail_allowed = account.inherited.policy.plain_text_password_mail && app.settings.plain_text_password_mail;
        let mut errors = FieldErrors::default();
        let context = PasswordContext::of_user(&user.record.user).demanding(account.inherited.policy.password_length);
        let password =
            errors.take_password("password", context.parse(self.input.password.as_deref().unwrap_or_default()));
        let must_change = self.input.must_change.unwrap_or(true);
        let email_to = self.parse_email_to(&user.record.user.contact, mail_allowed, must_change, &mut errors);
        let (password, email_to) = errors.finish(password.zip(email_to))?;
        Ok(Prepared { hash: app.ports.hasher.hash(&password).await?, password, email_to, must_change })
    }

    fn parse_email_to(
        &self,
        contact: &tenantry_domain::user::ContactDetails,
        mail_allowed: bool,
        must_change: bool,
        errors: &mut FieldErrors,
    ) -> Option<Option<RecipientChoice>> {
        let Some(input) = &self.input.email_to else { return Some(None) };
        let choice = RecipientChoice::parse(input, "emailTo", errors)?;
        if !mail_allowed {
            errors.add("emailTo", "plain-text-mail-off", "This account does not allow passwords to be e-mailed.");
        } else if matches!(choice, RecipientChoice::Custom(_)) {
            errors.add(
                "emailTo.kind",
                "unknown-value",
                "Choose the primary or the alternative address; send a link to reach another one.",
            );
        } else if choice.resolve(contact).is_none() {
            RecipientChoice::note_missing_alternative("emailTo", errors);
        } else if !must_change {
            errors.add("mustChange", "required", "A password sent by e-mail must be changed at the first sign-in.");
        }
        Some(Some(choice))
    }

    async fn attempt(&self, app: &App, actor: &Actor, prepared: &Prepared) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let record = find(&*uow, self.user_id).await?;
        let permit = actor.permit_over_other(Permission::USERS_EDIT, &record)?;
        require_not_removed(&record)?;
        let recipient = Self::recipient(app, &*uow, &record, prepared).await?;
        super::shut_out(app, &*uow, self.user_id).await?;
        uow.sign_in_attempts().clear(&login_attempts_key(&record.user.login_name.key())).await?;
        let new = NewPassword::by_administrator(app, prepared.hash.clone(), prepared.must_change);
        uow.credentials().put(self.user_id, &new).await?;
        match recipient {
            Some(recipient) => {
                let addressed = Addressed { user_id: self.user_id, recipient, state: MailState::Pending };
                mail_password(app, &*uow, &prepared.password, addressed).await?;
            }
            None => notify_password_change(app, &*uow, &record.user).await?,
        }
        let entry = permit.entry(app, "user.set_password").about_user(self.user_id).in_account(record.user.account_id);
        let after = json!({"mustChange": prepared.must_change, "mailed": prepared.email_to.is_some()});
        uow.audit_log().append(&entry.changing(serde_json::Value::Null, after)).await?;
        Ok(uow.commit().await?)
    }

    /// Who gets the password, if anybody, with what was prepared outside looked at again inside the transaction.
    async fn recipient(
        app: &App,
        uow: &dyn UnitOfWork,
        record: &UserRecord,
        prepared: &Prepared,
    ) -> Result<Option<Recipient>, UseCaseError> {
        let Some(choice) = &prepared.email_to else { return Ok(None) };
        if record.user.status == UserStatus::Suspended {
            return Err(Conflict::UserSuspended.into());
        }
        require_plain_text_mail(app, uow, &record.home).await?;
        choice.resolve(&record.user.contact).map(Some).ok_or(UseCaseError::Stale)
    }
}

impl fmt::Debug for SetUserPasswordInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetUserPasswordInput")
            .field("email_to", &self.email_to)
            .field("must_change", &self.must_change)
            .finish_non_exhaustive()
    }
}
