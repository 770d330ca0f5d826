//! `GET /console/users/{id}`: everything about one user.

use askama::Template;

use super::{
    field_errors::FieldErrorsView,
    frame::Frame,
    shown::{Avatar, Moment, StatusChip, Step},
};

/// Who somebody is, as read-only facts. Empty text is shown as *Not given*.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonFacts {
    pub display_name: String,
    pub first_name: String,
    pub last_name: String,
    pub company: String,
    pub job_title: String,
    pub department: String,
    pub login_name: String,
    pub email: String,
    pub alternative_email: String,
    pub phone: String,
    /// One line each, the country last.
    pub address_lines: Vec<String>,
    /// `Customer Administrator of Contoso`.
    pub role: String,
}

impl PersonFacts {
    /// The display name is not just the two names.
    pub fn has_other_name(&self) -> bool {
        !self.first_name.is_empty() && self.display_name != format!("{} {}", self.first_name, self.last_name)
    }
}

/// A password link that has not been used yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingLink {
    pub to: String,
    /// When it was handed over to the mail server; `None` while it waits.
    pub sent: Option<Moment>,
    pub until: Option<Moment>,
}

/// One mail that went, or should go, to this user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    /// `Welcome letter`.
    pub subject: String,
    pub to: String,
    /// `Sent`, `Waiting`, `Failed: mailbox unknown`.
    pub state: String,
    pub failed: bool,
    pub at: Moment,
}

/// The user was removed and can still be brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedFacts {
    pub at: Moment,
    /// When everything is deleted for good.
    pub purged: Moment,
}

/// What one may do to this user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one independent permission each")]
pub struct UserActions {
    pub edit: bool,
    pub suspend: bool,
    pub activate: bool,
    pub send_link: bool,
    pub void_link: bool,
    pub set_password: bool,
    pub change_image: bool,
    pub remove: bool,
    pub restore: bool,
    pub retry_provisioning: bool,
}

/// `POST /console/users/{id}/password-links`: fields `recipientKind`, `customEmail`, and for a custom address
/// `reason` and `actorPassword`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkForm {
    /// Show it unfolded, for instance after an error.
    pub open: bool,
    /// `primary`, `alternative` or `custom`.
    pub recipient_kind: String,
    pub custom_email: String,
    pub reason: String,
    pub errors: FieldErrorsView,
}

/// `POST /console/users/{id}/password`: fields `password`, `passwordRepeat`, `mustChange`, `emailPassword`,
/// `emailToKind`, `emailToCustom`; submit button `generate`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one independent tick or setting each")]
pub struct ManualPasswordForm {
    pub open: bool,
    pub email_password: bool,
    pub email_to_kind: String,
    pub email_to_custom: String,
    pub must_change: bool,
    pub mail_password_allowed: bool,
    /// Made by the button without a script: fills both fields and is shown once.
    pub generated_password: Option<String>,
    pub errors: FieldErrorsView,
}

#[derive(Debug, Clone, Template)]
#[template(path = "pages/user.html")]
pub struct UserPage {
    pub frame: Frame,
    pub user_id: String,
    pub account_id: String,
    pub account_name: String,
    pub avatar: Avatar,
    pub chip: StatusChip,
    pub facts: PersonFacts,
    /// This is oneself: the page points to *Your profile*.
    pub is_self: bool,
    /// `Set 3 weeks ago`, `Not set yet`, `Must be changed at the next sign-in`.
    pub password: String,
    pub pending_link: Option<PendingLink>,
    pub last_sign_in: Option<Moment>,
    /// Open sessions.
    pub sessions: usize,
    pub mails: Vec<MailRow>,
    pub steps: Vec<Step>,
    /// Provisioning will not change by itself any more.
    pub settled: bool,
    pub created: Moment,
    pub removed: Option<RemovedFacts>,
    pub may: UserActions,
    pub link_form: LinkForm,
    pub password_form: ManualPasswordForm,
    /// Why the last image was refused.
    pub image_error: Option<String>,
}
