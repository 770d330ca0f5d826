//! `cargo xtask test`: every test, and the services they need. A service that cannot be had is a failure, never a skip.

mod chromedriver;
pub mod companion;
pub mod postgres;
mod prerequisites;
pub mod runner;

use crate::failure::Failure;
use crate::process::{cargo, run as run_command};
use crate::workspace;
use postgres::Postgres;
pub use prerequisites::Prerequisites;
use std::ffi::OsString;
use std::path::PathBuf;

pub const HELP: &str = "
usage: cargo xtask test [name part…] [-- arguments of the test runner]

Without arguments: all tests of the workspace, the documentation's examples included. A name part selects tests whose name
contains it. What follows `--` goes to `cargo nextest run` (or `cargo test`, where nextest is not installed):

  cargo xtask test create_user
  cargo xtask test -- --package tenantry-domain

Builds the `tenantry` binary, starts a private PostgreSQL server and chromedriver on free ports of this machine, and stops and
deletes both at the end, however it ends. Tests find them in TENANTRY_TEST_POSTGRES_URL, TENANTRY_TEST_WEBDRIVER_URL,
TENANTRY_TEST_CHROMIUM, TENANTRY_TEST_PYTHON (a python3 that has aiosmtpd), TENANTRY_TEST_STRACE and TENANTRY_TEST_BINARY; PostgreSQL's
own programs in TENANTRY_TEST_POSTGRES_PROGRAMS.
docs/testing.md says what uses which.
";

/// What the person asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Selection {
    pub name_parts: Vec<String>,
    pub runner_arguments: Vec<String>,
}

impl Selection {
    fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut halves = arguments.splitn(2, |argument| argument == "--");
        let name_parts = halves.next().unwrap_or_default().to_vec();
        if let Some(flag) = name_parts.iter().find(|part| part.starts_with('-')) {
            return Err(Failure::new(format!(
                "unknown flag `{flag}`; write `-- {flag}` to hand it to the test runner"
            )));
        }
        Ok(Self { name_parts, runner_arguments: halves.next().unwrap_or_default().to_vec() })
    }

    pub fn is_everything(&self) -> bool {
        self.name_parts.is_empty() && self.runner_arguments.is_empty()
    }

    /// Whether the person chose packages, so that the workspace is not meant.
    pub fn names_a_package(&self) -> bool {
        self.runner_arguments.iter().any(|argument| {
            argument.starts_with("-p") || argument.starts_with("--package") || argument == "--manifest-path"
        })
    }
}

/// Variables that the tests read.
pub type Environment = Vec<(&'static str, OsString)>;

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let selection = Selection::parse(arguments)?;
    let prerequisites = Prerequisites::gather()?;
    run_command(&mut cargo(&["build", "--package", "tenantry-http", "--bin", "tenantry"]))?;

    let postgres = postgres::start(&prerequisites.postgres_folder)?;
    let chromedriver = chromedriver::start(&prerequisites.chromedriver)?;
    println!("started {} and {}", postgres.url, chromedriver.url);
    let mut environment = environment(&prerequisites, &postgres, "debug")?;
    environment.extend([
        ("TENANTRY_TEST_WEBDRIVER_URL", OsString::from(&chromedriver.url)),
        ("TENANTRY_TEST_CHROMIUM", prerequisites.chromium.into_os_string()),
    ]);
    let tally = runner::run(&selection, &environment)?;
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if tally.complete { Ok(()) } else { Err(Failure::new("not every test passed")) }
}

/// What tests need who open no browser. `profile` is the folder that the binary was built into.
pub fn environment(prerequisites: &Prerequisites, server: &Postgres, profile: &str) -> Result<Environment, Failure> {
    Ok(vec![
        ("TENANTRY_TEST_POSTGRES_URL", OsString::from(&server.url)),
        ("TENANTRY_TEST_POSTGRES_PROGRAMS", prerequisites.postgres_folder.clone().into_os_string()),
        ("TENANTRY_TEST_PYTHON", prerequisites.python.clone().into_os_string()),
        ("TENANTRY_TEST_STRACE", prerequisites.strace.clone().into_os_string()),
        ("TENANTRY_TEST_BINARY", binary(profile)?.into_os_string()),
    ])
}

fn binary(profile: &str) -> Result<PathBuf, Failure> {
    let file = workspace::target_folder().join(profile).join("tenantry");
    if file.is_file() { Ok(file) } else { Err(Failure::new(format!("the build left no {}", file.display()))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Selection, Failure> {
        Selection::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn nothing_asked_for_is_everything() {
        assert!(parse("").unwrap().is_everything());
    }

    #[test]
    fn name_parts_stand_before_two_dashes_and_runner_arguments_behind() {
        let selection = parse("create_user -- -p tenantry-app -- --nocapture").unwrap();
        assert_eq!(selection.name_parts, ["create_user"]);
        assert_eq!(selection.runner_arguments, ["-p", "tenantry-app", "--", "--nocapture"]);
        assert!(selection.names_a_package());
    }

    #[test]
    fn a_flag_for_the_runner_in_the_wrong_place_is_explained() {
        let failure = parse("--no-capture").unwrap_err();
        assert_eq!(
            failure.to_string(),
            "unknown flag `--no-capture`; write `-- --no-capture` to hand it to the test runner"
        );
    }
}
