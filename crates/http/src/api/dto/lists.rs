//! Lists.

use serde::Serialize;
use utoipa::ToSchema;

/// Some rows of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = List)]
#[serde(rename_all = "camelCase")]
pub struct ListBody<T> {
    /// The rows, in the order asked for.
    pub items: Vec<T>,
    /// What to give as `after` for the rows that follow; null if none do.
    pub next_cursor: Option<String>,
}

impl<T> ListBody<T> {
    /// All rows there are.
    pub fn complete(items: impl IntoIterator<Item = T>) -> Self {
        Self { items: items.into_iter().collect(), next_cursor: None }
    }
}
