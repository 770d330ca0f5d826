//! `cargo xtask traces`: more random traces than the tests run.

use crate::failure::{During as _, Failure};
use crate::process::{cargo, run as run_command};

pub const HELP: &str = "
usage: cargo xtask traces [--count N]

Runs random traces of use cases on storage in memory, and checks after every step that nobody got more than somebody gave who
held it, and the other properties in crates/app/tests/traces. Without --count, a million traces; `cargo xtask test` runs ten
thousand. The first of them are the same every time, whatever the count. Optimised; all cores.

A trace that fails is shrunk and printed. Make a named test of it.
";

const TRACES: u32 = 1_000_000;

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let count = count(arguments)?;
    println!("running {count} traces");
    let mut tests = cargo(&["test", "--release", "--package", "tenantry-app", "--test", "traces", "--", "--nocapture"]);
    run_command(tests.env("TENANTRY_TRACES", count.to_string()))
}

fn count(arguments: &[String]) -> Result<u32, Failure> {
    match arguments {
        [] => Ok(TRACES),
        [flag, count] if flag == "--count" => count.parse().during(format!("`{count}` is no number of traces")),
        [argument, ..] => Err(Failure::new(format!("unexpected argument `{argument}`; write `--count N` or nothing"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<u32, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        count(&words).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_million_traces_unless_said_otherwise() {
        assert_eq!(read(""), Ok(1_000_000));
        assert_eq!(read("--count 50"), Ok(50));
    }

    #[test]
    fn anything_else_is_explained() {
        assert!(read("--count many").unwrap_err().starts_with("`many` is no number of traces"));
        assert_eq!(read("50").unwrap_err(), "unexpected argument `50`; write `--count N` or nothing");
    }
}
