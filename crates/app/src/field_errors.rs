//! All problems of one input, collected before any is reported.

use std::fmt;

use tenantry_domain::{InvalidValue, user::InvalidPassword};

/// One wrong field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the API, dotted where nested: `address.postalCode`.
    pub field: String,
    /// The stable word for programs.
    pub code: &'static str,
    /// A sentence for the person who typed it.
    pub message: String,
}

/// The wrong fields of one input, in the order they were found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Notes a problem.
    pub fn add(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        self.0.push(FieldError { field: field.to_owned(), code, message: message.into() });
    }

    /// Takes a parsed value, or notes why it was refused.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, InvalidValue>) -> Option<T> {
        parsed.map_err(|error| self.add(field, error.code(), error.to_string())).ok()
    }

    /// Takes a parsed password, or notes why it was refused.
    pub fn take_password<T>(&mut self, field: &str, parsed: Result<T, InvalidPassword>) -> Option<T> {
        parsed.map_err(|error| self.add(field, error.code(), error.to_string())).ok()
    }

    /// Takes what another input parsed to, or notes its problems under `field`: `address.city` as `firstUser.address.city`.
    pub fn take_part<T>(&mut self, field: &str, parsed: Result<T, Self>) -> Option<T> {
        parsed.map_err(|errors| self.extend(errors.within(field))).ok()
    }

    /// The same problems, of a part of a larger input.
    #[must_use]
    pub fn within(self, field: &str) -> Self {
        let noted = |error: FieldError| FieldError { field: format!("{field}.{}", error.field), ..error };
        Self(self.0.into_iter().map(noted).collect())
    }

    /// Notes the problems of another part of the same input.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// The problems.
    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }

    /// Whether nothing is wrong.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value, if nothing was wrong. A `None` value without a noted problem cannot happen: [`FieldErrors::take`] notes
    /// one whenever it returns `None`.
    ///
    /// # Errors
    /// The problems.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            _ => Err(self),
        }
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<&str> = self.0.iter().map(|error| error.field.as_str()).collect();
        write!(f, "invalid fields: {}", fields.join(", "))
    }
}
