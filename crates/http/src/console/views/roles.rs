//! `GET /console/accounts/{account}/roles`, and one role.

use askama::Template;

use super::{
    frame::Frame,
    grant_window::GrantWindow,
    matrix::{ComparedCell, FullRow, HeldCell},
    role_cards::MatrixRow,
    shown::{Avatar, ChoiceGroup, Moment},
};

/// One role of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleSummary {
    pub href: String,
    pub name: String,
    /// What it is for, in one line.
    pub text: String,
    /// `Built-in`, `Version 3`.
    pub kind: String,
    /// `4 people`, where that is known.
    pub holders: Option<String>,
    pub rows: Vec<MatrixRow>,
}

/// Roles under one heading: `Access levels`, `Account roles`, `Roles of Contoso`, `Roles of Northwind`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleSection {
    pub title: String,
    /// One line on these: `Defined in Northwind, above Contoso. They can be given here, and are changed there.`
    pub text: String,
    pub roles: Vec<RoleSummary>,
}

/// Two roles beside each other. Query: `compare` and `with`, each a role key or a custom role's id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompareForm {
    pub first: String,
    pub second: String,
    /// Every role that can be chosen.
    pub choices: Vec<ChoiceGroup>,
    pub comparison: Option<Comparison>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    pub first: String,
    pub second: String,
    pub rows: Vec<FullRow<ComparedCell>>,
    /// Whether the first and the second let one edit the own profile.
    pub edits_profile: (bool, bool),
}

impl Comparison {
    /// `Support desk may do 3 things that User may not.`
    pub fn summary(&self) -> String {
        let count = |wanted| self.rows.iter().flat_map(|row| &row.cells).filter(|cell| **cell == wanted).count();
        let says = |who: &str, count: usize, other: &str| {
            let things = if count == 1 { "thing" } else { "things" };
            format!("{who} may do {count} {things} that {other} may not.")
        };
        let (first, second) = (self.first.as_str(), self.second.as_str());
        match (count(ComparedCell::OnlyFirst), count(ComparedCell::OnlySecond)) {
            (0, 0) => "Both may do the same.".to_owned(),
            (extra, 0) => says(first, extra, second),
            (0, extra) => says(second, extra, first),
            (here, there) => format!("{} {}", says(first, here, second), says(second, there, first)),
        }
    }

    /// Who may edit the own profile.
    pub fn profile(&self) -> String {
        match self.edits_profile {
            (true, true) => "Both may edit the own profile.".to_owned(),
            (false, false) => "Neither may edit the own profile.".to_owned(),
            (true, false) => format!("Only {} may edit the own profile.", self.first),
            (false, true) => format!("Only {} may edit the own profile.", self.second),
        }
    }
}

/// The roles that can be given in an account.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/roles.html")]
pub struct RolesPage {
    pub frame: Frame,
    pub account_id: String,
    pub account_name: String,
    /// Why one may not define a role here; nothing if one may.
    pub define_refused: Option<String>,
    /// The account's own roles and those of accounts above it.
    pub custom: Vec<RoleSection>,
    pub built_in: Vec<RoleSection>,
    pub compare: CompareForm,
}

impl RolesPage {
    /// The address of this page, without a comparison.
    pub fn path(&self) -> String {
        format!("/console/accounts/{}/roles", self.account_id)
    }
}

/// Somebody who has a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolderRow {
    pub user_id: String,
    pub name: String,
    pub login_name: String,
    pub avatar: Avatar,
    /// Where the role was given.
    pub anchor: String,
    pub window: GrantWindow,
}

/// Whose a custom role is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleOwner {
    pub account_id: String,
    pub name: String,
}

/// Whether a custom role can be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleRemoval {
    /// Not by whoever asks, or never: nothing is said.
    NotOffered,
    Offered,
    /// `4 people have it. Give them another role, then it can be removed.`
    Refused(String),
}

/// One role: what it holds, and who has it.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/role.html")]
pub struct RolePage {
    pub frame: Frame,
    /// The account in whose list one found it.
    pub account_id: String,
    pub account_name: String,
    /// A built-in role's key, or a custom role's id.
    pub role: String,
    pub name: String,
    pub text: String,
    /// Nothing: the role is built in.
    pub owner: Option<RoleOwner>,
    pub version: Option<String>,
    pub changed: Option<Moment>,
    pub changed_by: Option<String>,
    pub edits_profile: bool,
    pub rows: Vec<FullRow<HeldCell>>,
    /// Only those one may view.
    pub holders: Vec<HolderRow>,
    /// A line under them: `and 40 more.` Empty if these are all.
    pub holders_note: String,
    pub may_edit: bool,
    /// **Define a role like this**.
    pub may_define: bool,
    pub removal: RoleRemoval,
}

impl RolePage {
    /// The address of this page.
    pub fn href(&self) -> String {
        format!("/console/accounts/{}/roles/{}", self.account_id, self.role)
    }

    /// Where it is changed: at the account it belongs to.
    pub fn edit_href(&self) -> String {
        let account_id = self.owner.as_ref().map_or(&self.account_id, |owner| &owner.account_id);
        format!("/console/accounts/{account_id}/roles/{}/edit", self.role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::views::compared_rows;

    #[test]
    fn a_comparison_says_who_may_do_more() {
        let compare = |first: fn(&str) -> bool, second: fn(&str) -> bool| {
            let rows = compared_rows(first, second);
            Comparison { first: "Desk".into(), second: "User".into(), rows, edits_profile: (true, false) }
        };
        let all = |name: &str| name.contains(".users.");
        let view = |name: &str| name.ends_with(".users.view");
        assert_eq!(compare(all, view).summary(), "Desk may do 6 things that User may not.");
        assert_eq!(compare(view, view).summary(), "Both may do the same.");
        assert_eq!(compare(view, all).profile(), "Only Desk may edit the own profile.");
        let both = compare(|name| name == "own.users.add", |name| name == "own.users.edit").summary();
        assert_eq!(both, "Desk may do 1 thing that User may not. User may do 1 thing that Desk may not.");
    }
}
