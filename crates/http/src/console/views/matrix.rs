//! The permission matrix in full: every area with every action, in this account and in child accounts. To read, to compare
//! two, and to tick.

use super::shown::Choice;

/// Resource key, words, and the actions that a role can hold there.
pub(super) const AREAS: [(&str, &str, &[&str]); 8] = [
    ("account_info", "Company info", &["view", "edit"]),
    ("accounts", "Accounts", &["view", "add", "edit", "remove"]),
    ("users", "Users", &["view", "add", "edit", "remove"]),
    ("services", "Services", &["view", "add", "edit", "remove"]),
    ("catalog", "Catalogue", &["view", "edit"]),
    ("reports", "Reports", &["view"]),
    ("price_schedules", "Price schedules", &["view", "add", "edit", "remove"]),
    ("support", "Support", &["view"]),
];

const ACTIONS: [&str; 4] = ["view", "add", "edit", "remove"];

/// Scope key, and where that is in words.
const SCOPES: [(&str, &str); 2] = [("own", "in this account"), ("child", "in child accounts")];

/// The areas as choices, by their keys.
pub fn area_choices() -> Vec<Choice> {
    AREAS.iter().map(|(key, words, _)| Choice::new(*key, *words)).collect()
}

/// An area's words by its key; the key itself if there is none.
pub fn area_words(key: &str) -> &str {
    AREAS.iter().find(|(known, ..)| *known == key).map_or(key, |(_, words, _)| words)
}

/// The actions as choices, by their keys.
pub fn action_choices() -> Vec<Choice> {
    ACTIONS.map(|action| Choice::new(action, action)).into()
}

/// One area: four cells for this account, then four for child accounts; view, add, edit, remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullRow<C> {
    pub area: &'static str,
    pub cells: Vec<C>,
}

/// Where a cell stands.
struct Place {
    /// `own.users.view`
    name: String,
    /// `View users in this account`
    words: String,
    /// A role can hold it: an account never creates, edits or removes itself, and nobody adds reports.
    applies: bool,
}

fn full_rows<C>(cell: impl Fn(Place) -> C) -> Vec<FullRow<C>> {
    let place =
        |(scope, scope_words): (&str, &str), (resource, area, possible): (&str, &str, &[&str]), action: &str| {
            let mut words = format!("{action} {} {scope_words}", area.to_lowercase());
            if let Some(first) = words.get_mut(0..1) {
                first.make_ascii_uppercase();
            }
            Place {
                name: format!("{scope}.{resource}.{action}"),
                words,
                applies: possible.contains(&action) && !(scope == "own" && resource == "accounts"),
            }
        };
    let row = |area: (&'static str, &'static str, &'static [&'static str])| FullRow {
        area: area.1,
        cells: SCOPES
            .iter()
            .flat_map(|scope| ACTIONS.iter().map(move |action| place(*scope, area, action)))
            .map(&cell)
            .collect(),
    };
    AREAS.into_iter().map(row).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldState {
    Held,
    NotHeld,
    /// No role has it.
    NotApplicable,
}

/// A cell to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldCell {
    pub state: HeldState,
    /// It is what was asked about.
    pub asked: bool,
}

/// The matrix of a role, or of all of somebody's grants together, that answers for a cell by its name.
pub fn held_rows(holds: impl Fn(&str) -> bool, asked: &str) -> Vec<FullRow<HeldCell>> {
    full_rows(|place| HeldCell {
        state: match (holds(&place.name), place.applies) {
            (true, _) => HeldState::Held,
            (false, true) => HeldState::NotHeld,
            (false, false) => HeldState::NotApplicable,
        },
        asked: place.name == asked,
    })
}

/// A cell of two matrices at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComparedCell {
    Both,
    OnlyFirst,
    OnlySecond,
    Neither,
    NotApplicable,
}

/// Two matrices in one.
pub fn compared_rows(first: impl Fn(&str) -> bool, second: impl Fn(&str) -> bool) -> Vec<FullRow<ComparedCell>> {
    full_rows(|place| match (first(&place.name), second(&place.name)) {
        (true, true) => ComparedCell::Both,
        (true, false) => ComparedCell::OnlyFirst,
        (false, true) => ComparedCell::OnlySecond,
        (false, false) if place.applies => ComparedCell::Neither,
        (false, false) => ComparedCell::NotApplicable,
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TickState {
    /// May be ticked.
    Free,
    /// One does not hold it oneself: it stays as it is.
    Kept,
    /// No role has it.
    NotApplicable,
}

/// A cell to tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TickCell {
    /// `own.users.view`: the value that is sent.
    pub name: String,
    /// `View users in this account`
    pub words: String,
    pub state: TickState,
    pub ticked: bool,
}

impl TickCell {
    pub fn is_kept(&self) -> bool {
        self.state == TickState::Kept
    }
}

/// The matrix to tick: what is ticked, and what one may tick, both by the cell's name.
pub fn tick_rows(ticked: impl Fn(&str) -> bool, may_tick: impl Fn(&str) -> bool) -> Vec<FullRow<TickCell>> {
    full_rows(|place| {
        let ticked = ticked(&place.name);
        let state = match (may_tick(&place.name), place.applies || ticked) {
            (_, false) => TickState::NotApplicable,
            (true, true) => TickState::Free,
            (false, true) => TickState::Kept,
        };
        TickCell { state, ticked, name: place.name, words: place.words }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell<'a, C>(rows: &'a [FullRow<C>], area: &str, at: usize) -> &'a C {
        &rows.iter().find(|row| row.area == area).unwrap().cells[at]
    }

    #[test]
    fn what_no_role_has_is_told_from_what_is_not_held() {
        let rows = held_rows(|name| name == "own.users.view", "child.users.add");
        let state = |area, at| cell(&rows, area, at).state;
        assert_eq!((state("Users", 0), state("Users", 1)), (HeldState::Held, HeldState::NotHeld));
        assert_eq!((state("Accounts", 0), state("Accounts", 4)), (HeldState::NotApplicable, HeldState::NotHeld));
        assert_eq!(state("Reports", 1), HeldState::NotApplicable);
        let asked: Vec<_> = rows.iter().flat_map(|row| &row.cells).filter(|cell| cell.asked).collect();
        assert_eq!((asked.len(), cell(&rows, "Users", 5).asked), (1, true));
    }

    #[test]
    fn two_matrices_say_which_of_them_holds_a_cell() {
        let rows = compared_rows(|name| name.starts_with("own.users."), |name| name.ends_with(".users.view"));
        let cells = [0, 1, 4, 5].map(|at| *cell(&rows, "Users", at));
        let expected = [ComparedCell::Both, ComparedCell::OnlyFirst, ComparedCell::OnlySecond, ComparedCell::Neither];
        assert_eq!(cells, expected);
        assert_eq!(*cell(&rows, "Accounts", 0), ComparedCell::NotApplicable);
    }

    #[test]
    fn only_what_one_holds_can_be_ticked() {
        let rows = tick_rows(|name| name == "child.users.edit", |name| name.starts_with("own."));
        assert_eq!(cell(&rows, "Users", 0).state, TickState::Free);
        let kept = cell(&rows, "Users", 6);
        assert_eq!((kept.state, kept.ticked), (TickState::Kept, true));
        assert_eq!(kept.words, "Edit users in child accounts");
        assert_eq!(cell(&rows, "Accounts", 2).state, TickState::NotApplicable);
    }
}
