//! Handing the tests to the test runner, and counting.

use super::{Environment, Selection};
use crate::failure::{During as _, Failure};
use crate::process::{cargo, shown, succeeds};
use crate::workspace;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    /// Whether the runner itself is content; a test binary that does not build has no failed tests.
    pub complete: bool,
}

impl Tally {
    fn plus(self, other: &Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            complete: self.complete && other.complete,
        }
    }
}

pub fn run(selection: &Selection, environment: &Environment) -> Result<Tally, Failure> {
    if !succeeds(&mut cargo(&["nextest", "--version"])) {
        println!("cargo-nextest is not installed; running with `cargo test`");
        // This one runs the examples of the documentation by itself.
        return run_and_read(&mut cargo_test(selection, environment), |_| {});
    }
    let tally = run_nextest(selection, environment)?;
    if !selection.is_everything() {
        return Ok(tally);
    }
    let mut examples = cargo(&["test", "--doc", "--workspace", "--no-fail-fast"]);
    let examples = run_and_read(examples.envs(environment.iter().cloned()), |_| {})?;
    Ok(tally.plus(&examples))
}

fn run_nextest(selection: &Selection, environment: &Environment) -> Result<Tally, Failure> {
    // Left by an earlier run, it would be counted for this one. Nextest puts it here wherever cargo builds.
    let report = workspace::root().join("target/nextest/default/junit.xml");
    if report.exists() {
        fs::remove_file(&report).during("cannot remove the report of the last run")?;
    }
    let mut command = cargo(&["nextest", "run", "--no-fail-fast"]);
    if !selection.names_a_package() {
        command.arg("--workspace");
    }
    command.args(&selection.name_parts).args(&selection.runner_arguments).envs(environment.iter().cloned());
    let status = command.status().during("cannot start cargo-nextest")?;
    let counts = fs::read_to_string(&report).ok().and_then(|report| read_report(&report));
    let (passed, failed) = counts.unwrap_or_default();
    Ok(Tally { passed, failed, complete: status.success() })
}

fn cargo_test(selection: &Selection, environment: &Environment) -> Command {
    let mut command = cargo(&["test", "--no-fail-fast"]);
    if !selection.names_a_package() {
        command.arg("--workspace");
    }
    command.args(&selection.runner_arguments);
    if !selection.name_parts.is_empty() {
        // The test binaries take any number of name parts, cargo itself only one.
        if !selection.runner_arguments.iter().any(|argument| argument == "--") {
            command.arg("--");
        }
        command.args(&selection.name_parts);
    }
    command.envs(environment.iter().cloned());
    command
}

/// Passes the output on, shows each line, and counts its `test result:` lines.
pub fn run_and_read(command: &mut Command, mut show: impl FnMut(&str)) -> Result<Tally, Failure> {
    let line = shown(command);
    let mut child = command.stdout(Stdio::piped()).spawn().during(format!("cannot start `{line}`"))?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line.during("cannot read what the tests print")?;
            println!("{line}");
            show(&line);
            if let Some((passed, failed)) = read_result_line(&line) {
                tally.passed += passed;
                tally.failed += failed;
            }
        }
    }
    tally.complete = child.wait().during(format!("cannot wait for `{line}`"))?.success();
    Ok(tally)
}

/// `test result: ok. 3 passed; 0 failed; …`
fn read_result_line(line: &str) -> Option<(usize, usize)> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |name: &str| counts.split("; ").find_map(|part| part.strip_suffix(name)?.trim().parse().ok());
    Some((count(" passed")?, count(" failed")?))
}

/// The first element of nextest's report: `<testsuites … tests="3" failures="1" errors="0">`.
fn read_report(report: &str) -> Option<(usize, usize)> {
    let element = report.split_once("<testsuites ")?.1.split_once('>')?.0;
    let count = |name: &str| -> Option<usize> {
        let value = element.split_once(&format!("{name}=\""))?.1;
        value.split('"').next()?.parse().ok()
    };
    let failed = count("failures")? + count("errors")?;
    Some((count("tests")?.saturating_sub(failed), failed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_of_cargo_test_are_counted() {
        let line = "test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.01s";
        assert_eq!(read_result_line(line), Some((12, 2)));
        assert_eq!(read_result_line("test a ... ok"), None);
    }

    #[test]
    fn the_report_of_nextest_is_counted() {
        let report = r#"<?xml version="1.0"?><testsuites name="nextest-run" tests="5" failures="1" errors="1" time="0.1"><testsuite/></testsuites>"#;
        assert_eq!(read_report(report), Some((3, 2)));
        assert_eq!(read_report("<html>"), None);
    }

    #[test]
    fn name_parts_reach_the_test_binaries_behind_two_dashes() {
        let selection = Selection { name_parts: vec!["create".into()], runner_arguments: vec!["--lib".into()] };
        let line = shown(&cargo_test(&selection, &Vec::new()));
        assert_eq!(line, "cargo test --no-fail-fast --workspace --lib -- create");
    }
}
