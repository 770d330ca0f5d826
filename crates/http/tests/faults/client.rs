//! Somebody who is signed in and asks, over a new connection each time.

use std::{
    io::{Error, ErrorKind, Read as _, Result, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::{Value, json};

/// Longer than the program lets anybody wait.
const PATIENCE: Duration = Duration::from_secs(40);

pub struct Answer {
    pub status: u16,
    pub retry_after: Option<u32>,
    pub body: Value,
}

impl Answer {
    /// The one kind of failure there may be while something the program needs is away.
    pub fn is_try_again(&self) -> bool {
        self.status == 503 && self.retry_after.is_some()
    }
}

#[derive(Clone)]
pub struct Client {
    pub address: String,
    token: String,
    pub account: String,
    pub domain: String,
}

impl Client {
    pub fn sign_in(address: &str, login_name: &str, password: &str) -> Self {
        let body = json!({"loginName": login_name, "password": password});
        let answer = call(address, "POST /api/v1/sessions", "", Some(&body)).expect("an answer to a sign-in");
        assert_eq!(answer.status, 201, "{}", answer.body);
        let token = answer.body["token"].as_str().unwrap().to_owned();
        let mut client = Self { address: address.to_owned(), token, account: String::new(), domain: String::new() };
        let me = client.get("/me").unwrap().body;
        me["account"]["id"].as_str().unwrap().clone_into(&mut client.account);
        me["account"]["primaryDomain"].as_str().unwrap().clone_into(&mut client.domain);
        client
    }

    /// The same session at another node, or at the same one somewhere else.
    pub fn at(&self, address: &str) -> Self {
        Self { address: address.to_owned(), ..self.clone() }
    }

    pub fn get(&self, path: &str) -> Result<Answer> {
        call(&self.address, &format!("GET /api/v1{path}"), &self.bearer(), None)
    }

    /// An error is no complete answer: whether it was done is not known.
    pub fn post(&self, path: &str, key: &str, body: &Value) -> Result<Answer> {
        let headers = format!("{}Idempotency-Key: {key}\r\n", self.bearer());
        call(&self.address, &format!("POST /api/v1{path}"), &headers, Some(body))
    }

    pub fn bearer(&self) -> String {
        format!("Authorization: Bearer {}\r\n", self.token)
    }
}

/// One request, named as `GET /path`, with these header lines.
pub fn call(address: &str, what: &str, headers: &str, body: Option<&Value>) -> Result<Answer> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let head = format!("{what} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}");
    write!(stream, "{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    parse(&answer).ok_or_else(|| Error::new(ErrorKind::UnexpectedEof, "no complete answer"))
}

/// Sets a password by a link.
pub fn redeem(address: &str, token: &str) -> Answer {
    let body = json!({"token": token, "password": "Another-Horse-9-Battery"});
    call(address, "POST /api/v1/password-links/redeem", "", Some(&body)).expect("an answer about a link")
}

fn parse(answer: &str) -> Option<Answer> {
    let (head, text) = answer.split_once("\r\n\r\n")?;
    let has_no_body = head.split(' ').nth(1) == Some("204");
    let is_complete = has_no_body || header(head, "content-length")? as usize == text.len();
    is_complete.then(|| Answer::read(head, text))?
}

impl Answer {
    pub fn read(head: &str, text: &str) -> Option<Self> {
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let body = serde_json::from_str(text).unwrap_or(Value::Null);
        Some(Self { status, retry_after: header(head, "retry-after"), body })
    }
}

/// A header that is a number.
pub fn header(head: &str, name: &str) -> Option<u32> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')?.trim().parse().ok())
}
