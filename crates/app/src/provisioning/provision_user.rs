//! The worker's step: take one due job, tell the connector, note how it went.

use jiff::SignedDuration;
use tenantry_domain::user::ProvisioningState;

use crate::{
    App, UseCaseError,
    leases::{LEASE, while_renewing},
    ports::{ClaimedJob, ConnectorError, UserRecord},
};

const FIRST_RETRY: SignedDuration = SignedDuration::from_secs(5);
/// After so many tries in a row the user's state is Failed, until somebody asks again. Tries take about three hours.
const MOST_TRIES: u32 = 12;

/// Takes the job that has been due longest and tells the connector. False if none was due.
///
/// # Errors
/// [`UseCaseError::Storage`]; the job is then taken again after its lease.
pub async fn provision_next_user(app: &App) -> Result<bool, UseCaseError> {
    let Some((job, user)) = app.retrying(|| Box::pin(claim(app))).await? else { return Ok(false) };
    let outcome = match &user {
        Some(user) => while_renewing(app.ports.connector.provision(user), || Box::pin(renew(app, &job))).await,
        None => Ok(()),
    };
    app.retrying(|| Box::pin(note(app, &job, outcome.as_ref().err()))).await?;
    Ok(true)
}

async fn claim(app: &App) -> Result<Option<(ClaimedJob, Option<UserRecord>)>, UseCaseError> {
    let uow = app.begin().await?;
    let Some(job) = uow.provisioning_jobs().claim(app.now(), LEASE, 1).await?.pop() else { return Ok(None) };
    let user = uow.users().find(job.user_id).await?;
    uow.users().set_provisioning(job.user_id, ProvisioningState::InProgress, None).await?;
    uow.commit().await?;
    Ok(Some((job, user)))
}

async fn renew(app: &App, job: &ClaimedJob) -> Result<bool, UseCaseError> {
    let uow = app.begin().await?;
    let renewed = uow.provisioning_jobs().renew(job, app.now() + LEASE).await?;
    uow.commit().await?;
    Ok(renewed)
}

async fn note(app: &App, job: &ClaimedJob, error: Option<&ConnectorError>) -> Result<(), UseCaseError> {
    let uow = app.begin().await?;
    let gives_up = job.attempt >= MOST_TRIES;
    let delay = FIRST_RETRY * (1 << job.attempt.saturating_sub(1).min(10));
    let retry_at = error.filter(|_| !gives_up).map(|_| app.now() + delay);
    if uow.provisioning_jobs().settle(job, retry_at).await? {
        let state = match error {
            None => ProvisioningState::Provisioned,
            Some(_) if gives_up => ProvisioningState::Failed,
            Some(_) => ProvisioningState::Pending,
        };
        uow.users().set_provisioning(job.user_id, state, error.map(|error| error.0.as_str())).await?;
    }
    Ok(uow.commit().await?)
}
