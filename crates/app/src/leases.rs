//! Keeping a claim while the work it is for goes on.
//!
//! A claim ends soon after its worker died, so that what it had taken is not held up; as long as the worker lives, it renews.
//!
//! Nothing here waits for one thing while another it has begun stands still: units of work take turns, and whoever is given its turn and
//! does not go on keeps it from everybody.

use std::{convert::Infallible, time::Duration};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use jiff::SignedDuration;
use tokio::sync::mpsc;

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
    while_renewing_every(RENEW_EVERY, work, renew).await
}

async fn while_renewing_every<'a, T>(
    period: Duration,
    work: impl Future<Output = T> + Send,
    renew: impl Fn() -> Attempt<'a, bool> + Send,
) -> T {
    tokio::select! {
        done = work => done,
        never = renew_every(period, renew) => match never {},
    }
}

async fn renew_every<'a>(period: Duration, renew: impl Fn() -> Attempt<'a, bool> + Send) -> Infallible {
    loop {
        tokio::time::sleep(period).await;
        if let Err(error) = renew().await {
            tracing::warn!(error.text = %error, "a claim could not be renewed");
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
    let mut under_way: FuturesUnordered<F> = under_way.collect();
    let (end, mut ended) = mpsc::unbounded_channel();
    let doing = async move {
        while let Some(outcome) = under_way.next().await {
            // Whoever notes goes on until this is done.
            let _ = end.send(outcome);
        }
    };
    let noting = async {
        let (mut some, mut failed) = (Vec::new(), None);
        while ended.recv_many(&mut some, MOST_NOTED_AT_ONCE).await > 0 {
            let mut results = Vec::with_capacity(some.len());
            for outcome in some.drain(..) {
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
    };
    tokio::join!(doing, noting).1
}

#[cfg(test)]
mod tests {
    use std::{future::pending, sync::Arc};

    use tokio::{
        sync::Semaphore,
        time::{sleep, timeout},
    };

    use super::*;
    use crate::testing::TestPlatform;

    const PATIENCE: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn work_goes_on_while_its_claim_is_renewed() {
        let work = sleep(Duration::from_millis(50));
        let renewing_for_ever = || -> Attempt<'_, bool> { Box::pin(pending()) };
        timeout(PATIENCE, while_renewing_every(Duration::from_millis(1), work, renewing_for_ever)).await.unwrap();
    }

    #[tokio::test]
    async fn others_go_on_while_results_are_noted() {
        let platform = TestPlatform::new().await;
        let turn = Arc::new(Semaphore::new(0));
        let work = |takes: u64, turn: Arc<Semaphore>| async move {
            sleep(Duration::from_millis(takes)).await;
            turn.add_permits(1);
            Ok(turn)
        };
        let under_way = [work(0, Arc::clone(&turn)), work(50, Arc::clone(&turn))].into_iter();
        let noted = note_as_they_end(&platform.app, under_way, |_, done| {
            Box::pin(async move {
                // The first is noted when the second is done.
                let both = timeout(PATIENCE, done[0].acquire_many(2)).await;
                drop(both.map_err(|_| UseCaseError::Busy)?);
                Ok(())
            })
        });
        noted.await.unwrap();
    }
}
