//! The permission core of Tenantry, without I/O, clock or randomness.
//!
//! Accounts form a tree, users live in accounts, and *grants* tie a user to a role at an anchor account. Everything
//! else follows from that: [`permission`] answers whether a person may do something at an account,
//! and which roles a person may give, and [`user`], [`account`] and [`contact`] hold values that cannot
//! be built wrong.
//!
//! Every `parse` takes what a person typed and either returns a typed value or an [`InvalidValue`] that says what to do.
//!
//! With the feature `serde`, permissions, roles, grants, ids and paths are written as stable words and ids.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod account;
pub mod contact;
mod id;
pub mod permission;
#[cfg(feature = "serde")]
mod serialization;
pub mod user;
mod value;

pub use id::{AccountId, MailId, PasswordLinkId, ProvisioningJobId, RoleId, SessionId, UserId};
pub use value::{InvalidValue, Line};

/// The README's examples are tests too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
