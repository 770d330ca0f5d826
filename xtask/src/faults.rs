//! `cargo xtask faults`: what goes wrong in real life, done to the program on purpose.

use crate::failure::Failure;
use crate::process::{cargo, run as run_command};
use crate::test::{
    Environment, Prerequisites, environment, postgres,
    runner::{Tally, run_and_read},
};

pub const HELP: &str = "
usage: cargo xtask faults [--quick] [F1 F1b F7 …]

Kills the program and its database, cuts their connections, fills the disk, stalls the mail server and more, while people are being
created, and holds what was acknowledged against what is stored. All faults, or those named, one after the other, on the release build
and with the full amount, which takes hours; then a table of what was done and found, as Markdown. Fails if anything acknowledged
was lost, or anything else is not as docs/operations.md says.

--quick does as much of it as `cargo xtask test` does, on the debug build. F9 is done here only: it needs Patroni, etcd and HAProxy.
";

/// The fault that a feature of the tests brings along, because of what must be on the machine for it.
const FAIL_OVER: &str = "9";

/// The fault that other tests belong to as well.
const FEW_CONNECTIONS: &str = "12";

/// What the person asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    quick: bool,
    /// Numbers, with a letter where there is one: `1`, `1b`. All of them if none is named.
    faults: Vec<String>,
}

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let plan = Plan::parse(arguments)?;
    let prerequisites = Prerequisites::gather()?;
    let features: &[&str] = if plan.asks_for(FAIL_OVER) {
        Prerequisites::gather_for_fail_over()?;
        &["--features", "fail-over"]
    } else {
        &[]
    };
    let profile = if plan.quick { "debug" } else { "release" };
    let mut build = cargo(&["build", "--package", "tenantry-http", "--bin", "tenantry"]);
    build.args(features);
    run_command(if plan.quick { &mut build } else { build.arg("--release") })?;
    let server = postgres::start_durable(&prerequisites.postgres_folder)?;

    let mut tests = cargo(&["test", "--package", "tenantry-http", "--test", "faults"]);
    tests.args(features).args(["--", "--nocapture", "--test-threads=1"]).args(plan.filters());
    let environment = environment(&prerequisites, &server, profile)?;
    tests.envs(environment.iter().cloned());
    if !plan.quick {
        tests.env("TENANTRY_FAULTS", "full");
    }
    let mut rows = Vec::new();
    let mut is_complete = run_and_read(&mut tests, |line| rows.extend(Row::read(line)))?.complete;
    if plan.asks_for(FEW_CONNECTIONS) {
        let tally = run_with_few_connections(&environment)?;
        rows.push(Row {
            fault: format!("F{FEW_CONNECTIONS}"),
            done: "the tests of the API and of storage with one connection that writes and one that reads".to_owned(),
            found: format!("{} passed, {} failed", tally.passed, tally.failed),
        });
        is_complete &= tally.complete;
    }
    println!("\n{}", table(&rows));
    let silent: Vec<String> = plan
        .faults
        .iter()
        .map(|number| format!("F{number}"))
        .filter(|fault| !rows.iter().any(|row| row.fault == *fault))
        .collect();
    match (is_complete, silent.is_empty()) {
        (true, true) => Ok(()),
        (false, _) => Err(Failure::new("not every fault ended as it must")),
        (true, false) => Err(Failure::new(format!("nothing was found out about {}", silent.join(", ")))),
    }
}

/// Whoever waits for a second connection while holding one would wait in vain. Tests that hold two units of work are left out.
fn run_with_few_connections(environment: &Environment) -> Result<Tally, Failure> {
    let mut tests = cargo(&["test", "--no-fail-fast", "--package", "tenantry-http", "--test", "api"]);
    tests.args(["--package", "tenantry-infra-sql", "--test", "databases"]);
    tests.args(["--", "--skip", "races", "--skip", "safeguards"]);
    tests.envs(environment.iter().cloned()).env("TENANTRY_TEST_DATABASE_CONNECTIONS", "2");
    run_and_read(&mut tests, |_| {})
}

impl Plan {
    fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut plan = Self::default();
        for argument in arguments {
            match argument.strip_prefix(['F', 'f']) {
                Some(number) if is_number(number) => plan.faults.push(number.to_owned()),
                _ if argument == "--quick" => plan.quick = true,
                _ => return Err(Failure::new(format!("unexpected argument `{argument}`; name faults as F1, F7"))),
            }
        }
        Ok(plan)
    }

    fn asks_for(&self, fault: &str) -> bool {
        self.faults.is_empty() || self.faults.iter().any(|asked| asked == fault)
    }

    /// Tests stand in a module that begins with the fault's number.
    fn filters(&self) -> Vec<String> {
        self.faults.iter().map(|number| format!("f{number}_")).collect()
    }
}

/// Digits, and perhaps a letter.
fn is_number(text: &str) -> bool {
    let digits = text.strip_suffix(|last: char| last.is_ascii_lowercase()).unwrap_or(text);
    !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit())
}

/// `fault: F1 | what was done | what was found`
#[derive(Debug, PartialEq, Eq)]
struct Row {
    fault: String,
    done: String,
    found: String,
}

impl Row {
    /// The test runner may have begun the line with the name of the test.
    fn read(line: &str) -> Option<Self> {
        let mut cells = line.split_once("fault: ")?.1.splitn(3, " | ").map(|cell| cell.trim().to_owned());
        Some(Self { fault: cells.next()?, done: cells.next()?, found: cells.next()? })
    }
}

fn table(rows: &[Row]) -> String {
    let line = |row: &Row| format!("| {} | {} | {} |\n", row.fault, row.done, row.found);
    let lines: String = rows.iter().map(line).collect();
    format!("| fault | what was done | what was found |\n|---|---|---|\n{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Plan, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Plan::parse(&words).map_err(|failure| failure.to_string())
    }

    #[test]
    fn faults_are_named_by_number() {
        let plan = parse("--quick F1 f16 F1b").unwrap();
        assert!(plan.quick);
        assert_eq!(plan.filters(), ["f1_", "f16_", "f1b_"]);
        for wrong in ["all", "F", "Fb", "F1bb"] {
            assert_eq!(parse(wrong).unwrap_err(), format!("unexpected argument `{wrong}`; name faults as F1, F7"));
        }
    }

    #[test]
    fn a_line_becomes_a_row_wherever_it_begins() {
        let row = Row::read("test f1_kill::it ... fault: F1 | 3 kills | 0 lost | 0 half").unwrap();
        assert_eq!(table(&[row]).lines().last(), Some("| F1 | 3 kills | 0 lost | 0 half |"));
        assert_eq!(Row::read("test result: ok."), None);
    }
}
