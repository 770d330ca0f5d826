//! Both databases, for real: SQLite in a temporary folder, PostgreSQL on the server of the test run.

mod contract;
mod migrations;
mod safeguards;
mod support;
