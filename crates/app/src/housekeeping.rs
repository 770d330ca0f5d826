//! What time alone makes due: purging, and forgetting what is over.

use jiff::SignedDuration;

use crate::{App, Permit, RequestContext, UseCaseError};

/// How many removed users one step purges, so that no transaction grows long.
const PURGED_AT_ONCE: u64 = 100;
const IDEMPOTENCY_KEYS_KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
const FAILURES_KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Purges users whose time to be restored is over, frees login names that were reserved for long enough, and forgets ended
/// sessions, old failure counters and old idempotency keys. Returns how many users were purged; more may be due if it is not zero.
///
/// # Errors
/// [`UseCaseError::Storage`].
pub async fn keep_house(app: &App) -> Result<usize, UseCaseError> {
    app.retrying(|| Box::pin(sweep(app))).await?;
    app.retrying(|| Box::pin(purge(app))).await
}

async fn sweep(app: &App) -> Result<(), UseCaseError> {
    let uow = app.begin().await?;
    let now = app.now();
    uow.sessions().sweep(now, now - app.settings.session_idle_for).await?;
    uow.sign_in_attempts().sweep(now - FAILURES_KEPT_FOR).await?;
    uow.login_names().sweep_reserved(now).await?;
    uow.idempotency().sweep(now - IDEMPOTENCY_KEYS_KEPT_FOR).await?;
    Ok(uow.commit().await?)
}

async fn purge(app: &App) -> Result<usize, UseCaseError> {
    let uow = app.begin().await?;
    let removed_before = app.now() - app.settings.removed_users_kept_for;
    let purged = uow.users().purge(removed_before, PURGED_AT_ONCE).await?;
    let permit = Permit::by_system(RequestContext::default());
    for user_id in &purged {
        uow.audit_log().append(&permit.entry(app, "user.purge").about_user(*user_id)).await?;
    }
    uow.commit().await?;
    Ok(purged.len())
}
