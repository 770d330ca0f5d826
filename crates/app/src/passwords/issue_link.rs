//! Putting a password link, or a password, on its way.

use tenantry_domain::{MailId, PasswordLinkId, UserId, user::Password};

use crate::{
    App, UseCaseError,
    ports::{Letter, LinkPurpose, MailState, OutboxMail, PasswordLink, Recipient, UnitOfWork},
};

/// A way in for a user, and where its mail goes.
pub(crate) struct Addressed {
    /// Whom it lets in.
    pub user_id: UserId,
    /// Where it goes.
    pub recipient: Recipient,
    /// [`MailState::Pending`], or [`MailState::Held`] for a suspended user.
    pub state: MailState,
}

/// The address of a link, for its mail only.
pub(crate) fn link_url(app: &App, link_id: PasswordLinkId) -> String {
    let token = app.ports.tokens.password_link_token(link_id);
    format!("{}/console/set-password?token={}", app.settings.base_url, token.expose())
}

/// Stores a link and its mail. Every older link of the user is void from now on, and its mail, if still waiting, is not sent.
pub(crate) async fn issue_link(
    app: &App,
    uow: &dyn UnitOfWork,
    purpose: LinkPurpose,
    addressed: Addressed,
) -> Result<PasswordLink, UseCaseError> {
    uow.password_links().void_all(addressed.user_id, app.now()).await?;
    uow.mail_outbox().cancel_credentials(addressed.user_id).await?;
    issue_first_link(app, uow, purpose, addressed).await
}

/// As [`issue_link`], for a user who has never had one.
pub(crate) async fn issue_first_link(
    app: &App,
    uow: &dyn UnitOfWork,
    purpose: LinkPurpose,
    addressed: Addressed,
) -> Result<PasswordLink, UseCaseError> {
    let Addressed { user_id, recipient, state } = addressed;
    let id = PasswordLinkId::new(app.new_id());
    let token = app.ports.tokens.password_link_token(id);
    let (letter, valid_for) = match purpose {
        LinkPurpose::Welcome => (Letter::Welcome { link_id: id }, app.settings.welcome_link_valid_for),
        LinkPurpose::Reset => (Letter::PasswordReset { link_id: id }, app.settings.reset_link_valid_for),
    };
    let link = PasswordLink {
        id,
        user_id,
        token_hash: app.ports.tokens.hash(token.expose()),
        purpose,
        recipient,
        valid_for,
        requested_at: app.now(),
        expires_at: None,
        used_at: None,
        voided_at: None,
    };
    uow.password_links().insert(&link).await?;
    let mail = OutboxMail {
        id: MailId::new(app.new_id()),
        user_id,
        to: link.recipient.address.clone(),
        letter,
        state,
        created_at: app.now(),
    };
    uow.mail_outbox().enqueue(&mail).await?;
    Ok(link)
}

/// Stores the mail that carries a password in plain text: sealed until it is sent, erased then.
pub(crate) async fn mail_password(
    app: &App,
    uow: &dyn UnitOfWork,
    password: &Password,
    addressed: Addressed,
) -> Result<(), UseCaseError> {
    let Addressed { user_id, recipient, state } = addressed;
    let id = MailId::new(app.new_id());
    let sealed = Some(app.ports.sealer.seal(&id.to_string(), password.expose().as_bytes()));
    let letter = Letter::NewPassword { sealed };
    let mail = OutboxMail { id, user_id, to: recipient.address, letter, state, created_at: app.now() };
    Ok(uow.mail_outbox().enqueue(&mail).await?)
}
