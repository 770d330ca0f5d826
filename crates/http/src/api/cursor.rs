//! Where a page begins, as clients hold it: opaque to them, and only read back into a typed key.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use tenantry_app::ports::{PageKey, PageStart};
use uuid::Uuid;

use crate::problem::Problem;

/// No cursor of ours is longer: names are, in code points, but not in an encoded 4 kB.
const LONGEST: usize = 4096;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cursor<'a> {
    /// What the list was sorted by: a key of one order means nothing in another.
    #[serde(borrow)]
    s: std::borrow::Cow<'a, str>,
    v: std::borrow::Cow<'a, str>,
    i: Uuid,
}

/// The cursor for the rows after `key` in a list sorted by `order`.
pub fn encode(key: &PageKey, order: &str) -> String {
    let cursor = Cursor { s: order.into(), v: key.value.as_str().into(), i: key.id };
    // Three texts always have a JSON form.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).unwrap_or_default())
}

/// Where the page begins that `after` asks for.
pub fn parse(after: Option<&str>, order: &str) -> Result<PageStart, Problem> {
    match after.filter(|text| !text.is_empty()) {
        None => Ok(PageStart::First),
        Some(text) => decode(text, order).map(PageStart::After).ok_or_else(|| {
            Problem::field("after", "malformed", "Use the `nextCursor` of the page before, with the same `sort`.")
        }),
    }
}

fn decode(text: &str, order: &str) -> Option<PageKey> {
    if text.len() > LONGEST {
        return None;
    }
    let json = URL_SAFE_NO_PAD.decode(text).ok()?;
    let cursor: Cursor<'_> = serde_json::from_slice(&json).ok()?;
    let is_ours = cursor.s == order && !cursor.v.chars().any(char::is_control);
    is_ours.then(|| PageKey { value: cursor.v.into_owned(), id: cursor.i })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> PageKey {
        PageKey { value: "avery \"q\" é".to_owned(), id: Uuid::from_u128(7) }
    }

    #[test]
    fn cursor_is_read_back_in_the_order_it_was_made_for() {
        let text = encode(&key(), "-name");
        assert_eq!(parse(Some(&text), "-name").unwrap(), PageStart::After(key()));
        assert!(parse(Some(&text), "name").is_err());
        assert_eq!(parse(Some(""), "name").unwrap(), PageStart::First);
    }

    #[test]
    fn anything_else_is_no_cursor() {
        let encoded = |json: &str| URL_SAFE_NO_PAD.encode(json);
        for text in [
            "x".to_owned(),
            "%".to_owned(),
            encoded("[]"),
            encoded(r#"{"s":"name","v":"a"}"#),
            encoded(r#"{"s":"name","v":"a","i":"7"}"#),
            encoded(r#"{"s":"name","v":"a\u0000","i":"00000000-0000-0000-0000-000000000007"}"#),
            encoded(r#"{"s":"name","v":"a","i":"00000000-0000-0000-0000-000000000007","x":1}"#),
            encode(&PageKey { value: "a".repeat(5000), ..key() }, "name"),
        ] {
            assert!(parse(Some(&text), "name").is_err(), "{text}");
        }
    }
}
