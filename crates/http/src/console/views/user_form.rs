//! The fields of a user, shared by the pages that create and edit one and by one's own profile.

use serde::Serialize;

use super::shown::Choice;

/// What was typed, or what is stored. The name of a control is the camelCase of the field here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserValues {
    pub first_name: String,
    pub last_name: String,
    /// Empty: follows from the names.
    pub display_name: String,
    pub company: String,
    pub job_title: String,
    pub department: String,
    /// The login name before the `@`.
    pub login_local: String,
    /// The login name after the `@`: one of the account's domains.
    pub login_domain: String,
    pub email: String,
    pub alternative_email: String,
    /// ISO 3166-1, two letters.
    pub country: String,
    pub state: String,
    pub city: String,
    pub postal_code: String,
    pub street: String,
    pub phone: String,
    /// `active` or `suspended`.
    pub status: String,
    /// Role key, or a custom role's id.
    pub role: String,
}

impl UserValues {
    /// Puts a form field in its place; gives the value back if the name is none of these.
    pub fn take(&mut self, name: &str, value: String) -> Option<String> {
        let place = match name {
            "firstName" => &mut self.first_name,
            "lastName" => &mut self.last_name,
            "displayName" => &mut self.display_name,
            "company" => &mut self.company,
            "jobTitle" => &mut self.job_title,
            "department" => &mut self.department,
            "loginLocal" => &mut self.login_local,
            "loginDomain" => &mut self.login_domain,
            "email" => &mut self.email,
            "alternativeEmail" => &mut self.alternative_email,
            "country" => &mut self.country,
            "state" => &mut self.state,
            "city" => &mut self.city,
            "postalCode" => &mut self.postal_code,
            "street" => &mut self.street,
            "phone" => &mut self.phone,
            "status" => &mut self.status,
            "role" => &mut self.role,
            _ => return Some(value),
        };
        *place = value;
        None
    }

    /// The address and the phone number as a form sends them.
    pub fn contact_pairs(&self) -> Vec<(String, String)> {
        let pairs = [
            ("country", &self.country),
            ("state", &self.state),
            ("city", &self.city),
            ("postalCode", &self.postal_code),
            ("street", &self.street),
            ("phone", &self.phone),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value.clone())).into()
    }

    /// Everything else as a form sends it.
    pub fn person_pairs(&self) -> Vec<(String, String)> {
        let pairs = [
            ("firstName", &self.first_name),
            ("lastName", &self.last_name),
            ("displayName", &self.display_name),
            ("company", &self.company),
            ("jobTitle", &self.job_title),
            ("department", &self.department),
            ("loginLocal", &self.login_local),
            ("loginDomain", &self.login_domain),
            ("email", &self.email),
            ("alternativeEmail", &self.alternative_email),
            ("role", &self.role),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value.clone())).into()
    }

    /// The display name, or the one that follows from the names.
    pub fn shown_name(&self) -> String {
        let typed = self.display_name.trim();
        if typed.is_empty() { self.full_name() } else { typed.to_owned() }
    }

    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name.trim(), self.last_name.trim()).trim().to_owned()
    }

    /// The display name was edited by hand.
    pub fn has_own_display_name(&self) -> bool {
        !self.display_name.trim().is_empty() && self.display_name.trim() != self.full_name()
    }
}

/// The company's address, which a new user starts with and can go back to. Read by the script as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompanyAddress {
    pub country: String,
    pub state: String,
    pub city: String,
    pub postal_code: String,
    pub street: String,
    pub phone: String,
}

impl CompanyAddress {
    /// For the script: what to put into the fields.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Puts the company's address into the form.
    pub fn fill(&self, values: &mut UserValues) {
        values.country.clone_from(&self.country);
        values.state.clone_from(&self.state);
        values.city.clone_from(&self.city);
        values.postal_code.clone_from(&self.postal_code);
        values.street.clone_from(&self.street);
        values.phone.clone_from(&self.phone);
    }
}

/// How addresses look in one country. As JSON it is the answer of `GET /console/countries/{code}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegionRules {
    /// `State`, `Province`, `County`.
    pub state_label: String,
    pub state_required: bool,
    /// Empty: the state is typed.
    pub states: Vec<Choice>,
    /// `Zip code`, `Postal code`, `Postcode`.
    pub postal_label: String,
    pub postal_required: bool,
}

impl Default for RegionRules {
    fn default() -> Self {
        Self {
            state_label: "State or province".to_owned(),
            state_required: false,
            states: Vec::new(),
            postal_label: "Postal code".to_owned(),
            postal_required: false,
        }
    }
}
