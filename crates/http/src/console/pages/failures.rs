//! Errors as pages: within the frame for who is signed in, plainly for everybody else.

use std::sync::{Arc, OnceLock};

use axum::{extract::Request, http::header, middleware::Next, response::Response};
use tower_http::request_id::RequestId;

use super::{
    actor::ConsoleActor,
    answers::{Failure, html},
    gates::{gate, theme_of},
};
use crate::console::views::{ErrorPage, ErrorText, FramedErrorPage, Theme};

/// Where the extractor leaves who asks, so that an error page can have that person's frame.
#[derive(Clone, Default)]
pub struct WhoAsks(Arc<OnceLock<ConsoleActor>>);

impl WhoAsks {
    pub fn is(&self, actor: &ConsoleActor) {
        // Only one extractor runs in a request.
        let _ = self.0.set(actor.clone());
    }
}

/// Around every page: gives a [`Failure`] its looks.
pub async fn show_failures(mut request: Request, next: Next) -> Response {
    let who = WhoAsks::default();
    let request_id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    let request_id = request_id.unwrap_or_default().to_owned();
    let theme = theme_of(request.headers());
    request.extensions_mut().insert(who.clone());
    let mut response = next.run(request).await;
    let Some(failure) = response.extensions_mut().remove::<Failure>() else { return response };
    let mut page = page(&failure, request_id, theme, who.0.get()).await;
    if let Some(value) = response.headers_mut().remove(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, value);
    }
    page
}

async fn page(failure: &Failure, request_id: String, theme: Theme, who: Option<&ConsoleActor>) -> Response {
    let mut error = ErrorText::new(failure.status.as_u16(), request_id);
    if let Some(text) = &failure.text {
        error.text.clone_from(text);
    }
    if let Some((href, label)) = &failure.back {
        error.back_href.clone_from(href);
        error.back_label.clone_from(label);
    }
    let framed = match who {
        Some(actor) => actor.frame_anywhere(&error.heading).await.ok(),
        None => None,
    };
    match framed {
        Some(frame) => html(failure.status, &FramedErrorPage { frame, error }),
        None => html(failure.status, &ErrorPage { gate: gate(&error.heading.clone(), theme), error }),
    }
}
