//! `GET/POST /console/accounts/{account}/users/new`, multipart.

use askama::Template;
use serde::Serialize;

use super::{
    field_errors::FieldErrorsView,
    frame::Frame,
    role_cards::RoleGroup,
    shown::{Avatar, Choice},
    user_form::{CompanyAddress, RegionRules, UserValues},
};

/// The section *Security*. The name of a control is the camelCase of the field here.
/// Passwords (`password`, `passwordRepeat`) are never given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityValues {
    /// `link`, `manual`, or `generated` (as manual, but the server makes the password).
    pub security_method: String,
    /// Who gets the link: `primary`, `alternative` or `custom`.
    pub recipient_kind: String,
    pub custom_email: String,
    /// Mail the password in plain text.
    pub email_password: bool,
    /// Who gets the password: `primary`, `alternative` or `custom`.
    pub email_to_kind: String,
    pub email_to_custom: String,
    pub must_change: bool,
}

impl Default for SecurityValues {
    fn default() -> Self {
        Self {
            security_method: "link".to_owned(),
            recipient_kind: "primary".to_owned(),
            custom_email: String::new(),
            email_password: false,
            email_to_kind: "primary".to_owned(),
            email_to_custom: String::new(),
            must_change: true,
        }
    }
}

impl SecurityValues {
    /// Nothing ticked: where to start when reading a posted form, as a browser leaves out what is not ticked.
    pub fn unticked() -> Self {
        Self { must_change: false, ..Self::default() }
    }

    /// The fields as a form sends them: what is not ticked is left out.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let texts = [
            ("securityMethod", &self.security_method),
            ("recipientKind", &self.recipient_kind),
            ("customEmail", &self.custom_email),
        ];
        let ticks = self.must_change.then(|| ("mustChange".to_owned(), "true".to_owned()));
        texts.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).chain(ticks).collect()
    }

    /// Puts a form field in its place; gives the value back if the name is none of these.
    pub fn take(&mut self, name: &str, value: String) -> Option<String> {
        match name {
            "securityMethod" => self.security_method = value,
            "recipientKind" => self.recipient_kind = value,
            "customEmail" => self.custom_email = value,
            "emailPassword" => self.email_password = true,
            "emailToKind" => self.email_to_kind = value,
            "emailToCustom" => self.email_to_custom = value,
            "mustChange" => self.must_change = true,
            _ => return Some(value),
        }
        None
    }
}

/// Whether a login name is free. As JSON it is the answer of
/// `GET /console/accounts/{account}/users/login-name?local=&domain=`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Availability {
    pub available: bool,
    /// `mara.lindqvist@contoso.example is free`.
    pub message: String,
}

/// How hard a password is to guess. As JSON it is the answer of `POST /console/password-strength`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PasswordStrength {
    /// 0 (none) to 4 (very strong).
    pub score: u8,
    /// `Fair. 4 more characters needed.`
    pub message: String,
}

/// The form. Further fields: `password`, `passwordRepeat`, `image` (file), hidden `idempotencyKey`; submit buttons
/// `generate` (make a password and show the form again) and `resetAddress` (company address, form again).
#[derive(Debug, Clone, Template)]
#[template(path = "pages/create_user.html")]
pub struct CreateUserPage {
    pub frame: Frame,
    /// The account the user is created in.
    pub account_id: String,
    pub account_name: String,
    pub values: UserValues,
    pub security: SecurityValues,
    pub errors: FieldErrorsView,
    /// The primary domain first.
    pub domains: Vec<Choice>,
    pub availability: Option<Availability>,
    pub countries: Vec<Choice>,
    /// The rules of the country in `values`.
    pub region: RegionRules,
    pub company_address: CompanyAddress,
    /// Made by the button without a script: fills both fields and is shown once.
    pub generated_password: Option<String>,
    /// The account's policy allows plain-text mails.
    pub mail_password_allowed: bool,
    /// `24 hours`.
    pub link_valid_for: String,
    pub role_groups: Vec<RoleGroup>,
    /// A fresh key; the same one again after an error.
    pub idempotency_key: String,
}

impl CreateUserPage {
    /// Initials as typed so far.
    pub fn avatar(&self) -> Avatar {
        Avatar::of(&self.idempotency_key, &self.values.shown_name())
    }

    /// Where the script asks whether a login name is free.
    pub fn login_check(&self) -> String {
        format!("/console/accounts/{}/users/login-name", self.account_id)
    }

    /// Whom the form is about, for the summary of errors.
    pub fn subject(&self) -> String {
        let name = self.values.shown_name();
        if name.is_empty() { "this user".to_owned() } else { name }
    }
}
