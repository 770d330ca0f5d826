//! The worker's step: take due jobs, tell the connector, note how it went.

use jiff::SignedDuration;
use tenantry_domain::{UserId, user::ProvisioningState};

use crate::{
    App, UseCaseError,
    leases::{LEASE, note_as_they_end, while_renewing},
    ports::{ClaimedJob, ConnectorError},
};

const FIRST_RETRY: SignedDuration = SignedDuration::from_secs(5);
/// After so many tries in a row the user's state is Failed, until somebody asks again. Tries take about three hours.
const MOST_TRIES: u32 = 12;

/// A job and how it went.
struct Told {
    job: ClaimedJob,
    outcome: Result<(), ConnectorError>,
}

/// Takes up to `at_most` of the jobs that have been due longest and tells the connector, of all at once. False if none was due.
///
/// # Errors
/// [`UseCaseError::Storage`]; the jobs not noted are then taken again after their lease.
pub async fn provision_due_users(app: &App, at_most: u32) -> Result<bool, UseCaseError> {
    let jobs = app.retrying(|| Box::pin(claim(app, at_most))).await?;
    let is_any = !jobs.is_empty();
    let under_way = jobs.into_iter().map(|job| tell(app, job));
    note_as_they_end(app, under_way, |app, told| Box::pin(note(app, told))).await?;
    Ok(is_any)
}

async fn claim(app: &App, at_most: u32) -> Result<Vec<ClaimedJob>, UseCaseError> {
    let uow = app.begin_step().await?;
    let jobs = uow.provisioning_jobs().claim(app.now(), LEASE, at_most).await?;
    if !jobs.is_empty() {
        let users: Vec<UserId> = jobs.iter().map(|job| job.user_id).collect();
        uow.users().set_provisioning(&users, ProvisioningState::InProgress, None).await?;
        uow.commit().await?;
    }
    Ok(jobs)
}

async fn tell(app: &App, job: ClaimedJob) -> Result<Told, UseCaseError> {
    let outcome = match app.directory().find_user(job.user_id).await? {
        Some(user) => {
            let provisioned = app.ports.connector.provision(&user.record);
            while_renewing(provisioned, || Box::pin(renew(app, &job))).await
        }
        None => Ok(()),
    };
    Ok(Told { job, outcome })
}

async fn renew(app: &App, job: &ClaimedJob) -> Result<bool, UseCaseError> {
    let uow = app.begin_step().await?;
    let renewed = uow.provisioning_jobs().renew(job, app.now() + LEASE).await?;
    uow.commit().await?;
    Ok(renewed)
}

async fn note(app: &App, told: &[Told]) -> Result<(), UseCaseError> {
    let uow = app.begin_step().await?;
    let mut provisioned = Vec::new();
    for Told { job, outcome } in told {
        let gives_up = job.attempt >= MOST_TRIES;
        let delay = FIRST_RETRY * (1 << job.attempt.saturating_sub(1).min(10));
        let error = outcome.as_ref().err();
        let retry_at = error.filter(|_| !gives_up).map(|_| app.now() + delay);
        if !uow.provisioning_jobs().settle(job, retry_at).await? {
            continue;
        }
        match error {
            None => provisioned.push(job.user_id),
            Some(ConnectorError(error)) => {
                let state = if gives_up { ProvisioningState::Failed } else { ProvisioningState::Pending };
                uow.users().set_provisioning(&[job.user_id], state, Some(error)).await?;
            }
        }
    }
    if !provisioned.is_empty() {
        uow.users().set_provisioning(&provisioned, ProvisioningState::Provisioned, None).await?;
    }
    Ok(uow.commit().await?)
}
