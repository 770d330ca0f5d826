//! Sending a user a link to set a password.

use std::fmt;

use serde_json::json;
use tenantry_domain::{
    Line, UserId,
    permission::Permission,
    user::{User, UserStatus},
};

use super::{RecipientChoice, RecipientInput, SentLink, find, require_not_removed};
use crate::{
    Actor, App, Conflict, Denied, FieldErrors, UseCaseError,
    app::Attempted,
    mail::notify_link_sent_elsewhere,
    passwords::{Addressed, issue_link, verify_own_password},
    ports::{LinkPurpose, MailState},
};

/// Who is to get a link, as typed. `Debug` shows nothing of the password.
#[derive(Clone, Default)]
pub struct SendPasswordLinkInput {
    /// Primary, alternative or custom.
    pub recipient: RecipientInput,
    /// Why the link goes elsewhere; needed for custom.
    pub reason: Option<String>,
    /// The actor's own password; needed for custom.
    pub actor_password: Option<String>,
}

/// Sends a link with which the user sets a password. A newer link voids the older ones.
///
/// To an address of the user's it needs `users.edit` and the superior guard. To any other address it also needs the actor's own
/// password and a reason, and the user's own addresses are told.
#[derive(Debug, Clone)]
pub struct SendPasswordLink {
    /// Whom.
    pub user_id: UserId,
    /// Where to.
    pub input: SendPasswordLinkInput,
}

struct Parsed {
    choice: RecipientChoice,
    reason: Option<Line<500>>,
}

impl SendPasswordLink {
    /// Sends the link.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] without `users.edit` there, over a superior, or over oneself; [`UseCaseError::Invalid`];
    /// [`UseCaseError::Conflict`] for suspended and removed users.
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<SentLink, UseCaseError> {
        let outcome = self.run(app, actor).await;
        let sent = app.recorded(actor, Attempted::on_user("user.send_link", self.user_id), outcome).await?;
        app.mail_bell.notify_one();
        Ok(sent)
    }

    async fn run(&self, app: &App, actor: &Actor) -> Result<SentLink, UseCaseError> {
        actor.require_settled_password()?;
        let user = app.directory().find_user(self.user_id).await?.ok_or(Denied::NotFound)?;
        actor.permit_over_other(Permission::USERS_EDIT, &user.record)?;
        let parsed = self.parse(&user.record.user)?;
        if matches!(parsed.choice, RecipientChoice::Custom(_)) {
            verify_own_password(app, actor, self.input.actor_password.as_deref(), "actorPassword").await?;
        }
        app.retrying(|| Box::pin(self.attempt(app, actor, &parsed))).await
    }

    fn parse(&self, user: &User) -> Result<Parsed, FieldErrors> {
        let mut errors = FieldErrors::default();
        let choice = RecipientChoice::parse(&self.input.recipient, "recipient", &mut errors);
        let reason = errors.take("reason", Line::parse_optional(self.input.reason.as_deref()));
        match &choice {
            Some(RecipientChoice::Custom(_)) => {
                if matches!(reason, Some(None)) {
                    errors.add("reason", "required", "Say why the link goes to another address.");
                }
                if self.input.actor_password.as_deref().unwrap_or_default().is_empty() {
                    errors.add("actorPassword", "required", "Enter your own password.");
                }
            }
            Some(choice) if choice.resolve(&user.contact).is_none() => {
                RecipientChoice::note_missing_alternative("recipient", &mut errors);
            }
            _ => {}
        }
        errors.finish(choice.zip(reason)).map(|(choice, reason)| Parsed { choice, reason })
    }

    async fn attempt(&self, app: &App, actor: &Actor, parsed: &Parsed) -> Result<SentLink, UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let record = find(&*uow, self.user_id).await?;
        let permit = actor.permit_over_other(Permission::USERS_EDIT, &record)?;
        require_not_removed(&record)?;
        if record.user.status == UserStatus::Suspended {
            return Err(Conflict::UserSuspended.into());
        }
        let recipient = parsed.choice.resolve(&record.user.contact).ok_or(UseCaseError::Stale)?;
        let addressed = Addressed { user_id: self.user_id, recipient: recipient.clone(), state: MailState::Pending };
        let has_password = uow.credentials().find(self.user_id).await?.is_some();
        let purpose = if has_password { LinkPurpose::Reset } else { LinkPurpose::Welcome };
        let link = issue_link(app, &*uow, purpose, addressed).await?;
        if matches!(parsed.choice, RecipientChoice::Custom(_)) {
            notify_link_sent_elsewhere(app, &*uow, &record.user).await?;
        }
        let entry = permit.entry(app, "user.send_link").about_user(self.user_id).in_account(record.user.account_id);
        let reason = parsed.reason.as_ref().map(|reason| reason.as_str().to_owned());
        let after = json!({"recipient": recipient.kind.key(), "address": recipient.address.as_str(), "reason": reason});
        uow.audit_log().append(&entry.changing(serde_json::Value::Null, after)).await?;
        uow.commit().await?;
        Ok(SentLink { recipient, valid_for: link.valid_for, held: false })
    }
}

impl fmt::Debug for SendPasswordLinkInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendPasswordLinkInput")
            .field("recipient", &self.recipient)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}
