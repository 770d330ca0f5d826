//! The console's pages: from a request to a view.

use axum::{Router, routing::get};

use crate::{console::assets, request::HttpState};

/// Everything beneath `/console`.
pub fn routes() -> Router<HttpState> {
    Router::new().route("/console/assets/{name}", get(assets::serve))
}
