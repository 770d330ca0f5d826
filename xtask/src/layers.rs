//! `cargo xtask layers`: the architecture's dependency rules, checked.

mod metadata;
mod rules;

use crate::checks::refuse_arguments;
use crate::failure::Failure;
use crate::process::{capture, cargo};
use crate::workspace;
use metadata::Metadata;

pub const HELP: &str = "
usage: cargo xtask layers

Reads `cargo metadata` and the sources of crates/http and fails where the layering of docs/architecture.md is broken:
domain knows nobody, no runtime and few crates, app knows domain, adapters know app and domain but not each other, each technology has
one home, and inside crates/http only the composition root and the command line name an adapter.
";

/// What whoever embeds the domain crate without features builds with it, one crate a line.
const DOMAIN_TREE: &[&str] = &[
    "tree",
    "--quiet",
    "--package",
    "tenantry-domain",
    "--no-default-features",
    "--edges",
    "normal",
    "--prefix",
    "none",
    "--no-dedupe",
];

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    refuse_arguments(arguments)?;
    check()?;
    println!("layers: clean");
    Ok(())
}

pub fn check() -> Result<(), Failure> {
    let metadata = Metadata::load()?;
    let sources = workspace::read_files(&["rs"])?;
    let mut findings = rules::own_dependencies(&metadata.packages);
    findings.extend(rules::technologies(&metadata.packages));
    findings.extend(rules::runtimes_below_domain(&metadata));
    findings.extend(rules::adapters_named_in_http(&sources));
    findings.extend(rules::crates_below_domain(&capture(&mut cargo(DOMAIN_TREE))?));
    if findings.is_empty() {
        return Ok(());
    }
    for finding in &findings {
        println!("{finding}");
    }
    Err(Failure::new(format!("{} broken layering rule(s)", findings.len())))
}
