//! Fakes of the small ports: fast, deterministic, and showing what they were asked.

mod outside;
mod secrets;
mod time;

pub use outside::{FakeConnector, FakeImages, FakeResolver, RecordingMailer};
pub use secrets::{FakeAuditKey, FakeTokens, MemoryAnchor, PlainHasher, XorSealer};
pub use time::{FixedClock, SequentialIds};

use std::{
    hash::{DefaultHasher, Hasher},
    sync::{Mutex, MutexGuard, PoisonError},
};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// 32 bytes that tell inputs apart, the same in every run. Not a cryptographic hash.
fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    for (lane, chunk) in (0_u8..).zip(digest.chunks_mut(8)) {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(lane);
        hasher.write(bytes);
        chunk.copy_from_slice(&hasher.finish().to_be_bytes());
    }
    digest
}
