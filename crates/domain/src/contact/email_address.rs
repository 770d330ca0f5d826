//! E-mail addresses: exactly one mailbox, nothing that mail software could read as two.

use std::fmt;

use email_address::Options;

use super::{DomainName, trim_blanks};
use crate::{InvalidValue, value::is_forbidden};

const MAX_OCTETS: usize = 254;
const MAX_LOCAL_OCTETS: usize = 64;
const MALFORMED: InvalidValue = InvalidValue::Malformed { expected: "an e-mail address such as avery@contoso.example" };
const LOCAL_PART_TOO_LONG: InvalidValue =
    InvalidValue::Malformed { expected: "an e-mail address with at most 64 characters before the @" };

/// The address of one mailbox: an ASCII local part as typed, and a domain name as A-labels. At most 254 octets.
///
/// Refused although RFC 5322 has them: display names, lists, comments, quoted local parts, IP literals, and local parts that
/// mail software may take for a route, a pipe, a file or an option (`%`, `!`, `|`, a leading `/` or `-`). Being ASCII, no
/// address holds a code point whose low byte is a line break.
///
/// ```
/// use tenantry_domain::contact::EmailAddress;
/// let address = EmailAddress::parse("Avery.Quinn+news@Contoso.Example")?;
/// assert_eq!(address.as_str(), "Avery.Quinn+news@contoso.example");
/// assert_eq!(address.domain().as_str(), "contoso.example");
/// assert!(EmailAddress::parse("avery@contoso.example, eve@fabrikam.example").is_err());
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress {
    text: String,
    domain: DomainName,
}

impl EmailAddress {
    /// Parses a required address.
    ///
    /// # Errors
    /// [`InvalidValue::Required`], [`InvalidValue::TooLong`] (more than 254 octets),
    /// [`InvalidValue::ForbiddenCharacter`] (controls and line breaks, also around it) or [`InvalidValue::Malformed`].
    pub fn parse(raw: &str) -> Result<Self, InvalidValue> {
        let typed = trim_blanks(raw);
        if typed.is_empty() {
            return Err(InvalidValue::Required);
        }
        if typed.len() > MAX_OCTETS * 4 || typed.chars().count() > MAX_OCTETS {
            return Err(InvalidValue::TooLong { max: MAX_OCTETS });
        }
        if typed.chars().any(is_forbidden) {
            return Err(InvalidValue::ForbiddenCharacter);
        }
        let (local, domain) = typed.rsplit_once('@').ok_or(MALFORMED)?;
        if !is_unambiguous(local) {
            return Err(MALFORMED);
        }
        if local.len() > MAX_LOCAL_OCTETS {
            return Err(LOCAL_PART_TOO_LONG);
        }
        let domain = DomainName::parse_trimmed(domain).map_err(|_| MALFORMED)?;
        let text = format!("{local}@{domain}");
        if text.len() > MAX_OCTETS {
            return Err(InvalidValue::TooLong { max: MAX_OCTETS });
        }
        let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
        email_address::EmailAddress::parse_with_options(&text, options).map_err(|_| MALFORMED)?;
        Ok(Self { text, domain })
    }

    /// Parses an optional address: nothing or only blanks is `None`.
    ///
    /// # Errors
    /// As [`EmailAddress::parse`], but never [`InvalidValue::Required`].
    pub fn parse_optional(raw: Option<&str>) -> Result<Option<Self>, InvalidValue> {
        match raw.map(trim_blanks) {
            None | Some("") => Ok(None),
            Some(text) => Self::parse(text).map(Some),
        }
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What follows the `@`.
    pub const fn domain(&self) -> &DomainName {
        &self.domain
    }
}

/// Whether a local part is made of characters that every mail program takes for themselves. Where its dots may stand is
/// left to the crate `email_address`.
fn is_unambiguous(local: &str) -> bool {
    !local.starts_with(['-', '/']) && local.chars().all(|c| c.is_ascii_alphanumeric() || "#$&'*+-./=?^_{}~".contains(c))
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_malformed(addresses: &[&str]) {
        for address in addresses {
            assert_eq!(EmailAddress::parse(address), Err(MALFORMED), "{address}");
        }
    }

    #[test]
    fn ordinary_addresses_keep_their_local_part_as_typed() {
        for (typed, stored) in [
            (" avery@contoso.example ", "avery@contoso.example"),
            ("Shawn.O'Brien+tag@CONTOSO.example", "Shawn.O'Brien+tag@contoso.example"),
            ("a_b-c=d@mail.contoso.example", "a_b-c=d@mail.contoso.example"),
            ("info@bücher.example", "info@xn--bcher-kva.example"),
        ] {
            let address = EmailAddress::parse(typed).unwrap();
            assert_eq!(address.as_str(), stored);
            assert_eq!(EmailAddress::parse(stored), Ok(address));
        }
    }

    #[test]
    fn lists_and_display_names_are_refused() {
        assert_malformed(&[
            "a@contoso.example,b@contoso.example",
            "a@contoso.example;b@contoso.example",
            "a@contoso.example b@contoso.example",
            "\"a\" <a@contoso.example>",
            "<a@contoso.example>",
            "a@contoso.example>",
            "group:a@contoso.example;",
            "a@b@contoso.example",
        ]);
    }

    #[test]
    fn local_parts_that_mail_software_disagrees_about_are_refused() {
        assert_malformed(&[
            "\"a b\"@contoso.example",
            "\"a\"@contoso.example",
            "a(comment)@contoso.example",
            "a\\@b@contoso.example",
            "a%fabrikam.example@contoso.example",
            "fabrikam!a@contoso.example",
            "|sh@contoso.example",
            "/etc/passwd@contoso.example",
            "-oQ/tmp@contoso.example",
            "`id`@contoso.example",
        ]);
    }

    #[test]
    fn dots_in_the_wrong_place_are_refused() {
        assert_malformed(&[".a@contoso.example", "a.@contoso.example", "a..b@contoso.example", "a@contoso.example."]);
    }

    #[test]
    fn missing_parts_and_inner_blanks_are_refused() {
        assert_malformed(&["a", "@", "a@", "@contoso.example", "a @contoso.example", "a@ contoso.example"]);
    }

    #[test]
    fn hosts_that_are_no_domain_names_are_refused() {
        assert_malformed(&["a@localhost", "a@[192.0.2.1]", "a@192.0.2.1", "a@[IPv6:::1]", "a@xn--a.example"]);
    }

    #[test]
    fn line_breaks_are_refused_anywhere() {
        for c in ['\r', '\n', '\0', '\u{7F}', '\u{85}', '\u{2028}', '\u{2029}'] {
            for address in
                [format!("a{c}@contoso.example"), format!("a@contoso.example{c}"), format!("{c}a@contoso.example")]
            {
                assert_eq!(EmailAddress::parse(&address), Err(InvalidValue::ForbiddenCharacter), "{address:?}");
                assert!(EmailAddress::parse_optional(Some(&address)).is_err(), "{address:?}");
            }
        }
    }

    #[test]
    fn local_parts_outside_ascii_are_refused() {
        // The low byte of the first three is a line break.
        assert_malformed(&["a\u{10A}@contoso.example", "a\u{10D}@contoso.example", "a\u{D0A}@contoso.example"]);
        assert_malformed(&["jürgen@contoso.example", "ａ@contoso.example"]);
    }

    #[test]
    fn length_is_limited_to_64_and_254_octets() {
        let longest = format!("{}@{}.{}.{}.example", "l".repeat(64), "a".repeat(63), "b".repeat(63), "c".repeat(53));
        assert_eq!(EmailAddress::parse(&longest).unwrap().as_str().len(), 254);
        assert_eq!(EmailAddress::parse(&longest.replace("@a", "@aa.a")), Err(InvalidValue::TooLong { max: 254 }));
        // 251 characters, but more octets once its domain is in A-labels.
        let encoded = longest.replace("cccc.", "ü.");
        assert_eq!(EmailAddress::parse(&encoded), Err(InvalidValue::TooLong { max: 254 }));
        assert!(EmailAddress::parse(&format!("{}@contoso.example", "l".repeat(64))).is_ok());
        let longer = EmailAddress::parse(&format!("{}@contoso.example", "l".repeat(65)));
        assert_eq!(longer, Err(LOCAL_PART_TOO_LONG));
        assert_eq!(EmailAddress::parse(&"a@".repeat(1_000_000)), Err(InvalidValue::TooLong { max: 254 }));
    }

    #[test]
    fn blank_optional_address_is_none() {
        assert_eq!(EmailAddress::parse_optional(None), Ok(None));
        assert_eq!(EmailAddress::parse_optional(Some("  ")), Ok(None));
        assert_eq!(EmailAddress::parse(" "), Err(InvalidValue::Required));
    }
}
