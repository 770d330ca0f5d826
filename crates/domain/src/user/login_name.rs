//! Login names: `local@domain`, unique on the platform.

use std::fmt;

use crate::{InvalidValue, contact::DomainName};

/// The part of a login name before the `@`: ASCII letters, digits and `. _ - + '`, neither starting nor ending with a dot and without
/// two dots in a row, at most 64 characters.
///
/// ASCII only, so that no two names look alike and no normalisation can turn one person's name into another's.
/// Names are shown as typed and compared by their lower-case [`LoginName::key`].
///
/// ```
/// use tenantry_domain::{InvalidValue, user::LoginLocalPart};
/// assert_eq!(LoginLocalPart::parse(" Avery.Quinn ")?.as_str(), "Avery.Quinn");
/// assert!(matches!(LoginLocalPart::parse("avery..quinn"), Err(InvalidValue::Malformed { .. })));
/// # Ok::<(), InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LoginLocalPart(String);

impl LoginLocalPart {
    /// Parses what was typed before the `@`.
    ///
    /// # Errors
    /// [`InvalidValue::Required`], [`InvalidValue::TooLong`] or [`InvalidValue::Malformed`].
    pub fn parse(raw: &str) -> Result<Self, InvalidValue> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(InvalidValue::Required);
        }
        if text.len() > 64 {
            return Err(InvalidValue::TooLong { max: 64 });
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+'".contains(&byte);
        if !text.bytes().all(allowed) || text.starts_with('.') || text.ends_with('.') || text.contains("..") {
            return Err(InvalidValue::Malformed {
                expected: "letters a to z, digits and . _ - + ' only, with no dot at either end",
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// The text as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a user signs in with.
///
/// ```
/// use tenantry_domain::user::LoginName;
/// let name = LoginName::parse("Avery.Quinn@Contoso.example")?;
/// assert_eq!(name.key(), "avery.quinn@contoso.example");
/// assert_eq!(name.to_string(), "Avery.Quinn@contoso.example");
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LoginName {
    local: LoginLocalPart,
    domain: DomainName,
}

impl LoginName {
    /// A login name from its parts. Whether the domain belongs to the user's account is the account's to say.
    pub const fn new(local: LoginLocalPart, domain: DomainName) -> Self {
        Self { local, domain }
    }

    /// Parses `local@domain`.
    ///
    /// # Errors
    /// [`InvalidValue::Required`], [`InvalidValue::TooLong`], or [`InvalidValue::Malformed`] if there is not exactly one
    /// `@` or either side is wrong.
    pub fn parse(raw: &str) -> Result<Self, InvalidValue> {
        const MALFORMED: InvalidValue =
            InvalidValue::Malformed { expected: "a login name such as avery@contoso.example" };
        let text = raw.trim();
        if text.is_empty() {
            return Err(InvalidValue::Required);
        }
        let (local, domain) = text.split_once('@').ok_or(MALFORMED)?;
        let local = LoginLocalPart::parse(local).map_err(|error| match error {
            InvalidValue::Required => MALFORMED,
            other => other,
        })?;
        let domain = DomainName::parse(domain).map_err(|_| MALFORMED)?;
        Ok(Self::new(local, domain))
    }

    /// The part before the `@`, as typed.
    pub const fn local(&self) -> &LoginLocalPart {
        &self.local
    }

    /// The domain.
    pub const fn domain(&self) -> &DomainName {
        &self.domain
    }

    /// The form that is unique on the platform and that sign-in looks up: lower case throughout.
    pub fn key(&self) -> String {
        format!("{}@{}", self.local.as_str().to_ascii_lowercase(), self.domain.as_str())
    }
}

impl fmt::Display for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local.as_str(), self.domain.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differing_only_in_case_share_a_key() {
        let (a, b) = (LoginName::parse("AVERY@CONTOSO.example"), LoginName::parse("avery@contoso.example"));
        assert_eq!(a.map(|name| name.key()), b.map(|name| name.key()));
    }

    #[test]
    fn look_alikes_and_odd_forms_are_refused() {
        for raw in [
            "",
            "avery",
            "a@b@contoso.example",
            "@contoso.example",
            "avery@",
            "ａvery@contoso.example",
            "mıke@contoso.example",
            ".a@contoso.example",
            "a.@contoso.example",
            "a..b@contoso.example",
            "a b@contoso.example",
            "a%b@contoso.example",
            "a\u{0}b@contoso.example",
            "\"a\"@contoso.example",
        ] {
            assert!(LoginName::parse(raw).is_err(), "{raw:?}");
        }
    }
}
