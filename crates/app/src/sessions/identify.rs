//! Who a request is from.

use jiff::SignedDuration;
use tenantry_domain::permission::Standing;

use crate::{Actor, App, RequestContext, UseCaseError, ports::Session};

/// The person a session token belongs to, with what that person may do now. Nothing is remembered between requests: a
/// suspension or a changed role holds from the next request on.
///
/// # Errors
/// [`UseCaseError::NotSignedIn`] if the token is unknown, the session over or idle too long, or the user, the home account
/// or one above it not active.
pub async fn identify(app: &App, token: &str, context: RequestContext) -> Result<Actor, UseCaseError> {
    let (actor, session) = find(app, token, context).await?;
    if app.now().duration_since(session.last_seen_at) >= TOUCH_EVERY {
        touch(app, &session).await?;
    }
    Ok(actor)
}

/// As [`identify`], for looking again on somebody's behalf: an open page that nobody uses does not keep a session alive.
///
/// # Errors
/// As [`identify`].
pub async fn identify_without_touch(app: &App, token: &str, context: RequestContext) -> Result<Actor, UseCaseError> {
    Ok(find(app, token, context).await?.0)
}

async fn find(app: &App, token: &str, context: RequestContext) -> Result<(Actor, Session), UseCaseError> {
    let now = app.now();
    let row = app.directory().find_session(&app.ports.tokens.hash(token), now).await?;
    let row = row.ok_or(UseCaseError::NotSignedIn)?;
    let idle_for = now.duration_since(row.session.last_seen_at);
    let is_over = row.session.expires_at <= now || idle_for >= app.settings.session_idle_for;
    if is_over || row.principal.authority.standing() != Standing::Active {
        return Err(UseCaseError::NotSignedIn);
    }
    Ok((Actor::new(row.principal, row.session.id, row.session.active_account_id, context), row.session))
}

/// Idle time is kept to about a minute, so that reading does not mean writing.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_mins(1);

async fn touch(app: &App, session: &Session) -> Result<(), UseCaseError> {
    app.retrying(|| {
        Box::pin(async move {
            let uow = app.begin().await?;
            uow.sessions().touch(session.id, app.now()).await?;
            Ok(uow.commit().await?)
        })
    })
    .await
}
