//! Time and ids.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::lock;
use crate::{
    ports::{Clock, IdSource},
    testing::samples,
};

/// A clock that stands still until it is told otherwise. A clone is another handle on the same clock.
#[derive(Debug, Clone)]
pub struct FixedClock(Arc<Mutex<Timestamp>>);

impl FixedClock {
    /// A clock at [`samples::START`].
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(samples::instant(0))))
    }

    /// Puts it to an instant.
    pub fn set(&self, now: Timestamp) {
        *lock(&self.0) = now;
    }

    /// Puts it forward, and says what time it is then.
    pub fn advance(&self, by: SignedDuration) -> Timestamp {
        let mut now = lock(&self.0);
        *now += by;
        *now
    }
}

impl Default for FixedClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *lock(&self.0)
    }
}

/// Rising version 7 UUIDs, the same in every run, none of them among the first 65,536 of [`samples::uuid`].
#[derive(Debug)]
pub struct SequentialIds(AtomicU64);

impl SequentialIds {
    /// From the first one on.
    pub const fn new() -> Self {
        Self(AtomicU64::new(1 << 16))
    }
}

impl Default for SequentialIds {
    fn default() -> Self {
        Self::new()
    }
}

impl IdSource for SequentialIds {
    fn next(&self) -> Uuid {
        samples::uuid(self.0.fetch_add(1, Ordering::Relaxed))
    }
}
