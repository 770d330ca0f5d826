//! `GET /console/accounts/{account}/users`.

use askama::Template;
use url::form_urlencoded::Serializer;

use super::{
    created_dialog::CreatedDialog,
    frame::Frame,
    shown::{Avatar, Choice, Moment, StatusChip},
};

/// What is asked of the list: the state of the page is all in its address.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct UsersQuery {
    /// The account, from the path.
    #[serde(skip)]
    pub account: String,
    /// `own` or `subtree`; empty is `own`.
    pub scope: String,
    pub q: String,
    /// One status key, or empty.
    pub status: String,
    /// One role key, or empty.
    pub role: String,
    /// A column, with `-` in front when descending; empty is the newest first.
    pub sort: String,
    pub after: String,
    pub before: String,
}

impl UsersQuery {
    /// The address of the same list with one thing changed, from its first page.
    pub fn with(&self, name: &str, value: &str) -> String {
        let old = [
            ("scope", &self.scope),
            ("q", &self.q),
            ("status", &self.status),
            ("role", &self.role),
            ("sort", &self.sort),
        ];
        let mut query = Serializer::new(String::new());
        for (key, kept) in old {
            let kept = if key == name { value } else { kept.as_str() };
            if !kept.is_empty() {
                query.append_pair(key, kept);
            }
        }
        if matches!(name, "after" | "before") && !value.is_empty() {
            query.append_pair(name, value);
        }
        let query = query.finish();
        let path = self.path();
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }

    /// The address of the page `before` or `after` a cursor; empty where there is none.
    pub fn turn(&self, direction: &str, cursor: &Option<String>) -> String {
        cursor.as_ref().map(|cursor| self.with(direction, cursor)).unwrap_or_default()
    }

    /// The list without any search or filter.
    pub fn path(&self) -> String {
        format!("/console/accounts/{}/users", self.account)
    }

    /// The address that sorts by the column, or turns the order round.
    pub fn sort_by(&self, column: &str) -> String {
        if self.sort == column { self.with("sort", &format!("-{column}")) } else { self.with("sort", column) }
    }

    /// `ascending` or `descending` if the list is sorted by the column, or empty.
    pub fn direction(&self, column: &str) -> &'static str {
        match self.sort.strip_prefix('-') {
            _ if self.sort == column => "ascending",
            Some(sorted) if sorted == column => "descending",
            _ => "",
        }
    }

    pub fn is_subtree(&self) -> bool {
        self.scope == "subtree"
    }

    pub fn is_filtered(&self) -> bool {
        !self.q.is_empty() || !self.status.is_empty() || !self.role.is_empty()
    }
}

/// What one may do to a user from the list or the user's page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one independent permission each")]
pub struct RowActions {
    pub edit: bool,
    pub suspend: bool,
    pub activate: bool,
    pub send_link: bool,
    pub remove: bool,
    pub restore: bool,
}

/// One user of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    pub id: String,
    pub avatar: Avatar,
    pub name: String,
    pub login_name: String,
    pub chip: StatusChip,
    /// A second line under the chip: `Link valid 21 more hours`.
    pub chip_note: Option<String>,
    pub role: String,
    pub account_name: String,
    pub last_sign_in: Option<Moment>,
    pub created: Option<Moment>,
    /// Provisioning will not change by itself any more; while `false` the script follows it.
    pub settled: bool,
    /// Just created: marked for a moment.
    pub is_new: bool,
    pub may: RowActions,
}

/// The list, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsersList {
    Rows {
        rows: Vec<UserRow>,
        /// Cursor of the page before, if there is one.
        before: Option<String>,
        /// Cursor of the page after, if there is one.
        after: Option<String>,
        /// `12 of 214 users`, where counting is cheap.
        count: Option<String>,
    },
    /// The account has no users.
    NoneYet,
    /// The search or a filter leaves nothing over.
    NoneMatch,
    /// One may not view the users here, but those of child accounts.
    OnlyBelow,
}

/// The list of users, **Create New User** above it.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/users.html")]
pub struct UsersPage {
    pub frame: Frame,
    pub account_name: String,
    pub query: UsersQuery,
    pub may_create: bool,
    /// There are child accounts whose users one may view.
    pub may_look_below: bool,
    pub status_options: Vec<Choice>,
    pub role_options: Vec<Choice>,
    /// Columns that can be sorted by: `name`, `status`, `role`, `account`, `lastSignIn`, `created`.
    pub sortable: Vec<&'static str>,
    pub list: UsersList,
    pub created: Option<CreatedDialog>,
}

impl UsersPage {
    /// What is read for a chosen filter value.
    pub fn label_of<'a>(&self, options: &'a [Choice], value: &'a str) -> &'a str {
        options.iter().find(|option| option.value == value).map_or(value, |option| option.label.as_str())
    }

    pub fn can_sort(&self, column: &str) -> bool {
        self.sortable.contains(&column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_keeps_the_rest_of_the_address_and_starts_at_the_first_page() {
        let query = UsersQuery {
            account: "a1".into(),
            q: "mara & co".into(),
            after: "cursor".into(),
            scope: "subtree".into(),
            ..UsersQuery::default()
        };
        assert_eq!(query.with("role", "user"), "/console/accounts/a1/users?scope=subtree&q=mara+%26+co&role=user");
        assert_eq!(query.with("q", ""), "/console/accounts/a1/users?scope=subtree");
    }

    #[test]
    fn a_head_turns_the_order_round() {
        let query = UsersQuery { account: "a1".into(), sort: "name".into(), ..UsersQuery::default() };
        assert_eq!(query.sort_by("name"), "/console/accounts/a1/users?sort=-name");
        assert_eq!(query.direction("name"), "ascending");
        assert_eq!(query.direction("role"), "");
    }
}
