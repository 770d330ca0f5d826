//! `GET/POST /console/users/{id}/grants`: all grants of somebody at once.

use askama::Template;

use super::{
    field_errors::FieldErrorsView,
    frame::Frame,
    shown::{Choice, ChoiceGroup},
};

/// Which row of the form it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantKind {
    /// The base grant: always there, at the home account.
    Base,
    /// Another one that is stored.
    Stored,
    /// Empty, or typed and not stored yet.
    New,
}

/// One row. The controls of row `n`, from 0, are called `grants.n.role`, `grants.n.anchorAccountId`, `grants.n.startsAt`,
/// `grants.n.endsAt` and, but for the base grant, `grants.n.remove`. A new row without role and account is no grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantFields {
    /// The row's place, from 0.
    pub at: usize,
    pub kind: GrantKind,
    /// Role key, or a custom role's id.
    pub role: String,
    /// The account it is anchored at.
    pub account_id: String,
    /// The anchor cannot be changed: its name.
    pub fixed_account: Option<String>,
    /// `2026-11-22T09:41`, UTC; empty: at once.
    pub starts_at: String,
    /// Empty: no end.
    pub ends_at: String,
    /// To be taken away when the form is saved.
    pub remove: bool,
    /// Part of the name of an account that is looked for.
    pub find: String,
    /// Accounts the grant can be anchored at: those found, and the one chosen.
    pub accounts: Vec<Choice>,
    /// What of all that could be chosen these are. Empty: all of them.
    pub found: String,
    /// The roles that can be given, where the anchor is known with what keeps one from giving the others.
    pub roles: Vec<ChoiceGroup>,
    /// `Given 3 days ago by Avery Quinn of Northwind.` Empty if that is not known.
    pub note: String,
}

impl GrantFields {
    /// The name and id of one of the row's controls.
    pub fn control(&self, field: &str) -> String {
        format!("grants.{}.{field}", self.at)
    }

    pub fn is_base(&self) -> bool {
        self.kind == GrantKind::Base
    }

    pub fn is_new(&self) -> bool {
        self.kind == GrantKind::New
    }
}

/// The form: the rows, hidden `version`, submit button `addRow` (one more empty row, the form again).
#[derive(Debug, Clone, Template)]
#[template(path = "pages/grants_form.html")]
pub struct GrantsFormPage {
    pub frame: Frame,
    pub user_id: String,
    pub name: String,
    pub account_name: String,
    pub version: String,
    pub conflict: bool,
    pub errors: FieldErrorsView,
    /// The base grant first, an empty row last.
    pub rows: Vec<GrantFields>,
}

impl GrantsFormPage {
    pub fn row_title(&self, row: &GrantFields) -> String {
        let number = row.at.saturating_add(1);
        match row.kind {
            GrantKind::Base => format!("Grant {number}, at home"),
            GrantKind::Stored => format!("Grant {number}"),
            GrantKind::New => format!("Grant {number}, new"),
        }
    }

    /// The row has the button for one more.
    pub fn adds_rows(&self, row: &GrantFields) -> bool {
        row.is_new() && self.rows.last() == Some(row)
    }

    pub fn row_text(&self, row: &GrantFields) -> String {
        match row.kind {
            GrantKind::Base => format!("Everybody has one role in the own account: here {}.", self.account_name),
            GrantKind::Stored => row.note.clone(),
            GrantKind::New => "Left empty, no grant is added.".to_owned(),
        }
    }
}
