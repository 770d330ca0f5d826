//! `GET /console/accounts` and `GET /console/accounts/{account}`.

use askama::Template;

use super::{
    frame::{Frame, Support},
    shown::StatusChip,
};

/// One account within reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    pub id: String,
    pub name: String,
    pub initials: String,
    /// 1 to 8.
    pub hue: u8,
    /// `Reseller`, `Customer` or `Platform`.
    pub kind: String,
    pub chip: StatusChip,
    /// The accounts above it that are in view: `Northwind › Contoso`.
    pub path: String,
    pub primary_domain: String,
    /// One is working here now.
    pub current: bool,
    pub may_work_here: bool,
    /// Its users, if they may be seen.
    pub users_href: Option<String>,
}

/// The list, which is also the account switcher's full page.
/// `POST /console/active-account`: field `account`, hidden `next`.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/accounts.html")]
pub struct AccountsPage {
    pub frame: Frame,
    pub q: String,
    /// Opened to switch (`?switch`): the heading asks where to work.
    pub switching: bool,
    pub rows: Vec<AccountRow>,
    /// Address of the page before, if there is one.
    pub newer_href: Option<String>,
    /// Address of the page after, if there is one.
    pub older_href: Option<String>,
    /// `14 accounts`, where counting is cheap.
    pub count: Option<String>,
}

/// One account's company information, to look at.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/account.html")]
pub struct AccountPage {
    pub frame: Frame,
    pub account_id: String,
    pub name: String,
    pub initials: String,
    pub hue: u8,
    pub kind: String,
    pub chip: StatusChip,
    pub path: String,
    /// May the company information be seen; else there is only name and state.
    pub may_view_info: bool,
    pub phone: Option<String>,
    pub address_lines: Vec<String>,
    /// An `https` address.
    pub website: Option<String>,
    pub primary_domain: Option<String>,
    pub alias_domains: Vec<String>,
    pub support: Option<Support>,
    /// One is working here now.
    pub current: bool,
    pub may_work_here: bool,
    pub users_href: Option<String>,
    /// **Create New User**, if one may.
    pub create_user_href: Option<String>,
}
