//! `?after=` and `?before=`: where a page of a list begins.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use tenantry_app::{
    UseCaseError,
    ports::{PageKey, PageStart},
};
use uuid::Uuid;

use super::{answers::PageError, forms::Query};

/// Longer than any value that is sorted by.
const MOST: usize = 4096;

/// The address's word for a row: its id and the value sorted by.
pub fn cursor_of(key: &PageKey) -> String {
    URL_SAFE_NO_PAD.encode([key.id.as_bytes(), key.value.as_bytes()].concat())
}

/// Where the page asked for begins.
pub fn page_start(query: &Query) -> Result<PageStart, PageError> {
    if let Some(after) = query.given("after") {
        return key_of(&after).map(PageStart::After).ok_or_else(|| unknown("after"));
    }
    if let Some(before) = query.given("before") {
        return key_of(&before).map(PageStart::Before).ok_or_else(|| unknown("before"));
    }
    Ok(PageStart::First)
}

fn key_of(cursor: &str) -> Option<PageKey> {
    if cursor.len() > MOST {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (id, value) = bytes.split_at_checked(16)?;
    let value = String::from_utf8(value.to_vec()).ok()?;
    (!value.contains('\0')).then_some(PageKey { value, id: Uuid::from_slice(id).ok()? })
}

fn unknown(name: &str) -> PageError {
    UseCaseError::field(name, "unknown-cursor", "This page of the list does not exist. Begin at its first page.").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_a_made_up_one_does_not() {
        let key = PageKey { value: "åsa".to_owned(), id: Uuid::from_u128(7) };
        assert_eq!(key_of(&cursor_of(&key)), Some(key));
        for made_up in ["", "x", "!!!!", "AAAA", &cursor_of(&PageKey { value: "\0".to_owned(), id: Uuid::nil() })] {
            assert_eq!(key_of(made_up), None, "{made_up:?}");
        }
    }
}
