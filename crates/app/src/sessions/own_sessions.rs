//! One's own sessions.

use tenantry_domain::SessionId;

use crate::{Actor, App, Denied, UseCaseError, app::Attempted, ports::Session};

/// Ends the session the request came with.
///
/// # Errors
/// [`UseCaseError::Storage`].
pub async fn sign_out(app: &App, actor: &Actor) -> Result<(), UseCaseError> {
    app.retrying(|| Box::pin(end(app, actor, actor.session_id()))).await
}

/// The actor's sessions that are not over, the latest used first.
///
/// # Errors
/// [`Denied::PasswordChangeRequired`], [`UseCaseError::Storage`].
pub async fn list_own_sessions(app: &App, actor: &Actor) -> Result<Vec<Session>, UseCaseError> {
    actor.permit_self()?;
    let now = app.now();
    let mut sessions = app.directory().list_sessions(actor.user_id()).await?;
    sessions.retain(|session| {
        session.expires_at > now && now.duration_since(session.last_seen_at) < app.settings.session_idle_for
    });
    Ok(sessions)
}

/// Ends one of the actor's sessions.
///
/// # Errors
/// [`Denied::NotFound`] if it is not one of the actor's.
pub async fn end_own_session(app: &App, actor: &Actor, session_id: SessionId) -> Result<(), UseCaseError> {
    actor.permit_self()?;
    let outcome = app.retrying(|| Box::pin(end(app, actor, session_id))).await;
    app.recorded(actor, Attempted::on_user("session.end", actor.user_id()), outcome).await
}

async fn end(app: &App, actor: &Actor, session_id: SessionId) -> Result<(), UseCaseError> {
    let uow = app.begin().await?;
    if !uow.sessions().end(actor.user_id(), session_id).await? {
        return Err(Denied::NotFound.into());
    }
    let permit = actor.permit_self_even_before_password_change();
    let entry = permit.entry(app, "session.end").about_user(actor.user_id());
    uow.audit_log().append(&entry).await?;
    Ok(uow.commit().await?)
}
