//! Setting one's own password: by link, at first sign-in, or because one wants to.

use askama::Template;

use super::{
    field_errors::FieldErrorsView,
    frame::{Frame, Gate},
    shown::Moment,
};

/// `GET/POST /console/set-password`: fields `password`, `passwordRepeat`. The token stays in a cookie.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/set_password.html")]
pub struct SetPasswordPage {
    pub gate: Gate,
    pub login_name: String,
    /// Who made the access, for somebody who did not expect it: `Avery Quinn of Northwind`.
    pub created_by: Option<String>,
    /// Until when the link works; not known before the mail was handed over.
    pub valid_until: Option<Moment>,
    pub errors: FieldErrorsView,
}

/// Why a link can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkProblem {
    /// There is no such link: mistyped, or cut off by a mail program.
    Unknown,
    Expired,
    Used,
    /// A newer link took its place, or somebody took it back.
    Void,
}

impl LinkProblem {
    pub fn heading(&self) -> &'static str {
        match self {
            Self::Unknown => "This link does not work",
            Self::Expired => "This link has ended",
            Self::Used => "This link was already used",
            Self::Void => "This link was replaced",
        }
    }

    pub fn text(&self) -> &'static str {
        match self {
            Self::Unknown => "Part of it may be missing. Open it from the mail again, or copy the whole address.",
            Self::Expired => "Links work for a limited time. Ask for a new one; it comes to the same mailbox.",
            Self::Used => {
                "Each link works once. If you set your password with it, sign in. If you did not, tell support."
            }
            Self::Void => "Only the newest link works. Look for a later mail, or ask for a new one.",
        }
    }
}

/// The answer to a link that can't be used.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/link_unusable.html")]
pub struct LinkUnusablePage {
    pub gate: Gate,
    pub problem: LinkProblem,
}

/// After a password was set by link.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/password_set.html")]
pub struct PasswordSetPage {
    pub gate: Gate,
    pub login_name: String,
}

/// `GET/POST /console/password`: fields `currentPassword`, `password`, `passwordRepeat`.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/change_password.html")]
pub struct ChangePasswordPage {
    pub frame: Frame,
    /// The password was given by somebody else and must be changed before anything else works.
    pub forced: bool,
    pub errors: FieldErrorsView,
}
