//! Use cases, one rule each, on storage in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod access;
mod accounts;
mod atomicity;
mod clocks;
mod creating;
mod editing;
mod escalation;
mod explaining;
mod grants;
#[path = "../oracle/held.rs"]
#[expect(dead_code, reason = "only the names of the roles are of use here")]
mod held;
mod links;
mod new_user;
#[path = "../oracle/operations.rs"]
#[expect(dead_code, reason = "of giving roles there are more tests, each in its own words")]
mod operations;
mod passwords;
mod roles;
mod sessions;
mod verdict;
mod workers;
