//! `cargo xtask mutants`: whether the tests would notice if the permission rules were others.

use crate::failure::Failure;
use crate::process::{cargo, run as run_command, succeeds};
use crate::workspace;

pub const HELP: &str = "
usage: cargo xtask mutants [arguments of cargo-mutants]

Changes the permission engine in one place at a time (a condition turned round, an operator replaced, a function that answers
always the same), and runs the rule and table tests of crates/domain against each change. A change that no test notices is a
survivor: it is named, and the command fails. .cargo/mutants.toml says which files are changed and what is left out, and why.

Works on a copy; takes the better part of an hour on two cores, and is no part of `cargo xtask test`. Examples:

  cargo xtask mutants --list
  cargo xtask mutants --re first_allowing
  cargo xtask mutants --re src/permission/coverage.rs

Needs cargo-mutants: `cargo install --locked cargo-mutants`.
";

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if !succeeds(&mut cargo(&["mutants", "--version"])) {
        return Err(Failure::new(
            "cargo-mutants is not installed; install it by `cargo install --locked cargo-mutants`",
        ));
    }
    let mut mutants = cargo(&["mutants", "--package", "tenantry-domain", "--jobs", "1"]);
    mutants.arg("--output").arg(workspace::target_folder()).args(arguments);
    // The same cases in every run, and not made smaller: whether one fails is the question.
    mutants.env("PROPTEST_RNG_SEED", "1");
    mutants.env("PROPTEST_MAX_SHRINK_ITERS", "0");
    // The tests are most of it, and seven times as fast this way; nobody will look at a change in a debugger.
    mutants.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1").env("CARGO_PROFILE_DEV_DEBUG", "none");
    run_command(&mut mutants)
}
