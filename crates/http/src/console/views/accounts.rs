//! `GET /console/accounts`: the accounts within reach, as a table or as a tree.

use askama::Template;
use serde::Serialize;
use url::form_urlencoded::Serializer;

use super::{
    frame::{Crumb, Frame},
    shown::{Choice, Moment, StatusChip},
};

/// What is asked of the list: the state of the page is all in its address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountsQuery {
    /// `tree`, or empty for the table.
    pub view: String,
    /// In the tree: the account whose children are shown.
    pub parent: String,
    pub q: String,
    /// One kind key, or empty.
    pub kind: String,
    /// One status key, or empty.
    pub status: String,
    /// Not empty: opened to switch, and the heading asks where to work.
    pub switch: String,
}

impl AccountsQuery {
    /// The address of the same list with one thing changed, from its first page.
    pub fn with(&self, name: &str, value: &str) -> String {
        let old = [
            ("switch", &self.switch),
            ("view", &self.view),
            ("parent", &self.parent),
            ("q", &self.q),
            ("kind", &self.kind),
            ("status", &self.status),
        ];
        let kept = old.map(|(key, kept)| (key, if key == name { value } else { kept.as_str() }));
        let turned = matches!(name, "after" | "before").then_some((name, value));
        address(kept.into_iter().chain(turned))
    }

    /// The address of the page `before` or `after` a cursor; empty where there is none.
    pub fn turn(&self, direction: &str, cursor: &Option<String>) -> String {
        cursor.as_ref().map(|cursor| self.with(direction, cursor)).unwrap_or_default()
    }

    /// The children of an account, in the tree.
    pub fn below(&self, account_id: &str) -> String {
        address([("view", "tree"), ("parent", account_id)])
    }

    /// The same view without any search or filter.
    pub fn cleared(&self) -> String {
        address([("switch", self.switch.as_str()), ("view", &self.view), ("parent", &self.parent)])
    }

    pub fn is_tree(&self) -> bool {
        self.view == "tree"
    }

    pub fn is_switching(&self) -> bool {
        !self.switch.is_empty()
    }

    pub fn is_filtered(&self) -> bool {
        !self.q.is_empty() || !self.kind.is_empty() || !self.status.is_empty()
    }
}

fn address<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    let path = "/console/accounts";
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// An account found while one types: `GET /console/account-choices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountChoice {
    pub id: String,
    pub name: String,
    /// The accounts above it that are in view.
    pub path: String,
    pub kind: String,
    pub initials: String,
    /// 1 to 8.
    pub hue: u8,
    /// One works there now.
    pub current: bool,
}

/// What can be done from a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowWork {
    /// One is working here now.
    Here,
    /// One could.
    Offered,
    /// The account was removed, and can be taken back.
    Restore,
}

/// One account within reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    pub id: String,
    pub name: String,
    pub initials: String,
    /// 1 to 8.
    pub hue: u8,
    /// `Reseller`, `Customer` or `Platform`.
    pub kind: String,
    pub chip: StatusChip,
    /// When it was removed.
    pub removed: Option<Moment>,
    /// The accounts above it that are in view: `Northwind › Contoso`.
    pub path: String,
    pub primary_domain: String,
    /// Accounts can stand below it: the tree goes on.
    pub has_below: bool,
    pub work: RowWork,
    /// How many accounts stand directly below it, as far as that can be seen.
    pub children: Option<String>,
    /// How many users it has, as far as that can be seen.
    pub users: Option<String>,
    /// Its users, if they may be seen.
    pub users_href: Option<String>,
}

impl AccountRow {
    pub fn is_removed(&self) -> bool {
        self.removed.is_some()
    }
}

/// Where **Add Customer** and **Add Reseller** lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddLinks {
    pub parent_id: String,
    pub parent_name: String,
}

impl AddLinks {
    /// The first step of the wizard for an account of this kind.
    pub fn href(&self, kind: &str) -> String {
        format!("/console/accounts/new?parent={}&kind={kind}", self.parent_id)
    }
}

/// The list, which is also the account switcher's full page.
/// `POST /console/active-account`: field `account`, hidden `next`.
#[derive(Debug, Clone, Template)]
#[template(path = "pages/accounts.html")]
pub struct AccountsPage {
    pub frame: Frame,
    pub query: AccountsQuery,
    pub kind_options: Vec<Choice>,
    pub status_options: Vec<Choice>,
    /// In the tree: the way to the account whose children are shown, that one last.
    pub trail: Vec<Crumb>,
    /// In the tree: accounts in view that stand neither at nor below the home account, to begin at.
    pub elsewhere: Vec<Crumb>,
    pub add: Option<AddLinks>,
    pub rows: Vec<AccountRow>,
    /// Cursor of the page before, if there is one.
    pub before: Option<String>,
    /// Cursor of the page after, if there is one.
    pub after: Option<String>,
    /// `14 accounts`, where counting is cheap.
    pub count: Option<String>,
    /// `30 days`: how long a removed account can be restored.
    pub kept_for: String,
}

impl AccountsPage {
    /// The account whose children the tree shows.
    pub fn tree_name(&self) -> &str {
        self.trail.last().map_or("", |crumb| crumb.name.as_str())
    }

    pub fn caption(&self) -> String {
        if self.query.is_tree() {
            format!("The accounts directly below {}", self.tree_name())
        } else {
            "Accounts within your reach".to_owned()
        }
    }

    /// Only removed accounts are asked for, and nothing else.
    pub fn asks_for_removed(&self) -> bool {
        self.query.status == "removed" && self.query.q.is_empty() && self.query.kind.is_empty()
    }

    /// What is read for a chosen filter value.
    pub fn label_of<'a>(&self, options: &'a [Choice], value: &'a str) -> &'a str {
        options.iter().find(|option| option.value == value).map_or(value, |option| option.label.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_keeps_the_view_and_starts_at_the_first_page() {
        let query = AccountsQuery { view: "tree".into(), parent: "a1".into(), ..AccountsQuery::default() };
        assert_eq!(query.with("kind", "customer"), "/console/accounts?view=tree&parent=a1&kind=customer");
        assert_eq!(query.turn("after", &Some("cursor".into())), "/console/accounts?view=tree&parent=a1&after=cursor");
        assert_eq!(query.below("a2"), "/console/accounts?view=tree&parent=a2");
        assert_eq!(AccountsQuery { q: "x".into(), ..AccountsQuery::default() }.cleared(), "/console/accounts");
    }
}
