//! Letters that tell a user what happened to the account.

use tenantry_domain::{MailId, UserId, contact::EmailAddress, user::User};

use crate::{
    App, UseCaseError,
    ports::{Letter, MailState, OutboxMail, UnitOfWork},
};

/// Tells the user that the password was changed.
pub(crate) async fn notify_password_change(app: &App, uow: &dyn UnitOfWork, user: &User) -> Result<(), UseCaseError> {
    enqueue(app, uow, user.id, &user.contact.email, Letter::PasswordChanged).await
}

/// Tells the user, at all own addresses, that a link went to another one.
pub(crate) async fn notify_link_sent_elsewhere(
    app: &App,
    uow: &dyn UnitOfWork,
    user: &User,
) -> Result<(), UseCaseError> {
    enqueue(app, uow, user.id, &user.contact.email, Letter::LinkSentElsewhere).await?;
    if let Some(alternative) = &user.contact.alternative_email {
        enqueue(app, uow, user.id, alternative, Letter::LinkSentElsewhere).await?;
    }
    Ok(())
}

/// Tells an address that it is no longer the user's.
pub(crate) async fn notify_address_change(
    app: &App,
    uow: &dyn UnitOfWork,
    user_id: UserId,
    old: &EmailAddress,
) -> Result<(), UseCaseError> {
    enqueue(app, uow, user_id, old, Letter::AddressChanged).await
}

async fn enqueue(
    app: &App,
    uow: &dyn UnitOfWork,
    user_id: UserId,
    to: &EmailAddress,
    letter: Letter,
) -> Result<(), UseCaseError> {
    let id = MailId::new(app.new_id());
    let mail = OutboxMail { id, user_id, to: to.clone(), letter, state: MailState::Pending, created_at: app.now() };
    Ok(uow.mail_outbox().enqueue(&mail).await?)
}
