//! What each operation must come to, by the naive rules.

use crate::{
    held::{Cells, Held, Tree},
    operations::Operation,
    outcome::Verdict::{self, Allowed, Conflict, Invalid, NotFound, Refused},
};

/// What an administrator made of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Active,
    Suspended,
    Removed,
}

/// A user with one role at home.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    pub home: usize,
    /// A column of the table of roles.
    pub role: usize,
    pub status: Status,
}

/// An actor, who is active, and somebody to whom something is done; nobody else is there.
pub struct Scene<'a> {
    pub tree: &'a Tree,
    pub roles: &'a [Cells; 6],
    pub actor: Person,
    pub other: Person,
    /// Whether the two are one.
    pub is_self: bool,
}

impl Held {
    /// Whether an account is in view of somebody at home in `home`.
    pub fn views(&self, account: usize, home: usize) -> bool {
        account == home || self.holds("account_info.view", account) || self.holds("accounts.view", account)
    }
}

impl Scene<'_> {
    fn given(&self, role: usize, at: usize) -> Held {
        Held::by(self.tree, [(self.roles[role], at)])
    }

    pub fn verdict(&self, operation: Operation) -> Verdict {
        let mine = self.given(self.actor.role, self.actor.home);
        let home = self.other.home;
        match operation {
            Operation::Show | Operation::ShowImage => self.viewing(&mine),
            Operation::ShowAccess | Operation::Explain if mine.views(home, self.actor.home) => self.viewing(&mine),
            Operation::ShowAccess | Operation::Explain => NotFound,
            Operation::OpenForm | Operation::CheckLoginName => {
                self.at_home(&mine, mine.holds("users.add", home) || mine.holds("users.edit", home))
            }
            Operation::Create(role) => {
                self.at_home(&mine, mine.holds("users.add", home) && mine.covers(&self.given(role, home)))
            }
            Operation::Define(role) => {
                self.at_home(&mine, mine.holds("users.edit", home) && mine.covers(&self.given(role, home)))
            }
            Operation::SetImage | Operation::RemoveImage if self.is_self => Allowed,
            _ => self.changing(&mine, operation),
        }
    }

    /// Whether [`Operation::Explain`] says yes.
    pub fn explained(&self) -> bool {
        let theirs = self.given(self.other.role, self.other.home);
        self.other.status == Status::Active && theirs.holds("users.add", self.other.home)
    }

    fn covers_other(&self, mine: &Held) -> bool {
        mine.covers(&self.given(self.other.role, self.other.home))
    }

    fn at_home(&self, mine: &Held, allowed: bool) -> Verdict {
        match (mine.views(self.other.home, self.actor.home), allowed) {
            (false, _) => NotFound,
            (true, false) => Refused,
            (true, true) => Allowed,
        }
    }

    fn viewing(&self, mine: &Held) -> Verdict {
        let home = self.other.home;
        let is_gone = self.other.status == Status::Removed && !mine.holds("users.remove", home);
        if self.is_self || mine.holds("users.view", home) && !is_gone { Allowed } else { NotFound }
    }

    fn changing(&self, mine: &Held, operation: Operation) -> Verdict {
        let home = self.other.home;
        let needs = match operation {
            Operation::Remove | Operation::Restore => "users.remove",
            _ => "users.edit",
        };
        if self.is_self {
            return self.changing_oneself(mine, operation);
        }
        if !mine.holds("users.view", home) {
            return NotFound;
        }
        if !mine.holds(needs, home) || !self.covers_other(mine) {
            return Refused;
        }
        let mails = matches!(
            operation,
            Operation::MailPassword
                | Operation::SendLink
                | Operation::SendLinkToAlternative
                | Operation::SendLinkElsewhere
        );
        match (operation, self.other.status) {
            (Operation::Restore, Status::Removed) => Allowed,
            (Operation::Restore, _) | (_, Status::Removed) => Conflict,
            (_, Status::Suspended) if mails => Conflict,
            (Operation::Suspend | Operation::Remove, Status::Active) => self.unless_last(Cells::default()),
            (Operation::ChangeRole(role) | Operation::SetGrants(role), _) => self.giving(mine, role, home),
            (Operation::AddGrant(_, account), _) if !mine.views(account, self.actor.home) => Invalid,
            (Operation::AddGrant(role, account), _) => self.giving(mine, role, account),
            _ => Allowed,
        }
    }

    /// What needs no more than `users.edit` one may do to oneself, as far as it is no way around a password or a role.
    fn changing_oneself(&self, mine: &Held, operation: Operation) -> Verdict {
        let edits = mine.holds("users.edit", self.other.home);
        let same_role = matches!(operation, Operation::ChangeRole(role) if role == self.actor.role);
        match operation {
            Operation::Rename
            | Operation::ChangeEmail
            | Operation::ChangeAlternativeEmail
            | Operation::ChangeLoginName
            | Operation::RetryProvisioning
                if edits =>
            {
                Allowed
            }
            Operation::ChangeRole(_) if edits && same_role => Allowed,
            _ => Refused,
        }
    }

    fn giving(&self, mine: &Held, role: usize, at: usize) -> Verdict {
        let is_new = at != self.other.home || role != self.other.role;
        let gives = mine.holds("users.add", at) || mine.holds("users.edit", at);
        if is_new && !(gives && mine.covers(&self.given(role, at))) {
            return Refused;
        }
        if at == self.other.home { self.unless_last(self.roles[role]) } else { Allowed }
    }

    /// Refused if the other is the last administrator at home and would not be one after it, unless the actor is one above.
    fn unless_last(&self, after: Cells) -> Verdict {
        let home = self.other.home;
        let administers = |person: Person| self.roles[person.role].administers();
        let is_one = self.other.status == Status::Active && administers(self.other);
        let stays = after.administers() || self.actor.home == home && administers(self.actor);
        let is_from_above = self.tree.is_below(home, self.actor.home) && administers(self.actor);
        if is_one && !stays && !is_from_above { Conflict } else { Allowed }
    }
}
