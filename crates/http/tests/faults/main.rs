//! The fault laboratory: the program as real processes, and what happens to it in real life. Nothing it acknowledged may be lost.
//!
//! A test does a small amount by default, and the full one where `TENANTRY_FAULTS` is `full`. `cargo xtask faults` runs all of them and
//! makes a table of the lines they print.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod amount;
mod client;
mod cluster;
mod copies;
mod crowd;
mod f10_disk_full;
mod f11_clocks;
mod f12_few_connections;
mod f13_slow_clients;
mod f14_too_much;
mod f15_idle_connections;
mod f16_rolling_restarts;
mod f17_sign_ins;
mod f19_starts;
mod f1_kill;
mod f1b_every_statement;
mod f1b_every_system_call;
mod f2_power_loss;
mod f2_server_stops;
mod f3_mail_server_down;
mod f4_mail_server_stalls;
mod f5_mail_server_refuses;
mod f6_one_outbox;
mod f7_database_restarts;
mod f8_unknown_commits;
#[cfg(feature = "fail-over")]
mod f9_fail_over;
mod journal;
mod kept;
mod place;
mod program;
mod proxy;
mod row_sets;
mod sink;
mod snapshot;
mod strace;
#[cfg(feature = "fail-over")]
mod trio;
mod two_nodes;
mod way;
