//! `GET /console`: who one is, where one is, and what one may do here.

use askama::Template;

use super::{
    frame::{Frame, Support},
    shown::Moment,
};

/// One role one holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleLine {
    /// `Reseller Administrator`.
    pub role: String,
    /// What the role means, in one line.
    pub text: String,
    /// The account it was given at.
    pub account: String,
}

/// Something one may do from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortcut {
    pub href: String,
    pub label: String,
    pub text: String,
    /// The name of an icon of the sprite, without `i-`.
    pub icon: &'static str,
}

#[derive(Debug, Clone, Template)]
#[template(path = "pages/dashboard.html")]
pub struct DashboardPage {
    pub frame: Frame,
    /// The first name, for the greeting.
    pub first_name: String,
    pub roles: Vec<RoleLine>,
    /// What one may do in the active account, one sentence each.
    pub abilities: Vec<String>,
    pub shortcuts: Vec<Shortcut>,
    /// The dashboard is all there is (No Access).
    pub only_dashboard: bool,
    /// Address and phone of the active account, one line each; empty if they may not be seen.
    pub company_lines: Vec<String>,
    pub primary_domain: Option<String>,
    pub support: Option<Support>,
    /// The sign-in before this one.
    pub last_sign_in: Option<Moment>,
    pub may_edit_profile: bool,
}
