//! What creating and editing an account have in common: raw fields, and parsing them all before anything is said.

use tenantry_domain::{
    InvalidValue, Line,
    account::{CompanyInformation, SupportContact},
    contact::{EmailAddress, PhoneNumber, PostalAddress},
};

use crate::{
    FieldErrors,
    users::{AddressInput, parse_address},
};

/// A support contact as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SupportInput {
    /// An e-mail address.
    pub email: Option<String>,
    /// A page, beginning with `https://` or `http://`.
    pub url: Option<String>,
    /// A phone number.
    pub phone: Option<String>,
}

impl SupportInput {
    /// The contact, or the problems noted as `support.…`. A phone number without a country code is read as one of the
    /// company's country.
    pub(super) fn parse(&self, address: Option<&PostalAddress>, errors: &mut FieldErrors) -> Option<SupportContact> {
        let email = errors.take("support.email", EmailAddress::parse_optional(self.email.as_deref()));
        let url = errors.take("support.url", parse_web_address(self.url.as_deref()));
        let phone = errors.take("support.phone", parse_optional_phone(self.phone.as_deref(), address));
        Some(SupportContact { email: email?, url: url?, phone: phone? })
    }
}

/// Company information as typed: what every account has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompanyInput {
    /// A phone number; without a country code, one of the address's country.
    pub phone: Option<String>,
    /// The postal address.
    pub address: Option<AddressInput>,
}

impl CompanyInput {
    fn parse(&self, errors: &mut FieldErrors) -> Option<(PhoneNumber, PostalAddress)> {
        let address = parse_address(&self.address.clone().unwrap_or_default(), errors);
        let country = address.as_ref().map(PostalAddress::country);
        let raw = self.phone.as_deref().unwrap_or_default();
        let phone = errors.take("phone", PhoneNumber::parse(raw, country));
        phone.zip(address)
    }
}

/// The whole of the company information, or the problems noted as `companyInformation.…`, `website` and `support.…`.
pub(super) fn parse_company(
    company: &CompanyInput,
    website: Option<&str>,
    support: &SupportInput,
    errors: &mut FieldErrors,
) -> Option<CompanyInformation> {
    let mut inner = FieldErrors::default();
    let parsed = company.parse(&mut inner);
    let parsed = errors.take_part("companyInformation", inner.finish(parsed));
    let website = errors.take("website", parse_web_address(website));
    let support = support.parse(parsed.as_ref().map(|(_, address)| address), errors);
    let (phone, address) = parsed?;
    Some(CompanyInformation { phone: Some(phone), address: Some(address), website: website?, support: support? })
}

/// An address on the web. Nothing else is turned into a link on a page.
pub(super) fn parse_web_address(raw: Option<&str>) -> Result<Option<Line<500>>, InvalidValue> {
    let parsed = Line::parse_optional(raw)?;
    let is_web = |line: &Line<500>| {
        let lower = line.as_str().to_lowercase();
        let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
        rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace))
    };
    match parsed {
        Some(line) if !is_web(&line) => {
            Err(InvalidValue::Malformed { expected: "an address such as https://www.example.com" })
        }
        parsed => Ok(parsed),
    }
}

pub(super) fn parse_optional_phone(
    raw: Option<&str>,
    address: Option<&PostalAddress>,
) -> Result<Option<PhoneNumber>, InvalidValue> {
    let typed = raw.map(str::trim).filter(|raw| !raw.is_empty());
    typed.map(|raw| PhoneNumber::parse(raw, address.map(PostalAddress::country))).transpose()
}
