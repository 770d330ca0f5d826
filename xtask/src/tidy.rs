//! `cargo xtask tidy`: formatting, and house rules that neither rustfmt nor clippy knows.

mod assets;
mod examples;
mod links;
mod manifests;
mod sources;

use crate::checks::refuse_arguments;
use crate::failure::Failure;
use crate::process::{cargo, run as run_command};
use crate::workspace;
use std::fmt;

pub const HELP: &str = "
usage: cargo xtask tidy

Fails on: unformatted Rust, files over 500 lines (tests and generated files not counted), mod.rs, module names that say
nothing, forgotten markers, a crate without the workspace's lints, URLs taken from request headers, public types of
crates/domain without an example, third-party assets in crates/http/assets, and relative links in Markdown that lead nowhere.
docs/style.md gives the reasons.
";

/// A broken rule, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    pub path: String,
    /// From 1; 0 is the file as a whole.
    pub line: usize,
    pub rule: String,
}

impl Finding {
    fn new(path: &str, line: usize, rule: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule: rule.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(formatter, "{}: {}", self.path, self.rule),
            line => write!(formatter, "{}:{line}: {}", self.path, self.rule),
        }
    }
}

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    refuse_arguments(arguments)?;
    // Both, so that one run tells everything.
    let format = check_format();
    check_rules()?;
    format?;
    println!("tidy: clean");
    Ok(())
}

pub fn check_format() -> Result<(), Failure> {
    run_command(&mut cargo(&["fmt", "--all", "--check"]))?;
    // A workspace of its own, which `--all` leaves out.
    run_command(&mut cargo(&["fmt", "--manifest-path", "bench/Cargo.toml", "--check"]))
}

pub fn check_rules() -> Result<(), Failure> {
    let files = workspace::read_files(&["rs", "md", "toml", "html", "css", "js", "svg", "txt", "sql", "yml", "sh"])?;
    let names = workspace::list_files()?;
    let mut findings = Vec::new();
    for file in &files {
        findings.extend(sources::check(file));
        findings.extend(examples::check(file));
        findings.extend(manifests::check(file));
        findings.extend(assets::check_text(file));
        findings.extend(links::check(file, &|target| workspace::root().join(target).exists()));
    }
    for name in &names {
        findings.extend(assets::check_name(name));
    }
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() { Ok(()) } else { Err(Failure::new(format!("{} finding(s) of tidy", findings.len()))) }
}
