//! The use cases of Tenantry, and the ports they need.
//!
//! A use case is a validated command with `execute`. It opens one unit of work, loads what the actor may do in that same
//! transaction, takes a [`Permit`] for it, writes, records an audit entry made from the permit, and commits. Whoever calls it
//! (API, console, command line) decides nothing.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod accounts;
mod actor;
mod app;
mod audit;
pub mod audit_chain;
pub mod demo;
mod error;
mod field_errors;
pub mod housekeeping;
mod leases;
pub mod mail;
pub mod passwords;
pub mod permissions;
pub mod ports;
pub mod profile;
pub mod provisioning;
pub mod roles;
pub mod sessions;
mod settings;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod users;

pub use actor::{Actor, Permit, RequestContext};
pub use app::{App, Ports};
pub use error::{Conflict, Denied, UseCaseError};
pub use field_errors::{FieldError, FieldErrors};
pub use settings::Settings;
