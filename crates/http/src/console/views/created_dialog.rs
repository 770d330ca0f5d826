//! The dialog after a create, shown over the list.

use super::shown::{Moment, Step};

/// What became of the first password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstPassword {
    /// A link is on its way to `to`.
    LinkSent { to: String, valid_for: String, until: Option<Moment> },
    /// The user is suspended: nothing is sent before they are activated.
    LinkHeld { to: String },
    /// The same for a password that is to be mailed in plain text.
    PasswordHeld { to: String },
    /// Set by hand; `must_change` at the first sign-in.
    SetByHand { must_change: bool },
    /// Set by hand and mailed in plain text.
    Mailed { to: String },
}

/// `GET /console/accounts/{account}/users?created={user}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedDialog {
    pub user_id: String,
    pub name: String,
    pub login_name: String,
    pub role: String,
    pub account_name: String,
    pub first_password: FirstPassword,
    /// Shown this one time. The page must then be sent with `Cache-Control: no-store`.
    pub generated_password: Option<String>,
    pub steps: Vec<Step>,
    /// Provisioning is done or has failed for good: nothing will change by itself.
    pub settled: bool,
    /// `/console/accounts/{account}/users/new?like={user}`.
    pub another_href: String,
    /// `/console/accounts/{account}/users`, or the account’s page.
    pub back_href: String,
    /// `Back to Users`.
    pub back_label: String,
}
