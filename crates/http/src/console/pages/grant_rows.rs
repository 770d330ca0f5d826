//! Rows of grants, between what is stored, what is typed and what the use case takes.

use tenantry_app::{
    ports::GrantRow as Stored,
    users::{GrantInput, SetGrantsInput},
};

use super::{
    answers::PageError,
    forms::{Form, unexpected},
    user_access::giver,
};
use crate::console::views::{GrantFields, GrantKind, Moment, local_input};

/// More rows than anybody can save.
const MOST_ROWS: usize = 60;

/// A row as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedRow {
    pub role: String,
    pub anchor_id: String,
    pub starts_at: String,
    pub ends_at: String,
    pub remove: bool,
    /// Part of the name of an account that is looked for.
    pub find: String,
}

impl TypedRow {
    fn of(stored: &Stored) -> Self {
        Self {
            role: stored.grant.role.key().to_string(),
            anchor_id: stored.grant.anchor.id().to_string(),
            starts_at: local_input(stored.grant.starts_at),
            ends_at: local_input(stored.grant.ends_at),
            remove: false,
            find: String::new(),
        }
    }

    fn is_empty(&self) -> bool {
        *self == Self { remove: self.remove, find: self.find.clone(), ..Self::default() }
    }

    fn take(&mut self, field: &str, value: &str) -> Result<(), PageError> {
        match field {
            "role" => value.clone_into(&mut self.role),
            "anchorAccountId" => value.clone_into(&mut self.anchor_id),
            "startsAt" => value.clone_into(&mut self.starts_at),
            "endsAt" => value.clone_into(&mut self.ends_at),
            "remove" => self.remove = true,
            "find" => value.trim().clone_into(&mut self.find),
            _ => return Err(unexpected("It has a field that this page does not know.")),
        }
        Ok(())
    }

    /// Times are shown to the minute: one that was not touched stays as exact as it is.
    fn input(&self, stored: Option<&Stored>) -> GrantInput {
        let time = |typed: &str, stored: Option<jiff::Timestamp>| match stored {
            Some(at) if local_input(Some(at)) == typed => Some(at.to_string()),
            _ => universal(typed),
        };
        GrantInput {
            role: Some(self.role.clone()),
            anchor_account_id: Some(self.anchor_id.clone()),
            starts_at: time(&self.starts_at, stored.and_then(|row| row.grant.starts_at)),
            ends_at: time(&self.ends_at, stored.and_then(|row| row.grant.ends_at)),
        }
    }
}

/// `2026-11-22T09:41`, which is UTC, as the API writes it; what is something else stays, to be refused.
fn universal(typed: &str) -> Option<String> {
    match typed.trim() {
        "" => None,
        to_the_minute if to_the_minute.len() == 16 => Some(format!("{to_the_minute}:00Z")),
        other => Some(format!("{other}Z")),
    }
}

/// All rows of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows(pub Vec<TypedRow>);

impl Rows {
    pub fn of(stored: &[Stored]) -> Self {
        Self(stored.iter().map(TypedRow::of).collect())
    }

    /// Reads `grants.N.field`; any other field must be one of `known`.
    pub fn read(form: &Form, known: &[&str]) -> Result<Self, PageError> {
        let mut rows: Vec<TypedRow> = Vec::new();
        form.distribute(known, |name, value| if name.starts_with("grants.") { None } else { Some(value) })?;
        for (name, value) in form.iter() {
            let Some(rest) = name.strip_prefix("grants.") else { continue };
            let (at, field) = rest.split_once('.').ok_or_else(|| unexpected("It has a field without a name."))?;
            let at: usize =
                at.parse().ok().filter(|at| *at < MOST_ROWS).ok_or_else(|| unexpected("It is too long."))?;
            if rows.len() <= at {
                rows.resize(at + 1, TypedRow::default());
            }
            if let Some(row) = rows.get_mut(at) {
                row.take(field, value)?;
            }
        }
        Ok(Self(rows))
    }

    /// With an empty row at the end.
    #[must_use]
    pub fn with_empty_end(self) -> Self {
        if self.0.last().is_some_and(TypedRow::is_empty) { self } else { self.with_one_more() }
    }

    /// With another empty row, as far as there is room.
    #[must_use]
    pub fn with_one_more(mut self) -> Self {
        if self.0.len() < MOST_ROWS {
            self.0.push(TypedRow::default());
        }
        self
    }

    /// Whether an account is looked for and none is chosen, so that saving is not meant yet.
    pub fn is_looking(&self) -> bool {
        self.0.iter().any(|row| !row.find.is_empty() && row.anchor_id.is_empty() && !row.remove)
    }

    /// What the use case takes, and of which row each of its grants is.
    pub fn input(&self, stored: &[Stored]) -> (SetGrantsInput, Vec<usize>) {
        let wanted = self.0.iter().enumerate().filter(|(_, row)| !row.remove && !row.is_empty());
        let known = |row: &TypedRow| stored.iter().find(|known| known.grant.anchor.id().to_string() == row.anchor_id);
        let (grants, rows) = wanted.map(|(at, row)| (row.input(known(row)), at)).unzip();
        (SetGrantsInput { grants }, rows)
    }

    /// The rows' fields, still without roles to choose from.
    pub fn fields(&self, stored: &[Stored], home_id: &str, now: jiff::Timestamp) -> Vec<GrantFields> {
        let mut seen: Vec<&str> = Vec::new();
        let mut fields = Vec::new();
        for (at, row) in self.0.iter().enumerate() {
            let known = stored.iter().find(|known| known.grant.anchor.id().to_string() == row.anchor_id);
            let known = known.filter(|_| !seen.contains(&&*row.anchor_id));
            seen.push(&row.anchor_id);
            let kind = match known {
                Some(_) if row.anchor_id == home_id => GrantKind::Base,
                Some(_) => GrantKind::Stored,
                None => GrantKind::New,
            };
            fields.push(GrantFields {
                at,
                kind,
                role: row.role.clone(),
                account_id: row.anchor_id.clone(),
                fixed_account: known.map(|known| known.anchor_name.clone()),
                starts_at: row.starts_at.clone(),
                ends_at: row.ends_at.clone(),
                remove: row.remove,
                find: row.find.clone(),
                accounts: Vec::new(),
                found: String::new(),
                roles: Vec::new(),
                note: known.map(|known| note(known, now)).unwrap_or_default(),
            });
        }
        fields
    }
}

fn note(stored: &Stored, now: jiff::Timestamp) -> String {
    let given = Moment::new(stored.given_at, now).relative;
    let by = giver(stored).map(|giver| format!(" by {giver}")).unwrap_or_default();
    format!("Given {given}{by}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_taken_as_utc() {
        let said = ["", "2026-11-22T09:41", "2026-11-22T09:41:30", "soon"].map(universal);
        let expected = [None, Some("2026-11-22T09:41:00Z"), Some("2026-11-22T09:41:30Z"), Some("soonZ")];
        assert_eq!(said.each_ref().map(Option::as_deref), expected);
    }

    #[test]
    fn empty_rows_and_those_to_be_removed_are_no_grants() {
        let typed = |role: &str, remove| TypedRow { role: role.to_owned(), remove, ..TypedRow::default() };
        let rows = Rows(vec![typed("user", false), typed("", false), typed("user", true), typed("no_access", false)]);
        let (input, places) = rows.input(&[]);
        assert_eq!((input.grants.len(), places), (2, vec![0, 3]));
        let shown = rows.with_empty_end();
        assert_eq!((shown.0.len(), shown.clone().with_empty_end().0.len(), shown.with_one_more().0.len()), (5, 5, 6));
    }
}
