//! Decisions, ours and others', on the same trees with the same questions in one run. `cargo xtask bench decisions` runs it.
//!
//! Figures of two machines do not compare; ratios of one run do. Every engine has what it can know before a question
//! prepared: the tree, each person's grants, the names of accounts in its own form. What is timed is the question alone. The
//! engines' modules say how they are told about trees and roles, and why so.

mod allocation;
mod bound;
mod casbin;
mod cedar;
mod engine;
mod measurement;
mod numbering;
mod ours;
mod report;
mod workload;

use measurement::Measurement;
use std::process::ExitCode;

const SIZES: [u32; 3] = [10, 1_000, 100_000];
const ROUNDS: usize = 21;
const QUICK_ROUNDS: usize = 3;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rounds = match arguments.as_slice() {
        [] => ROUNDS,
        [flag] if flag == "--quick" => QUICK_ROUNDS,
        _ => {
            eprintln!("error: it takes nothing but --quick");
            return ExitCode::FAILURE;
        }
    };
    let measurements = SIZES.into_iter().map(|accounts| {
        eprintln!("{accounts} accounts …");
        Measurement::take(accounts, rounds)
    });
    match measurements.collect::<Result<Vec<_>, _>>() {
        Ok(measurements) => {
            print!("{}", report::render(&measurements, rounds));
            ExitCode::SUCCESS
        }
        Err(difference) => {
            eprintln!("error: {difference}");
            ExitCode::FAILURE
        }
    }
}
