//! Starting other programs, and waiting.

use crate::failure::{During as _, Failure};
use crate::workspace;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// `cargo` in the workspace, without what `cargo run` told this program about itself: build scripts that watch
/// such variables (ring's does) would otherwise run again after every change of caller.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(workspace::root());
    for (name, _) in std::env::vars_os() {
        let about_this_program = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO_BIN_NAME"
        });
        if about_this_program {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a program whose output the person sees; anything but success is a failure.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    let line = shown(command);
    let status = command.status().during(format!("cannot start `{line}`"))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{line}` failed ({status})"))) }
}

/// Runs a program for what it prints; its errors go to the person.
pub fn capture(command: &mut Command) -> Result<String, Failure> {
    let line = shown(command);
    let output = command.stderr(Stdio::inherit()).output().during(format!("cannot start `{line}`"))?;
    if !output.status.success() {
        return Err(Failure::new(format!("`{line}` failed ({})", output.status)));
    }
    String::from_utf8(output.stdout).during(format!("`{line}` printed something that is not UTF-8"))
}

/// Runs a program for its verdict alone.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// A command as one would type it.
pub fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    words.join(" ")
}

/// The first of these programs that stands in a folder of `PATH`.
pub fn find_in_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| is_program(file)))
}

/// Every program of this name in `PATH`, in the order of the folders.
pub fn find_all_in_path(name: &str) -> Vec<PathBuf> {
    let Some(path) = std::env::var_os("PATH") else { return Vec::new() };
    std::env::split_paths(&path).map(|folder| folder.join(name)).filter(|file| is_program(file)).collect()
}

pub fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// Tries until it works or the time is up.
pub fn wait_until(limit: Duration, mut works: impl FnMut() -> bool) -> bool {
    let since = now();
    loop {
        if works() {
            return true;
        }
        if since.elapsed() > limit {
            return false;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[expect(clippy::disallowed_methods, reason = "durations of steps are told to a person; no product code runs here")]
pub fn now() -> Instant {
    Instant::now()
}
