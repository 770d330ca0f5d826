//! Storage that fails at a chosen moment.

mod unit;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;

use self::unit::FailingUnit;
use super::TestPlatform;
use crate::{
    App, UseCaseError,
    ports::{Storage, StorageError, UnitOfWork},
};

/// Storage whose `n`-th write fails with [`StorageError::Unavailable`]. Every call that changes something is a write, and so is every
/// commit; calls before and after it are passed on.
#[derive(Clone)]
pub struct FailNth {
    inner: Arc<dyn Storage>,
    gate: Gate,
}

/// Counts writes, and stops one.
#[derive(Debug, Clone)]
struct Gate {
    fails_at: Option<u64>,
    writes: Arc<AtomicU64>,
}

impl FailNth {
    /// Storage whose `n`-th write fails, counted from 1.
    pub fn at(n: u64, inner: Arc<dyn Storage>) -> Self {
        Self { inner, gate: Gate { fails_at: Some(n), writes: Arc::default() } }
    }

    /// Storage that only counts its writes.
    pub fn counting(inner: Arc<dyn Storage>) -> Self {
        Self { inner, gate: Gate { fails_at: None, writes: Arc::default() } }
    }

    /// How many writes there were, the failed one included.
    pub fn writes(&self) -> u64 {
        self.gate.writes.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Storage for FailNth {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StorageError> {
        let inner = self.inner.begin().await?;
        Ok(Box::new(FailingUnit { inner, gate: self.gate.clone() }))
    }
}

impl Gate {
    fn pass(&self) -> Result<(), StorageError> {
        let count = self.writes.fetch_add(1, Ordering::Relaxed) + 1;
        if self.fails_at == Some(count) {
            return Err(StorageError::Unavailable(format!("write {count} was made to fail")));
        }
        Ok(())
    }
}

/// Runs a use case with its first write failing, then with its second, and so on until none fails, each time on a new
/// platform. Asserts that every failure is answered as one, and that it left nothing at all behind. Returns how many writes the use case
/// makes.
///
/// `prepare` makes what the use case needs; `run` must use the [`App`] it is given.
pub async fn assert_all_or_nothing<S, T>(
    prepare: impl AsyncFn(&TestPlatform) -> S,
    run: impl AsyncFn(&TestPlatform, &App, &S) -> Result<T, UseCaseError>,
) -> u64 {
    for n in 1.. {
        let p = TestPlatform::new().await;
        let prepared = prepare(&p).await;
        let before = p.memory().snapshot();
        let failing = Arc::new(FailNth::at(n, Arc::clone(&p.storage)));
        let app = p.app_over(Arc::clone(&failing) as Arc<dyn Storage>);
        match run(&p, &app, &prepared).await {
            Ok(_) => {
                assert!(failing.writes() < n, "write {n} failed, but the use case says it went well");
                return failing.writes();
            }
            Err(UseCaseError::Storage(StorageError::Unavailable(_))) => {
                assert!(p.memory().snapshot() == before, "write {n} failed, but something was stored");
            }
            Err(error) => panic!("write {n} failed, but the use case answers: {error}"),
        }
    }
    unreachable!("a use case has an end")
}
