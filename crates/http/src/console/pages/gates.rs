//! The pages before sign-in: their frame, and the one page there is while nothing is set up.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, request::Parts},
    response::Response,
};
use tenantry_app::App;

use super::{
    answers::{PageError, html, with_cookie},
    flash::Flash,
};
use crate::{
    console::views::{EmptyDatabasePage, Gate, Theme, initials_of},
    cookies,
    request::HttpState,
};

/// Nobody in particular.
pub struct Visitor {
    pub app: Arc<App>,
    pub headers: HeaderMap,
}

impl FromRequestParts<HttpState> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, PageError> {
        require_set_up(&state.app, &parts.headers).await?;
        Ok(Self { app: Arc::clone(&state.app), headers: parts.headers.clone() })
    }
}

impl Visitor {
    /// Flashes for somebody who is not signed in are sealed for this owner.
    pub const OWNER: &str = "gate";

    pub fn gate(&self, title: &str) -> Gate {
        gate(title, theme_of(&self.headers))
    }

    /// What the page before wanted shown here.
    pub fn flash(&self) -> Option<Flash> {
        Flash::read(&self.app, Self::OWNER, &self.headers)
    }

    /// A way to another page that shows the flash.
    pub fn leave(&self, response: Response, flash: &Flash) -> Response {
        with_cookie(response, flash.cookie(&self.app, Self::OWNER))
    }
}

/// Until there is an account, every page says how to make one.
pub async fn require_set_up(app: &App, headers: &HeaderMap) -> Result<(), PageError> {
    if !app.directory().is_empty().await.map_err(tenantry_app::UseCaseError::from)? {
        return Ok(());
    }
    let page = EmptyDatabasePage { gate: gate("Nothing is set up yet", theme_of(headers)) };
    Err(PageError::Instead(Box::new(html(StatusCode::OK, &page))))
}

/// The frame of a page before sign-in. Whose console it is, is not known there.
pub fn gate(title: &str, theme: Theme) -> Gate {
    const BRAND: &str = "Tenantry";
    Gate {
        title: title.to_owned(),
        brand: BRAND.to_owned(),
        initials: initials_of(BRAND),
        theme,
        support: None,
        brand_stylesheet: None,
    }
}

pub fn theme_of(headers: &HeaderMap) -> Theme {
    Theme::from_key(cookies::read(headers, cookies::THEME).as_deref().unwrap_or_default())
}
