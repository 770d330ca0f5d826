//! Every rooted tree of up to five accounts, an actor and another user at every pair of places, every pair of built-in roles,
//! every status, every operation on users and on accounts: the use cases, on storage in memory, decide as the naive rules do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod accounts;
mod expected;
mod expected_of_accounts;
#[path = "../oracle/held.rs"]
mod held;
mod lists;
#[path = "../oracle/operations.rs"]
mod operations;
mod outcome;
mod platform;
mod shapes;
mod tests;
