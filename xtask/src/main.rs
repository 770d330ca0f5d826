//! The project's own tasks. `cargo xtask --help` lists them; each module is one command.

mod bench;
mod checks;
mod codegen;
mod connection;
mod deny;
mod failure;
mod faults;
mod layers;
mod mutants;
mod pages;
mod process;
mod seed;
mod test;
mod tidy;
mod traces;
mod workspace;

use failure::Failure;
use std::process::ExitCode;

/// One command: its name, its line in the overview, its own help, and what it does.
struct Task {
    name: &'static str,
    summary: &'static str,
    help: &'static str,
    run: fn(&[String]) -> Result<(), Failure>,
}

const TASKS: &[Task] = &[
    Task { name: "test", summary: "run every test, with the services they need", help: test::HELP, run: test::run },
    Task {
        name: "ci",
        summary: "everything a change must pass: checks, then test",
        help: checks::CI_HELP,
        run: checks::run_ci,
    },
    Task { name: "checks", summary: "everything but the tests", help: checks::CHECKS_HELP, run: checks::run_checks },
    Task {
        name: "tidy",
        summary: "formatting and the house rules that a linter does not know",
        help: tidy::HELP,
        run: tidy::run,
    },
    Task { name: "layers", summary: "who may depend on whom", help: layers::HELP, run: layers::run },
    Task {
        name: "codegen",
        summary: "write, or with --check compare, the generated documents",
        help: codegen::HELP,
        run: codegen::run,
    },
    Task {
        name: "deny",
        summary: "licences, banned crates and sources, by cargo-deny",
        help: deny::HELP,
        run: deny::run,
    },
    Task {
        name: "traces",
        summary: "many random traces of use cases, held against naive rules",
        help: traces::HELP,
        run: traces::run,
    },
    Task {
        name: "seed",
        summary: "fill an empty database with 100,000 accounts and a million users",
        help: seed::HELP,
        run: seed::run,
    },
    Task {
        name: "pages",
        summary: "how long the console's lists take on such a database",
        help: pages::HELP,
        run: pages::run,
    },
    Task {
        name: "bench",
        summary: "requests and decisions beside what could be done, in one run",
        help: bench::HELP,
        run: bench::run,
    },
    Task {
        name: "faults",
        summary: "whether anything is lost when things break; takes hours, with --quick minutes",
        help: faults::HELP,
        run: faults::run,
    },
    Task {
        name: "mutants",
        summary: "whether the tests notice a change of the permission rules; takes long",
        help: mutants::HELP,
        run: mutants::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<(), Failure> {
    let Some((name, rest)) = arguments.split_first() else {
        print_overview();
        return Err(Failure::new("name a command"));
    };
    if matches!(name.as_str(), "-h" | "--help" | "help") {
        print_overview();
        return Ok(());
    }
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        print_overview();
        return Err(Failure::new(format!("there is no command `{name}`")));
    };
    if asks_for_help(rest) {
        println!("cargo xtask {}: {}\n\n{}", task.name, task.summary, task.help.trim());
        return Ok(());
    }
    (task.run)(rest)
}

/// What stands behind `--` is for the program that a command starts, `--help` included.
fn asks_for_help(arguments: &[String]) -> bool {
    arguments.iter().take_while(|argument| *argument != "--").any(|argument| argument == "-h" || argument == "--help")
}

fn print_overview() {
    println!("usage: cargo xtask <command> [arguments]\n");
    for task in TASKS {
        println!("  {:<8} {}", task.name, task.summary);
    }
    println!("\n`cargo xtask <command> --help` says more about one of them.");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn an_unknown_command_is_named_in_the_error() {
        let failure = dispatch(&words("tydi")).unwrap_err();
        assert_eq!(failure.to_string(), "there is no command `tydi`");
    }

    #[test]
    fn help_behind_two_dashes_belongs_to_the_started_program() {
        assert!(asks_for_help(&words("name --help")));
        assert!(!asks_for_help(&words("name -- --help")));
    }
}
