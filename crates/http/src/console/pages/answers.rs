//! What pages answer: a view, a way elsewhere, or what went wrong.

use askama::Template;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use tenantry_app::{Denied, FieldErrors, UseCaseError};

use crate::problem::{sentence_of, status_of};

/// Renders a view.
pub fn html(status: StatusCode, view: &impl Template) -> Response {
    match view.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(error.text = %error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Sends the browser to another page of the console, with GET.
pub fn see_other(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    match HeaderValue::try_from(path) {
        Ok(location) => response.headers_mut().insert(header::LOCATION, location),
        Err(_) => response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/console")),
    };
    response
}

/// Adds a `Set-Cookie` header.
pub fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// Why there is no page. What it looks like is decided where the frame is known: see [`super::failures`].
#[derive(Debug)]
pub enum PageError {
    /// A page that says so.
    Failed(Failure),
    /// Another answer: a way to sign-in, for instance.
    Instead(Box<Response>),
}

/// What an error page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub status: StatusCode,
    /// In place of the status's usual words.
    pub text: Option<String>,
    pub retry_after: Option<u32>,
    /// Where to go on, and what it is called; the dashboard if nothing is said.
    pub back: Option<(String, String)>,
}

impl Failure {
    pub fn new(status: StatusCode) -> Self {
        Self { status, text: None, retry_after: None, back: None }
    }
}

impl PageError {
    pub fn new(status: StatusCode) -> Self {
        Self::Failed(Failure::new(status))
    }

    pub fn not_found() -> Self {
        UseCaseError::from(Denied::NotFound).into()
    }

    /// The error page leads back there.
    #[must_use]
    pub fn leading_to(self, href: &str, label: &str) -> Self {
        match self {
            Self::Failed(failure) => {
                Self::Failed(Failure { back: Some((href.to_owned(), label.to_owned())), ..failure })
            }
            Self::Instead(response) => Self::Instead(response),
        }
    }
}

impl From<UseCaseError> for PageError {
    fn from(error: UseCaseError) -> Self {
        let status = status_of(&error);
        log_failure(status, &error);
        let (text, retry_after) = match &error {
            // The usual words say it better than the API's.
            UseCaseError::Denied(Denied::NotFound | Denied::NotHeld { .. })
            | UseCaseError::Busy
            | UseCaseError::Storage(_) => (None, None),
            UseCaseError::NotSignedIn => return Self::Instead(Box::new(see_other("/console/sign-in"))),
            UseCaseError::Denied(Denied::PasswordChangeRequired) => {
                return Self::Instead(Box::new(see_other("/console/password")));
            }
            UseCaseError::Invalid(errors) => (errors.iter().next().map(|error| error.message.clone()), None),
            UseCaseError::TooManyAttempts { retry_after } => (Some(sentence_of(&error)), Some(*retry_after)),
            _ => (Some(sentence_of(&error)), None),
        };
        Self::Failed(Failure { status, text, retry_after, back: None })
    }
}

impl From<Denied> for PageError {
    fn from(denied: Denied) -> Self {
        UseCaseError::from(denied).into()
    }
}

impl From<FieldErrors> for PageError {
    fn from(errors: FieldErrors) -> Self {
        UseCaseError::from(errors).into()
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            Self::Instead(response) => *response,
            Self::Failed(failure) => {
                let mut headers = HeaderMap::new();
                if let Some(seconds) = failure.retry_after {
                    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                }
                let mut response = (failure.status, headers).into_response();
                response.extensions_mut().insert(failure);
                response
            }
        }
    }
}

/// Logs what is our own fault; a refusal is an answer.
pub fn log_failure(status: StatusCode, error: &UseCaseError) {
    if status.is_server_error() {
        tracing::error!(error.code = error.code(), error.text = %error, "request failed");
    }
}
