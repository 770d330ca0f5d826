//! Both databases, for real: SQLite in a temporary folder, PostgreSQL on the server of the test run.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what tests share says what it expects by failing, too"
)]

mod contract;
mod migrations;
mod safeguards;
mod support;
