//! Letters that tell a user what happened to the account.

use tenantry_domain::{
    MailId,
    contact::EmailAddress,
    user::{User, UserStatus},
};

use crate::{
    App, UseCaseError,
    ports::{Letter, MailState, MovedUser, OutboxMail, UnitOfWork},
};

/// Tells the user that the password was changed.
pub(crate) async fn notify_password_change(app: &App, uow: &dyn UnitOfWork, user: &User) -> Result<(), UseCaseError> {
    enqueue(app, uow, user, &user.contact.email, Letter::PasswordChanged).await
}

/// Tells the user, at all own addresses, that a link went to another one.
pub(crate) async fn notify_link_sent_elsewhere(
    app: &App,
    uow: &dyn UnitOfWork,
    user: &User,
) -> Result<(), UseCaseError> {
    enqueue(app, uow, user, &user.contact.email, Letter::LinkSentElsewhere).await?;
    if let Some(alternative) = &user.contact.alternative_email {
        enqueue(app, uow, user, alternative, Letter::LinkSentElsewhere).await?;
    }
    Ok(())
}

/// Tells an address the user had before that the user's addresses were changed.
pub(crate) async fn notify_address_change(
    app: &App,
    uow: &dyn UnitOfWork,
    user: &User,
    old: &EmailAddress,
) -> Result<(), UseCaseError> {
    enqueue(app, uow, user, old, Letter::AddressChanged).await
}

/// Tells everyone who signs in that the login name has another domain now. Who has no password yet, and who was removed, signs in
/// with nothing that changed.
pub(crate) async fn notify_moved_login_names(
    app: &App,
    uow: &dyn UnitOfWork,
    moved: &[MovedUser],
) -> Result<(), UseCaseError> {
    let created_at = app.now();
    let mail = |user: &MovedUser| OutboxMail {
        id: MailId::new(app.new_id()),
        user_id: user.user_id,
        to: user.email.clone(),
        letter: Letter::LoginNameChanged,
        state: state_for(user.status),
        created_at,
    };
    let told = moved.iter().filter(|user| user.has_password && !user.is_removed);
    let mails: Vec<OutboxMail> = told.map(mail).collect();
    Ok(uow.mail_outbox().enqueue_all(&mails).await?)
}

/// A suspended user hears nothing before being activated.
const fn state_for(status: UserStatus) -> MailState {
    match status {
        UserStatus::Active => MailState::Pending,
        UserStatus::Suspended => MailState::Held,
    }
}

async fn enqueue(
    app: &App,
    uow: &dyn UnitOfWork,
    user: &User,
    to: &EmailAddress,
    letter: Letter,
) -> Result<(), UseCaseError> {
    let id = MailId::new(app.new_id());
    let state = state_for(user.status);
    let mail = OutboxMail { id, user_id: user.id, to: to.clone(), letter, state, created_at: app.now() };
    Ok(uow.mail_outbox().enqueue(&mail).await?)
}
