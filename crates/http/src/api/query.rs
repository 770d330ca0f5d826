//! The query string.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// The parameters of the query string. Unknown ones are ignored; a wrong one is named.
#[derive(Debug, Clone)]
pub struct Parameters<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let parsed = Query::<T>::try_from_uri(&parts.uri).map_err(|rejection| {
            // All parameters are texts, so the one thing that can be wrong is giving one twice.
            let text = rejection.body_text();
            let name = text.split('`').nth(1).unwrap_or("query");
            Problem::field(name, "repeated-parameter", "Give this parameter once.")
        })?;
        Ok(Self(parsed.0))
    }
}
