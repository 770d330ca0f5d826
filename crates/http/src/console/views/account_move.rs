//! `GET/POST /console/accounts/{account}/move`: where to, then what would change, then doing it.

use askama::Template;

use super::frame::Frame;

/// An account to move to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub id: String,
    pub name: String,
    /// `Reseller, below Northwind`.
    pub text: String,
    pub chosen: bool,
}

/// Somebody whose rights the move changes, and how: `add users in Contoso, and 3 more`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AffectedRow {
    pub user_id: String,
    pub name: String,
    pub text: String,
}

/// What the move to the chosen destination would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveOutcome {
    pub parent_id: String,
    pub parent_name: String,
    pub gaining: Vec<AffectedRow>,
    pub losing: Vec<AffectedRow>,
    /// There are more people than were looked at.
    pub is_cut: bool,
}

/// Queries `q` and `to`; `POST`: field `parent`.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/move_account.html")]
pub struct MoveAccountPage {
    pub frame: Frame,
    pub account_id: String,
    pub account_name: String,
    /// Where it stands now.
    pub parent_name: String,
    pub q: String,
    pub destinations: Vec<Destination>,
    /// Not all of them are shown.
    pub is_cut: bool,
    /// Why the chosen destination cannot be had.
    pub refused: Option<String>,
    pub outcome: Option<MoveOutcome>,
}
