//! What every handler takes from a request: the application, who asks, and a body read strictly.

use std::{convert::Infallible, future::Future, net::SocketAddr, sync::Arc};

use axum::{
    body::Bytes,
    extract::{ConnectInfo, FromRef, FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;
use tenantry_app::{Actor, App, Denied, RequestContext, UseCaseError, sessions::identify};
use tenantry_domain::InvalidValue;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::request_id::RequestId;

use crate::{cookies, metrics::Metrics, problem::Problem};

/// What the handlers share.
#[derive(Clone)]
pub struct HttpState {
    /// The use cases.
    pub app: Arc<App>,
    /// Cancelled when the server is to stop; long answers end then.
    pub stopping: CancellationToken,
    /// What goes on after its answer was given.
    pub background: Background,
    /// Who may read the numbers of this process.
    pub metrics: Metrics,
}

impl HttpState {
    /// The state of a server with nothing going on.
    pub fn new(app: Arc<App>, stopping: CancellationToken) -> Self {
        Self { app, stopping, background: Background::default(), metrics: Metrics::default() }
    }
}

/// Work that goes on after its answer was given, so that nobody learns anything from how long it takes. Bounded: beyond the
/// bound everyone alike is told to come again.
#[derive(Clone)]
pub struct Background(Arc<Semaphore>);

impl Background {
    const MOST: u32 = 64;

    /// Starts the work.
    ///
    /// # Errors
    /// [`UseCaseError::Busy`] if too much is going on.
    pub fn start(&self, work: impl Future<Output = ()> + Send + 'static) -> Result<(), UseCaseError> {
        let permit = Arc::clone(&self.0).try_acquire_owned().map_err(|_| UseCaseError::Busy)?;
        tokio::spawn(async move {
            work.await;
            drop(permit);
        });
        Ok(())
    }

    /// Waits until nothing is going on; for an orderly stop.
    pub async fn finish(&self) {
        // The semaphore is never closed, so this always gets its permits.
        drop(self.0.acquire_many(Self::MOST).await);
    }
}

impl Default for Background {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(Self::MOST as usize)))
    }
}

impl FromRef<HttpState> for Arc<App> {
    fn from_ref(state: &HttpState) -> Self {
        Self::clone(&state.app)
    }
}

/// Where a request came from. The address is the peer's; headers that claim another one are not believed.
#[derive(Debug, Clone)]
pub struct Context(pub RequestContext);

impl<S: Send + Sync> FromRequestParts<S> for Context {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let text = |value: &axum::http::HeaderValue| value.to_str().ok().map(|text| text.chars().take(200).collect());
        Ok(Self(RequestContext {
            request_id: parts.extensions.get::<RequestId>().and_then(|id| text(id.header_value())),
            address: parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_string()),
            user_agent: parts.headers.get(header::USER_AGENT).and_then(text),
        }))
    }
}

/// Who asks, for the API. Refuses who must first set a new password.
#[derive(Debug, Clone)]
pub struct ApiActor(pub Actor);

/// Who asks, for the API, also while a password change is required.
#[derive(Debug, Clone)]
pub struct PendingApiActor(pub Actor);

impl FromRequestParts<HttpState> for PendingApiActor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        let Ok(Context(context)) = Context::from_request_parts(parts, state).await;
        let token = cookies::session_token(&parts.headers).ok_or(UseCaseError::NotSignedIn)?;
        Ok(Self(identify(&state.app, &token, context).await?))
    }
}

impl FromRequestParts<HttpState> for ApiActor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        let PendingApiActor(actor) = PendingApiActor::from_request_parts(parts, state).await?;
        if actor.must_change_password() { Err(Denied::PasswordChangeRequired.into()) } else { Ok(Self(actor)) }
    }
}

/// An id in the path. What is no id names nothing: 404, as for any unknown one.
#[derive(Debug, Clone, Copy)]
pub struct Id<T>(pub T);

impl<S: Send + Sync, T: std::str::FromStr<Err = InvalidValue>> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}

/// A JSON body. Anything that is not exactly what is expected is refused, naming the field.
#[derive(Debug, Clone)]
pub struct JsonBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        RawJsonBody::from_request(request, state).await.map(|body| Self(body.value))
    }
}

/// A JSON body as [`JsonBody`], with the bytes it was read from.
#[derive(Debug, Clone)]
pub struct RawJsonBody<T> {
    /// What it says.
    pub value: T,
    /// What was sent.
    pub bytes: Bytes,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for RawJsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        require_json(request.headers())?;
        let bytes = read_body(request, state).await?;
        Ok(Self { value: parse_json(&bytes)?, bytes })
    }
}

/// Reads a body within the route's limit.
///
/// # Errors
/// A problem that says what is wrong.
pub async fn read_body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let problem = Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "The request is too large.");
            problem.about("body", "too-large", "Send less at once.")
        }
        _ => Problem::new(StatusCode::BAD_REQUEST, "unreadable-body", "The request could not be read."),
    })
}

/// Refuses bodies that do not say they are JSON; a form on another site cannot say so.
///
/// # Errors
/// A problem that says what is wrong.
pub fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        "Send the request as application/json.",
    ))
}

/// Parses JSON strictly.
///
/// # Errors
/// A problem that says what is wrong.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // What is read here is always an object; field by field in a list it would be read too.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(wrong_type("body"));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        json_problem(&path, error.inner())
    })?;
    json.end().map_err(|error| json_problem(".", &error))?;
    Ok(value)
}

fn json_problem(path: &str, error: &serde_json::Error) -> Problem {
    if error.is_syntax() || error.is_eof() {
        return Problem::new(StatusCode::BAD_REQUEST, "malformed-json", "The request is not valid JSON.");
    }
    let text = error.to_string();
    // serde names an unknown or repeated field in backticks, but its path ends at the object around it.
    let named = text.split('`').nth(1).unwrap_or_default();
    let parent = path.trim_matches('.');
    let inside = |name: &str| match (parent, parent.ends_with(name)) {
        ("", _) => name.to_owned(),
        (_, true) => parent.to_owned(),
        (_, false) => format!("{parent}.{name}"),
    };
    if text.starts_with("unknown field") {
        return Problem::field(&inside(named), "unknown-field", "This field is not known here.");
    }
    if text.starts_with("duplicate field") {
        return Problem::field(&inside(named), "repeated-field", "Give this field once.");
    }
    wrong_type(if parent.is_empty() { "body" } else { parent })
}

fn wrong_type(field: &str) -> Problem {
    Problem::field(field, "wrong-type", "This field has the wrong type.")
}

/// The version a client saw, from `If-Match: "7"`; `None` if it does not say.
///
/// # Errors
/// A problem that says what is wrong.
pub fn expected_version(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    // A tag we never gave matches nothing.
    let tag = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).and_then(|tag| tag.parse().ok());
    tag.map(Some).ok_or_else(|| UseCaseError::Stale.into())
}
