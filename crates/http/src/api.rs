//! The JSON API (product.md §9).

use axum::Router;

use crate::request::HttpState;

/// Everything beneath `/api/v1`.
pub fn routes() -> Router<HttpState> {
    Router::new()
}
