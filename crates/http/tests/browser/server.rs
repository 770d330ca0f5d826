//! The product itself, as `cargo run -- serve --demo` starts it: a process of its own with an empty folder.

#![expect(clippy::expect_used, clippy::panic, reason = "a harness that fails is a test that fails")]

use crate::driver::variable;
use crate::http;
use crate::mail::Mail;
use std::io::{BufRead as _, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

const PAUSE: Duration = Duration::from_millis(50);
/// Times [`PAUSE`]: thirty seconds to start, ten for a mail.
const ATTEMPTS_TO_START: usize = 600;
const ATTEMPTS_TO_FIND_MAIL: usize = 200;

/// A user of the demo tree, from a line `demo: <login name> <password> <role key> <account name>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoUser {
    pub login_name: String,
    pub password: String,
    pub role: String,
    pub account: String,
}

impl DemoUser {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.strip_prefix("demo: ")?.splitn(4, ' ').map(str::to_owned);
        Some(Self { login_name: words.next()?, password: words.next()?, role: words.next()?, account: words.next()? })
    }
}

/// Dropping it kills the process and deletes its folder.
#[derive(Debug)]
pub struct Server {
    process: Child,
    folder: TempDir,
    url: String,
    output: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts the product on a SQLite database of its own, filled with the demo tree.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with more arguments for `serve`.
    pub fn start_with(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let listen = format!("127.0.0.1:{}", free_port());
        let url = format!("http://{listen}");
        let mut command = Command::new(variable("TENANTRY_TEST_BINARY"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("TENANTRY_") {
                command.env_remove(name);
            }
        }
        command.args(["serve", "--demo", "--listen", &listen, "--base-url", &url]);
        command.arg("--data-dir").arg(folder.path()).args(arguments).current_dir(folder.path());
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("TENANTRY_TEST_BINARY names a program");
        let output = Arc::new(Mutex::new(Vec::new()));
        collect(process.stdout.take(), &output);
        collect(process.stderr.take(), &output);
        let mut server = Self { process, folder, url, output };
        server.wait_until_ready();
        server
    }

    fn wait_until_ready(&mut self) {
        for _ in 0..ATTEMPTS_TO_START {
            if let Ok(Some(status)) = self.process.try_wait() {
                panic!("the server ended at once ({status})");
            }
            if http::status_of("GET", &self.url, "/readyz").is_ok_and(|status| status == 200) {
                return;
            }
            thread::sleep(PAUSE);
        }
        panic!("the server was not ready within 30 s");
    }

    /// `http://127.0.0.1:<port>`, which is the base URL as well.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The demo tree's users, as the server printed them.
    pub fn demo_users(&self) -> Vec<DemoUser> {
        self.lines().iter().filter_map(|line| DemoUser::parse(line)).collect()
    }

    /// The first demo user of an account with a role, by its key.
    pub fn demo_user(&self, account: &str, role: &str) -> DemoUser {
        let found = self.demo_users().into_iter().find(|user| user.account == account && user.role == role);
        found.unwrap_or_else(|| panic!("no demo user is `{role}` at {account}"))
    }

    /// What was sent so far, the oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        Mail::read_all(&self.folder.path().join("mail"))
    }

    /// The latest mail to an address, once there is one.
    pub async fn mail_to(&self, address: &str) -> Mail {
        for _ in 0..ATTEMPTS_TO_FIND_MAIL {
            if let Some(mail) = self.mails().into_iter().rev().find(|mail| mail.is_to(address)) {
                return mail;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("no mail to {address} within 10 s");
    }

    fn lines(&self) -> Vec<String> {
        self.output.lock().expect("nobody panics while holding this").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.process.kill();
        let _ = self.process.wait();
        if thread::panicking() {
            let lines = self.lines();
            let last = lines.get(lines.len().saturating_sub(50)..).unwrap_or_default();
            eprintln!("the server's last words:\n{}", last.join("\n"));
        }
    }
}

/// Reads to the end in a thread of its own: a full pipe would stop the server.
fn collect(stream: Option<impl Read + Send + 'static>, into: &Arc<Mutex<Vec<String>>>) {
    let into = Arc::clone(into);
    let stream = stream.expect("the output was asked for");
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            into.lock().expect("nobody panics while holding this").push(line);
        }
    });
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
    listener.local_addr().expect("a bound port has an address").port()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_name_of_a_demo_line_may_have_spaces() {
        let user = DemoUser::parse("demo: avery@contoso.example s3cret basic_access Contoso Europe").unwrap();
        assert_eq!(user.account, "Contoso Europe");
        assert_eq!(DemoUser::parse("listening on 127.0.0.1:8080"), None);
    }
}
