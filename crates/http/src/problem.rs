//! Errors as `application/problem+json` (RFC 9457).

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tenantry_app::{Denied, FieldErrors, UseCaseError, ports::StorageError};
use utoipa::ToSchema;

/// When to try again what is not available now, in seconds.
const RETRY_AFTER: u32 = 2;

/// An error answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:tenantry:problem:` and the code.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// The HTTP status in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What went wrong, for a person.
    pub detail: String,
    /// The stable word for programs.
    pub code: &'static str,
    /// The wrong fields, if the request was understood but fields of it are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    #[serde(skip)]
    retry_after: Option<u32>,
}

/// One wrong field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemField {
    /// The field's name, dotted where nested.
    pub field: String,
    /// The stable word for programs.
    pub code: String,
    /// What to do about it, for the person who typed it.
    pub message: String,
}

impl Problem {
    /// A problem with a stable code and a sentence for a person.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            type_uri: format!("urn:tenantry:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into(),
            code,
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// A single wrong field: 422.
    pub fn field(field: &str, code: &str, message: impl Into<String>) -> Self {
        let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-fields", "Some fields need attention.");
        problem.about(field, code, message)
    }

    /// The same problem, said of one field.
    #[must_use]
    pub fn about(self, field: &str, code: &str, message: impl Into<String>) -> Self {
        let error = ProblemField { field: field.to_owned(), code: code.to_owned(), message: message.into() };
        Self { errors: vec![error], ..self }
    }

    /// The answer to anything outside one's view, and to addresses that do not exist: always the same.
    pub fn not_found() -> Self {
        Self::from(UseCaseError::from(Denied::NotFound))
    }

    fn with_fields(mut self, errors: &FieldErrors) -> Self {
        self.errors = errors
            .iter()
            .map(|error| ProblemField {
                field: error.field.clone(),
                code: error.code.to_owned(),
                message: error.message.clone(),
            })
            .collect();
        self
    }
}

/// The HTTP status of each ending. The one place where endings become statuses.
pub fn status_of(error: &UseCaseError) -> StatusCode {
    match error {
        UseCaseError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        UseCaseError::Denied(Denied::NotFound) => StatusCode::NOT_FOUND,
        UseCaseError::Denied(
            Denied::NotHeld { .. }
            | Denied::RoleNotCovered { .. }
            | Denied::Superior
            | Denied::RoleHolder
            | Denied::OwnRole
            | Denied::OwnAccount
            | Denied::OwnHome
            | Denied::SuperiorInside
            | Denied::SuperiorAmong
            | Denied::SuspendedAbove
            | Denied::MoveGains { .. }
            | Denied::ProfileLocked
            | Denied::PasswordChangeRequired,
        ) => StatusCode::FORBIDDEN,
        UseCaseError::Conflict(_) => StatusCode::CONFLICT,
        UseCaseError::Stale => StatusCode::PRECONDITION_FAILED,
        UseCaseError::NotSignedIn => StatusCode::UNAUTHORIZED,
        UseCaseError::LinkUnusable => StatusCode::GONE,
        UseCaseError::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
        UseCaseError::Busy
        | UseCaseError::Resolver(_)
        | UseCaseError::Storage(StorageError::Contended | StorageError::Unavailable(_)) => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        UseCaseError::Storage(StorageError::Corrupt { .. }) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What a person reads about an ending. Storage's own words go to the log only.
pub fn sentence_of(error: &UseCaseError) -> String {
    match error {
        UseCaseError::Invalid(_) => "Some fields need attention.".to_owned(),
        UseCaseError::Denied(Denied::NotFound) => "There is nothing here, or nothing you may see.".to_owned(),
        UseCaseError::Stale => {
            "Somebody else changed this in the meantime. Load it again, then repeat your change.".to_owned()
        }
        UseCaseError::NotSignedIn => {
            "Sign in to continue. Login name or password may be wrong, or the session is over.".to_owned()
        }
        UseCaseError::LinkUnusable => {
            "This link was used already, has expired, or was replaced by a newer one.".to_owned()
        }
        UseCaseError::TooManyAttempts { retry_after } => {
            format!("Too many attempts. Try again in {retry_after} seconds.")
        }
        UseCaseError::Resolver(_) => "The DNS does not answer right now. Try again in a moment.".to_owned(),
        UseCaseError::Busy | UseCaseError::Storage(_) => {
            "This cannot be done right now. Try again in a moment.".to_owned()
        }
        UseCaseError::Denied(denied) => sentence(&denied.to_string()),
        UseCaseError::Conflict(conflict) => sentence(&conflict.to_string()),
    }
}

fn sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

impl From<UseCaseError> for Problem {
    fn from(error: UseCaseError) -> Self {
        let status = status_of(&error);
        if status.is_server_error() {
            tracing::error!(error.code = error.code(), error.text = %error, "request failed");
        }
        let mut problem = Self::new(status, error.code(), sentence_of(&error));
        match &error {
            UseCaseError::Invalid(errors) => problem = problem.with_fields(errors),
            UseCaseError::Conflict(conflict) => {
                problem.errors = conflict
                    .field()
                    .map(|field| ProblemField {
                        field: field.to_owned(),
                        code: conflict.code().to_owned(),
                        message: sentence_of(&error),
                    })
                    .into_iter()
                    .collect();
            }
            UseCaseError::TooManyAttempts { retry_after } => problem.retry_after = Some(*retry_after),
            _ => {}
        }
        problem
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        UseCaseError::from(denied).into()
    }
}

impl From<FieldErrors> for Problem {
    fn from(errors: FieldErrors) -> Self {
        UseCaseError::from(errors).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // Whatever is not available now may be in a moment.
        let retry_after = self.retry_after.or((status == StatusCode::SERVICE_UNAVAILABLE).then_some(RETRY_AFTER));
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_available_says_when_to_try_again() {
        let after =
            |status| Problem::new(status, "odd", "Odd.").into_response().headers().get(header::RETRY_AFTER).cloned();
        assert_eq!(after(StatusCode::SERVICE_UNAVAILABLE), Some(HeaderValue::from(RETRY_AFTER)));
        assert_eq!(after(StatusCode::INTERNAL_SERVER_ERROR), None);
    }
}
