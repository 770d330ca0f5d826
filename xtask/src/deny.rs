//! `cargo xtask deny`: the supply chain.

use crate::checks::refuse_arguments;
use crate::failure::Failure;
use crate::process::{self, cargo, succeeds};

pub const HELP: &str = "
usage: cargo xtask deny

Checks deny.toml: banned crates and who may wrap them, licences, sources. Works offline.
Needs cargo-deny: `cargo install --locked cargo-deny`.
";

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    refuse_arguments(arguments)?;
    if !succeeds(&mut cargo(&["deny", "--version"])) {
        return Err(Failure::new("cargo-deny is not installed; install it by `cargo install --locked cargo-deny`"));
    }
    process::run(&mut cargo(&["deny", "check", "bans", "licenses", "sources"]))
}
