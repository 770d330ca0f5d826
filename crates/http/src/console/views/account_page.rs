//! `GET /console/accounts/{account}`: everything about one account.

use askama::Template;

use super::{
    created_dialog::CreatedDialog,
    field_errors::FieldErrorsView,
    frame::{Crumb, Frame, Support},
    shown::{DomainChip, StatusChip},
};

/// What one may do to an account; each is decided again when it is done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one independent permission each")]
pub struct AccountActions {
    pub work_here: bool,
    pub edit: bool,
    pub suspend: bool,
    pub resume: bool,
    /// To the other kind.
    pub convert: bool,
    pub relocate: bool,
    pub remove: bool,
    pub change_domains: bool,
    pub add_accounts: bool,
}

impl AccountActions {
    /// Something stands in the menu *More*.
    pub fn has_more(&self) -> bool {
        self.suspend || self.convert || self.relocate || self.remove
    }
}

/// What the account above notes about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountNotes {
    /// `Subscription`.
    pub billing: String,
    pub reference_id: String,
    pub sales_manager: String,
}

/// How its pages look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountLooks {
    /// Where the logo is.
    pub logo: Option<String>,
    /// `#0b5a70`, the primary one first.
    pub colors: Vec<String>,
    /// They are those of an account above.
    pub is_inherited: bool,
    /// Where they are changed, for who may.
    pub edit_href: Option<String>,
}

/// One domain of the account, with what was wrong with the last thing done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainRow {
    /// As it is read.
    pub shown: String,
    /// As it is sent.
    pub name: String,
    pub primary: bool,
    pub chip: DomainChip,
    /// What to put into the DNS to have it verified, for who may.
    pub record: Option<DnsRecord>,
    /// It was just asked for, and is not there.
    pub is_open: bool,
    pub error: String,
}

/// A TXT record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsRecord {
    pub name: String,
    pub value: String,
}

/// One account. `POST …/domains`: field `domain`; `…/domains/primary`, `…/domains/verify` and `…/domains/remove` likewise.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/account.html")]
pub struct AccountPage {
    pub frame: Frame,
    pub account_id: String,
    pub name: String,
    pub initials: String,
    pub hue: u8,
    pub kind: String,
    pub chip: StatusChip,
    /// The way to it, as far as it is in view, without itself.
    pub trail: Vec<Crumb>,
    /// May the company information be seen; else there is only name and state.
    pub may_view_info: bool,
    pub phone: Option<String>,
    pub address_lines: Vec<String>,
    /// An address on the web.
    pub website: Option<String>,
    pub domains: Vec<DomainRow>,
    /// What was typed as a further domain and not taken.
    pub new_domain: String,
    pub errors: FieldErrorsView,
    /// `None`: not for whoever looks.
    pub notes: Option<AccountNotes>,
    /// What holds about passwords and roles, as sentences.
    pub policy: Vec<String>,
    pub looks: AccountLooks,
    pub support: Option<Support>,
    /// One is working here now.
    pub current: bool,
    pub may: AccountActions,
    pub users_href: Option<String>,
    /// **Create New User**, if one may.
    pub create_user_href: Option<String>,
    /// Just created by the wizard: the draft that the browser kept is not needed any more.
    pub is_new: bool,
    /// The dialog about the first user just created.
    pub created: Option<CreatedDialog>,
}

impl AccountPage {
    /// The other kind: `reseller` or `customer`.
    pub fn other_kind(&self) -> &'static str {
        if self.kind == "Customer" { "reseller" } else { "customer" }
    }
}
