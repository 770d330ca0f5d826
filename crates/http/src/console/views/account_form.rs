//! The fields of an account, shared by the wizard and the page that edits one, and that page.

use askama::Template;

use super::{
    field_errors::FieldErrorsView,
    frame::Frame,
    shown::Choice,
    user_form::{RegionRules, UserValues},
};

/// What was typed, or what is stored. The name of a control is the camelCase of the field here. Phone and postal address are
/// those of [`UserValues`], whose controls an account shares with a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountValues {
    pub name: String,
    /// `reseller` or `customer`.
    pub kind: String,
    pub reference_id: String,
    pub sales_manager: String,
    pub support_email: String,
    pub support_url: String,
    pub support_phone: String,
    pub primary_domain: String,
    /// The controls `alias.0`, `alias.1`, …
    pub alias_domains: Vec<String>,
    pub website: String,
    pub plain_text_password_mail: bool,
    /// A number; blank for what the account above demands.
    pub password_length: String,
    /// `access_levels` or `administrators`; blank for what the account above says.
    pub role_family: String,
}

impl AccountValues {
    /// Puts a form field in its place; gives the value back if the name is none of these.
    pub fn take(&mut self, name: &str, value: String) -> Option<String> {
        let place = match name {
            "name" => &mut self.name,
            "kind" => &mut self.kind,
            "referenceId" => &mut self.reference_id,
            "salesManager" => &mut self.sales_manager,
            "supportEmail" => &mut self.support_email,
            "supportUrl" => &mut self.support_url,
            "supportPhone" => &mut self.support_phone,
            "primaryDomain" => &mut self.primary_domain,
            "website" => &mut self.website,
            "passwordLength" => &mut self.password_length,
            "roleFamily" => &mut self.role_family,
            "plainTextPasswordMail" => {
                self.plain_text_password_mail = true;
                return None;
            }
            _ if is_alias(name) => {
                self.alias_domains.push(value);
                return None;
            }
            _ => return Some(value),
        };
        *place = value;
        None
    }

    /// The fields as a form sends them.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let named = [
            ("name", &self.name),
            ("kind", &self.kind),
            ("referenceId", &self.reference_id),
            ("salesManager", &self.sales_manager),
            ("supportEmail", &self.support_email),
            ("supportUrl", &self.support_url),
            ("supportPhone", &self.support_phone),
            ("primaryDomain", &self.primary_domain),
            ("website", &self.website),
        ];
        let named = named.into_iter().map(|(name, value)| (name.to_owned(), value.clone()));
        let aliases = self.alias_domains.iter().enumerate();
        named.chain(aliases.map(|(at, value)| (format!("alias.{at}"), value.clone()))).collect()
    }

    /// The domains that were typed, the primary one first.
    pub fn domains(&self) -> Vec<String> {
        let all = std::iter::once(&self.primary_domain).chain(&self.alias_domains);
        all.map(|domain| domain.trim().to_lowercase()).filter(|domain| !domain.is_empty()).collect()
    }
}

fn is_alias(name: &str) -> bool {
    name.strip_prefix("alias.").is_some_and(|at| at.len() <= 4 && at.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `GET/POST /console/accounts/{account}/edit`: the fields one may change, and hidden `version`.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/edit_account.html")]
pub struct EditAccountPage {
    pub frame: Frame,
    pub account_id: String,
    /// As stored.
    pub account_name: String,
    /// For `If-Match`: the version the form was filled from; after a conflict the newest one.
    pub version: String,
    /// Somebody saved this account in between. What was typed is kept.
    pub conflict: bool,
    /// Company information, support contacts and policy may be changed.
    pub edits_information: bool,
    /// What the account above notes about it may be changed.
    pub edits_notes: bool,
    pub account: AccountValues,
    /// Phone and postal address.
    pub values: UserValues,
    pub errors: FieldErrorsView,
    pub countries: Vec<Choice>,
    pub region: RegionRules,
    pub role_families: Vec<Choice>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_travels_to_the_next_step_and_back() {
        let mut typed = AccountValues { alias_domains: vec!["b.example".into()], ..AccountValues::default() };
        typed.primary_domain = " A.example".into();
        let mut read = AccountValues::default();
        for (name, value) in typed.pairs() {
            assert_eq!(read.take(&name, value), None);
        }
        assert_eq!(read, typed);
        assert_eq!(read.domains(), ["a.example", "b.example"]);
        assert!(read.take("alias.x", String::new()).is_some());
    }
}
