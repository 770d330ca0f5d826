//! `GET /console/users/{id}/access`: what somebody may do, why, and by which grants.

use askama::Template;

use super::{
    frame::Frame,
    grant_window::GrantWindow,
    matrix::{FullRow, HeldCell},
    shown::{Avatar, Choice, Moment, StatusChip},
    user_page::UserActions,
};

/// One grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    pub role: String,
    /// The role's page, if it may be seen.
    pub role_href: Option<String>,
    /// The account it is anchored at.
    pub anchor: String,
    /// That is the home account.
    pub is_home: bool,
    pub window: GrantWindow,
    pub given: Option<Moment>,
    /// `Avery Quinn of Northwind`
    pub given_by: Option<String>,
    /// Where it is changed, if one may.
    pub change_href: Option<String>,
}

/// What was asked in *Why, or why not*. Query: `action`, `resource`, `accountId`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    pub action: String,
    pub resource: String,
    pub account_id: String,
}

/// What would allow it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemedyText {
    /// `own.price_schedules.edit`
    pub cell: String,
    /// Where a role with it would have to be given.
    pub anchor: String,
    /// Roles that hold it, the smallest first.
    pub roles: Vec<String>,
    /// Who could give one, oneself first, as `you`.
    pub grantors: Vec<String>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// This grant and cell allow it.
    Granted { cell: String, role: String, anchor: String, window: GrantWindow },
    /// A grant allows it whose account is out of view.
    GrantedOutOfView { cell: String },
    /// Nothing is allowed now: `Mara Lindqvist is suspended.`
    NotActive { why: String },
    /// No grant in effect gives it.
    NotHeld {
        /// `The only grant, Customer Administrator of Contoso, does not hold it.`
        why: String,
        remedy: RemedyText,
    },
}

/// The question as a sentence, and the answer to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// `edit price schedules in Contoso`
    pub what: String,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, Template)]
#[template(path = "pages/user_access.html")]
pub struct UserAccessPage {
    pub frame: Frame,
    pub user_id: String,
    pub account_id: String,
    pub name: String,
    pub first_name: String,
    pub login_name: String,
    pub avatar: Avatar,
    pub chip: StatusChip,
    pub is_self: bool,
    pub may: UserActions,
    /// Why none of it is in effect: `Mara is suspended.`
    pub not_in_effect: Option<String>,
    /// The account the matrix is about, from the query's `account`.
    pub chosen_id: String,
    pub chosen_name: String,
    /// Accounts that can be chosen and asked about.
    pub accounts: Vec<Choice>,
    pub rows: Vec<FullRow<HeldCell>>,
    pub edits_profile: bool,
    pub actions: Vec<Choice>,
    pub areas: Vec<Choice>,
    pub question: Question,
    pub answer: Option<Answer>,
    pub grants: Vec<GrantRow>,
    /// Where one may be added, if one may.
    pub add_href: Option<String>,
}

/// `Full Access`, `Full Access or User`, `Full Access, Basic Access or User`.
pub fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_read_as_a_sentence() {
        let said = |words: &[&str]| either(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!((said(&[]), said(&["a"])), (String::new(), "a".into()));
        assert_eq!((said(&["a", "b"]), said(&["a", "b", "c"])), ("a or b".into(), "a, b or c".into()));
    }
}
