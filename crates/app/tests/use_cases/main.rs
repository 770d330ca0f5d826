//! Use cases, one rule each, on storage in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod access;
mod accounts;
mod atomicity;
mod creating;
mod editing;
mod escalation;
mod explaining;
mod grants;
mod links;
mod new_user;
mod passwords;
mod roles;
mod sessions;
mod verdict;
mod workers;
