//! Keeping a claim while the work it is for goes on.
//!
//! A claim ends soon after its worker died, so that what it had taken is not held up; as long as the worker lives, it renews.

use std::{pin::pin, time::Duration};

use jiff::SignedDuration;

use crate::app::Attempt;

/// How long a claim lasts without being renewed.
pub(crate) const LEASE: SignedDuration = SignedDuration::from_secs(15);
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
