//! The accounts: where they stand, and which of them are in use.

use tenantry_domain::UserId;

use crate::{
    facts::{Facts, Person},
    held::Tree,
};

/// An account as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The accounts from the root down to this one; none once it was purged.
    pub line: Vec<usize>,
    /// By its own status, whatever is above it.
    pub is_active: bool,
    /// The account, itself or above, with which it was removed.
    pub removed_with: Option<usize>,
}

/// What is done to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    MoveBelow(usize),
    Suspend,
    Resume,
    Remove,
    Restore,
}

impl Place {
    pub const GONE: Self = Self { line: Vec::new(), is_active: false, removed_with: None };

    /// Each account's parent. What was purged has none, and nothing is below it.
    pub fn tree(places: &[Self]) -> Tree {
        Tree(places.iter().map(|place| place.line.iter().rev().nth(1).copied()).collect())
    }
}

impl Facts {
    /// Whether an account exists for anybody: neither it nor one above it was removed.
    pub fn is_there(&self, account: usize) -> bool {
        let line = &self.places[account].line;
        !line.is_empty() && line.iter().all(|above| self.places[*above].removed_with.is_none())
    }

    pub fn is_in_use(&self, account: usize) -> bool {
        self.is_there(account) && self.places[account].line.iter().all(|above| self.places[*above].is_active)
    }

    /// Whether an account is another one, or below it.
    pub fn is_within(&self, account: usize, top: usize) -> bool {
        account == top || self.tree.is_below(account, top)
    }

    pub fn within(&self, top: usize) -> Vec<usize> {
        (0..self.places.len()).filter(|account| self.is_within(*account, top)).collect()
    }

    /// Whether somebody may act: the person, the home account and every account above it are active and were not removed.
    pub fn is_live(&self, person: &Person) -> bool {
        person.is_active && !person.is_removed && self.is_in_use(person.home)
    }

    pub fn may_act(&self, user_id: UserId) -> bool {
        self.people.get(&user_id).is_some_and(|person| self.is_live(person))
    }

    /// Makes a change as it is meant to be, whoever may make it.
    pub fn change(&mut self, account: usize, change: Change) {
        match change {
            Change::Suspend => self.places[account].is_active = false,
            Change::Resume => self.places[account].is_active = true,
            Change::Remove => {
                for inside in self.within(account) {
                    self.places[inside].removed_with.get_or_insert(account);
                }
            }
            Change::Restore => {
                for place in self.places.iter_mut().filter(|place| place.removed_with == Some(account)) {
                    place.removed_with = None;
                }
            }
            Change::MoveBelow(parent) => {
                let (above, depth) = (self.places[parent].line.clone(), self.places[account].line.len() - 1);
                for inside in self.within(account) {
                    let kept = self.places[inside].line.split_off(depth);
                    self.places[inside].line = above.iter().copied().chain(kept).collect();
                }
                self.tree = Place::tree(&self.places);
            }
        }
    }

    /// Forgets an account, and with it what is given there.
    pub fn purge(&mut self, account: usize) {
        self.places[account] = Place::GONE;
        self.tree = Place::tree(&self.places);
        for person in self.people.values_mut() {
            person.grants.retain(|given| given.anchor != account);
        }
    }
}
