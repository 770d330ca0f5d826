//! Pages before sign-in.

use askama::Template;

use super::frame::Gate;

/// `GET/POST /console/sign-in`: fields `loginName`, `password`, hidden `next`.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/sign_in.html")]
pub struct SignInPage {
    pub gate: Gate,
    /// What was typed.
    pub login_name: String,
    /// Where to go afterwards: a path of this site, already checked.
    pub next: String,
    /// Why it failed, alike for every reason.
    pub failed: Option<String>,
    /// What to know before signing in: the session ended, the password was changed.
    pub notice: Option<String>,
    /// `30 minutes`.
    pub idle_for: String,
}

/// `GET/POST /console/forgot-password`: field `loginName`.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/forgot_password.html")]
pub struct ForgotPasswordPage {
    pub gate: Gate,
    pub login_name: String,
    /// Shown under the field, for instance when it was left empty.
    pub error: Option<String>,
}

/// The answer to every post to `/console/forgot-password`, whether or not the name exists.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/forgot_password_sent.html")]
pub struct ForgotPasswordSentPage {
    pub gate: Gate,
    /// `30 minutes`.
    pub valid_for: String,
}

/// Every page while there is no account yet.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/empty_database.html")]
pub struct EmptyDatabasePage {
    pub gate: Gate,
}
