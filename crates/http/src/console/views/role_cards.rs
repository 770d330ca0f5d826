//! Roles as cards, each with its permission matrix as a small grid.

use super::matrix::AREAS;

/// How much of an area a role may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    All,
    Part,
    Nothing,
    /// The area has no actions in this scope.
    NotApplicable,
}

/// One mark of the grid, with the words a screen reader says instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub kind: MarkKind,
    pub words: String,
}

impl Mark {
    /// The mark for what is `held` of what is `possible`, both as verbs (`view`, `add`, `edit`, `remove`).
    pub fn new(held: &[&str], possible: &[&str]) -> Self {
        let listed = || {
            let mut words = held.join(", ");
            if let Some(first) = words.get_mut(0..1) {
                first.make_ascii_uppercase();
            }
            words
        };
        let (kind, words) = match (held, possible) {
            (_, []) => (MarkKind::NotApplicable, "Does not apply".to_owned()),
            ([], _) => (MarkKind::Nothing, "Nothing".to_owned()),
            (held, possible) if held.len() >= possible.len() => (MarkKind::All, listed()),
            (["view"], _) => (MarkKind::Part, "View only".to_owned()),
            _ => (MarkKind::Part, listed()),
        };
        Self { kind, words }
    }

    pub fn class(&self) -> &'static str {
        match self.kind {
            MarkKind::All => "mark-all",
            MarkKind::Part => "mark-part",
            MarkKind::Nothing => "mark-none",
            MarkKind::NotApplicable => "mark-na",
        }
    }
}

/// One area of the grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    pub area: &'static str,
    pub own: Mark,
    pub child: Mark,
}

/// The grid of a matrix that answers for a cell by its name, `own.users.view`.
pub fn matrix_rows(holds: impl Fn(&str) -> bool) -> Vec<MatrixRow> {
    let mark = |scope: &str, resource: &str, possible: &[&str]| {
        // An account never creates, edits or removes itself.
        let possible = if scope == "own" && resource == "accounts" { &[] } else { possible };
        let held: Vec<&str> =
            possible.iter().copied().filter(|action| holds(&format!("{scope}.{resource}.{action}"))).collect();
        Mark::new(&held, possible)
    };
    AREAS
        .iter()
        .map(|(resource, area, possible)| MatrixRow {
            area,
            own: mark("own", resource, possible),
            child: mark("child", resource, possible),
        })
        .collect()
}

/// One role that can be chosen, or can't, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleCard {
    /// Role key, or a custom role's id: the value of the field `role`.
    pub key: String,
    pub name: String,
    /// What it is for, in one line.
    pub text: String,
    /// Why one may not give it: `Needs support edit in this account, which you do not hold at Contoso.`
    pub refused: Option<String>,
    pub rows: Vec<MatrixRow>,
}

/// Roles under one heading: `Access levels`, `Account roles`, `Roles of Contoso`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleGroup {
    pub title: String,
    pub roles: Vec<RoleCard>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_says_how_much_is_held_in_words() {
        assert_eq!(Mark::new(&["view"], &["view", "edit"]).words, "View only");
        assert_eq!(Mark::new(&["view", "edit"], &["view", "edit"]).words, "View, edit");
        assert_eq!(Mark::new(&[], &["view"]).kind, MarkKind::Nothing);
    }

    #[test]
    fn an_account_is_never_its_own_child() {
        let rows = matrix_rows(|_| true);
        let accounts = rows.iter().find(|row| row.area == "Accounts").unwrap();
        assert_eq!(accounts.own.kind, MarkKind::NotApplicable);
        assert_eq!(accounts.child.kind, MarkKind::All);
    }
}
