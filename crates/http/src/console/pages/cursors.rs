//! `?after=` and `?before=`: where a page of a list begins. The cursors are those of the API.

use tenantry_app::{
    UseCaseError,
    ports::{PageKey, PageStart},
};

use super::{answers::PageError, forms::Query};
use crate::api::cursor;

/// The address's word for a row of a list sorted by `order`.
pub fn cursor_of(key: &PageKey, order: &str) -> String {
    cursor::encode(key, order)
}

/// Where the page asked for begins, in a list sorted by `order`.
pub fn page_start(query: &Query, order: &str) -> Result<PageStart, PageError> {
    let (after, before) = (query.given("after"), query.given("before"));
    match cursor::parse(after.as_deref().or(before.as_deref()), order) {
        Ok(PageStart::After(key)) if after.is_none() => Ok(PageStart::Before(key)),
        Ok(start) => Ok(start),
        Err(_) => {
            let text = "This page of the list does not exist. Begin at its first page.";
            Err(UseCaseError::field("after", "malformed", text).into())
        }
    }
}
