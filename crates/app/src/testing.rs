//! What tests are made of: storage in memory, fakes of every other port, a small tree of accounts to act in, and the
//! contract suite that every storage must pass.
//!
//! ```no_run
//! # async fn example() {
//! use tenantry_app::testing::TestPlatform;
//! use tenantry_domain::permission::BuiltInRole;
//! let p = TestPlatform::new().await;
//! let admin = p.user(p.contoso, BuiltInRole::FullAccess).await;
//! let actor = p.actor(admin).await;
//! # }
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    reason = "test support says what it expects by failing"
)]

pub mod contract;
mod fail_nth;
mod fakes;
pub mod fixtures;
mod memory;
#[cfg(test)]
mod memory_contract;
pub mod samples;
#[cfg(test)]
mod tests;

pub use contract::{AuditRow, ContractBackend, Probe};
pub use fail_nth::{FailNth, assert_all_or_nothing};
pub use fakes::{
    FakeAuditKey, FakeConnector, FakeImages, FakeResolver, FakeTokens, FixedClock, MemoryAnchor, PlainHasher,
    RecordingMailer, SequentialIds, XorSealer,
};
pub use fixtures::{NewUser, SignedIn, TestPlatform};
pub use memory::{MemoryStorage, Snapshot};
