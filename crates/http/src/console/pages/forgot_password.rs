//! Asking for a new password without being signed in.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use tenantry_app::passwords::ForgotPassword;

use super::{
    answers::{PageError, html},
    forms::Form,
    gates::Visitor,
    words::duration_words,
};
use crate::{
    console::views::{ForgotPasswordPage, ForgotPasswordSentPage},
    request::{Context, HttpState},
};

/// `GET /console/forgot-password`
pub async fn show(visitor: Visitor) -> Response {
    html(StatusCode::OK, &page(&visitor, None))
}

fn page(visitor: &Visitor, error: Option<String>) -> ForgotPasswordPage {
    ForgotPasswordPage { gate: visitor.gate("Forgot your password"), login_name: String::new(), error }
}

/// `POST /console/forgot-password`: answered before anything is looked up, and alike for every name.
pub async fn submit(
    State(state): State<HttpState>,
    visitor: Visitor,
    Context(context): Context,
    form: Form,
) -> Result<Response, PageError> {
    let login_name = form.only(&["loginName"])?.text("loginName");
    if login_name.trim().is_empty() {
        let error = Some("Enter your login name.".to_owned());
        return Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page(&visitor, error)));
    }
    let app = Arc::clone(&state.app);
    state.background.start(async move {
        if let Err(error) = (ForgotPassword { login_name, context }).execute(&app).await {
            tracing::error!(error.text = %error, "a password link could not be prepared");
        }
    })?;
    let sent = ForgotPasswordSentPage {
        gate: visitor.gate("Check your mail"),
        valid_for: duration_words(visitor.app.settings.reset_link_valid_for),
    };
    Ok(html(StatusCode::OK, &sent))
}
