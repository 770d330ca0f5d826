//! Passwords, before they are hashed.

use std::fmt;

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

/// A password within the rules of length: 15 to 256 code points, of any characters (NIST SP 800-63B-4; 15 as long as there
/// is no second factor). Whether it is easy to guess is checked apart, with the user's names at hand.
///
/// Kept in Unicode form NFC, so that the same password typed on another keyboard is the same password; otherwise taken as
/// it came, blanks included. `Debug` shows nothing of it.
///
/// ```
/// use tenantry_domain::user::{InvalidPassword, Password};
/// let password = Password::parse("correct horse battery staple")?;
/// assert_eq!(format!("{password:?}"), "Password(…)");
/// assert_eq!(Password::parse("too short"), Err(InvalidPassword::TooShort { least: 15 }));
/// # Ok::<(), InvalidPassword>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a password was refused. `Display` is a sentence for the person who chose it.
///
/// ```
/// use tenantry_domain::user::InvalidPassword;
/// assert_eq!(InvalidPassword::EasyToGuess.code(), "easy-to-guess");
/// assert_eq!(InvalidPassword::Required.to_string(), "Enter a password.");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidPassword {
    /// Nothing was entered.
    #[error("Enter a password.")]
    Required,
    /// Shorter than [`Password::MIN_LENGTH`], or than an account demands.
    #[error("Use at least {least} characters. A few unrelated words make a good password.")]
    TooShort {
        /// The fewest code points.
        least: usize,
    },
    /// Longer than [`Password::MAX_LENGTH`].
    #[error("Use at most 256 characters.")]
    TooLong,
    /// Common, or built from the user's own names.
    #[error("This password is easy to guess. Avoid common phrases, keyboard patterns and your own names.")]
    EasyToGuess,
    /// The password the user has now, where a new one is needed.
    #[error("Choose a password other than the current one.")]
    Unchanged,
}

impl InvalidPassword {
    /// The stable word, as answered in `errors[].code`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooShort { .. } => "too-short",
            Self::TooLong => "too-long",
            Self::EasyToGuess => "easy-to-guess",
            Self::Unchanged => "unchanged",
        }
    }
}

impl Password {
    /// The fewest code points.
    pub const MIN_LENGTH: usize = 15;
    /// The most code points.
    pub const MAX_LENGTH: usize = 256;
    const MAX_BYTES: usize = 1024;

    /// Parses a password somebody chose.
    ///
    /// # Errors
    /// [`InvalidPassword::Required`], [`InvalidPassword::TooShort`] or [`InvalidPassword::TooLong`].
    pub fn parse(raw: &str) -> Result<Self, InvalidPassword> {
        if raw.is_empty() {
            return Err(InvalidPassword::Required);
        }
        let password = Self::normalize(raw).ok_or(InvalidPassword::TooLong)?;
        if password.0.chars().count() > Self::MAX_LENGTH {
            return Err(InvalidPassword::TooLong);
        }
        password.at_least(Self::MIN_LENGTH)
    }

    /// The password, if it has at least so many code points.
    ///
    /// # Errors
    /// [`InvalidPassword::TooShort`].
    pub fn at_least(self, least: usize) -> Result<Self, InvalidPassword> {
        if self.0.chars().count() < least { Err(InvalidPassword::TooShort { least }) } else { Ok(self) }
    }

    /// A password typed to be compared with a stored hash: no rule but a bound on its size, since rules may have been others
    /// when it was set. `None` if no stored password can be that long.
    pub fn normalize(raw: &str) -> Option<Self> {
        (raw.len() <= Self::MAX_BYTES).then(|| Self(raw.nfc().collect()))
    }

    /// The password itself. For hashing, scoring and encryption only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_code_points() {
        assert_eq!(Password::parse(&"é".repeat(14)), Err(InvalidPassword::TooShort { least: 15 }));
        assert!(Password::parse(&"é".repeat(15)).is_ok());
        assert!(Password::parse(&"🔑".repeat(256)).is_ok());
        assert_eq!(Password::parse(&"a".repeat(257)), Err(InvalidPassword::TooLong));
    }

    #[test]
    fn composed_and_decomposed_forms_are_the_same_password() {
        let composed = Password::parse("caf\u{e9} au lait, s'il vous plait");
        let decomposed = Password::parse("cafe\u{301} au lait, s'il vous plait");
        assert_eq!(composed, decomposed);
    }

    #[test]
    fn blanks_are_kept() {
        assert_eq!(Password::parse("  padded on both sides  ").map(|p| p.expose().len()), Ok(24));
    }

    #[test]
    fn debug_output_shows_nothing() {
        let password = Password::parse("correct horse battery staple");
        assert!(!format!("{password:?}").contains("horse"));
    }
}
