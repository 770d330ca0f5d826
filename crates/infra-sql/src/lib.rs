//! Tenantry's storage on SQLite and PostgreSQL.
//!
//! [`Database`] connects, migrates, and hands out the two ports: [`SqlStorage`] for units of work and [`SqlDirectory`] for
//! reads outside of one. Which database it is, is known here and nowhere else.
#![forbid(unsafe_code)]

mod audit_chain;
pub mod backup;
mod clock;
mod connect;
mod entities;
mod error;
mod migrations;
mod read;
#[cfg(feature = "seed")]
pub mod seed;
mod times;
mod unit_of_work;
mod write;

pub use audit_chain::SqlAuditChain;
pub use clock::SqlClock;
pub use connect::{ConnectError, Database, DatabaseOptions, PoolStatus};
pub use read::SqlDirectory;
pub use unit_of_work::SqlStorage;
