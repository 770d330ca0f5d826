//! What is wrong with a form, as data: shown once on top and once under each field.

/// One refused field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldErrorView {
    /// The API's name of the field: `firstName`, `address.country`, `security.password`.
    pub field: String,
    /// The words above the field: `First name`.
    pub label: String,
    /// What to do about it, as a sentence.
    pub message: String,
}

impl FieldErrorView {
    /// The id of the control to go to.
    pub fn anchor(&self) -> String {
        match self.field.strip_prefix("domains.aliases.") {
            Some(at) => format!("alias.{at}"),
            None => self.control().to_owned(),
        }
    }

    fn control(&self) -> &str {
        match self.field.as_str() {
            "loginName" => "loginLocal",
            "security" | "security.method" => "method-link",
            "security.password" => "password",
            "security.recipient" | "security.recipient.kind" | "recipient" | "recipient.kind" => {
                "recipientKind-primary"
            }
            "security.recipient.email" | "recipient.email" => "customEmail",
            "security.emailTo" | "security.emailTo.kind" | "emailTo" | "emailTo.kind" => "emailPassword",
            "security.emailTo.email" | "emailTo.email" => "emailToCustom",
            "security.mustChange" => "mustChange",
            "role" => "roles",
            "support.email" => "supportEmail",
            "support.url" => "supportUrl",
            "support.phone" => "supportPhone",
            "branding.logo" => "image",
            "domains" | "domains.primary" => "primaryDomain",
            // Rows of the same kind: the control has the whole name.
            field if field.starts_with("grants.") => field,
            field => field.rsplit_once('.').map_or(field, |(_, last)| last),
        }
    }
}

/// Everything wrong with one form. Empty means that nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrorsView {
    /// What concerns no single field, as a sentence.
    pub form: Option<String>,
    /// In the order of the fields on the page.
    pub fields: Vec<FieldErrorView>,
}

impl FieldErrorsView {
    /// Adds a refused field under its API name; its label follows from the name.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        let error = FieldErrorView { field: field.to_owned(), label: label_of(field), message: message.into() };
        self.fields.push(error);
    }

    pub fn is_empty(&self) -> bool {
        self.form.is_none() && self.fields.is_empty()
    }

    /// The message for the field, or nothing. A key ending in `.` stands for everything below it.
    pub fn of(&self, field: &str) -> &str {
        let found = self
            .fields
            .iter()
            .find(|error| error.field == field || (field.ends_with('.') && error.field.starts_with(field)));
        found.map_or("", |error| error.message.as_str())
    }

    /// `One field needs a change`, `Three fields need a change`; the form's own message if no field is wrong.
    pub fn heading(&self) -> String {
        match (self.fields.len(), &self.form) {
            (0, Some(form)) => form.clone(),
            (0, None) => String::new(),
            (1, _) => "One field needs a change".to_owned(),
            (count @ 2..=9, _) => {
                let words = ["Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];
                let word = words.get(count.saturating_sub(2)).unwrap_or(&"Some");
                format!("{word} fields need a change")
            }
            (count, _) => format!("{count} fields need a change"),
        }
    }
}

/// The words above a field on every form.
fn label_of(field: &str) -> String {
    if let Some(at) = field.strip_prefix("domains.aliases.").and_then(|at| at.parse::<usize>().ok()) {
        return format!("Additional domain {}", at.saturating_add(1));
    }
    let row = field.strip_prefix("grants.").and_then(|rest| rest.split_once('.'));
    match row.and_then(|(at, field)| Some((at.parse::<usize>().ok()?, field))) {
        Some((at, field)) => format!("{} of grant {}", words_of(field), at.saturating_add(1)),
        None => words_of(field).to_owned(),
    }
}

fn words_of(field: &str) -> &'static str {
    match field {
        "firstName" => "First name",
        "lastName" => "Last name",
        "displayName" => "Display name",
        "company" => "Company",
        "jobTitle" => "Job title",
        "department" => "Department",
        "loginName" => "Login name",
        "email" => "E-mail",
        "alternativeEmail" => "Alternative e-mail",
        "address" => "Address",
        "address.country" => "Country",
        "address.state" => "State",
        "address.city" => "City",
        "address.postalCode" => "Postal code",
        "address.street" => "Street address",
        "phone" => "Phone",
        "security" | "security.method" => "Security",
        "password" | "newPassword" | "security.password" => "Password",
        "passwordRepeat" => "Password again",
        "currentPassword" => "Current password",
        "actorPassword" => "Your own password",
        "reason" => "Reason",
        "security.mustChange" | "mustChange" => "Change at first sign-in",
        "status" => "Status",
        "role" => "Role",
        "image" => "Image",
        "name" => "Name",
        "description" => "Description",
        "cells" => "What it allows",
        "anchorAccountId" => "Account",
        "startsAt" => "From",
        "endsAt" => "Until",
        "kind" => "Kind",
        "referenceId" => "Reference ID",
        "salesManager" => "Sales manager",
        "website" => "Website",
        "domain" => "Domain",
        "domains" | "domains.primary" => "Primary domain",
        "branding.logo" => "Logo",
        "branding.primaryColor" => "Primary colour",
        "branding.secondaryColor" => "Secondary colour",
        "passwordLength" => "Fewest characters of a password",
        "roleFamily" => "Roles offered first",
        "support.email" => "Support e-mail",
        "support.url" => "Support page",
        "support.phone" => "Support phone",
        _ if field.contains("recipient") || field.contains("emailTo") => "Recipient",
        _ => "This form",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_one_of_several_rows_says_which() {
        let mut errors = FieldErrorsView::default();
        errors.add("grants.1.endsAt", "Choose a time after the start.");
        let error = &errors.fields[0];
        assert_eq!((error.label.as_str(), &*error.anchor()), ("Until of grant 2", "grants.1.endsAt"));
        errors.add("domains.aliases.0", "This domain is there already.");
        let error = &errors.fields[1];
        assert_eq!((error.label.as_str(), &*error.anchor()), ("Additional domain 1", "alias.0"));
    }

    #[test]
    fn a_group_of_fields_is_asked_for_by_its_prefix() {
        let mut errors = FieldErrorsView::default();
        errors.add("security.recipient.email", "Type the address.");
        assert_eq!(errors.of("security.recipient."), "Type the address.");
        assert_eq!(errors.of("security.password"), "");
        assert_eq!(errors.heading(), "One field needs a change");
    }
}
