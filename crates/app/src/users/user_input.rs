//! What creating, editing and one's own profile have in common: raw fields, and parsing them all before anything is said.

use tenantry_domain::{
    InvalidValue, Line,
    contact::{Country, EmailAddress, PhoneNumber, PostalAddress, PostalAddressInput},
    user::{ContactDetails, DisplayName, PersonName, Profile},
};

use crate::{
    FieldErrors,
    ports::{Recipient, RecipientKind},
};

/// A postal address as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressInput {
    /// ISO 3166-1 alpha-2 code.
    pub country: Option<String>,
    /// State, where the country has them.
    pub state: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Postal code, where the country has them.
    pub postal_code: Option<String>,
    /// Street and number.
    pub street: Option<String>,
}

/// A choice of recipient as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecipientInput {
    /// `primary`, `alternative` or `custom`.
    pub kind: Option<String>,
    /// The address, for `custom`.
    pub email: Option<String>,
}

/// A parsed choice of recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RecipientChoice {
    Primary,
    Alternative,
    Custom(EmailAddress),
}

impl RecipientChoice {
    /// Parses the choice; problems are noted under `field`.
    pub(crate) fn parse(input: &RecipientInput, field: &str, errors: &mut FieldErrors) -> Option<Self> {
        match input.kind.as_deref().and_then(RecipientKind::find) {
            Some(RecipientKind::Primary) => Some(Self::Primary),
            Some(RecipientKind::Alternative) => Some(Self::Alternative),
            Some(RecipientKind::Custom) => {
                let email = EmailAddress::parse(input.email.as_deref().unwrap_or_default());
                errors.take(&format!("{field}.email"), email).map(Self::Custom)
            }
            None => {
                let error = if input.kind.is_some() {
                    InvalidValue::Unknown { expected: "primary, alternative or custom" }
                } else {
                    InvalidValue::Required
                };
                errors.take::<Self>(&format!("{field}.kind"), Err(error))
            }
        }
    }

    /// The address itself; `None` if the alternative address is chosen and there is none.
    pub(crate) fn resolve(&self, contact: &ContactDetails) -> Option<Recipient> {
        match self {
            Self::Primary => RecipientKind::Primary.of(contact),
            Self::Alternative => RecipientKind::Alternative.of(contact),
            Self::Custom(address) => Some(Recipient { kind: RecipientKind::Custom, address: address.clone() }),
        }
    }

    /// The error for an alternative address that is chosen but empty.
    pub(crate) fn note_missing_alternative(field: &str, errors: &mut FieldErrors) {
        errors.add(
            &format!("{field}.kind"),
            "alternative-missing",
            "Enter an alternative e-mail address, or choose another recipient.",
        );
    }
}

/// Parses an address; problems are noted as `address.…`.
pub(crate) fn parse_address(input: &AddressInput, errors: &mut FieldErrors) -> Option<PostalAddress> {
    let raw = PostalAddressInput {
        country: input.country.as_deref(),
        state: input.state.as_deref(),
        city: input.city.as_deref(),
        postal_code: input.postal_code.as_deref(),
        street: input.street.as_deref(),
    };
    match PostalAddress::parse(&raw) {
        Ok(address) => Some(address),
        Err(problems) => {
            for (field, error) in problems {
                errors.take::<()>(&format!("address.{}", field.key()), Err(error));
            }
            None
        }
    }
}

/// Parses a phone number that is to replace another one; a number without a country code is read as one of the address's
/// country.
pub(crate) fn parse_patched_phone(
    raw: &str,
    country: Option<Country>,
    errors: &mut FieldErrors,
) -> Option<PhoneNumber> {
    errors.take("phone", PhoneNumber::parse(raw, country))
}

/// Changes to a profile: absent means unchanged, an inner `None` or blank clears an optional field.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProfilePatch<'a> {
    pub first_name: Option<&'a str>,
    pub last_name: Option<&'a str>,
    pub display_name: Option<&'a str>,
    pub company: Option<Option<&'a str>>,
    pub job_title: Option<Option<&'a str>>,
    pub department: Option<Option<&'a str>>,
}

impl ProfilePatch<'_> {
    /// The profile with the changes, or the problems noted.
    pub(crate) fn apply(&self, profile: &Profile, errors: &mut FieldErrors) -> Option<Profile> {
        let first_name = patched("firstName", self.first_name.map(PersonName::parse), &profile.first_name, errors);
        let last_name = patched("lastName", self.last_name.map(PersonName::parse), &profile.last_name, errors);
        let display_name =
            patched("displayName", self.display_name.map(DisplayName::parse), &profile.display_name, errors);
        let optional = |raw: Option<Option<&str>>| raw.map(Line::parse_optional);
        let company = patched("company", optional(self.company), &profile.company, errors);
        let job_title = patched("jobTitle", optional(self.job_title), &profile.job_title, errors);
        let department = patched("department", optional(self.department), &profile.department, errors);
        Some(Profile {
            first_name: first_name?,
            last_name: last_name?,
            display_name: display_name?,
            company: company?,
            job_title: job_title?,
            department: department?,
        })
    }
}

/// Changes to contact details, as [`ProfilePatch`].
#[derive(Debug, Clone, Default)]
pub(crate) struct ContactPatch<'a> {
    pub email: Option<&'a str>,
    pub alternative_email: Option<Option<&'a str>>,
    pub address: Option<&'a AddressInput>,
    pub phone: Option<&'a str>,
}

impl ContactPatch<'_> {
    /// The contact details with the changes, or the problems noted.
    pub(crate) fn apply(&self, contact: &ContactDetails, errors: &mut FieldErrors) -> Option<ContactDetails> {
        let email = patched("email", self.email.map(EmailAddress::parse), &contact.email, errors);
        let alternative = self.alternative_email.map(EmailAddress::parse_optional);
        let alternative_email = patched("alternativeEmail", alternative, &contact.alternative_email, errors);
        let address = match self.address {
            Some(input) => parse_address(input, errors).map(Some),
            None => Some(contact.address.clone()),
        };
        let country = address.as_ref().unwrap_or(&contact.address).as_ref().map(PostalAddress::country);
        let phone = match self.phone {
            Some(raw) => parse_patched_phone(raw, country, errors).map(Some),
            None => Some(contact.phone.clone()),
        };
        Some(ContactDetails { email: email?, alternative_email: alternative_email?, address: address?, phone: phone? })
    }
}

fn patched<T: Clone>(
    field: &str,
    parsed: Option<Result<T, InvalidValue>>,
    current: &T,
    errors: &mut FieldErrors,
) -> Option<T> {
    match parsed {
        Some(parsed) => errors.take(field, parsed),
        None => Some(current.clone()),
    }
}
