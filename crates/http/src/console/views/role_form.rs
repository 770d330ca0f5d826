//! `GET/POST /console/accounts/{account}/roles/new` and `/console/accounts/{account}/roles/{role}/edit`.

use askama::Template;

use super::{
    field_errors::FieldErrorsView,
    frame::Frame,
    matrix::{FullRow, TickCell},
};

/// What was typed, or what is stored. Further fields: `cell`, once for each ticked cell, and hidden `version`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleValues {
    pub name: String,
    pub description: String,
    /// `editProfile`
    pub edit_profile: bool,
}

/// The form.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/role_form.html")]
pub struct RoleFormPage {
    pub frame: Frame,
    /// Whose role it is or becomes.
    pub account_id: String,
    pub account_name: String,
    /// The role that is edited, as id and stored name; nothing for a new one.
    pub edited: Option<(String, String)>,
    pub values: RoleValues,
    pub rows: Vec<FullRow<TickCell>>,
    pub errors: FieldErrorsView,
    /// For `If-Match`: the version the form was filled from; after a conflict the newest one. Empty for a new role.
    pub version: String,
    /// Somebody saved this role in between. What was typed is kept; the message says what to do.
    pub conflict: bool,
    /// `4 people have this role. What you change holds for them as soon as it is saved.`
    pub notice: Option<String>,
}

impl RoleFormPage {
    pub fn heading(&self) -> String {
        self.edited.as_ref().map_or_else(|| "Define a Role".to_owned(), |(_, name)| format!("Edit {name}"))
    }

    /// What the button says.
    pub fn save_words(&self) -> &'static str {
        if self.edited.is_some() { "Save Role" } else { "Define Role" }
    }

    /// Where the form is sent.
    pub fn action(&self) -> String {
        match &self.edited {
            Some((id, _)) => format!("{}/{id}/edit", self.list_href()),
            None => format!("{}/new", self.list_href()),
        }
    }

    /// Where one comes from.
    pub fn back_href(&self) -> String {
        match &self.edited {
            Some((id, _)) => format!("{}/{id}", self.list_href()),
            None => self.list_href(),
        }
    }

    fn list_href(&self) -> String {
        format!("/console/accounts/{}/roles", self.account_id)
    }

    /// `Support desk can be saved`, for the summary of errors.
    pub fn until(&self) -> String {
        match &self.edited {
            Some((_, name)) => format!("{name} can be saved"),
            None => "this role can be defined".to_owned(),
        }
    }

    /// There are cells that stay as they are.
    pub fn keeps_some(&self) -> bool {
        self.rows.iter().flat_map(|row| &row.cells).any(TickCell::is_kept)
    }
}
