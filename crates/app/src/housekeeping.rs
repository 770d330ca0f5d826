//! What time alone makes due: purging, and forgetting what is over.

use jiff::SignedDuration;
use tenantry_domain::UserId;

use crate::{
    App, Permit, RequestContext, UseCaseError,
    leases::LEASE,
    ports::{Latest, UnitOfWork},
};

/// How many users one step purges, and how many accounts, so that no transaction grows long.
const PURGED_AT_ONCE: u64 = 100;
const IDEMPOTENCY_KEYS_KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
/// How far a clock that is right may be ahead of another one.
const CLOCKS_DIFFER_BY: SignedDuration = SignedDuration::from_mins(5);
const LONGER_THAN_ANY_RETRY: SignedDuration = SignedDuration::from_hours(2);
const FAILURES_KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Purges users and accounts whose time to be restored is over, frees login names that were reserved for long enough, and
/// forgets ended sessions, old failure counters and old idempotency keys. Makes due again what a clock that was ahead put off, and
/// ends the sessions of that time. Returns how many users and accounts were purged; more may be due if it is not zero.
///
/// # Errors
/// [`UseCaseError::Storage`].
pub async fn keep_house(app: &App) -> Result<usize, UseCaseError> {
    app.retrying(|| Box::pin(sweep(app))).await?;
    app.retrying(|| Box::pin(keep_time(app))).await?;
    let users = app.retrying(|| Box::pin(purge_users(app))).await?;
    Ok(users + app.retrying(|| Box::pin(purge_accounts(app))).await?)
}

async fn sweep(app: &App) -> Result<(), UseCaseError> {
    let uow = app.begin_large().await?;
    let now = app.now();
    uow.sign_in_attempts().sweep(now - FAILURES_KEPT_FOR).await?;
    uow.login_names().sweep_reserved(now).await?;
    uow.idempotency().sweep(now - IDEMPOTENCY_KEYS_KEPT_FOR).await?;
    Ok(uow.commit().await?)
}

/// Looks at the rows that everybody writes, each for itself: nothing is decided by two of them.
async fn keep_time(app: &App) -> Result<(), UseCaseError> {
    let uow = app.begin_step().await?;
    let now = app.now();
    uow.sessions().sweep(now, now - app.settings.session_idle_for..=now + CLOCKS_DIFFER_BY).await?;
    let latest = Latest {
        first_try: now + CLOCKS_DIFFER_BY,
        retry: now + LONGER_THAN_ANY_RETRY,
        lease: now + LEASE + CLOCKS_DIFFER_BY,
    };
    uow.mail_outbox().bring_forward(now, latest).await?;
    uow.provisioning_jobs().bring_forward(now, latest).await?;
    Ok(uow.commit().await?)
}

async fn purge_users(app: &App) -> Result<usize, UseCaseError> {
    let uow = app.begin_large().await?;
    let removed_before = app.now() - app.settings.removed_users_kept_for;
    let purged = uow.users().purge(removed_before, PURGED_AT_ONCE).await?;
    record_users(app, &*uow, &purged).await?;
    uow.commit().await?;
    Ok(purged.len())
}

/// One step into what was removed with accounts: some users of the deepest ones, or these accounts once nobody is in them.
/// Accounts are removed for everything below them, so that whatever is below one whose time is over was not removed later, and
/// none of it can be restored by itself any more: a step may stop anywhere.
async fn purge_accounts(app: &App) -> Result<usize, UseCaseError> {
    let uow = app.begin_large().await?;
    let removed_before = app.now() - app.settings.removed_accounts_kept_for;
    let accounts = uow.accounts().list_removed_before(removed_before, PURGED_AT_ONCE).await?;
    if accounts.is_empty() {
        return Ok(0);
    }
    let users = uow.users().purge_homed_in(&accounts, PURGED_AT_ONCE).await?;
    record_users(app, &*uow, &users).await?;
    if users.len() as u64 == PURGED_AT_ONCE {
        uow.commit().await?;
        return Ok(users.len());
    }
    uow.accounts().purge(&accounts).await?;
    let permit = Permit::by_system(RequestContext::default());
    for account_id in &accounts {
        uow.audit_log().append(&permit.entry(app, "account.purge").in_account(*account_id)).await?;
    }
    uow.commit().await?;
    Ok(users.len() + accounts.len())
}

async fn record_users(app: &App, uow: &dyn UnitOfWork, purged: &[UserId]) -> Result<(), UseCaseError> {
    let permit = Permit::by_system(RequestContext::default());
    for user_id in purged {
        uow.audit_log().append(&permit.entry(app, "user.purge").about_user(*user_id)).await?;
    }
    Ok(())
}
