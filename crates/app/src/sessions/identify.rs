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
    let now = app.now();
    let row = app.directory().find_session(&app.ports.tokens.hash(token), now).await?;
    let row = row.ok_or(UseCaseError::NotSignedIn)?;
    let idle_for = now.duration_since(row.session.last_seen_at);
    let is_over = row.session.expires_at <= now || idle_for >= app.settings.session_idle_for;
    if is_over || row.principal.authority.standing() != Standing::Active {
        return Err(UseCaseError::NotSignedIn);
    }
    if idle_for >= TOUCH_EVERY {
        touch(app, &row.session).await?;
    }
    Ok(Actor::new(row.principal, row.session.id, row.session.active_account_id, context))
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
