//! The bound: what a program written for nothing but these questions would do. A subtree is an interval, a role two words of
//! bits, and nobody is told why.

use crate::{
    allocation::measured,
    engine::{Contender, Engine, Kind},
    numbering::{Interval, intervals},
    workload::{self, User, Workload},
};
use tenantry_domain::permission::{BuiltInRole, Permission};

pub struct Prepared {
    /// By an account's dense number.
    intervals: Vec<Interval>,
    tree_bytes: usize,
    people: Vec<Vec<Grant>>,
}

struct Grant {
    anchor: Interval,
    /// The permissions it gives at the anchor, by [`bit`].
    at: u32,
    /// The permissions it gives below.
    below: u32,
}

struct Question<'a> {
    grants: &'a [Grant],
    bit: u32,
    target: u32,
}

impl Prepared {
    pub fn new(workload: &Workload) -> Self {
        let parents = workload::parents(&workload.accounts);
        let (intervals, tree_bytes) = measured(|| intervals(&parents));
        let people = workload.users.iter().map(|user| load(user, &intervals)).collect();
        Self { intervals, tree_bytes, people }
    }

    pub fn engines(&self, workload: &Workload) -> Vec<Box<dyn Engine + '_>> {
        vec![Box::new(self.bound(workload)), Box::new(self.frozen(workload))]
    }

    /// Numbers stay when accounts move, so that the mark of a number is read from a table.
    fn bound(&self, workload: &Workload) -> impl Engine + '_ {
        let marks = self.intervals.as_slice();
        Contender {
            kind: Kind::Bound,
            tree_bytes: self.tree_bytes,
            questions: self.questions(workload, |place| place),
            decide: |question: &Question| {
                let target = marks.get(question.target as usize);
                target.is_some_and(|target| holds(question.grants, question.bit, target.enter))
            },
        }
    }

    /// Marks are the numbers. No service could do that: the numbers of all that comes behind change with every new account.
    fn frozen(&self, workload: &Workload) -> impl Engine + '_ {
        Contender {
            kind: Kind::FrozenBound,
            tree_bytes: self.tree_bytes,
            questions: self.questions(workload, |place| self.intervals[place as usize].enter),
            decide: |question: &Question| holds(question.grants, question.bit, question.target),
        }
    }

    fn questions(&self, workload: &Workload, target: impl Fn(u32) -> u32) -> Vec<Question<'_>> {
        let question = |asked: &workload::Question| Question {
            grants: &self.people[asked.user as usize],
            bit: bit(asked.permission),
            target: target(asked.target),
        };
        workload.questions.iter().map(question).collect()
    }
}

/// The bits first: they are at hand, and most grants that cannot say yes have neither.
fn holds(grants: &[Grant], bit: u32, mark: u32) -> bool {
    grants.iter().any(|grant| {
        (grant.at | grant.below) & bit != 0 && {
            let distance = mark.wrapping_sub(grant.anchor.enter);
            let cells = if distance == 0 { grant.at } else { grant.below };
            cells & bit != 0 && distance < grant.anchor.exit - grant.anchor.enter
        }
    })
}

fn load(user: &User, intervals: &[Interval]) -> Vec<Grant> {
    let grant = |grant: &workload::Grant| {
        let (at, below) = cells(grant.role);
        Grant { anchor: intervals[grant.anchor as usize], at, below }
    };
    user.grants.iter().map(grant).collect()
}

/// A role's permissions at and below an anchor, as bits.
fn cells(role: BuiltInRole) -> (u32, u32) {
    let (mut at, mut below) = (0, 0);
    for permission in Permission::all() {
        if role.matrix().contains(permission.cell_at_anchor()) {
            at |= bit(permission);
        }
        if role.matrix().contains(permission.cell_below_anchor()) {
            below |= bit(permission);
        }
    }
    (at, below)
}

fn bit(permission: Permission) -> u32 {
    1 << (permission.resource as u32 * 4 + permission.action as u32)
}
