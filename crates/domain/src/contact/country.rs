//! Countries, and what an address or a phone number there looks like. The data is in `country_table.rs`.

use std::{cmp::Ordering, fmt, hash};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{country_table::COUNTRIES, postal_code, trim_blanks};
use crate::{InvalidValue, Line};

/// One row of the table.
pub(super) struct Entry {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) calling_code: Option<&'static str>,
    /// What national numbers are dialled with, and from how many digits on a number is taken to start with it.
    pub(super) trunks: &'static [(&'static str, usize)],
    pub(super) state_required: bool,
    pub(super) state_label: &'static str,
    pub(super) postal_code_required: bool,
    pub(super) postal_code_label: &'static str,
    pub(super) postal_code_forms: &'static [&'static str],
    pub(super) postal_code_expected: &'static str,
    pub(super) states: &'static [(&'static str, &'static str)],
}

/// One of the 249 countries and territories of ISO 3166-1.
///
/// ```
/// use tenantry_domain::contact::Country;
/// let country = Country::parse("us")?;
/// assert_eq!((country.code(), country.name(), country.calling_code()), ("US", "United States", Some("1")));
/// assert!(country.state_required() && country.postal_code_required());
/// assert_eq!((country.state_label(), country.postal_code_label()), ("State", "ZIP code"));
/// assert_eq!(country.find_state("washington"), Some(("WA", "Washington")));
/// assert!(Country::parse("Atlantis").is_err());
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Clone, Copy)]
pub struct Country(&'static Entry);

impl Country {
    /// Parses an alpha-2 code, in either case.
    ///
    /// # Errors
    /// [`InvalidValue::Required`] or [`InvalidValue::Unknown`].
    pub fn parse(raw: &str) -> Result<Self, InvalidValue> {
        let code = trim_blanks(raw);
        if code.is_empty() {
            return Err(InvalidValue::Required);
        }
        Self::all()
            .find(|country| country.code().eq_ignore_ascii_case(code))
            .ok_or(InvalidValue::Unknown { expected: "a country from the list" })
    }

    /// All countries, sorted by name.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + Clone {
        COUNTRIES.iter().map(Self)
    }

    /// The ISO 3166-1 alpha-2 code, such as `US`.
    pub const fn code(self) -> &'static str {
        self.0.code
    }

    /// The English short name.
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// The calling code without `+`. A few uninhabited territories have none.
    pub const fn calling_code(self) -> Option<&'static str> {
        self.0.calling_code
    }

    /// Whether a postal address needs a state.
    pub const fn state_required(self) -> bool {
        self.0.state_required
    }

    /// What the state is called there: "State", "Province", "Prefecture"…
    pub const fn state_label(self) -> &'static str {
        self.0.state_label
    }

    /// Code and name of the states used in postal addresses, sorted by name; empty if any text may be typed. Where a state
    /// has no code, its name is its code.
    pub const fn states(self) -> &'static [(&'static str, &'static str)] {
        self.0.states
    }

    /// The state (code and name) of that code or, failing that, of that name. Case and accents do not matter.
    pub fn find_state(self, typed: &str) -> Option<(&'static str, &'static str)> {
        // Longer than any name: not worth normalising.
        if typed.len() > 400 {
            return None;
        }
        let wanted = fold(typed);
        let states = || self.states().iter().copied();
        states().find(|(code, _)| fold(code) == wanted).or_else(|| states().find(|(_, name)| fold(name) == wanted))
    }

    /// Whether a postal address needs a postal code.
    pub const fn postal_code_required(self) -> bool {
        self.0.postal_code_required
    }

    /// What the postal code is called there: "ZIP code", "Postal code", "PIN code" or "Eircode".
    pub const fn postal_code_label(self) -> &'static str {
        self.0.postal_code_label
    }

    /// Parses a postal code, writing it as is usual there: `k1a0b1` in Canada is `K1A 0B1`. Where no form is known, any line
    /// of at most 20 characters will do.
    ///
    /// # Errors
    /// As [`Line::parse`], and [`InvalidValue::Malformed`] for a code of another form.
    pub fn parse_postal_code(self, raw: &str) -> Result<Line<20>, InvalidValue> {
        let typed = Line::parse(raw)?;
        if self.0.postal_code_forms.is_empty() {
            return Ok(typed);
        }
        postal_code::write_as_one_of(self.0.postal_code_forms, typed.as_str())
            .ok_or(InvalidValue::Malformed { expected: self.0.postal_code_expected })
            .and_then(|code| Line::parse(&code))
    }

    pub(super) const fn trunks(self) -> &'static [(&'static str, usize)] {
        self.0.trunks
    }
}

/// The form in which names of states are compared.
fn fold(text: &str) -> String {
    let undotted = |c| if c == 'ı' { 'i' } else { c };
    text.trim().nfkd().filter(|&c| !is_combining_mark(c)).flat_map(char::to_lowercase).map(undotted).collect()
}

impl PartialEq for Country {
    fn eq(&self, other: &Self) -> bool {
        self.code() == other.code()
    }
}

impl Eq for Country {}

impl PartialOrd for Country {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By code, not by name.
impl Ord for Country {
    fn cmp(&self, other: &Self) -> Ordering {
        self.code().cmp(other.code())
    }
}

impl hash::Hash for Country {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.code().hash(state);
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({})", self.code())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::contact::country_table::CALLING_CODES;

    #[test]
    fn all_249_countries_are_there_once_and_sorted_by_name() {
        let names: Vec<String> = Country::all().map(|country| fold(country.name())).collect();
        assert_eq!(names.len(), 249);
        assert!(names.is_sorted());
        assert_eq!(Country::all().collect::<HashSet<_>>().len(), 249);
    }

    #[test]
    fn every_country_is_found_by_its_code_in_either_case() {
        for country in Country::all() {
            assert_eq!(Country::parse(country.code()), Ok(country));
            assert_eq!(Country::parse(&country.code().to_ascii_lowercase()), Ok(country));
        }
    }

    #[test]
    fn names_and_longer_or_unassigned_codes_are_no_countries() {
        for code in ["USA", "United States", "U", "XX", "AC", "UK", "ＵＳ"] {
            assert_eq!(
                Country::parse(code),
                Err(InvalidValue::Unknown { expected: "a country from the list" }),
                "{code}"
            );
        }
        assert_eq!(Country::parse(""), Err(InvalidValue::Required));
    }

    #[test]
    fn every_calling_code_is_an_assigned_one() {
        for country in Country::all() {
            assert!(country.calling_code().is_none_or(|code| CALLING_CODES.contains(&code)), "{country:?}");
        }
        assert!(CALLING_CODES.iter().all(|a| CALLING_CODES.iter().all(|b| a == b || !a.starts_with(b))));
    }

    #[test]
    fn every_state_is_found_by_its_code_and_by_its_name() {
        for country in Country::all() {
            for state in country.states() {
                assert_eq!(country.find_state(state.0), Some(*state), "{country:?}");
                assert_eq!(country.find_state(state.1), Some(*state), "{country:?}");
                assert!(
                    Line::<100>::parse(state.0).is_ok_and(|line| line.as_str() == state.0),
                    "{country:?} {state:?}"
                );
            }
        }
    }

    #[test]
    fn states_are_found_without_regard_to_case_and_accents() {
        assert_eq!(Country::parse("BR").unwrap().find_state(" SAO PAULO "), Some(("SP", "São Paulo")));
        assert_eq!(Country::parse("TR").unwrap().find_state("adiyaman"), Some(("02", "Adıyaman")));
        assert_eq!(Country::parse("US").unwrap().find_state("Ontario"), None);
    }

    #[test]
    fn every_example_of_a_postal_code_has_a_form_of_its_country() {
        for country in Country::all() {
            if let Some((_, example)) = country.0.postal_code_expected.split_once(" such as ") {
                let code = country.parse_postal_code(example).unwrap();
                assert_eq!(code.as_str(), example, "{country:?}");
                assert!(!country.0.postal_code_forms.is_empty(), "{country:?}");
            }
        }
    }

    #[test]
    fn postal_codes_are_written_as_is_usual_in_the_country() {
        for (country, typed, stored) in [
            ("US", "98052", "98052"),
            ("US", "980521234", "98052-1234"),
            ("CA", "k1a 0b1", "K1A 0B1"),
            ("GB", "sw1a1aa", "SW1A 1AA"),
            ("GB", "m2 5bq", "M2 5BQ"),
            ("GB", "gir0aa", "GIR 0AA"),
            ("NL", "1234ab", "1234 AB"),
            ("JP", "1540023", "154-0023"),
            ("PL", "00950", "00-950"),
            ("HK", "999077", "999077"),
        ] {
            let code = Country::parse(country).unwrap().parse_postal_code(typed).unwrap();
            assert_eq!(code.as_str(), stored, "{country} {typed}");
        }
    }

    #[test]
    fn a_postal_code_of_another_country_is_refused_with_an_example() {
        let refused = Country::parse("US").unwrap().parse_postal_code("SW1A 1AA").unwrap_err();
        assert_eq!(refused.to_string(), "Enter a ZIP code such as 95014.");
    }
}
