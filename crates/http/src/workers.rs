//! The background work: sending mail, provisioning, housekeeping.

use std::{sync::Arc, time::Duration};

use tenantry_app::{
    App, UseCaseError,
    audit_chain::{SealError, seal_waiting_entries},
    housekeeping::keep_house,
    mail::deliver_due_mails,
    provisioning::provision_due_users,
};
use tokio::{sync::Notify, task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

/// Several, so that a mail server stuck in one conversation does not hold up the others.
const MAIL_WORKERS: usize = 4;
/// What a worker takes at once: each way to the database and back serves as many.
const MAILS_AT_ONCE: u32 = 4;
const USERS_AT_ONCE: u32 = 16;
/// Bells wake workers at once; this is how often they look without one: for retries, and for work other nodes left.
const LOOK_EVERY: Duration = Duration::from_secs(2);
const KEEP_HOUSE_EVERY: Duration = Duration::from_mins(10);
const AFTER_AN_ERROR: Duration = Duration::from_secs(5);
/// Somebody has to look first.
const AFTER_A_FRAUD: Duration = Duration::from_mins(1);

/// Starts the workers. They end, each after the step it is at, once `stopping` is cancelled.
pub fn start(app: &Arc<App>, stopping: &CancellationToken) -> JoinSet<()> {
    let mut workers = JoinSet::new();
    for _ in 0..MAIL_WORKERS {
        workers.spawn(send_mail(Arc::clone(app), stopping.clone()));
    }
    workers.spawn(provision(Arc::clone(app), stopping.clone()));
    workers.spawn(seal(Arc::clone(app), stopping.clone()));
    workers.spawn(house(Arc::clone(app), stopping.clone()));
    workers
}

async fn send_mail(app: Arc<App>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        let step = deliver_due_mails(&app, MAILS_AT_ONCE).await;
        if let Ok(true) = step {
            // There may be more; let another worker look too.
            app.mail_bell.notify_one();
        }
        rest("mail", step, &app.mail_bell, &stopping).await;
    }
}

async fn provision(app: Arc<App>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        let step = provision_due_users(&app, USERS_AT_ONCE).await;
        rest("provisioning", step, &app.provisioning_bell, &stopping).await;
    }
}

/// Nothing rings for it: until it looks, what it would seal is marked already.
async fn seal(app: Arc<App>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        let pause = match seal_waiting_entries(&app).await {
            Ok(true) => Duration::ZERO,
            Ok(false) => LOOK_EVERY,
            Err(error @ (SealError::Cut(_) | SealError::Changed(_))) => {
                tracing::error!(error.text = %error, "nothing is sealed: see `tenantry audit verify`");
                AFTER_A_FRAUD
            }
            Err(error) => {
                tracing::warn!(worker = "sealing", error.text = %error, "step failed");
                AFTER_AN_ERROR
            }
        };
        tokio::select! {
            () = stopping.cancelled() => {}
            () = sleep(pause) => {}
        }
    }
}

async fn house(app: Arc<App>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        let pause = match keep_house(&app).await {
            Ok(0) => KEEP_HOUSE_EVERY,
            Ok(_) => Duration::ZERO,
            Err(error) => {
                tracing::warn!(worker = "housekeeping", error.text = %error, "step failed");
                KEEP_HOUSE_EVERY
            }
        };
        tokio::select! {
            () = stopping.cancelled() => {}
            () = sleep(pause) => {}
        }
    }
}

/// After a step that found work the next one follows at once; otherwise wait for the bell.
async fn rest(worker: &'static str, step: Result<bool, UseCaseError>, bell: &Notify, stopping: &CancellationToken) {
    let pause = match step {
        Ok(true) => return,
        Ok(false) => LOOK_EVERY,
        Err(error) => {
            tracing::warn!(worker, error.text = %error, "step failed");
            AFTER_AN_ERROR
        }
    };
    tokio::select! {
        () = stopping.cancelled() => {}
        () = bell.notified() => {}
        () = sleep(pause) => {}
    }
}
