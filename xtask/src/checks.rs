//! `cargo xtask ci` and `cargo xtask checks`: the steps of a change, one after the other.

use crate::failure::Failure;
use crate::process::{cargo, now, run};
use crate::{codegen, layers, test, tidy};

pub const CI_HELP: &str = "
usage: cargo xtask ci

Runs `cargo xtask checks` and then `cargo xtask test`, and stops at the first step that fails.
";

pub const CHECKS_HELP: &str = "
usage: cargo xtask checks

Formatting, clippy with warnings as errors (and once more for the domain crate without features), tidy, layers, codegen --check, in this order; stops at the first step that fails.
";

struct Step {
    name: &'static str,
    run: fn() -> Result<(), Failure>,
}

const CHECKS: &[Step] = &[
    Step { name: "format", run: tidy::check_format },
    Step { name: "clippy", run: clippy },
    Step { name: "tidy", run: tidy::check_rules },
    Step { name: "layers", run: layers::check },
    Step { name: "codegen", run: codegen::check },
];

pub fn run_ci(arguments: &[String]) -> Result<(), Failure> {
    refuse_arguments(arguments)?;
    run_steps(CHECKS)?;
    run_steps(&[Step { name: "test", run: || test::run(&[]) }])
}

pub fn run_checks(arguments: &[String]) -> Result<(), Failure> {
    refuse_arguments(arguments)?;
    run_steps(CHECKS)
}

/// For commands that take none.
pub fn refuse_arguments(arguments: &[String]) -> Result<(), Failure> {
    match arguments.first() {
        None => Ok(()),
        Some(argument) => Err(Failure::new(format!("unexpected argument `{argument}`; this command takes none"))),
    }
}

fn run_steps(steps: &[Step]) -> Result<(), Failure> {
    for step in steps {
        println!("==> {}", step.name);
        let since = now();
        let outcome = (step.run)();
        let seconds = since.elapsed().as_secs_f64();
        println!("==> {}: {} in {seconds:.1} s", step.name, if outcome.is_ok() { "passed" } else { "failed" });
        outcome?;
    }
    Ok(())
}

fn clippy() -> Result<(), Failure> {
    let mut everything = cargo(&["clippy", "--workspace", "--all-targets", "--features", "tenantry-http/fail-over"]);
    run(everything.args(["--", "-D", "warnings"]))?;
    // As others embed it. Above, its tests switch its features on.
    run(&mut cargo(&["clippy", "--package", "tenantry-domain", "--no-default-features", "--", "-D", "warnings"]))
}
