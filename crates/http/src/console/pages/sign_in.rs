//! Signing in and out.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use tenantry_app::{
    UseCaseError,
    ports::SessionKind,
    sessions::{SignIn, SignedIn, identify, sign_out},
};

use super::{
    actor::{PendingConsoleActor, safe_next},
    answers::{PageError, html, log_failure, see_other, with_cookie},
    forms::{Form, Query},
    gates::Visitor,
    words::duration_words,
};
use crate::{
    console::views::SignInPage,
    cookies,
    problem::{sentence_of, status_of},
    request::{Context, HttpState},
};

/// The same for every reason: nobody learns here whether a login name exists.
const FAILED: &str = "The login name or the password is wrong, or you may not sign in.";
const SESSION_ENDED: &str = "Your session has ended. Sign in to go on.";

fn page(visitor: &Visitor, login_name: String, next: &str) -> SignInPage {
    SignInPage {
        gate: visitor.gate("Sign in"),
        login_name,
        next: safe_next(next).to_owned(),
        failed: None,
        notice: None,
        idle_for: duration_words(visitor.app.settings.session_idle_for),
    }
}

/// `GET /console/sign-in`
pub async fn show(
    signed_in: Result<PendingConsoleActor, PageError>,
    visitor: Visitor,
    query: Query,
) -> Result<Response, PageError> {
    let next = query.text("next");
    if signed_in.is_ok() {
        return Ok(see_other(safe_next(&next)));
    }
    let ended = cookies::read(&visitor.headers, cookies::SESSION).is_some();
    let notice = ended.then(|| SESSION_ENDED.to_owned());
    Ok(html(StatusCode::OK, &SignInPage { notice, ..page(&visitor, String::new(), &next) }))
}

/// `POST /console/sign-in`
pub async fn submit(
    State(state): State<HttpState>,
    visitor: Visitor,
    Context(context): Context,
    form: Form,
) -> Result<Response, PageError> {
    let form = form.only(&["loginName", "password", "next"])?;
    let (login_name, next) = (form.text("loginName"), form.text("next"));
    let command =
        SignIn { login_name: login_name.clone(), password: form.text("password"), kind: SessionKind::Console, context };
    match command.execute(&state.app).await {
        Ok(signed_in) => {
            end_earlier_session(&state, &visitor.headers).await;
            Ok(enter(&signed_in, &next))
        }
        Err(error) => {
            let visitor = visitor.dressed_for_login_name(&login_name).await?;
            refuse(&error, page(&visitor, login_name, &next))
        }
    }
}

fn enter(signed_in: &SignedIn, next: &str) -> Response {
    let path = if signed_in.must_change_password { "/console/password" } else { safe_next(next) };
    with_cookie(see_other(path), cookies::set(cookies::SESSION, signed_in.token.expose(), None))
}

fn refuse(error: &UseCaseError, page: SignInPage) -> Result<Response, PageError> {
    let status = status_of(error);
    let failed = match error {
        UseCaseError::NotSignedIn => FAILED.to_owned(),
        UseCaseError::TooManyAttempts { .. } | UseCaseError::Busy | UseCaseError::Storage(_) => sentence_of(error),
        _ => return Err(PageError::new(status)),
    };
    log_failure(status, error);
    Ok(html(status, &SignInPage { failed: Some(failed), ..page }))
}

/// A new sign-in in the same browser takes the place of the session before.
async fn end_earlier_session(state: &HttpState, headers: &HeaderMap) {
    let Some(token) = cookies::read(headers, cookies::SESSION) else { return };
    let Ok(earlier) = identify(&state.app, &token, tenantry_app::RequestContext::default()).await else { return };
    if let Err(error) = sign_out(&state.app, &earlier).await {
        tracing::warn!(error.text = %error, "the session before could not be ended");
    }
}

/// `POST /console/sign-out`
pub async fn leave(actor: Result<PendingConsoleActor, PageError>) -> Result<Response, PageError> {
    let mut page = "/console/sign-in".to_owned();
    match actor {
        Ok(PendingConsoleActor(actor)) => {
            sign_out(&actor.app, &actor.actor).await?;
            // The page before signing in looks like the one before.
            if let Some((_, domain)) = actor.actor.principal().login_name.rsplit_once('@') {
                let domain: String = url::form_urlencoded::byte_serialize(domain.as_bytes()).collect();
                page = format!("{page}?domain={domain}");
            }
        }
        // Over already: what is left to do is to forget the cookie.
        Err(PageError::Instead(_)) => {}
        Err(failed) => return Err(failed),
    }
    Ok(with_cookie(see_other(&page), cookies::clear(cookies::SESSION)))
}
