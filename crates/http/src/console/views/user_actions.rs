//! `GET …/suspend` and `…/remove`: ask before doing it. With a script the same words come as a dialog.

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

/// A question before something that cannot simply be taken back.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/confirm.html")]
pub struct ConfirmPage {
    pub frame: Frame,
    /// `Suspend Mara Lindqvist`: the question, and the button.
    pub title: String,
    /// What happens, one sentence each: `They are signed out at once.`
    pub consequences: Vec<String>,
    /// Where the answer is sent.
    pub action_href: String,
    pub back_href: String,
    /// Sent along with the answer.
    pub fields: Vec<(&'static str, String)>,
    /// Something more to agree to.
    pub tick: Option<ConfirmTick>,
    /// It can be undone: the button does not warn.
    pub harmless: bool,
}

/// A tick without which the answer is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmTick {
    /// The field.
    pub name: &'static str,
    /// `And the 3 accounts below it`.
    pub words: String,
    /// It was not ticked.
    pub error: String,
}

impl ConfirmPage {
    /// Asks before something is done to a user.
    pub fn about_user(frame: Frame, action: ConfirmAction, user_id: &str, user_name: &str) -> Self {
        Self {
            frame,
            title: format!("{} {user_name}", action.verb()),
            consequences: usual_consequences(action),
            action_href: format!("/console/users/{user_id}/{}", action.key()),
            back_href: format!("/console/users/{user_id}"),
            fields: Vec::new(),
            tick: None,
            harmless: false,
        }
    }

    /// Asks before a role is removed.
    pub fn about_role(frame: Frame, account_id: &str, role_id: &str, role_name: &str) -> Self {
        let role = format!("/console/accounts/{account_id}/roles/{role_id}");
        let lines = ["Nobody has this role now, so nobody loses anything.", "It cannot be brought back."];
        Self {
            frame,
            title: format!("Remove {role_name}"),
            consequences: lines.map(str::to_owned).into(),
            action_href: format!("{role}/remove"),
            back_href: role,
            fields: Vec::new(),
            tick: None,
            harmless: false,
        }
    }

    /// Asks before something is done to an account: `Suspend`, `Contoso`, the last part of the address.
    pub fn about_account(frame: Frame, (verb, name): (&str, &str), account_id: &str, action: &str) -> Self {
        let account = format!("/console/accounts/{account_id}");
        Self {
            frame,
            title: format!("{verb} {name}"),
            consequences: Vec::new(),
            action_href: format!("{account}/{action}"),
            back_href: account,
            fields: Vec::new(),
            tick: None,
            harmless: false,
        }
    }
}

/// What suspending or removing always means.
fn usual_consequences(action: ConfirmAction) -> Vec<String> {
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
