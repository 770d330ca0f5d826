//! `POST …/domains/remove` of a domain that login names use: asks where they are to go.

use askama::Template;

use super::{frame::Frame, shown::Choice};

#[derive(Debug, Clone, Template)]
#[template(path = "pages/remove_domain.html")]
pub struct RemoveDomainPage {
    pub frame: Frame,
    pub account_id: String,
    /// The domain as it is read.
    pub shown: String,
    /// As it is sent.
    pub name: String,
    /// `2 login names use it`.
    pub used_by: String,
    /// `30 days`: for so long nobody gets the old login names.
    pub reserved_for: String,
    /// Where to they can go; the first is chosen. None: nowhere.
    pub others: Vec<Choice>,
}
