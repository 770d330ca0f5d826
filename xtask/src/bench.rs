//! `cargo xtask bench`: what the program does, beside what could be done.

mod http;
mod load;
mod report;

use crate::failure::Failure;
use crate::process::{cargo, run as run_command};
use http::Plan;

pub const HELP: &str = "
usage: cargo xtask bench [--quick] [--postgres]
       cargo xtask bench decisions [--quick]

Fills a database of its own with 100,000 accounts and 1,000,000 users, starts the release build of `tenantry` on it and, in the same
run, a server that does nothing but answer, read a row, write some, or hash a password (bench/ceilings). Asks both over 1 and 64
connections and prints requests a second, times and the ratio to the ceiling as Markdown. On SQLite, or with --postgres on a private server
that is as safe against a power cut as any. --quick fills 1,000 accounts and measures for a second each.

decisions: builds bench/ in release mode and runs it: the same questions to our permission core, Cedar, casbin and a bound written by
hand, on trees of 10, 1,000 and 100,000 accounts. Fails if any answers differ; prints times, ratios and memory as Markdown.
Takes some minutes on a machine that does nothing else, as it should. --quick measures few rounds, to see that it works.

bench/ is a workspace of its own, so that nothing else ever builds the other engines; `cargo clippy` there checks it.
";

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["decisions"] => decisions(&[]),
        ["decisions", "--quick"] => decisions(&["--quick"]),
        ref flags => http::run(plan(flags)?),
    }
}

fn decisions(flags: &[&str]) -> Result<(), Failure> {
    let command =
        ["run", "--release", "--locked", "--manifest-path", "bench/Cargo.toml", "--package", "tenantry-bench", "--"];
    run_command(&mut cargo(&[&command, flags].concat()))
}

fn plan(flags: &[&str]) -> Result<Plan, Failure> {
    let mut plan = Plan { quick: false, on_postgres: false };
    for flag in flags {
        match *flag {
            "--quick" => plan.quick = true,
            "--postgres" => plan.on_postgres = true,
            other => return Err(Failure::new(format!("unexpected argument `{other}`"))),
        }
    }
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_flag_is_refused() {
        for line in [&["--quik"][..], &["decisions", "--quik"], &["--mysql"], &["decision"]] {
            let words: Vec<String> = line.iter().map(|word| (*word).to_owned()).collect();
            assert!(run(&words).is_err(), "{line:?}");
        }
    }

    #[test]
    fn a_plan_is_sqlite_at_size_unless_said_otherwise() {
        assert_eq!(plan(&[]).ok(), Some(Plan { quick: false, on_postgres: false }));
        assert_eq!(plan(&["--postgres", "--quick"]).ok(), Some(Plan { quick: true, on_postgres: true }));
    }
}
