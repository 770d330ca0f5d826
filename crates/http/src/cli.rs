//! x
use std::process::ExitCode;
/// x
pub fn run() -> ExitCode { ExitCode::SUCCESS }
