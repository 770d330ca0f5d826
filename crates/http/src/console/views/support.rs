//! `GET /console/support`: where to turn for help.

use askama::Template;

use super::frame::{Frame, Support};

#[derive(Debug, Clone, Template)]
#[template(path = "pages/support.html")]
pub struct SupportPage {
    pub frame: Frame,
    /// `None`: nobody above gave a contact.
    pub support: Option<Support>,
    /// Where the account's own contact is changed, for who may.
    pub edit_href: Option<String>,
    /// The contact is the account's own.
    pub is_own: bool,
    /// The role shows support at all.
    pub is_shown: bool,
}
