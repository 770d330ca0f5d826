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
    /// Until when the link works; not known before the mail was handed over.
    pub valid_until: Option<Moment>,
    /// The fewest characters.
    pub least: usize,
    pub errors: FieldErrorsView,
}

/// Why a link can't be used. What became of a real one is not told apart: whoever holds an old link need not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkProblem {
    /// This is no link: mistyped, or cut off by a mail program.
    Unknown,
    /// Used, expired, or replaced by a newer one.
    Over,
}

impl LinkProblem {
    pub fn heading(&self) -> &'static str {
        match self {
            Self::Unknown => "This link does not work",
            Self::Over => "This link can no longer be used",
        }
    }

    pub fn text(&self) -> &'static str {
        match self {
            Self::Unknown => "Part of it may be missing. Open it from the mail again, or copy the whole address.",
            Self::Over => {
                "It was used already, has expired, or was replaced by a newer one. Look for a later mail, or ask for a new link. \
                 If you did not use it yourself, tell support."
            }
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
    /// The fewest characters.
    pub least: usize,
    pub errors: FieldErrorsView,
}
