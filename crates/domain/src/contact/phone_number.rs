//! Phone numbers in E.164.

use std::fmt;

use super::{Country, country_table::CALLING_CODES, trim_blanks};
use crate::{InvalidValue, value::is_forbidden};

const MAX_TYPED: usize = 32;
const NORTH_AMERICA: &str = "1";
const MALFORMED: InvalidValue =
    InvalidValue::Malformed { expected: "a phone number with country code, such as +1 425 555 0100" };

/// A phone number in E.164: `+`, an assigned calling code and the national number, 8 to 15 digits in all.
///
/// ```
/// use tenantry_domain::contact::{Country, PhoneNumber};
/// let britain = Some(Country::parse("GB")?);
/// assert_eq!(PhoneNumber::parse("020 7946 0018", britain)?.as_str(), "+442079460018");
/// assert_eq!(PhoneNumber::parse("+1 (425) 555-0100", britain)?.as_str(), "+14255550100");
/// assert!(PhoneNumber::parse("425 555 0100", None).is_err());
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Parses a number: international after `+` or `00`, otherwise a national number of `country`, with or without its trunk
    /// prefix. Blanks, dots, dashes, slashes and parentheses are ignored.
    ///
    /// # Errors
    /// [`InvalidValue::Required`], [`InvalidValue::TooLong`] (more than 32 characters),
    /// [`InvalidValue::ForbiddenCharacter`] or [`InvalidValue::Malformed`], the latter also for extensions.
    pub fn parse(raw: &str, country: Option<Country>) -> Result<Self, InvalidValue> {
        let typed = trim_blanks(raw);
        if typed.is_empty() {
            return Err(InvalidValue::Required);
        }
        if typed.len() > MAX_TYPED * 4 || typed.chars().count() > MAX_TYPED {
            return Err(InvalidValue::TooLong { max: MAX_TYPED });
        }
        if typed.chars().any(is_forbidden) {
            return Err(InvalidValue::ForbiddenCharacter);
        }
        let dialled = Dialled::read(typed).ok_or(MALFORMED)?;
        dialled.calling_code_and_rest(country).and_then(|(calling, rest)| build(calling, rest)).ok_or(MALFORMED)
    }

    /// The number in E.164, such as `+14255550100`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The digits of what was typed, and whether a `+` stood before them.
struct Dialled {
    plus: bool,
    digits: String,
}

impl Dialled {
    fn read(typed: &str) -> Option<Self> {
        let mut dialled = Self { plus: false, digits: String::new() };
        for c in typed.chars() {
            match c {
                '0'..='9' => dialled.digits.push(c),
                '+' if !dialled.plus && dialled.digits.is_empty() => dialled.plus = true,
                '.' | '-' | '\u{2010}'..='\u{2014}' | '(' | ')' | '/' => {}
                blank if blank.is_whitespace() => {}
                _ => return None,
            }
        }
        Some(dialled)
    }

    fn calling_code_and_rest(&self, country: Option<Country>) -> Option<(&'static str, &str)> {
        let international = if self.plus { Some(self.digits.as_str()) } else { self.digits.strip_prefix("00") };
        match international {
            Some(digits) => CALLING_CODES.iter().find_map(|code| Some((*code, digits.strip_prefix(code)?))),
            None => Some((country?.calling_code()?, &self.digits)),
        }
    }
}

/// Without its trunk prefix, which `+44 (0)20 …` has too, although it should not.
fn build(calling_code: &str, dialled: &str) -> Option<PhoneNumber> {
    let national = without_trunk(calling_code, dialled);
    // A second prefix is a mistyped number, and what is stored must not change when it is parsed again.
    if without_trunk(calling_code, national) != national {
        return None;
    }
    if calling_code == NORTH_AMERICA && (national.len() != 10 || !national.starts_with(|c| ('2'..='9').contains(&c))) {
        return None;
    }
    (8..=15).contains(&(calling_code.len() + national.len())).then(|| PhoneNumber(format!("+{calling_code}{national}")))
}

/// Countries that share a calling code share its trunk prefixes: any of them will do.
fn without_trunk<'a>(calling_code: &str, number: &'a str) -> &'a str {
    Country::all()
        .find(|country| country.calling_code() == Some(calling_code))
        .and_then(|country| {
            let mut fitting = country.trunks().iter().filter(|(_, digits)| number.len() >= *digits);
            fitting.find_map(|(trunk, _)| number.strip_prefix(trunk))
        })
        .unwrap_or(number)
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn national(country: &str, typed: &str) -> Result<String, InvalidValue> {
        PhoneNumber::parse(typed, Some(Country::parse(country).unwrap())).map(|number| number.0)
    }

    fn international(typed: &str) -> Result<String, InvalidValue> {
        PhoneNumber::parse(typed, None).map(|number| number.0)
    }

    #[test]
    fn punctuation_is_ignored() {
        for typed in [
            "+14255550100",
            "+1 (425) 555-0100",
            "+1.425.555.0100",
            "001 425/555 0100",
            "(+1) 425\u{A0}555\u{2011}0100",
        ] {
            assert_eq!(international(typed).unwrap(), "+14255550100", "{typed}");
        }
    }

    #[test]
    fn national_numbers_lose_their_trunk_prefix() {
        for (country, typed, stored) in [
            ("US", "(425) 555-0100", "+14255550100"),
            ("US", "1 425 555 0100", "+14255550100"),
            ("JM", "876 555 0100", "+18765550100"),
            ("GB", "020 7946 0018", "+442079460018"),
            ("DE", "030/1234567", "+49301234567"),
            ("IT", "06 1234 5678", "+390612345678"),
            ("ES", "910 123 456", "+34910123456"),
            ("HU", "06 1 234 5678", "+3612345678"),
            ("RU", "8 495 123-45-67", "+74951234567"),
            ("RU", "800 123-45-67", "+78001234567"),
            ("KZ", "8 727 123 4567", "+77271234567"),
            ("BY", "8 029 123 45 67", "+375291234567"),
            ("LT", "8 612 34567", "+37061234567"),
            ("CI", "07 01 02 03 04", "+2250701020304"),
        ] {
            assert_eq!(national(country, typed).unwrap(), stored, "{country} {typed}");
        }
    }

    #[test]
    fn an_international_number_wins_over_the_country() {
        assert_eq!(national("US", "+44 20 7946 0018").unwrap(), "+442079460018");
        assert_eq!(national("DE", "0044 20 7946 0018").unwrap(), "+442079460018");
    }

    #[test]
    fn a_trunk_prefix_in_an_international_number_is_dropped() {
        assert_eq!(international("+44 (0)20 7946 0018").unwrap(), "+442079460018");
        assert_eq!(international("+39 06 1234 5678").unwrap(), "+390612345678");
    }

    #[test]
    fn a_national_number_needs_a_country_with_a_calling_code() {
        assert_eq!(international("425 555 0100"), Err(MALFORMED));
        assert_eq!(national("AQ", "425 555 0100"), Err(MALFORMED));
    }

    #[test]
    fn north_american_numbers_have_ten_digits_and_a_real_area_code() {
        for typed in ["+1 425 555 010", "+1 425 555 01000", "+1 125 555 0100", "+1 025 555 0100", "+1 555 0100"] {
            assert_eq!(international(typed), Err(MALFORMED), "{typed}");
        }
    }

    #[test]
    fn numbers_have_8_to_15_digits() {
        assert!(international("+49 123456").is_ok());
        assert_eq!(international("+49 12345"), Err(MALFORMED));
        assert!(international("+49 1234567890123").is_ok());
        assert_eq!(international("+49 12345678901234"), Err(MALFORMED));
    }

    #[test]
    fn unassigned_calling_codes_are_refused() {
        for typed in ["+999 1234567", "+0 12345678", "+210 1234567", "+", "00", "0000 1234567"] {
            assert_eq!(international(typed), Err(MALFORMED), "{typed}");
        }
        assert_eq!(international("+800 1234 5678").unwrap(), "+80012345678");
    }

    #[test]
    fn letters_extensions_and_stray_signs_are_refused() {
        for typed in [
            "+1 425 555 0100 x5",
            "+1 800 CONTOSO",
            "+1 425 555 0100#5",
            "++14255550100",
            "1+4255550100",
            "tel:+14255550100",
        ] {
            assert_eq!(national("US", typed), Err(MALFORMED), "{typed}");
        }
        assert_eq!(international("+١٤٢٥٥٥٥٠١٠٠"), Err(MALFORMED));
    }

    #[test]
    fn empty_overlong_and_broken_lines_are_refused() {
        assert_eq!(international(" "), Err(InvalidValue::Required));
        assert_eq!(international(&"1".repeat(33)), Err(InvalidValue::TooLong { max: 32 }));
        assert_eq!(international("+14255550100\r\n"), Err(InvalidValue::ForbiddenCharacter));
    }

    #[test]
    fn countries_that_share_a_calling_code_share_its_trunk_prefixes() {
        for a in Country::all() {
            for b in Country::all().filter(|b| a.calling_code().is_some() && a.calling_code() == b.calling_code()) {
                assert_eq!(a.trunks(), b.trunks(), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn parsing_what_is_stored_gives_the_same_number() {
        for country in Country::all() {
            for typed in
                ["0212345678", "00212345678", "88005553535", "888005553535", "0606123456", "2125550100", "80291234567"]
            {
                if let Ok(number) = PhoneNumber::parse(typed, Some(country)) {
                    assert_eq!(PhoneNumber::parse(number.as_str(), None), Ok(number), "{country:?} {typed}");
                }
            }
        }
    }
}
