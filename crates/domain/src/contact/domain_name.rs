//! Domain names, compared as A-labels.

use std::fmt;

use super::trim_blanks;
use crate::{InvalidValue, value::is_forbidden};

const MAX_OCTETS: usize = 253;
const MALFORMED: InvalidValue = InvalidValue::Malformed { expected: "a domain name such as contoso.example" };

/// A domain name of at least two labels, kept in lower-case ASCII (A-labels, IDNA after UTS #46), so that equal names are
/// equal strings.
///
/// Refused: IP addresses, a trailing dot, underscores, `xn--` labels that no name encodes to, and non-ASCII letters that
/// UTS #46 would change. Only ASCII letters may be typed in either case.
///
/// ```
/// use tenantry_domain::contact::DomainName;
/// let domain = DomainName::parse("Bücher.example")?;
/// assert_eq!(domain.as_str(), "xn--bcher-kva.example");
/// assert_eq!(domain.to_unicode(), "bücher.example");
/// assert_eq!(domain, DomainName::parse("XN--BCHER-KVA.EXAMPLE")?);
/// assert!(DomainName::parse("192.0.2.1").is_err());
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(String);

impl DomainName {
    /// Parses a domain name, Unicode or ASCII.
    ///
    /// # Errors
    /// [`InvalidValue::Required`], [`InvalidValue::TooLong`] (more than 253 characters),
    /// [`InvalidValue::ForbiddenCharacter`] (controls and line breaks, also around it) or [`InvalidValue::Malformed`].
    pub fn parse(raw: &str) -> Result<Self, InvalidValue> {
        Self::parse_trimmed(trim_blanks(raw))
    }

    /// As [`DomainName::parse`], but blanks around the name are refused too: for names inside something else.
    pub(super) fn parse_trimmed(text: &str) -> Result<Self, InvalidValue> {
        if text.is_empty() {
            return Err(InvalidValue::Required);
        }
        // An A-label is never shorter than its name. Octets come first: IDNA must not see a huge input.
        if text.len() > MAX_OCTETS * 4 || text.chars().count() > MAX_OCTETS {
            return Err(InvalidValue::TooLong { max: MAX_OCTETS });
        }
        if text.chars().any(is_forbidden) {
            return Err(InvalidValue::ForbiddenCharacter);
        }
        let name = Self(idna::domain_to_ascii_strict(text).map_err(|_| MALFORMED)?);
        if name.ends_in_a_top_level_domain() && name.means_what_was_typed(text) { Ok(name) } else { Err(MALFORMED) }
    }

    /// The name as A-labels: lower-case ASCII, without a trailing dot.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as people read it (U-labels).
    pub fn to_unicode(&self) -> String {
        idna::domain_to_unicode(&self.0).0
    }

    /// Letters only, below another label: this rules out IPv4 addresses in every notation.
    fn ends_in_a_top_level_domain(&self) -> bool {
        self.0.rsplit_once('.').is_some_and(|(_, top)| {
            top.starts_with("xn--") || (top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_lowercase()))
        })
    }

    /// Whether nothing but the case of ASCII letters, or a label's encoding, differs from what was typed.
    fn means_what_was_typed(&self, typed: &str) -> bool {
        let unicode = self.to_unicode();
        typed.split('.').count() == unicode.split('.').count()
            && typed
                .split('.')
                .zip(unicode.split('.'))
                .all(|(typed, label)| typed.is_ascii() || typed.to_ascii_lowercase() == label)
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DomainName({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_malformed(names: &[&str]) {
        for name in names {
            assert_eq!(DomainName::parse(name), Err(MALFORMED), "{name}");
        }
    }

    #[test]
    fn ascii_case_does_not_matter() {
        assert_eq!(DomainName::parse(" WWW.Contoso.Example ").unwrap().as_str(), "www.contoso.example");
    }

    #[test]
    fn unicode_and_a_label_spellings_are_the_same_name() {
        let domain = DomainName::parse("straße.example").unwrap();
        assert_eq!(domain, DomainName::parse(domain.as_str()).unwrap());
        assert_eq!(domain, DomainName::parse(&domain.to_unicode()).unwrap());
        assert_ne!(domain, DomainName::parse("strasse.example").unwrap());
    }

    #[test]
    fn fake_a_labels_are_refused() {
        assert_malformed(&[
            "xn--.example",
            "xn--a.example",
            "xn--contoso-.example",
            "xn--0.pt",
            "contoso.xn--",
            "xn--a-ecp.ru",
            "ab--cd.example",
        ]);
    }

    #[test]
    fn ip_addresses_are_refused() {
        assert_malformed(&["192.0.2.1", "[192.0.2.1]", "[::1]", "::1", "0x7f.1", "127.1", "1.2.3.0x4"]);
    }

    #[test]
    fn a_single_label_is_refused() {
        assert_malformed(&["localhost", "com", "a"]);
    }

    #[test]
    fn dots_in_the_wrong_place_are_refused() {
        assert_malformed(&["contoso.example.", ".contoso.example", "contoso..example", ".", "contoso。example"]);
    }

    #[test]
    fn characters_outside_host_names_are_refused() {
        assert_malformed(&[
            "con_toso.example",
            "-a.example",
            "a-.example",
            "a b.example",
            "a@b.example",
            "a/b.example",
        ]);
    }

    #[test]
    fn letters_that_would_fold_to_others_are_refused() {
        // Full-width, small capitals, Kelvin sign, ligature, soft hyphen, zero-width space, upper case outside ASCII.
        assert_malformed(&[
            "ｃontoso.example",
            "ᴮᴵᴳ.example",
            "\u{212A}ontoso.example",
            "o\u{FB03}ce.example",
            "con\u{AD}toso.example",
            "con\u{200B}toso.example",
            "BÜCHER.example",
        ]);
    }

    #[test]
    fn line_breaks_are_refused_even_around_the_name() {
        for name in ["contoso.example\r\n", "\ncontoso.example", "contoso\u{85}.example", "contoso.example\u{2028}"] {
            assert_eq!(DomainName::parse(name), Err(InvalidValue::ForbiddenCharacter), "{name:?}");
        }
    }

    #[test]
    fn longest_names_are_kept_and_longer_ones_refused() {
        let label = "a".repeat(61);
        let longest = format!("{label}.{label}.{label}.{label}.abcde");
        assert_eq!(longest.len(), MAX_OCTETS);
        assert!(DomainName::parse(&longest).is_ok());
        assert_eq!(DomainName::parse(&format!("a{longest}")), Err(InvalidValue::TooLong { max: MAX_OCTETS }));
        assert_malformed(&[&format!("{}.example", "a".repeat(64))]);
        // 253 characters that encode to more octets.
        assert_malformed(&[&format!("{}.{}.{}.example", "ü".repeat(62), "ü".repeat(62), "ü".repeat(62))]);
    }

    #[test]
    fn no_single_code_point_changes_a_second_time() {
        for c in ('\0'..=char::MAX).filter(|c| !c.is_ascii()) {
            if let Ok(domain) = DomainName::parse(&format!("a{c}b.example")) {
                assert_eq!(DomainName::parse(domain.as_str()).as_ref(), Ok(&domain), "{c:?}");
                assert_eq!(domain.to_unicode(), format!("a{c}b.example"));
            }
        }
    }
}
