//! What a running program asks the system for, looked on by strace, which can also have a call fail or be the last one.

use std::{
    fs,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{
    amount::{required, wait},
    program::Program,
};

const ATTACHED_WITHIN: Duration = Duration::from_secs(10);

pub struct Strace {
    child: Child,
    folder: TempDir,
}

impl Strace {
    /// Looks on from here on, at every thread.
    pub fn attach(program: &Program, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(required("TENANTRY_TEST_STRACE"));
        command.args(["--follow-forks", "--quiet", "--attach", &program.id().to_string(), "--output"]);
        command.arg(folder.path().join("calls")).args(arguments).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let tracer = format!("TracerPid:\t{}\n", child.id());
        // A worker may have made the call meanwhile that was the program's last.
        wait("strace looks on", ATTACHED_WITHIN, || {
            child.try_wait().unwrap().is_some() || program.threads("status").iter().all(|text| text.contains(&tracer))
        });
        Self { child, folder }
    }

    /// What was asked for: a call a line, which begins with the number of its thread.
    pub fn detach(mut self) -> String {
        // It ended already if the program did, or waits for ever for a thread that died while it was about to look at it.
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        for _ in 0..50 {
            if self.child.try_wait().unwrap().is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        self.child.wait().unwrap();
        fs::read_to_string(self.folder.path().join("calls")).unwrap()
    }
}
