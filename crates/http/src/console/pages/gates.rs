//! The pages before sign-in: their frame, and the one page there is while nothing is set up.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, request::Parts},
    response::Response,
};
use tenantry_app::{App, accounts::find_looks};
use tenantry_domain::{account::Inherited, contact::DomainName};

use super::{
    answers::{PageError, html, with_cookie},
    flash::Flash,
    forms::Query,
    words::support,
};
use crate::{
    brand,
    console::views::{EmptyDatabasePage, Gate, Theme, initials_of},
    cookies,
    request::HttpState,
};

/// Nobody in particular.
#[derive(Clone)]
pub struct Visitor {
    pub app: Arc<App>,
    pub headers: HeaderMap,
    /// The domain that the address or a login name tells.
    domain: Option<String>,
    looks: Option<Inherited>,
}

impl FromRequestParts<HttpState> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, PageError> {
        require_set_up(&state.app, &parts.headers).await?;
        let domain = Query::from_request_parts(parts, state).await?.given("domain");
        let visitor = Self { app: Arc::clone(&state.app), headers: parts.headers.clone(), domain: None, looks: None };
        visitor.dressed_for(domain.as_deref()).await
    }
}

impl Visitor {
    /// Flashes for somebody who is not signed in are sealed for this owner.
    pub const OWNER: &str = "gate";

    /// The pages look as they do for somebody of this domain.
    async fn dressed_for(self, domain: Option<&str>) -> Result<Self, PageError> {
        let domain = domain.and_then(|raw| DomainName::parse(raw).ok());
        let looks = find_looks(&self.app, domain.as_ref().map(DomainName::as_str)).await?;
        Ok(Self { domain: domain.map(|domain| domain.to_unicode()), looks, ..self })
    }

    /// As [`Visitor::dressed_for`], by a login name as typed.
    pub async fn dressed_for_login_name(self, login_name: &str) -> Result<Self, PageError> {
        match login_name.trim().rsplit_once('@') {
            Some((_, domain)) => self.dressed_for(Some(domain)).await,
            None => Ok(self),
        }
    }

    /// Whose console it is, is told by nothing but what the visitor typed: a domain nobody has is greeted like any other.
    pub fn gate(&self, title: &str) -> Gate {
        let mut gate = gate(title, theme_of(&self.headers));
        if let Some(domain) = &self.domain {
            gate.brand.clone_from(domain);
            gate.initials = initials_of(domain);
        }
        if let Some(looks) = &self.looks {
            gate.logo = looks.branding.logo.as_deref().map(brand::logo_path);
            gate.brand_stylesheet = brand::stylesheet(&looks.branding);
            gate.support = support("", &looks.support);
        }
        gate
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
        logo: None,
        brand_stylesheet: None,
    }
}

pub fn theme_of(headers: &HeaderMap) -> Theme {
    Theme::from_key(cookies::read(headers, cookies::THEME).as_deref().unwrap_or_default())
}
