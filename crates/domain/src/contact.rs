//! How to reach people and companies: e-mail addresses, domain names, postal addresses and phone numbers.
//!
//! Each value has one spelling, the one stored, and parsing that spelling gives the same value again. A name that would
//! only become valid by turning it into something else than was typed (full-width letters, look-alikes that fold to ASCII)
//! is refused instead.
//!
//! ```
//! use tenantry_domain::contact::{Country, EmailAddress, PhoneNumber};
//! let country = Country::parse("US")?;
//! assert_eq!(EmailAddress::parse("Avery@Contoso.Example")?.as_str(), "Avery@contoso.example");
//! assert_eq!(PhoneNumber::parse("(425) 555-0100", Some(country))?.as_str(), "+14255550100");
//! # Ok::<(), tenantry_domain::InvalidValue>(())
//! ```

mod country;
mod country_table;
mod domain_name;
mod email_address;
mod phone_number;
mod postal_address;
mod postal_code;

pub use country::Country;
pub use domain_name::DomainName;
pub use email_address::EmailAddress;
pub use phone_number::PhoneNumber;
pub use postal_address::{AddressField, PostalAddress, PostalAddressInput};

use crate::value::is_forbidden;

/// Without the blanks around it. Unlike [`str::trim`] this leaves line breaks in place, so that they are refused.
fn trim_blanks(raw: &str) -> &str {
    raw.trim_matches(|c: char| c.is_whitespace() && !is_forbidden(c))
}
