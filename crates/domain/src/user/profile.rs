//! Who a user is and how the user is reached.

use crate::{
    InvalidValue, Line,
    contact::{EmailAddress, PhoneNumber, PostalAddress},
};

/// A first or last name, at most 100 characters.
pub type PersonName = Line<100>;
/// The name shown in lists and mails, at most 201 characters: both names and a space always fit.
pub type DisplayName = Line<201>;

/// Who a user is.
///
/// ```
/// use tenantry_domain::{Line, user::Profile};
/// let (first, last) = (Line::parse("Avery")?, Line::parse("Quinn")?);
/// assert_eq!(Profile::default_display_name(&first, &last)?.as_str(), "Avery Quinn");
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// The name shown everywhere.
    pub display_name: DisplayName,
    /// Company, if it differs from the account.
    pub company: Option<Line<100>>,
    /// Job title.
    pub job_title: Option<Line<100>>,
    /// Department.
    pub department: Option<Line<100>>,
}

impl Profile {
    /// The display name that follows from first and last name, as long as nobody chose another.
    ///
    /// # Errors
    /// None in practice: two valid names joined by a space are a valid display name.
    pub fn default_display_name(first: &PersonName, last: &PersonName) -> Result<DisplayName, InvalidValue> {
        DisplayName::parse(&format!("{first} {last}"))
    }
}

/// How a user is reached.
///
/// ```
/// use tenantry_domain::{contact::EmailAddress, user::ContactDetails};
/// let contact = ContactDetails {
///     email: EmailAddress::parse("avery@contoso.example")?,
///     alternative_email: EmailAddress::parse_optional(Some(" "))?,
///     address: None,
///     phone: None,
/// };
/// assert_eq!(contact.alternative_email, None);
/// # Ok::<(), tenantry_domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactDetails {
    /// The primary address: welcome letters and security notices.
    pub email: EmailAddress,
    /// A further address that may receive welcome letters and password links.
    pub alternative_email: Option<EmailAddress>,
    /// Postal address. Only the administrator made while setting the platform up may be without one.
    pub address: Option<PostalAddress>,
    /// Phone number, likewise.
    pub phone: Option<PhoneNumber>,
}
