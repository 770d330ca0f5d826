//! `GET /console/users/{id}/suspend` and `…/remove`: ask before doing it. With a script the same words come as a dialog.

use askama::Template;

use super::frame::Frame;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmAction {
    Suspend,
    Remove,
}

impl ConfirmAction {
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Suspend => "Suspend",
            Self::Remove => "Remove",
        }
    }

    /// The last part of the address.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Remove => "remove",
        }
    }
}

#[derive(Debug, Clone, Template)]
#[template(path = "pages/confirm.html")]
pub struct ConfirmPage {
    pub frame: Frame,
    pub action: ConfirmAction,
    pub user_id: String,
    pub user_name: String,
    /// What happens, one sentence each: `They are signed out at once.`
    pub consequences: Vec<String>,
}

impl ConfirmPage {
    /// What suspending or removing always means.
    pub fn usual_consequences(action: ConfirmAction) -> Vec<String> {
        let lines: &[&str] = match action {
            ConfirmAction::Suspend => &[
                "They are signed out at once, and links sent to them stop working.",
                "Subscribed services stay available to them, and charges for assigned licences go on.",
            ],
            ConfirmAction::Remove => &[
                "They are signed out at once, and links sent to them stop working.",
                "For 30 days they can be restored. After that everything about them is deleted.",
                "Their login name stays reserved until then.",
            ],
        };
        lines.iter().map(|line| (*line).to_owned()).collect()
    }
}
