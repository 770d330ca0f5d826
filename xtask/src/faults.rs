//! `cargo xtask faults`: what goes wrong in real life, done to the program on purpose.

use crate::failure::Failure;
use crate::process::{cargo, run as run_command};
use crate::test::{Prerequisites, environment, postgres, runner::run_and_read};

pub const HELP: &str = "
usage: cargo xtask faults [--quick] [F1 F7 …]

Kills the program and its database, cuts their connections, fills the disk, stalls the mail server and more, while people are being
created, and holds what was acknowledged against what is stored. All faults, or those named, one after the other, on the release build
and with the full amount, which takes hours; then a table of what was done and found, as Markdown. Fails if anything acknowledged
was lost, or anything else is not as docs/operations.md says.

--quick does as much of it as `cargo xtask test` does, on the debug build.
";

/// What the person asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    quick: bool,
    /// Numbers; all of them if none is named.
    faults: Vec<u32>,
}

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let plan = Plan::parse(arguments)?;
    let prerequisites = Prerequisites::gather()?;
    let profile = if plan.quick { "debug" } else { "release" };
    let mut build = cargo(&["build", "--package", "tenantry-http", "--bin", "tenantry"]);
    run_command(if plan.quick { &mut build } else { build.arg("--release") })?;
    let server = postgres::start_durable(&prerequisites.postgres_folder)?;

    let mut tests = cargo(&["test", "--package", "tenantry-http", "--test", "faults", "--"]);
    tests.args(["--nocapture", "--test-threads=1"]).args(plan.filters());
    tests.envs(environment(&prerequisites, &server, profile)?);
    if !plan.quick {
        tests.env("TENANTRY_FAULTS", "full");
    }
    let mut rows = Vec::new();
    let tally = run_and_read(&mut tests, |line| rows.extend(Row::read(line)))?;
    println!("\n{}", table(&rows));
    let silent: Vec<String> = plan
        .faults
        .iter()
        .map(|number| format!("F{number}"))
        .filter(|fault| !rows.iter().any(|row| row.fault == *fault))
        .collect();
    match (tally.complete, silent.is_empty()) {
        (true, true) => Ok(()),
        (false, _) => Err(Failure::new("not every fault ended as it must")),
        (true, false) => Err(Failure::new(format!("nothing was found out about {}", silent.join(", ")))),
    }
}

impl Plan {
    fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut plan = Self::default();
        for argument in arguments {
            match argument.strip_prefix(['F', 'f']).map(str::parse) {
                Some(Ok(number)) => plan.faults.push(number),
                _ if argument == "--quick" => plan.quick = true,
                _ => return Err(Failure::new(format!("unexpected argument `{argument}`; name faults as F1, F7"))),
            }
        }
        Ok(plan)
    }

    /// Tests stand in a module that begins with the fault's number.
    fn filters(&self) -> Vec<String> {
        if self.faults.is_empty() {
            return Vec::new();
        }
        self.faults.iter().map(|number| format!("f{number}_")).collect()
    }
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
        let plan = parse("--quick F1 f16").unwrap();
        assert_eq!(plan, Plan { quick: true, faults: vec![1, 16] });
        assert_eq!(plan.filters(), ["f1_", "f16_"]);
        assert_eq!(parse("all").unwrap_err(), "unexpected argument `all`; name faults as F1, F7");
    }

    #[test]
    fn a_line_becomes_a_row_wherever_it_begins() {
        let row = Row::read("test f1_kill::it ... fault: F1 | 3 kills | 0 lost | 0 half").unwrap();
        assert_eq!(table(&[row]).lines().last(), Some("| F1 | 3 kills | 0 lost | 0 half |"));
        assert_eq!(Row::read("test result: ok."), None);
    }
}
