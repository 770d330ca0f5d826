//! Changing one's own password, because it is due or because one wants to.

use axum::{http::StatusCode, response::Response};
use tenantry_app::{
    UseCaseError,
    passwords::{ChangeOwnPassword, ChangeOwnPasswordInput},
};

use super::{
    actor::{ConsoleActor, PendingConsoleActor},
    answers::PageError,
    flash::Flash,
    forms::{Form, in_page_order, refusal, require_repeat},
};
use crate::console::views::{ChangePasswordPage, FieldErrorsView};

/// `GET /console/password`
pub async fn show(PendingConsoleActor(actor): PendingConsoleActor) -> Result<Response, PageError> {
    page(&actor, StatusCode::OK, FieldErrorsView::default()).await
}

async fn page(actor: &ConsoleActor, status: StatusCode, errors: FieldErrorsView) -> Result<Response, PageError> {
    let forced = actor.actor.must_change_password();
    let title = match (errors.is_empty(), forced) {
        (true, true) => "Choose your own password",
        (true, false) => "Change your password",
        (false, _) => "Error: Change your password",
    };
    let frame = if forced { actor.bare_frame(title).await? } else { actor.frame_anywhere(title).await? };
    let least = actor.own_password_length().await?;
    Ok(actor.show(status, &ChangePasswordPage { frame, forced, least, errors }))
}

/// `POST /console/password`
pub async fn submit(PendingConsoleActor(actor): PendingConsoleActor, form: Form) -> Result<Response, PageError> {
    let form = form.only(&["username", "currentPassword", "password", "passwordRepeat"])?;
    let mut errors = FieldErrorsView::default();
    require_repeat(&mut errors, &form.text("password"), &form.text("passwordRepeat"));
    if !errors.is_empty() {
        return page(&actor, StatusCode::UNPROCESSABLE_ENTITY, errors).await;
    }
    let input = ChangeOwnPasswordInput {
        current_password: Some(form.text("currentPassword")),
        password: Some(form.text("password")),
    };
    match (ChangeOwnPassword { input }).execute(&actor.app, &actor.actor).await {
        Ok(()) => {
            let flash = Flash::done("Your password was changed. Your other sessions have ended.");
            Ok(actor.go("/console", &flash))
        }
        Err(UseCaseError::Stale) => {
            let mut errors = FieldErrorsView::default();
            errors.add("currentPassword", "Your password was changed elsewhere. Enter the one that holds now.");
            page(&actor, StatusCode::PRECONDITION_FAILED, errors).await
        }
        Err(error) => {
            let mut refused = refusal(error)?;
            in_page_order(&mut refused.errors);
            page(&actor, refused.status, refused.errors).await
        }
    }
}
