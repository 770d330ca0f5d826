//! Setting a password with a link from a mail. Looking at the page spends nothing: mail scanners look too.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use tenantry_app::{
    UseCaseError,
    passwords::{LookAtLink, RedeemLink},
};

use super::{
    answers::{PageError, html, see_other, with_cookie},
    flash::Flash,
    forms::{Form, Query, Refusal, refusal, require_repeat},
    gates::Visitor,
};
use crate::{
    console::views::{FieldErrorsView, LinkProblem, LinkUnusablePage, Moment, PasswordSetPage, SetPasswordPage},
    cookies,
    request::{Context, HttpState},
};

const PAGE: &str = "/console/set-password";
/// Long enough to think of a password; the mail's link can be opened again.
const TOKEN_KEPT_SECONDS: u64 = 60 * 60;

/// The token of the link being used, from its cookie.
pub fn token_of(headers: &HeaderMap) -> Option<String> {
    cookies::read(headers, cookies::PASSWORD_LINK).filter(|token| is_token(token))
}

fn is_token(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// `GET /console/set-password`: moves the token out of the address first.
pub async fn show(visitor: Visitor, query: Query) -> Result<Response, PageError> {
    if let Some(token) = query.given("token") {
        return Ok(if is_token(&token) {
            let cookie = cookies::set(cookies::PASSWORD_LINK, &token, Some(TOKEN_KEPT_SECONDS));
            with_cookie(see_other(PAGE), cookie)
        } else {
            unusable(&visitor, LinkProblem::Unknown)
        });
    }
    if let Some(Flash::PasswordSet { login_name }) = visitor.flash() {
        let visitor = visitor.dressed_for_login_name(&login_name).await?;
        let page = PasswordSetPage { gate: visitor.gate("Your password is set"), login_name };
        return Ok(with_cookie(html(StatusCode::OK, &page), cookies::clear(cookies::FLASH)));
    }
    let Some(token) = token_of(&visitor.headers) else { return Ok(unusable(&visitor, LinkProblem::Unknown)) };
    form(&visitor, token, StatusCode::OK, FieldErrorsView::default()).await
}

async fn form(
    visitor: &Visitor,
    token: String,
    status: StatusCode,
    errors: FieldErrorsView,
) -> Result<Response, PageError> {
    let holder = match (LookAtLink { token }).execute(&visitor.app).await {
        Ok(holder) => holder,
        Err(UseCaseError::LinkUnusable) => return Ok(unusable(visitor, LinkProblem::Over)),
        Err(error) => return Err(error.into()),
    };
    let title = if errors.is_empty() { "Set your password" } else { "Error: Set your password" };
    let visitor = visitor.clone().dressed_for_login_name(&holder.login_name).await?;
    let page = SetPasswordPage {
        gate: visitor.gate(title),
        login_name: holder.login_name,
        least: holder.context.least().get(),
        valid_until: holder.expires_at.map(|at| Moment::new(at, visitor.app.now())),
        errors,
    };
    Ok(html(status, &page))
}

fn unusable(visitor: &Visitor, problem: LinkProblem) -> Response {
    let page = LinkUnusablePage { gate: visitor.gate(problem.heading()), problem };
    with_cookie(html(StatusCode::GONE, &page), cookies::clear(cookies::PASSWORD_LINK))
}

/// `POST /console/set-password`: only an accepted password spends the link.
pub async fn submit(
    State(state): State<HttpState>,
    visitor: Visitor,
    Context(context): Context,
    posted: Form,
) -> Result<Response, PageError> {
    // The login name is there for password managers; whose link it is says the token.
    let posted = posted.only(&["username", "password", "passwordRepeat"])?;
    let Some(token) = token_of(&visitor.headers) else { return Ok(unusable(&visitor, LinkProblem::Unknown)) };
    let (password, repeat) = (posted.text("password"), posted.text("passwordRepeat"));
    let mut errors = FieldErrorsView::default();
    require_repeat(&mut errors, &password, &repeat);
    if !errors.is_empty() {
        return form(&visitor, token, StatusCode::UNPROCESSABLE_ENTITY, errors).await;
    }
    match (RedeemLink { token: token.clone(), password, context }).execute(&state.app).await {
        Ok(redeemed) => {
            let done = with_cookie(see_other(PAGE), cookies::clear(cookies::PASSWORD_LINK));
            Ok(visitor.leave(done, &Flash::PasswordSet { login_name: redeemed.login_name }))
        }
        Err(UseCaseError::LinkUnusable) => Ok(unusable(&visitor, LinkProblem::Over)),
        Err(error) => {
            let Refusal { status, errors, .. } = refusal(error)?;
            form(&visitor, token, status, errors).await
        }
    }
}
