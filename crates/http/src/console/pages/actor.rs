//! Who is at the console.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{Method, StatusCode, request::Parts},
    response::Response,
};
use tenantry_app::{Actor, App, Denied, UseCaseError, sessions::identify};
use tenantry_domain::AccountId;
use url::form_urlencoded::Serializer;

use super::{
    answers::{PageError, html, see_other, with_cookie},
    failures::WhoAsks,
    flash::Flash,
    gates::{require_set_up, theme_of},
    recent::recent_accounts,
};
use crate::{
    console::views::Theme,
    cookies,
    request::{Context, HttpState},
};

/// Somebody who is signed in, with what their pages need. Nobody else gets past it: they are sent to sign in, or to set the
/// password that is due.
#[derive(Clone)]
pub struct ConsoleActor {
    pub app: Arc<App>,
    pub actor: Actor,
    pub theme: Theme,
    /// The accounts one worked in lately, the latest first; not all need to be in view any more.
    pub recent: Vec<AccountId>,
    /// Path and query of this request.
    pub here: String,
    /// What the page before wanted shown on this one.
    pub flash: Option<Flash>,
    has_flash_cookie: bool,
}

/// As [`ConsoleActor`], also while a password change is due.
pub struct PendingConsoleActor(pub ConsoleActor);

impl FromRequestParts<HttpState> for PendingConsoleActor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, PageError> {
        let Ok(Context(context)) = Context::from_request_parts(parts, state).await;
        let Ok(OriginalUri(uri)) = OriginalUri::from_request_parts(parts, state).await;
        let here = uri.path_and_query().map_or("/console", |here| here.as_str()).to_owned();
        let app = Arc::clone(&state.app);
        let Some(token) = cookies::read(&parts.headers, cookies::SESSION) else {
            return Err(way_in(&app, parts, &here).await);
        };
        let actor = match identify(&app, &token, context).await {
            Ok(actor) => actor,
            Err(UseCaseError::NotSignedIn) => return Err(way_in(&app, parts, &here).await),
            Err(error) => return Err(error.into()),
        };
        let flash = Flash::read(&app, &actor.session_id().to_string(), &parts.headers);
        let has_flash_cookie = cookies::read(&parts.headers, cookies::FLASH).is_some();
        let theme = theme_of(&parts.headers);
        let recent = recent_accounts(&parts.headers);
        Ok(Self(ConsoleActor { app, actor, theme, recent, here, flash, has_flash_cookie }))
    }
}

impl FromRequestParts<HttpState> for ConsoleActor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, PageError> {
        let PendingConsoleActor(actor) = PendingConsoleActor::from_request_parts(parts, state).await?;
        if actor.actor.must_change_password() {
            return Err(Denied::PasswordChangeRequired.into());
        }
        if let Some(who) = parts.extensions.get::<WhoAsks>() {
            who.is(&actor);
        }
        Ok(actor)
    }
}

/// To sign-in, and back here afterwards where that makes sense.
async fn way_in(app: &App, parts: &Parts, here: &str) -> PageError {
    if let Err(instead) = require_set_up(app, &parts.headers).await {
        return instead;
    }
    let is_page = parts.method == Method::GET && here != "/console";
    let path = if is_page {
        format!("/console/sign-in?{}", Serializer::new(String::new()).append_pair("next", here).finish())
    } else {
        "/console/sign-in".to_owned()
    };
    PageError::Instead(Box::new(see_other(&path)))
}

impl ConsoleActor {
    /// Shows a page. What was to be shown once, was shown.
    pub fn show(&self, status: StatusCode, view: &impl askama::Template) -> Response {
        let response = html(status, view);
        if self.has_flash_cookie { with_cookie(response, cookies::clear(cookies::FLASH)) } else { response }
    }

    /// After a change: to the page that shows its outcome, with a sentence about it.
    pub fn go(&self, path: &str, flash: &Flash) -> Response {
        let owner = self.actor.session_id().to_string();
        with_cookie(see_other(path), flash.cookie(&self.app, &owner))
    }
}

/// `?next=` is only believed if it leads to a page of this console.
pub fn safe_next(next: &str) -> &str {
    const DASHBOARD: &str = "/console";
    let rest = next.strip_prefix(DASHBOARD);
    let inside = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') && next.len() <= 2000;
    let elsewhere = next.contains("//") || next.contains("/.");
    let loops = rest.is_some_and(|rest| rest.starts_with("/sign-"));
    if inside && plain && !elsewhere && !loops { next } else { DASHBOARD }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_after_sign_in_stays_within_the_console() {
        for good in ["/console", "/console/users/1?x=%2F", "/console?x=1"] {
            assert_eq!(safe_next(good), good);
        }
        for bad in [
            "",
            "//evil.example",
            "https://evil.example/console",
            "/consoles",
            "/console//evil.example",
            "/console/../x",
            "/console\\evil",
            "/console/x\r\nSet-Cookie: a=b",
            "/api/v1/me",
            "/console/sign-in?next=/console",
        ] {
            assert_eq!(safe_next(bad), "/console", "{bad:?}");
        }
    }
}
