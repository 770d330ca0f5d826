//! The program itself as a process.

use std::{
    fs::{self, OpenOptions},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, ExitStatus},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::{
    amount::wait,
    client::{Client, call},
    place::Place,
};

/// How soon after its start the program must work.
pub const READY_WITHIN: Duration = Duration::from_secs(5);

pub struct Program {
    child: Child,
    pub address: String,
    folder: PathBuf,
}

impl Program {
    /// Starts the program, with the demo tree if there is nothing yet, and waits until it is ready.
    pub fn start(place: &Place) -> Self {
        Self::start_with(place, &[])
    }

    pub fn start_with(place: &Place, arguments: &[&str]) -> Self {
        let mut program = Self::spawn(place, arguments);
        program.await_ready(Duration::from_secs(30));
        program
    }

    /// Starts the program and does not wait for anything.
    pub fn spawn(place: &Place, arguments: &[&str]) -> Self {
        let mut command = place.command(&["serve", "--demo"]);
        command.args(arguments);
        Self::spawn_command(place, command)
    }

    pub fn spawn_command(place: &Place, mut command: Command) -> Self {
        let address = free_address();
        let folder = place.folder().to_owned();
        let appending = |name| OpenOptions::new().create(true).append(true).open(folder.join(name)).unwrap();
        command.args(["--listen", &address]).stdout(appending("output")).stderr(appending("log"));
        let child = command.spawn().unwrap();
        Self { child, address, folder }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What the system tells of each of its threads in this file.
    pub fn threads(&self, file: &str) -> Vec<String> {
        let threads = fs::read_dir(format!("/proc/{}/task", self.id())).unwrap().flatten();
        // One may end meanwhile.
        threads.filter_map(|thread| fs::read_to_string(thread.path().join(file)).ok()).collect()
    }

    /// How long it took.
    pub fn await_ready(&mut self, bound: Duration) -> Duration {
        wait("ready", bound, || {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("the program ended with {status}: {}", self.log());
            }
            is_ready(&self.address)
        })
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Signed in as the first demo user with a role; the demo tree was printed by the first start only.
    pub fn sign_in(&self, role: &str) -> Client {
        let text = fs::read_to_string(self.folder.join("output")).unwrap();
        let mut users = text.lines().map(|line| line.split(' ').collect::<Vec<_>>());
        let user = users.find(|words| words.get(3).is_some_and(|key| *key == role)).expect("a demo user");
        Client::sign_in(&self.address, user[1], user[2])
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for the end of a program that was asked to end.
    pub fn await_end(&mut self, bound: Duration) -> (ExitStatus, Duration) {
        let took = wait("ended", bound, || self.child.try_wait().unwrap().is_some());
        (self.child.wait().unwrap(), took)
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// What it takes of the machine's memory, in MiB.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line about memory");
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() / 1024
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("the program at {} said:\n{}", self.address, self.log());
        } else {
            assert!(!self.log().contains("panicked"), "{}", self.log());
        }
    }
}

pub fn is_ready(address: &str) -> bool {
    call(address, "GET /readyz", "", None).is_ok_and(|answer| answer.status == 200)
}

pub fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}
