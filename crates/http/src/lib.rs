//! The `tenantry` binary: JSON API, console and workers over the use cases of `tenantry-app`.
//!
//! Nothing in [`api`] and [`console`] decides anything: they turn requests into commands and outcomes into answers.
//! [`composition`] is the one place where the adapters are named.
#![forbid(unsafe_code)]

pub mod api;
mod brand;
pub mod cli;
pub mod composition;
pub mod config;
pub mod connections;
pub mod console;
pub mod cookies;
pub mod metrics;
pub mod problem;
pub mod request;
mod routes;
pub mod server;
pub mod unread_body;
pub mod workers;

pub use server::routes;
