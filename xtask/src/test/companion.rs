//! A program that runs beside the tests and is gone afterwards, together with its folder.

use crate::failure::{During as _, Failure};
use crate::process::{succeeds, wait_until};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Runs the program and waits for its own standard input to end. That happens when [`Companion`] is dropped, and also when
/// this process dies of Ctrl-C or worse, because the kernel then closes the pipe. No signal handler is needed.
const KEEPER: &str = r#"
folder=$1 signal=$2
shift 2
"$@" </dev/null &
child=$!
trap '' TERM INT HUP
read -r _
kill -s "$signal" "$child" 2>/dev/null
wait "$child"
kill -s TERM 0
rm -rf "$folder" 2>/dev/null || { sleep 1; rm -rf "$folder"; }
"#;

const STOPS_WITHIN: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub struct Companion {
    keeper: Child,
    log: PathBuf,
}

/// How a program is asked to end.
#[derive(Debug, Clone, Copy)]
pub enum Stop {
    Interrupt,
    Terminate,
}

impl Companion {
    /// `folder` belongs to the service from here on, and goes when it goes.
    pub fn start(command: &Command, folder: TempDir, stop: Stop) -> Result<Self, Failure> {
        let folder = folder.keep();
        let log = folder.join("log");
        let output = File::create(&log).during(format!("cannot write {}", log.display()))?;
        let errors = output.try_clone().during("cannot share a log")?;
        let signal = match stop {
            Stop::Interrupt => "INT",
            Stop::Terminate => "TERM",
        };
        let mut keeper = Command::new("/bin/sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(&folder).arg(signal);
        keeper.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            keeper.env(name, value.unwrap_or(OsStr::new("")));
        }
        // A group of its own: Ctrl-C in a terminal reaches the tests and this program, and through the pipe the keeper.
        keeper.current_dir(&folder).stdin(Stdio::piped()).stdout(output).stderr(errors).process_group(0);
        match keeper.spawn() {
            Ok(keeper) => Ok(Self { keeper, log }),
            Err(error) => {
                // What cannot be removed here is a temporary folder that the system sweeps.
                let _ = fs::remove_dir_all(&folder);
                Err(Failure::new(format!("cannot start /bin/sh: {error}")))
            }
        }
    }

    /// Waits for the service to answer; its log is part of the failure.
    pub fn wait_until_ready(&self, name: &str, answers: impl FnMut() -> bool) -> Result<(), Failure> {
        if wait_until(Duration::from_secs(30), answers) {
            return Ok(());
        }
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        Err(Failure::new(format!("{name} did not answer within 30 s; it said:\n{log}")))
    }
}

/// What a program takes of the machine's memory, in KiB.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// Everything.
    pub resident: u64,
    /// Without pages of files, as those of its database, which the system gives to others when they need them.
    pub own: u64,
}

impl Companion {
    /// As the kernel counts it.
    pub fn memory(&self) -> Result<Memory, Failure> {
        let keeper = self.keeper.id();
        let children = fs::read_to_string(format!("/proc/{keeper}/task/{keeper}/children"));
        let children = children.during("cannot find the program")?;
        let program = children.split_whitespace().next().unwrap_or_default();
        let status =
            fs::read_to_string(format!("/proc/{program}/status")).during("cannot read the program's status")?;
        let value = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        let (Some(resident), Some(own)) = (value("VmRSS:"), value("RssAnon:")) else {
            return Err(Failure::new("the kernel does not say how much memory the program has"));
        };
        Ok(Memory { resident, own })
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let ended = wait_until(STOPS_WITHIN, || matches!(self.keeper.try_wait(), Ok(Some(_))));
        if !ended {
            let group = format!("-{}", self.keeper.id());
            succeeds(Command::new("kill").args(["-s", "KILL", "--", &group]));
            // The group is dead; this only collects it.
            let _ = self.keeper.wait();
            let folder = self.log.parent().unwrap_or(Path::new(""));
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// A port that nobody listens on at this moment.
pub fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).during("cannot bind a port of 127.0.0.1")?;
    Ok(listener.local_addr().during("cannot read the port")?.port())
}

pub fn temporary_folder(name: &str) -> Result<TempDir, Failure> {
    tempfile::Builder::new().prefix(&format!("tenantry-{name}-")).tempdir().during("cannot make a temporary folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A process that has ended but that nobody has waited for still has a number, and the state Z.
    fn is_alive(process: &str) -> bool {
        let status = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        status.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
    }

    #[test]
    fn a_dropped_service_leaves_neither_process_nor_folder() {
        let folder = temporary_folder("self-test").unwrap();
        let place = folder.path().to_owned();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo $$ >pid; exec sleep 600"]);
        let companion = Companion::start(&command, folder, Stop::Terminate).unwrap();
        let read_pid = || fs::read_to_string(place.join("pid")).ok().filter(|pid| pid.ends_with('\n'));
        companion.wait_until_ready("sleep", || read_pid().is_some()).unwrap();
        let pid = read_pid().unwrap().trim().to_owned();
        assert!(is_alive(&pid));

        drop(companion);

        assert!(!is_alive(&pid));
        assert!(!place.exists());
    }

    #[test]
    fn what_a_program_left_behind_in_its_group_ends_with_it() {
        let folder = temporary_folder("self-test").unwrap();
        let place = folder.path().to_owned();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "sleep 600 & echo $! >pid; wait"]);
        let companion = Companion::start(&command, folder, Stop::Terminate).unwrap();
        let read_pid = || fs::read_to_string(place.join("pid")).ok().filter(|pid| pid.ends_with('\n'));
        companion.wait_until_ready("sleep", || read_pid().is_some()).unwrap();
        let pid = read_pid().unwrap().trim().to_owned();

        drop(companion);

        assert!(wait_until(Duration::from_secs(5), || !is_alive(&pid)));
    }
}
