//! Logo and colours: their fields, what they would look like, and the page that changes them.

use askama::Template;

use super::{field_errors::FieldErrorsView, frame::Frame};

/// What was chosen. The name of a control is the camelCase of the field here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BrandValues {
    /// `#rrggbb`, as typed.
    pub primary_color: String,
    pub secondary_color: String,
    /// A new logo on its way through the form: a PNG in base64.
    pub logo: String,
}

impl BrandValues {
    /// Puts a form field in its place; gives the value back if the name is none of these.
    pub fn take(&mut self, name: &str, value: String) -> Option<String> {
        let place = match name {
            "primaryColor" => &mut self.primary_color,
            "secondaryColor" => &mut self.secondary_color,
            "logo" => &mut self.logo,
            _ => return Some(value),
        };
        *place = value;
        None
    }

    /// The fields as a form sends them.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let named =
            [("primaryColor", &self.primary_color), ("secondaryColor", &self.secondary_color), ("logo", &self.logo)];
        named.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }
}

/// What the colours would look like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BrandPreview {
    /// Sets the colours of `.brand-preview`.
    pub stylesheet: String,
    /// Where which colour is shown, and where none can be read.
    pub notes: Vec<String>,
}

/// `GET/POST /console/accounts/{account}/branding`: the fields of [`BrandValues`], `image`, `removeLogo`, hidden `version`.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/branding.html")]
pub struct BrandingPage {
    pub frame: Frame,
    pub account_id: String,
    pub account_name: String,
    /// For `If-Match`: the version the form was filled from; after a conflict the newest one.
    pub version: String,
    pub conflict: bool,
    /// Where the account's own logo is.
    pub logo: Option<String>,
    /// It has none of its own, and shows that of an account above.
    pub is_inherited: bool,
    pub brand: BrandValues,
    pub preview: BrandPreview,
    pub errors: FieldErrorsView,
}
