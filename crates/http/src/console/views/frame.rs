//! What stands around every page: navigation, account switcher, who one is; and the plainer frame before sign-in.

use super::shown::{Avatar, without_scheme};

/// The remembered choice of colours. It comes from a cookie, so that the first paint is right without a script.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    /// The value in the cookie and in the form field `theme`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads [`Theme::key`]; anything else is [`Theme::Auto`].
    pub fn from_key(key: &str) -> Self {
        match key {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }
}

/// Who is signed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub login_name: String,
    pub avatar: Avatar,
}

/// The account one is working in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActiveAccount {
    pub id: String,
    pub name: String,
    /// `Reseller`, `Customer` or `Platform`.
    pub kind: String,
    pub initials: String,
    /// 1 to 8.
    pub hue: u8,
}

/// One account above the active one that is in view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    pub id: String,
    pub name: String,
}

/// The places the navigation knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NavPlace {
    Dashboard,
    Users,
    Accounts,
    Roles,
    Support,
}

/// One entry of the navigation. What may not be used is not in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavItem {
    pub place: NavPlace,
    pub href: String,
    pub current: bool,
}

impl NavItem {
    pub fn label(&self) -> &'static str {
        match self.place {
            NavPlace::Dashboard => "Dashboard",
            NavPlace::Users => "Users",
            NavPlace::Accounts => "Accounts",
            NavPlace::Roles => "Roles",
            NavPlace::Support => "Support",
        }
    }

    pub fn icon(&self) -> &'static str {
        match self.place {
            NavPlace::Dashboard => "dashboard",
            NavPlace::Users => "users",
            NavPlace::Accounts => "accounts",
            NavPlace::Roles => "roles",
            NavPlace::Support => "support",
        }
    }
}

/// An account one can switch to, as the switcher lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitcherEntry {
    pub id: String,
    pub name: String,
    /// The accounts above it: `Northwind › Contoso`, or `Your home account`.
    pub path: String,
    /// `Reseller`, `Customer` or `Platform`.
    pub kind: String,
    pub initials: String,
    /// 1 to 8.
    pub hue: u8,
    pub current: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastKind {
    Success,
    Danger,
}

/// What just happened, in one sentence, shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    pub kind: ToastKind,
    pub text: String,
}

/// Where to ask for help.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Support {
    /// Whose support this is; empty if that account is not in view.
    pub name: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    /// An `https` address. The templates show it without its scheme.
    pub url: Option<String>,
}

impl Support {
    /// `Northwind support`, or `Support`.
    pub fn title(&self) -> String {
        if self.name.is_empty() { "Support".to_owned() } else { format!("{} support", self.name) }
    }

    /// The address without scheme and trailing slash; nothing unless it is `https`.
    pub fn url_shown(&self) -> Option<&str> {
        let url = self.url.as_deref()?;
        url.starts_with("https://").then(|| without_scheme(url))
    }
}

/// The frame of every page after sign-in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// The page's own name, for the window's title.
    pub title: String,
    pub person: Person,
    pub account: ActiveAccount,
    pub home_id: String,
    pub home_name: String,
    /// The active account is not one's own; a line says so on every page.
    pub working_elsewhere: bool,
    /// The accounts above the active one that are in view, outermost first.
    pub breadcrumb: Vec<Crumb>,
    pub nav: Vec<NavItem>,
    /// The first few accounts one can switch to, recent ones first. Fewer than two: there is no switcher.
    pub switcher: Vec<SwitcherEntry>,
    pub theme: Theme,
    pub toast: Option<Toast>,
    pub support: Option<Support>,
    /// Path and query of this page, to come back to after a change of theme.
    pub here: String,
    /// Where the logo of the account is, or of the nearest one above that has branding.
    pub logo: Option<String>,
    /// A stylesheet that sets the account's accent colour, if its brand has one that can be read.
    pub brand_stylesheet: Option<String>,
    /// The fewest characters of a new password in the account.
    pub password_length: usize,
}

/// The frame of every page before sign-in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gate {
    /// The page's own name, for the window's title.
    pub title: String,
    /// Whose console this is; `Tenantry` if nothing is known.
    pub brand: String,
    pub initials: String,
    pub theme: Theme,
    pub support: Option<Support>,
    pub logo: Option<String>,
    pub brand_stylesheet: Option<String>,
}
