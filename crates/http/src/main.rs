use std::process::ExitCode;

/// Hashing a password takes 19 MiB for some milliseconds, each time on another thread. This allocator gives such a block back to
/// the system soon after it was freed, when its thread ends at the latest; the C library's keeps one for every thread that ever hashed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    tenantry_http::cli::run()
}
