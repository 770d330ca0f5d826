//! Both databases, for real: SQLite in a temporary folder, PostgreSQL on the server of the test run.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what tests share says what it expects by failing, too"
)]

mod backups;
mod clock;
mod contract;
mod migrations;
mod races;
mod safeguards;
mod shared_statements;
mod support;
mod tampering;
