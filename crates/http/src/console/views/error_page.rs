//! What went wrong, calmly: with the frame where somebody is signed in, plainly elsewhere.

use askama::Template;

use super::frame::{Frame, Gate};

/// The words for a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorText {
    pub status: u16,
    pub heading: String,
    pub text: String,
    pub request_id: String,
    /// Where to go on.
    pub back_href: String,
    pub back_label: String,
}

impl ErrorText {
    /// The usual words; a handler may replace the text with something closer.
    pub fn new(status: u16, request_id: impl Into<String>) -> Self {
        let (heading, text) = words(status);
        Self {
            status,
            heading: heading.to_owned(),
            text: text.to_owned(),
            request_id: request_id.into(),
            back_href: "/console".to_owned(),
            back_label: "Go to your dashboard".to_owned(),
        }
    }
}

fn words(status: u16) -> (&'static str, &'static str) {
    match status {
        403 => (
            "You may not do this",
            "Your role does not allow it here. An administrator of this account can change that.",
        ),
        404 => ("There is nothing here", "The address is wrong, or it leads to something you do not have access to."),
        409 => {
            ("This can’t be done now", "It does not fit with what is stored. Look at the current state and try again.")
        }
        412 => (
            "Somebody else was faster",
            "This was changed since you opened it. Look at the current state and try again.",
        ),
        413 => ("That is too large", "Nothing was saved. Images may have up to 5 MiB."),
        415 => ("This kind of file is not accepted", "Nothing was saved. Use PNG, JPEG, WebP or GIF."),
        429 => ("Too many attempts", "Wait a moment, then try again."),
        503 => ("Not available right now", "Nothing was lost. Try again in a minute."),
        400..=499 => ("This request could not be read", "Nothing was saved. Go back and try again."),
        _ => ("Something went wrong", "It is our fault and has been recorded. Try again; if it stays, tell support."),
    }
}

/// An error for somebody who is signed in.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/error_framed.html")]
pub struct FramedErrorPage {
    pub frame: Frame,
    pub error: ErrorText,
}

/// An error where nobody is signed in, or where even that can't be found out.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/error.html")]
pub struct ErrorPage {
    pub gate: Gate,
    pub error: ErrorText,
}
