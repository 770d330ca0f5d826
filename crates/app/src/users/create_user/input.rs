//! A new user as typed, and what can be said about it without looking anywhere.

use std::fmt;

use tenantry_domain::{
    InvalidValue, Line,
    contact::{EmailAddress, PhoneNumber, PostalAddress},
    permission::RoleKey,
    user::{LoginName, PersonName, Profile, UserStatus},
};

use super::{CreateUser, GivenPhone, Security};
use crate::{
    FieldErrors,
    passwords::PasswordContext,
    users::{AddressInput, RecipientChoice, RecipientInput, parse_address},
};

/// A new user as typed.
#[derive(Debug, Clone, Default)]
pub struct CreateUserInput {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Display name; left out, it is first and last name.
    pub display_name: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// `local@domain`; the domain must be one of the account's.
    pub login_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Alternative e-mail address.
    pub alternative_email: Option<String>,
    /// Postal address; left out, it is the company's.
    pub address: Option<AddressInput>,
    /// Phone number; left out, it is the company's.
    pub phone: Option<String>,
    /// How the password comes about.
    pub security: SecurityInput,
    /// `active` (the default) or `suspended`.
    pub status: Option<String>,
    /// The key of the base grant's role, or a custom role's id; left out, No Access.
    pub role: Option<String>,
}

/// How the password comes about, as typed. `Debug` shows nothing of the password.
#[derive(Clone, Default)]
pub struct SecurityInput {
    /// `link`, `manual` or `generated`.
    pub method: Option<String>,
    /// For `link`: who gets it.
    pub recipient: Option<RecipientInput>,
    /// For `manual`: the password.
    pub password: Option<String>,
    /// For `manual` and `generated`: who gets the password in plain text, if anybody.
    pub email_to: Option<RecipientInput>,
    /// For `manual` and `generated`: whether it must be changed at the first sign-in; left out, yes.
    pub must_change: Option<bool>,
}

impl fmt::Debug for SecurityInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecurityInput")
            .field("method", &self.method)
            .field("recipient", &self.recipient)
            .field("email_to", &self.email_to)
            .field("must_change", &self.must_change)
            .finish_non_exhaustive()
    }
}

impl CreateUserInput {
    /// Parses all fields.
    ///
    /// # Errors
    /// All wrong fields at once.
    pub fn parse(&self) -> Result<CreateUser, FieldErrors> {
        let mut errors = FieldErrors::default();
        let command = self.parse_noting(&mut errors);
        errors.finish(command)
    }

    fn parse_noting(&self, errors: &mut FieldErrors) -> Option<CreateUser> {
        let text = |raw: &Option<String>| raw.clone().unwrap_or_default();
        let profile = self.parse_profile(errors);
        let login_name = errors.take("loginName", LoginName::parse(&text(&self.login_name)));
        let email = errors.take("email", EmailAddress::parse(&text(&self.email)));
        let alternative_email =
            errors.take("alternativeEmail", EmailAddress::parse_optional(self.alternative_email.as_deref()));
        let address = match &self.address {
            Some(input) => parse_address(input, errors).map(Some),
            None => Some(None),
        };
        let phone = self.parse_phone(address.as_ref().and_then(Option::as_ref), errors);
        let status = errors.take("status", UserStatus::parse(self.status.as_deref().unwrap_or("active")));
        let role = errors.take("role", RoleKey::parse(self.role.as_deref().unwrap_or("no_access")));
        let has_alternative = alternative_email.as_ref().is_some_and(Option::is_some);
        let context = self.password_context();
        let security = self.security.parse(has_alternative, &context, errors);
        Some(CreateUser {
            profile: profile?,
            login_name: login_name?,
            email: email?,
            alternative_email: alternative_email?,
            address: address?,
            phone: phone?,
            security: security?,
            status: status?,
            role: role?,
        })
    }

    fn parse_profile(&self, errors: &mut FieldErrors) -> Option<Profile> {
        let first_name = errors.take("firstName", PersonName::parse(self.first_name.as_deref().unwrap_or_default()));
        let last_name = errors.take("lastName", PersonName::parse(self.last_name.as_deref().unwrap_or_default()));
        let display_name = match self.display_name.as_deref() {
            Some(raw) => errors.take("displayName", Line::parse(raw)),
            None => first_name
                .as_ref()
                .zip(last_name.as_ref())
                .and_then(|(first, last)| errors.take("displayName", Profile::default_display_name(first, last))),
        };
        let company = errors.take("company", Line::parse_optional(self.company.as_deref()));
        let job_title = errors.take("jobTitle", Line::parse_optional(self.job_title.as_deref()));
        let department = errors.take("department", Line::parse_optional(self.department.as_deref()));
        Some(Profile {
            first_name: first_name?,
            last_name: last_name?,
            display_name: display_name?,
            company: company?,
            job_title: job_title?,
            department: department?,
        })
    }

    fn parse_phone(&self, address: Option<&PostalAddress>, errors: &mut FieldErrors) -> Option<GivenPhone> {
        let Some(raw) = self.phone.as_deref() else { return Some(GivenPhone::None) };
        match PhoneNumber::parse(raw, address.map(PostalAddress::country)) {
            Ok(phone) => Some(GivenPhone::Parsed(phone)),
            // Without an address of its own, the number may still be a national one of the company's country.
            Err(InvalidValue::Malformed { .. }) if self.address.is_none() => Some(GivenPhone::National(raw.to_owned())),
            Err(error) => errors.take("phone", Err(error)),
        }
    }

    fn password_context(&self) -> PasswordContext {
        PasswordContext::new([
            self.first_name.as_deref(),
            self.last_name.as_deref(),
            self.display_name.as_deref(),
            self.company.as_deref(),
            self.login_name.as_deref(),
            self.email.as_deref(),
        ])
    }
}

impl SecurityInput {
    fn parse(&self, has_alternative: bool, context: &PasswordContext, errors: &mut FieldErrors) -> Option<Security> {
        match self.method.as_deref() {
            Some("link") => {
                let input = self.recipient.clone().unwrap_or_default();
                Self::parse_recipient(&input, "security.recipient", has_alternative, errors).map(Security::Link)
            }
            Some("manual") => {
                let parsed = context.parse(self.password.as_deref().unwrap_or_default());
                let password = errors.take_password("security.password", parsed);
                let rest = self.parse_delivery(has_alternative, errors);
                let (password, (email_to, must_change)) = (password?, rest?);
                Some(Security::Password { password: Some(password), email_to, must_change })
            }
            Some("generated") => {
                let (email_to, must_change) = self.parse_delivery(has_alternative, errors)?;
                Some(Security::Password { password: None, email_to, must_change })
            }
            method => {
                let error = match method {
                    None | Some("") => InvalidValue::Required,
                    Some(_) => InvalidValue::Unknown { expected: "link, manual or generated" },
                };
                errors.take("security.method", Err(error))
            }
        }
    }

    fn parse_delivery(
        &self,
        has_alternative: bool,
        errors: &mut FieldErrors,
    ) -> Option<(Option<RecipientChoice>, bool)> {
        let email_to = match &self.email_to {
            Some(input) => Some(Self::parse_recipient(input, "security.emailTo", has_alternative, errors)?),
            None => None,
        };
        let must_change = self.must_change.unwrap_or(true);
        if email_to.is_some() && !must_change {
            errors.add(
                "security.mustChange",
                "required",
                "A password sent by e-mail must be changed at the first sign-in.",
            );
            return None;
        }
        Some((email_to, must_change))
    }

    fn parse_recipient(
        input: &RecipientInput,
        field: &str,
        has_alternative: bool,
        errors: &mut FieldErrors,
    ) -> Option<RecipientChoice> {
        let choice = RecipientChoice::parse(input, field, errors)?;
        if choice == RecipientChoice::Alternative && !has_alternative {
            RecipientChoice::note_missing_alternative(field, errors);
            return None;
        }
        Some(choice)
    }
}
