//! `GET/POST /console/users/{id}/edit`.

use askama::Template;

use super::{
    field_errors::FieldErrorsView,
    frame::Frame,
    role_cards::RoleGroup,
    shown::Choice,
    user_form::{CompanyAddress, RegionRules, UserValues},
};

/// The form: the fields of [`UserValues`] but `status`, and hidden `version`; submit button `resetAddress`.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/edit_user.html")]
pub struct EditUserPage {
    pub frame: Frame,
    pub user_id: String,
    pub user_name: String,
    pub account_id: String,
    pub account_name: String,
    /// For `If-Match`: the version the form was filled from; after a conflict the newest one.
    pub version: String,
    /// Somebody saved this user in between. What was typed is kept; the message says what to do.
    pub conflict: bool,
    pub values: UserValues,
    pub errors: FieldErrorsView,
    pub domains: Vec<Choice>,
    pub countries: Vec<Choice>,
    pub region: RegionRules,
    pub company_address: CompanyAddress,
    /// Empty: the role is not changed here.
    pub role_groups: Vec<RoleGroup>,
}

impl EditUserPage {
    /// Where the script asks whether a login name is free.
    pub fn login_check(&self) -> String {
        format!("/console/accounts/{}/users/login-name", self.account_id)
    }
}
