//! A client that is somebody, and the answers it gets.

use std::net::SocketAddr;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, Response, StatusCode, request::Builder},
};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client as HyperClient, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

/// Sends requests as somebody, or as nobody.
#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    token: Option<String>,
    hyper: HyperClient<HttpConnector, Full<Bytes>>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A request to a path beneath `/api/v1`.
pub fn request(method: Method, path: &str) -> Builder {
    Request::builder().method(method).uri(format!("/api/v1{path}"))
}

/// A GET to a path beneath `/api/v1`.
pub fn get(path: &str) -> Builder {
    request(Method::GET, path)
}

impl Client {
    pub fn new(address: SocketAddr, token: Option<String>) -> Self {
        Self { address, token, hyper: HyperClient::builder(TokioExecutor::new()).build_http() }
    }

    pub fn token(&self) -> &str {
        self.token.as_deref().expect("a client that is somebody")
    }

    /// Sends a request as it is, without credentials of its own, and leaves the body to be read.
    pub async fn open(&self, request: Builder, body: impl Into<Bytes>) -> Response<Body> {
        let mut request = request.body(Full::new(body.into())).expect("a request");
        let path = request.uri().path_and_query().expect("a path").to_string();
        *request.uri_mut() = format!("http://{}{path}", self.address).parse().expect("an address");
        self.hyper.request(request).await.expect("an answer").map(Body::new)
    }

    /// Sends a request as it is, without credentials of its own.
    pub async fn send_as_is(&self, request: Builder, body: impl Into<Bytes>) -> Answer {
        let (head, body) = self.open(request, body).await.into_parts();
        let body = body.collect().await.expect("a whole answer").to_bytes();
        // The test platform's link tokens begin like this. They are for mails only, whoever asks for whatever.
        let told = format!("{:?} {}", head.headers, String::from_utf8_lossy(&body));
        assert!(!told.contains("link-0195"), "an answer with a link token: {told}");
        Answer { status: head.status.as_u16(), headers: head.headers, body }
    }

    /// Sends a request as this client.
    pub async fn send(&self, request: Builder, body: impl Into<Bytes>) -> Answer {
        self.send_as_is(self.signed(request), body).await
    }

    /// A request of this client's.
    pub fn signed(&self, request: Builder) -> Builder {
        match &self.token {
            Some(token) => request.header("Authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    /// Sends JSON.
    pub async fn json(&self, request: Builder, body: &Value) -> Answer {
        self.send(request.header("Content-Type", "application/json"), body.to_string()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(get(path), "").await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.json(request(Method::POST, path), body).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.json(request(Method::PUT, path), body).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.json(request(Method::PATCH, path), body).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(request(Method::DELETE, path), "").await
    }

    /// A POST without a body.
    pub async fn act(&self, path: &str) -> Answer {
        self.send(request(Method::POST, path), "").await
    }
}

impl Answer {
    /// The answer, if it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        if self.status >= 400 {
            self.assert_problem();
        }
        self
    }

    /// A problem of this status and code.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.value()["code"], code, "{}", answer.value());
        answer
    }

    /// The body as JSON.
    #[track_caller]
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&self.body)))
    }

    /// A text in the body, by JSON pointer.
    #[track_caller]
    pub fn text(&self, pointer: &str) -> String {
        let value = self.value();
        let found = value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        found.unwrap_or_else(|| panic!("no text at {pointer}: {value}"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a readable header"))
    }

    /// The wrong fields, in order.
    #[track_caller]
    pub fn fields(&self) -> Vec<String> {
        let value = self.value();
        let errors = value["errors"].as_array().unwrap_or_else(|| panic!("no errors: {value}"));
        errors.iter().map(|error| error["field"].as_str().expect("a field").to_owned()).collect()
    }

    /// The items of a list.
    #[track_caller]
    pub fn items(&self) -> Vec<Value> {
        self.value()["items"].as_array().expect("a list").clone()
    }

    #[track_caller]
    fn assert_problem(&self) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{:?}", self.headers);
        let problem = self.value();
        let code = problem["code"].as_str().expect("a code");
        assert_eq!(problem["type"], format!("urn:tenantry:problem:{code}"));
        assert_eq!(problem["status"], self.status);
        let words = StatusCode::from_u16(self.status).expect("a status").canonical_reason();
        assert_eq!(problem["title"].as_str(), words);
        for part in problem["detail"]
            .as_str()
            .into_iter()
            .chain(problem["errors"].as_array().into_iter().flatten().filter_map(|e| e["message"].as_str()))
        {
            assert!(part.ends_with('.') && part.chars().next().is_some_and(char::is_uppercase), "no sentence: {part}");
        }
    }
}
