//! How much passwords cost: what a flood of sign-ins is seen by.

use std::sync::Arc;

use async_trait::async_trait;
use metrics::{counter, gauge, histogram};
use tenantry_app::ports::{HashedPassword, HasherBusy, PasswordHasher};
use tenantry_domain::user::Password;
use tokio::time::Instant;

/// Hashes under way or waiting for their turn.
pub(super) const UNDER_WAY: &str = "tenantry_password_hashes_under_way";
/// How long hashes take, waiting included.
pub(super) const SECONDS: &str = "tenantry_password_hash_duration_seconds";
/// Hashes that were refused because too many were under way.
pub(super) const REFUSED: &str = "tenantry_password_hashes_refused_total";

/// A hasher that is watched.
pub struct MeasuredHasher(pub Arc<dyn PasswordHasher>);

#[async_trait]
impl PasswordHasher for MeasuredHasher {
    async fn hash(&self, password: &Password) -> Result<HashedPassword, HasherBusy> {
        measured(self.0.hash(password)).await
    }

    async fn verify(&self, password: &Password, hash: Option<&HashedPassword>) -> Result<bool, HasherBusy> {
        measured(self.0.verify(password, hash)).await
    }
}

async fn measured<T>(hashing: impl Future<Output = Result<T, HasherBusy>>) -> Result<T, HasherBusy> {
    let (_under_way, since) = (UnderWay::new(), Instant::now());
    let outcome = hashing.await;
    match outcome {
        Ok(_) => histogram!(SECONDS).record(since.elapsed().as_secs_f64()),
        Err(HasherBusy) => counter!(REFUSED).increment(1),
    }
    outcome
}

/// Ends also where nobody waits for the hash any more.
struct UnderWay(());

impl UnderWay {
    fn new() -> Self {
        gauge!(UNDER_WAY).increment(1);
        Self(())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        gauge!(UNDER_WAY).decrement(1);
    }
}
