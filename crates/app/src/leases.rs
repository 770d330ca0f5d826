//! Keeping a claim while the work it is for goes on.
//!
//! A claim ends soon after its worker died, so that what it had taken is not held up; as long as the worker lives, it renews.

use std::{pin::pin, time::Duration};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use jiff::SignedDuration;

use crate::{App, UseCaseError, app::Attempt};

/// How long a claim lasts without being renewed.
pub(crate) const LEASE: SignedDuration = SignedDuration::from_secs(15);
/// So many results go into one unit of work.
const MOST_NOTED_AT_ONCE: usize = 16;
const RENEW_EVERY: Duration = Duration::from_secs(5);

/// Does the work, renewing the claim from time to time. A failed renewal does not stop the work: whether the claim still
/// counts is decided where its result is noted.
pub(crate) async fn while_renewing<'a, T>(
    work: impl Future<Output = T> + Send,
    renew: impl Fn() -> Attempt<'a, bool> + Send,
) -> T {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = tokio::time::sleep(RENEW_EVERY) => {
                if let Err(error) = renew().await {
                    tracing::warn!(error.text = %error, "a claim could not be renewed");
                }
            }
        }
    }
}

/// Does the work of several claims at once, and notes together the results of those that end together: none waits for a slow one.
///
/// # Errors
/// The last of them; what else was done is noted all the same.
pub(crate) async fn note_as_they_end<T, F>(
    app: &App,
    under_way: impl Iterator<Item = F> + Send,
    note: for<'a> fn(&'a App, &'a [T]) -> Attempt<'a, ()>,
) -> Result<(), UseCaseError>
where
    T: Send + Sync,
    F: Future<Output = Result<T, UseCaseError>> + Send,
{
    let under_way: FuturesUnordered<F> = under_way.collect();
    let mut ended = under_way.ready_chunks(MOST_NOTED_AT_ONCE);
    let mut failed = None;
    while let Some(ended) = ended.next().await {
        let mut results = Vec::with_capacity(ended.len());
        for outcome in ended {
            match outcome {
                Ok(result) => results.push(result),
                Err(error) => failed = Some(error),
            }
        }
        if let Err(error) = app.retrying(|| note(app, &results)).await {
            failed = Some(error);
        }
    }
    failed.map_or(Ok(()), Err)
}
