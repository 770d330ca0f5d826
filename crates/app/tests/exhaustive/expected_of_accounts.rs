//! What each operation on an account must come to, by the naive rules.

use crate::{
    expected::Person,
    held::{Cells, Held, Tree},
    outcome::Verdict::{self, Allowed, Conflict, Invalid, NotFound, Refused},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    Move,
    Suspend,
    /// Of one that was suspended before, as [`Change::Restore`] of one that was removed before.
    Resume,
    Remove,
    /// Not together with what is below it.
    RemoveAlone,
    Restore,
    RestoreWhatIsThere,
}

#[derive(Debug, Clone, Copy)]
pub struct AccountOperation {
    pub change: Change,
    pub account: usize,
    /// The destination of a move.
    pub to: usize,
}

impl AccountOperation {
    pub fn all(accounts: usize) -> Vec<Self> {
        let plain = [
            Change::Suspend,
            Change::Resume,
            Change::Remove,
            Change::RemoveAlone,
            Change::Restore,
            Change::RestoreWhatIsThere,
        ];
        let mut all = Vec::new();
        for account in 0..accounts {
            all.extend((0..accounts).map(|to| Self { change: Change::Move, account, to }));
            all.extend(plain.map(|change| Self { change, account, to: account }));
        }
        all
    }

    pub const fn is_shut_before(self) -> bool {
        matches!(self.change, Change::Resume | Change::Restore)
    }
}

/// An actor with a role at home, and somebody with No Access there and a role somewhere; nobody else is there.
pub struct AccountScene<'a> {
    pub tree: &'a Tree,
    pub roles: &'a [Cells; 6],
    pub actor: Person,
    pub other_home: usize,
    /// The other's role and where it is given; at home it is the only one.
    pub given: (usize, usize),
}

impl AccountScene<'_> {
    pub fn is_within(&self, account: usize, top: usize) -> bool {
        account == top || self.tree.is_below(account, top)
    }

    pub fn verdict(&self, operation: AccountOperation) -> Verdict {
        let AccountOperation { change, account, to } = operation;
        let mine = self.held(self.tree);
        let needed: &[&str] = match change {
            Change::Move => &["accounts.remove", "accounts.edit"],
            Change::Suspend | Change::Resume => &["accounts.edit"],
            _ => &["accounts.remove"],
        };
        let holds = needed.iter().all(|name| mine.holds(name, account));
        let is_mine = self.is_within(self.actor.home, account);
        match change {
            _ if !mine.views(account, self.actor.home) => NotFound,
            Change::Restore if !holds => NotFound,
            Change::Restore => self.unless_superior(account),
            Change::RestoreWhatIsThere => {
                if holds {
                    Conflict
                } else {
                    Refused
                }
            }
            _ if !holds || is_mine => Refused,
            Change::Move => self.moving(&mine, account, to),
            Change::Resume => self.unless_superior(account),
            Change::RemoveAlone if self.tree.0.contains(&Some(account)) => Conflict,
            _ => self.shutting(account),
        }
    }

    fn held(&self, tree: &Tree) -> Held {
        Held::by(tree, [(self.roles[self.actor.role], self.actor.home)])
    }

    fn moving(&self, mine: &Held, account: usize, to: usize) -> Verdict {
        if !mine.views(to, self.actor.home) {
            return NotFound;
        }
        if !mine.holds("accounts.add", to) {
            return Refused;
        }
        if self.is_within(to, account) {
            return Invalid;
        }
        let mut moved = self.tree.clone();
        moved.0[account] = Some(to);
        if !mine.covers(&self.held(&moved)) {
            return Refused;
        }
        let changes_sides = self.is_within(self.other_home, account) != self.is_within(self.given.1, account);
        if moved != *self.tree && changes_sides && self.is_superior() { Refused } else { Allowed }
    }

    /// The other one is in the account and holds, elsewhere, what the actor does not hold there.
    fn unless_superior(&self, account: usize) -> Verdict {
        if self.is_more(account) && self.is_superior() { Refused } else { Allowed }
    }

    fn is_superior(&self) -> bool {
        let theirs = Held::by(self.tree, [(self.roles[self.given.0], self.given.1)]);
        !self.held(self.tree).covers(&theirs)
    }

    fn is_more(&self, account: usize) -> bool {
        self.is_within(self.other_home, account) && !self.is_within(self.given.1, account)
    }

    fn shutting(&self, account: usize) -> Verdict {
        let administers = |role: usize| self.roles[role].administers();
        let (role, anchor) = self.given;
        let is_last = administers(role) && !(self.actor.home == anchor && administers(self.actor.role));
        let from_above = self.tree.is_below(anchor, self.actor.home) && administers(self.actor.role);
        match self.unless_superior(account) {
            Allowed if self.is_more(account) && is_last && !from_above => Conflict,
            verdict => verdict,
        }
    }
}
