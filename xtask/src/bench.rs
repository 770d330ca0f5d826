//! `cargo xtask bench`: decisions beside those of other engines.

use crate::failure::Failure;
use crate::process::{cargo, run as run_command};

pub const HELP: &str = "
usage: cargo xtask bench [--quick]

Builds bench/ in release mode and runs it: the same questions to our permission core, Cedar, casbin and a bound written by
hand, on trees of 10, 1,000 and 100,000 accounts. Fails if any answers differ; prints times, ratios and memory as Markdown.
Takes some minutes on a machine that does nothing else, as it should. --quick measures few rounds, to see that it works.

bench/ is a workspace of its own, so that nothing else ever builds the other engines; `cargo clippy` there checks it.
";

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let mut words = vec!["run", "--release", "--locked", "--manifest-path", "bench/Cargo.toml", "--"];
    match arguments {
        [] => {}
        [flag] if flag == "--quick" => words.push("--quick"),
        _ => return Err(Failure::new("`bench` takes nothing but --quick")),
    }
    run_command(&mut cargo(&words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_flag_is_refused() {
        assert!(run(&["--quik".to_owned()]).is_err());
    }
}
