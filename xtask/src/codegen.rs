//! `cargo xtask codegen`: documents that the code itself prints.

use crate::failure::{During as _, Failure};
use crate::process::{capture, cargo};
use crate::workspace;
use std::fs;
use std::path::Path;
use std::process::Command;

pub const HELP: &str = "
usage: cargo xtask codegen [--check]

Writes the generated documents anew. With --check it writes nothing and fails, showing the difference, where a committed
document is not what the code prints today.
";

/// A committed file and the `cargo` arguments whose output it is.
struct Artefact {
    path: &'static str,
    printed_by: &'static [&'static str],
}

const ARTEFACTS: &[Artefact] = &[
    Artefact {
        path: "docs/permissions.md",
        printed_by: &["run", "--package", "tenantry-domain", "--example", "permission_table"],
    },
    Artefact { path: "docs/openapi.json", printed_by: &["run", "--package", "tenantry-http", "--", "openapi"] },
    Artefact {
        path: "docs/configuration.md",
        printed_by: &["run", "--package", "tenantry-http", "--", "config-reference"],
    },
];

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    match arguments {
        [] => write(),
        [flag] if flag == "--check" => check(),
        _ => Err(Failure::new("`codegen` takes nothing but --check")),
    }
}

fn write() -> Result<(), Failure> {
    for artefact in ARTEFACTS {
        let fresh = print(artefact)?;
        let file = workspace::root().join(artefact.path);
        let changed = fs::read_to_string(&file).ok().as_deref() != Some(fresh.as_str());
        if changed {
            fs::write(&file, fresh).during(format!("cannot write {}", artefact.path))?;
        }
        println!("{}: {}", artefact.path, if changed { "written" } else { "unchanged" });
    }
    Ok(())
}

/// Compares all of them before it fails, so that one run names every stale document.
pub fn check() -> Result<(), Failure> {
    let mut stale = Vec::new();
    for artefact in ARTEFACTS {
        let fresh = print(artefact)?;
        let committed = fs::read_to_string(workspace::root().join(artefact.path)).unwrap_or_default();
        if committed != fresh {
            show_difference(artefact.path, &fresh)?;
            stale.push(artefact.path);
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("stale: {}; run `cargo xtask codegen` and commit the result", stale.join(", "))))
}

fn print(artefact: &Artefact) -> Result<String, Failure> {
    let printed = capture(&mut cargo(artefact.printed_by))?;
    if printed.trim().is_empty() {
        return Err(Failure::new(format!("`cargo {}` printed nothing", artefact.printed_by.join(" "))));
    }
    Ok(with_one_final_newline(&printed))
}

fn with_one_final_newline(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

fn show_difference(path: &str, fresh: &str) -> Result<(), Failure> {
    let committed = workspace::root().join(path);
    let committed = if committed.exists() { committed } else { Path::new("/dev/null").to_owned() };
    let folder = tempfile::tempdir().during("cannot make a temporary folder")?;
    let generated = folder.path().join("generated");
    fs::write(&generated, fresh).during("cannot write the generated text")?;
    let shown = Command::new("diff")
        .args(["--unified", "--label", path, "--label", "what the code prints"])
        .args([&committed, &generated])
        .status();
    if shown.is_err() {
        println!("{path} differs from what the code prints (no `diff` here to show how)");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_ends_with_exactly_one_newline() {
        assert_eq!(with_one_final_newline("a\n\n\n"), "a\n");
        assert_eq!(with_one_final_newline("a"), "a\n");
    }

    #[test]
    fn an_unknown_flag_is_refused() {
        assert!(run(&["--chekc".to_owned()]).is_err());
    }
}
