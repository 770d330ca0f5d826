//! The program itself as a process, and a client that speaks to it.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

pub struct Program {
    child: Child,
    address: String,
    output: PathBuf,
}

/// Runs a command on the data in `folder` to its end: whether it succeeded, and all that it said.
pub fn run(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantry"));
    let output = command.args(["--log", "warn", "--data-dir"]).arg(folder).args(arguments).output().unwrap();
    let told = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
    (output.status.success(), told)
}

/// Somebody of the demo tree, as the program printed it.
#[derive(Clone)]
pub struct DemoUser {
    login_name: String,
    password: String,
}

#[derive(Clone)]
pub struct Client {
    address: String,
    token: String,
    pub account: String,
    pub domain: String,
}

impl Program {
    /// Starts the program on the data in `folder`, with the demo tree if there is none yet, and waits until it is ready.
    pub fn start(folder: &Path) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let output = folder.join("output");
        let child = Command::new(env!("CARGO_BIN_EXE_tenantry"))
            .args(["serve", "--demo", "--listen", &address, "--log", "warn", "--data-dir"])
            .arg(folder)
            .current_dir(folder)
            .stdout(Stdio::from(File::create(&output).unwrap()))
            .spawn()
            .unwrap();
        let program = Self { child, address, output };
        for _ in 0..600 {
            if matches!(call(&program.address, "GET", "/readyz", None, None), Some((200, _))) {
                return program;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("not ready in 30 s");
    }

    /// The first demo user with a role; the demo tree was printed by the first start only.
    pub fn demo_user(&self, role: &str) -> DemoUser {
        let text = fs::read_to_string(&self.output).unwrap();
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let user = text.lines().map(words).find(|words| words.get(3).is_some_and(|key| key == role)).unwrap();
        DemoUser { login_name: user[1].clone(), password: user[2].clone() }
    }

    pub fn sign_in(&self, user: &DemoUser) -> Client {
        let body = json!({"loginName": user.login_name, "password": user.password});
        let (status, session) = call(&self.address, "POST", "/api/v1/sessions", None, Some(&body)).unwrap();
        assert_eq!(status, 201, "{session}");
        let token = session["token"].as_str().unwrap().to_owned();
        let mut client = Client { address: self.address.clone(), token, account: String::new(), domain: String::new() };
        let (_, me) = client.get("/api/v1/me");
        me["account"]["id"].as_str().unwrap().clone_into(&mut client.account);
        me["account"]["primaryDomain"].as_str().unwrap().clone_into(&mut client.domain);
        client
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Client {
    pub fn get(&self, path: &str) -> (u16, Value) {
        call(&self.address, "GET", path, Some(&self.token), None).expect("an answer")
    }

    /// `None` if there was no complete answer: the program died.
    pub fn post(&self, path: &str, body: &Value) -> Option<(u16, Value)> {
        call(&self.address, "POST", path, Some(&self.token), Some(body))
    }
}

fn call(address: &str, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Option<(u16, Value)> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let bearer = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{bearer}");
    write!(stream, "{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, text) = answer.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse::<usize>().ok()?;
    if text.len() != length {
        return None;
    }
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(text).unwrap_or(Value::Null)))
}
