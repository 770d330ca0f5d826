use std::process::ExitCode;

/// Hashing a password takes 19 MiB for some milliseconds, each time on another thread. This allocator gives such blocks back to
/// the system when they are freed; the C library's keeps one for every thread that ever hashed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    tenantry_http::cli::run()
}
