//! Use cases, one rule each, on storage in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod escalation;
mod new_user;
mod verdict;
