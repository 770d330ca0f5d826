//! Asking for a new password without being signed in.

use jiff::SignedDuration;
use serde_json::json;
use tenantry_domain::{MailId, permission::Standing, user::LoginName};

use super::{Addressed, issue_link};
use crate::{
    App, Permit, RequestContext, UseCaseError,
    ports::{Letter, LinkPurpose, MailState, OutboxMail, Recipient, RecipientKind, UnitOfWork},
};

/// Asks for a link to set a new password. Nobody learns from it whether the name exists: callers answer before it runs.
#[derive(Debug, Clone)]
pub struct ForgotPassword {
    /// The login name as typed.
    pub login_name: String,
    /// Where the request came from.
    pub context: RequestContext,
}

impl ForgotPassword {
    /// How many reset links a user is sent in an hour.
    const MOST_AN_HOUR: u64 = 3;

    /// Sends the link to the stored primary and alternative address, if there is such a user who may sign in and who has
    /// not been sent several already. Otherwise does nothing.
    ///
    /// # Errors
    /// [`UseCaseError::Storage`].
    pub async fn execute(&self, app: &App) -> Result<(), UseCaseError> {
        app.retrying(|| Box::pin(self.attempt(app))).await?;
        app.mail_bell.notify_one();
        Ok(())
    }

    async fn attempt(&self, app: &App) -> Result<(), UseCaseError> {
        let Ok(login_name) = LoginName::parse(&self.login_name) else { return Ok(()) };
        let uow = app.begin().await?;
        let Some(record) = uow.users().find_by_login_key(&login_name.key()).await? else { return Ok(()) };
        let user = record.user;
        let principal = uow.users().find_principal(user.id, app.now()).await?;
        if principal.is_none_or(|principal| principal.authority.standing() != Standing::Active) {
            return Ok(());
        }
        let (now, hour) = (app.now(), SignedDuration::from_hours(1));
        // What a clock far ahead noted does not count.
        if uow.password_links().count(user.id, LinkPurpose::Reset, now - hour..=now + hour).await? >= Self::MOST_AN_HOUR
        {
            return Ok(());
        }
        let primary = Recipient { kind: RecipientKind::Primary, address: user.contact.email.clone() };
        let addressed = Addressed { user_id: user.id, recipient: primary, state: MailState::Pending };
        let link = issue_link(app, &*uow, LinkPurpose::Reset, addressed).await?;
        if let Some(alternative) = user.contact.alternative_email.filter(|address| *address != user.contact.email) {
            self.copy_to(app, &*uow, alternative, &link).await?;
        }
        let entry = Permit::by_system(self.context.clone()).entry(app, "password.forgot");
        let entry = entry.about_user(user.id).in_account(user.account_id);
        let after = json!({"link": link.id.to_string()});
        uow.audit_log().append(&entry.changing(serde_json::Value::Null, after)).await?;
        Ok(uow.commit().await?)
    }

    /// The alternative address is there for resets too: it gets the same link.
    async fn copy_to(
        &self,
        app: &App,
        uow: &dyn UnitOfWork,
        to: tenantry_domain::contact::EmailAddress,
        link: &crate::ports::PasswordLink,
    ) -> Result<(), UseCaseError> {
        let mail = OutboxMail {
            id: MailId::new(app.new_id()),
            user_id: link.user_id,
            to,
            letter: Letter::PasswordReset { link_id: link.id },
            state: MailState::Pending,
            created_at: app.now(),
        };
        Ok(uow.mail_outbox().enqueue(&mail).await?)
    }
}
