//! What all validated values share: the ways a typed-in value can be wrong, and a line of text.

use std::fmt;

use thiserror::Error;

/// Why a typed-in value was refused. The field it belongs to is known by whoever parses a whole form.
///
/// `Display` is a sentence for the person who typed it; [`InvalidValue::code`] is the stable word for programs.
///
/// ```
/// use tenantry_domain::{InvalidValue, Line};
/// let refused = Line::<100>::parse(" ").unwrap_err();
/// assert_eq!((refused.code(), refused.to_string()), ("required", "Enter a value.".to_owned()));
/// assert_eq!(InvalidValue::TooLong { max: 100 }.to_string(), "Use at most 100 characters.");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidValue {
    /// Nothing was given where something is needed.
    #[error("Enter a value.")]
    Required,
    /// More characters than the field holds.
    #[error("Use at most {max} characters.")]
    TooLong {
        /// The most characters allowed.
        max: usize,
    },
    /// Fewer characters than the field needs.
    #[error("Use at least {min} characters.")]
    TooShort {
        /// The fewest characters allowed.
        min: usize,
    },
    /// A control character, line break or text-direction override.
    #[error("Remove control characters and line breaks.")]
    ForbiddenCharacter,
    /// Not of the expected form.
    #[error("Enter {expected}.")]
    Malformed {
        /// What is expected, as a noun phrase ("an e-mail address such as avery@contoso.example").
        expected: &'static str,
    },
    /// Of the right form, but none of the known values.
    #[error("Choose {expected}.")]
    Unknown {
        /// What may be chosen, as a noun phrase ("a country from the list").
        expected: &'static str,
    },
}

impl InvalidValue {
    /// The stable word for this problem, as answered in `errors[].code`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooLong { .. } => "too-long",
            Self::TooShort { .. } => "too-short",
            Self::ForbiddenCharacter => "forbidden-character",
            Self::Malformed { .. } => "malformed",
            Self::Unknown { .. } => "unknown-value",
        }
    }
}

/// One line of text a person typed: trimmed, not empty, at most `MAX` characters, without control characters, line
/// breaks or text-direction overrides.
///
/// ```
/// use tenantry_domain::{InvalidValue, Line};
/// let name: Line<100> = Line::parse("  Avery ")?;
/// assert_eq!(name.as_str(), "Avery");
/// assert_eq!(Line::<100>::parse("a\u{0}b"), Err(InvalidValue::ForbiddenCharacter));
/// assert_eq!(Line::<3>::parse("long"), Err(InvalidValue::TooLong { max: 3 }));
/// # Ok::<(), InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    /// Parses a required line.
    ///
    /// # Errors
    /// [`InvalidValue::Required`], [`InvalidValue::TooLong`] (counted in code points after trimming) or
    /// [`InvalidValue::ForbiddenCharacter`].
    pub fn parse(raw: &str) -> Result<Self, InvalidValue> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(InvalidValue::Required);
        }
        // Four bytes hold any code point: the cheap test comes before the walk over a huge input.
        if text.len() > MAX.saturating_mul(4) || text.chars().count() > MAX {
            return Err(InvalidValue::TooLong { max: MAX });
        }
        if text.chars().any(is_forbidden) {
            return Err(InvalidValue::ForbiddenCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// Parses an optional line: nothing or only blanks is `None`.
    ///
    /// # Errors
    /// As [`Line::parse`], but never [`InvalidValue::Required`].
    pub fn parse_optional(raw: Option<&str>) -> Result<Option<Self>, InvalidValue> {
        match raw.map(str::trim) {
            None | Some("") => Ok(None),
            Some(text) => Self::parse(text).map(Some),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<const MAX: usize> fmt::Debug for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Characters that no single line may hold: controls (C0, DEL, C1), line and paragraph separators, and the overrides and
/// isolates that make text read in another order than it is stored.
pub(crate) fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_optional_line_is_none() {
        assert_eq!(Line::<5>::parse_optional(Some("  ")), Ok(None));
    }

    #[test]
    fn direction_overrides_are_refused() {
        assert_eq!(Line::<50>::parse("evil\u{202E}gpj.exe"), Err(InvalidValue::ForbiddenCharacter));
    }
}
