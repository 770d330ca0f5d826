use std::{
    path::Path,
    process::{Command, Stdio},
};

/// The Python that the test command names, or the first of the usual ones that has aiosmtpd.
pub fn python() -> String {
    if let Some(named) = std::env::var_os("TENANTRY_TEST_PYTHON") {
        return named.to_string_lossy().into_owned();
    }
    let usual = ["/usr/bin/python3", "python3"];
    let found = usual.into_iter().find(|python| has_aiosmtpd(python));
    found.expect("no Python with aiosmtpd was found; run `cargo xtask test`, which says how to get one").to_owned()
}

fn has_aiosmtpd(python: &str) -> bool {
    let outcome =
        Command::new(python).args(["-c", "import aiosmtpd"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    outcome.is_ok_and(|status| status.success())
}

/// One of the scripts beside the tests.
pub fn script(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name).to_string_lossy().into_owned()
}
