//! Postal addresses.

use super::Country;
use crate::{InvalidValue, Line};

const STATE_UNKNOWN: InvalidValue = InvalidValue::Unknown { expected: "a state or province of the country" };

/// A field of a postal address.
///
/// ```
/// use tenantry_domain::contact::{AddressField, PostalAddress, PostalAddressInput};
/// let problems = PostalAddress::parse(&PostalAddressInput::default()).unwrap_err();
/// let fields: Vec<_> = problems.iter().map(|(field, problem)| (*field, problem.code())).collect();
/// assert_eq!(fields[0], (AddressField::Country, "required"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressField {
    /// The country.
    Country,
    /// The state, province, county… as the country has it.
    State,
    /// The city.
    City,
    /// The postal code.
    PostalCode,
    /// Street and number.
    Street,
}

impl AddressField {
    /// The stable name of the field in forms and in JSON.
    ///
    /// ```
    /// assert_eq!(tenantry_domain::contact::AddressField::PostalCode.key(), "postalCode");
    /// ```
    pub const fn key(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::State => "state",
            Self::City => "city",
            Self::PostalCode => "postalCode",
            Self::Street => "street",
        }
    }
}

/// A postal address as typed. Nothing and blank are the same.
///
/// ```
/// let input = tenantry_domain::contact::PostalAddressInput { city: Some("Redmond"), ..Default::default() };
/// assert_eq!(input.street, None);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct PostalAddressInput<'a> {
    /// The ISO 3166-1 alpha-2 code of the country.
    pub country: Option<&'a str>,
    /// The code or the name of the state; any text where the country has no list of states.
    pub state: Option<&'a str>,
    /// The city, at most 100 characters.
    pub city: Option<&'a str>,
    /// The postal code, with or without its blanks and dashes.
    pub postal_code: Option<&'a str>,
    /// Street and number, at most 200 characters.
    pub street: Option<&'a str>,
}

/// A postal address that has what its country needs.
///
/// City and street are always there. State and postal code are there where the country requires them, and of the country's
/// list and form where it has these.
///
/// ```
/// use tenantry_domain::contact::{AddressField, PostalAddress, PostalAddressInput};
/// let typed = PostalAddressInput {
///     country: Some("US"),
///     state: Some("washington"),
///     city: Some("Redmond"),
///     postal_code: Some("98052"),
///     street: Some("1 Contoso Way"),
/// };
/// let address = PostalAddress::parse(&typed).expect("a complete address");
/// assert_eq!((address.state(), address.state_name()), (Some("WA"), Some("Washington")));
///
/// let problems = PostalAddress::parse(&PostalAddressInput { state: None, street: None, ..typed }).unwrap_err();
/// let fields: Vec<AddressField> = problems.into_iter().map(|(field, _)| field).collect();
/// assert_eq!(fields, [AddressField::State, AddressField::Street]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PostalAddress {
    country: Country,
    state: Option<Line<100>>,
    city: Line<100>,
    postal_code: Option<Line<20>>,
    street: Line<200>,
}

impl PostalAddress {
    /// Parses an address. Without a valid country, state and postal code are only checked as lines of text.
    ///
    /// # Errors
    /// Every problem, in the order of the fields, at most one per field.
    pub fn parse(input: &PostalAddressInput<'_>) -> Result<Self, Vec<(AddressField, InvalidValue)>> {
        let mut problems = Problems(Vec::new());
        let country = problems.set_aside(AddressField::Country, Country::parse(input.country.unwrap_or_default()));
        let state = problems.set_aside(AddressField::State, parse_state(country, input.state));
        let city = problems.set_aside(AddressField::City, Line::parse(input.city.unwrap_or_default()));
        let postal_code = problems.set_aside(AddressField::PostalCode, parse_postal_code(country, input.postal_code));
        let street = problems.set_aside(AddressField::Street, Line::parse(input.street.unwrap_or_default()));
        match (country, state, city, postal_code, street) {
            (Some(country), Some(state), Some(city), Some(postal_code), Some(street)) => {
                Ok(Self { country, state, city, postal_code, street })
            }
            _ => Err(problems.0),
        }
    }

    /// The country.
    pub const fn country(&self) -> Country {
        self.country
    }

    /// The state: its code where the country has a list of states, otherwise as typed.
    pub fn state(&self) -> Option<&str> {
        self.state.as_ref().map(Line::as_str)
    }

    /// The state's name where the country has a list of states, otherwise as typed.
    pub fn state_name(&self) -> Option<&str> {
        let state = self.state()?;
        Some(self.country.find_state(state).map_or(state, |(_, name)| name))
    }

    /// The city.
    pub fn city(&self) -> &str {
        self.city.as_str()
    }

    /// The postal code, written as is usual in the country.
    pub fn postal_code(&self) -> Option<&str> {
        self.postal_code.as_ref().map(Line::as_str)
    }

    /// Street and number.
    pub fn street(&self) -> &str {
        self.street.as_str()
    }
}

struct Problems(Vec<(AddressField, InvalidValue)>);

impl Problems {
    fn set_aside<T>(&mut self, field: AddressField, result: Result<T, InvalidValue>) -> Option<T> {
        result.map_err(|problem| self.0.push((field, problem))).ok()
    }
}

fn parse_state(country: Option<Country>, raw: Option<&str>) -> Result<Option<Line<100>>, InvalidValue> {
    match (Line::parse_optional(raw)?, country) {
        (None, Some(country)) if country.state_required() => Err(InvalidValue::Required),
        (Some(typed), Some(country)) if !country.states().is_empty() => {
            let (code, _) = country.find_state(typed.as_str()).ok_or(STATE_UNKNOWN)?;
            Line::parse(code).map(Some)
        }
        (typed, _) => Ok(typed),
    }
}

fn parse_postal_code(country: Option<Country>, raw: Option<&str>) -> Result<Option<Line<20>>, InvalidValue> {
    match (Line::parse_optional(raw)?, country) {
        (None, Some(country)) if country.postal_code_required() => Err(InvalidValue::Required),
        (Some(typed), Some(country)) => country.parse_postal_code(typed.as_str()).map(Some),
        (typed, _) => Ok(typed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REDMOND: PostalAddressInput<'_> = PostalAddressInput {
        country: Some("US"),
        state: Some("WA"),
        city: Some("Redmond"),
        postal_code: Some("98052"),
        street: Some("1 Contoso Way"),
    };

    fn problems(input: &PostalAddressInput<'_>) -> Vec<(&'static str, &'static str)> {
        let problems = PostalAddress::parse(input).unwrap_err();
        problems.iter().map(|(field, problem)| (field.key(), problem.code())).collect()
    }

    #[test]
    fn an_empty_form_names_what_every_address_needs() {
        let expected = [("country", "required"), ("city", "required"), ("street", "required")];
        assert_eq!(problems(&PostalAddressInput::default()), expected);
        let blank = PostalAddressInput {
            country: Some(" "),
            city: Some(" "),
            street: Some(""),
            ..PostalAddressInput::default()
        };
        assert_eq!(problems(&blank), expected);
    }

    #[test]
    fn state_and_postal_code_are_required_where_the_country_has_them() {
        let bare = PostalAddressInput { state: None, postal_code: Some(" "), ..REDMOND };
        assert_eq!(problems(&bare), [("state", "required"), ("postalCode", "required")]);
        assert!(PostalAddress::parse(&PostalAddressInput { country: Some("AO"), ..bare }).is_ok());
        let germany = PostalAddressInput { country: Some("DE"), ..bare };
        assert_eq!(problems(&germany), [("postalCode", "required")]);
    }

    #[test]
    fn an_unknown_country_does_not_hide_other_problems() {
        let long = "x".repeat(101);
        let input = PostalAddressInput {
            country: Some("XX"),
            state: Some(&long),
            city: None,
            postal_code: Some("a\u{0}b"),
            ..REDMOND
        };
        assert_eq!(
            problems(&input),
            [
                ("country", "unknown-value"),
                ("state", "too-long"),
                ("city", "required"),
                ("postalCode", "forbidden-character")
            ]
        );
    }

    #[test]
    fn states_are_stored_by_code_and_read_by_name() {
        let address = PostalAddress::parse(&PostalAddressInput { state: Some("WASHINGTON"), ..REDMOND }).unwrap();
        assert_eq!(address, PostalAddress::parse(&REDMOND).unwrap());
        assert_eq!(address.state(), Some("WA"));
        assert_eq!(address.state_name(), Some("Washington"));
    }

    #[test]
    fn a_state_outside_the_list_is_refused() {
        assert_eq!(problems(&PostalAddressInput { state: Some("Bavaria"), ..REDMOND }), [("state", "unknown-value")]);
    }

    #[test]
    fn a_state_is_free_text_where_there_is_no_list() {
        let input = PostalAddressInput { country: Some("DE"), state: Some("Bayern"), ..REDMOND };
        let address = PostalAddress::parse(&input).unwrap();
        assert_eq!((address.state(), address.state_name()), (Some("Bayern"), Some("Bayern")));
    }

    #[test]
    fn a_postal_code_of_another_form_is_refused() {
        assert_eq!(
            problems(&PostalAddressInput { postal_code: Some("K1A 0B1"), ..REDMOND }),
            [("postalCode", "malformed")]
        );
    }

    #[test]
    fn too_long_texts_name_their_limit() {
        let long = "x".repeat(201);
        let input = PostalAddressInput { street: Some(&long), ..REDMOND };
        let expected = vec![(AddressField::Street, InvalidValue::TooLong { max: 200 })];
        assert_eq!(PostalAddress::parse(&input), Err(expected));
    }

    #[test]
    fn parsing_what_is_stored_gives_the_same_address() {
        let typed = PostalAddressInput {
            country: Some("ca"),
            state: Some("québec"),
            city: Some(" Montréal "),
            postal_code: Some("h3z2y7"),
            street: Some("1 rue Contoso"),
        };
        let address = PostalAddress::parse(&typed).unwrap();
        let stored = PostalAddressInput {
            country: Some(address.country().code()),
            state: address.state(),
            city: Some(address.city()),
            postal_code: address.postal_code(),
            street: Some(address.street()),
        };
        assert_eq!(PostalAddress::parse(&stored), Ok(address));
    }
}
