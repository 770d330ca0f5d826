use std::process::ExitCode;

fn main() -> ExitCode {
    tenantry_http::cli::run()
}
