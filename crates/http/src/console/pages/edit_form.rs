//! A stored user as form fields, and the changes to it that were typed.

use tenantry_app::{ports::UserDetails, profile::EditOwnProfileInput, users::EditUserInput};

use super::{
    answers::PageError,
    create_form::{address_input, given, login_name},
    forms::{Form, unexpected},
};
use crate::console::views::UserValues;

/// What was typed over a stored user.
#[derive(Default)]
pub struct Edited {
    pub values: UserValues,
    /// The version the form was filled from; none before it was sent.
    pub version: Option<i64>,
    /// The button that goes back to the company's address was pressed.
    pub reset_address: bool,
}

impl Edited {
    pub fn read(form: &Form) -> Result<Self, PageError> {
        let mut values = UserValues::default();
        form.distribute(&["version", "resetAddress"], |name, value| values.take(name, value))?;
        let version =
            form.text("version").parse().map_err(|_| unexpected("It does not say what it was filled from."))?;
        Ok(Self { values, version: Some(version), reset_address: form.has("resetAddress") })
    }

    /// Left empty, the display name follows the names.
    fn display_name(&self) -> String {
        given(&self.values.display_name).unwrap_or_else(|| self.values.full_name())
    }

    pub fn changes(&self) -> EditUserInput {
        let values = &self.values;
        EditUserInput {
            first_name: Some(values.first_name.clone()),
            last_name: Some(values.last_name.clone()),
            display_name: Some(self.display_name()),
            company: Some(given(&values.company)),
            job_title: Some(given(&values.job_title)),
            department: Some(given(&values.department)),
            login_name: Some(login_name(values)),
            email: Some(values.email.clone()),
            alternative_email: Some(given(&values.alternative_email)),
            address: Some(address_input(values)),
            phone: Some(values.phone.clone()),
            role: given(&values.role),
        }
    }

    pub fn own_changes(&self) -> EditOwnProfileInput {
        let values = &self.values;
        EditOwnProfileInput {
            first_name: Some(values.first_name.clone()),
            last_name: Some(values.last_name.clone()),
            display_name: Some(self.display_name()),
            company: Some(given(&values.company)),
            job_title: Some(given(&values.job_title)),
            department: Some(given(&values.department)),
            address: Some(address_input(values)),
            phone: Some(values.phone.clone()),
        }
    }
}

/// The form as it is before anything is typed.
pub fn stored(details: &UserDetails) -> UserValues {
    let user = &details.record.user;
    let (profile, contact) = (&user.profile, &user.contact);
    let text = |line: &Option<tenantry_domain::Line<100>>| line.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut values = UserValues {
        first_name: profile.first_name.to_string(),
        last_name: profile.last_name.to_string(),
        display_name: profile.display_name.to_string(),
        company: text(&profile.company),
        job_title: text(&profile.job_title),
        department: text(&profile.department),
        login_local: user.login_name.local().as_str().to_owned(),
        login_domain: user.login_name.domain().to_string(),
        email: contact.email.to_string(),
        alternative_email: contact.alternative_email.as_ref().map(ToString::to_string).unwrap_or_default(),
        phone: contact.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
        status: user.status.key().to_owned(),
        role: details.role().key().to_string(),
        ..UserValues::default()
    };
    if let Some(address) = &contact.address {
        address.country().code().clone_into(&mut values.country);
        address.state().unwrap_or_default().clone_into(&mut values.state);
        address.city().clone_into(&mut values.city);
        address.postal_code().unwrap_or_default().clone_into(&mut values.postal_code);
        address.street().clone_into(&mut values.street);
    }
    values
}
