//! Random traces of use cases on storage in memory, held against naive rules after every step.
//!
//! A step picks an actor, a target and what to do at random, by numbers that are resolved against what exists then; most steps are
//! refused, which is the point. `rules` says what must hold after each of them, `log` what the audit log alone must prove at the
//! end. Properties are numbered as in the description of what must hold (P4 to P33).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod account_rules;
mod acting;
mod acting_on_accounts;
mod facts;
#[path = "../oracle/held.rs"]
mod held;
mod held_sets;
mod lattice;
mod log;
mod places;
mod remedies;
mod rules;
mod self_test;
mod self_test_of_accounts;
mod step;
mod tests;
mod world;
