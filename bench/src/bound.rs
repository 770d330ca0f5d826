//! The bound: what a program written for nothing but these questions would do. A subtree is an interval, a role two words of
//! bits, and nobody is told why.

use crate::{
    allocation::measured,
    engine::{Contender, Engine, Kind},
    numbering::{Interval, intervals},
    workload::{self, MOST_GRANTS, User, Workload},
};
use std::hint::select_unpredictable;
use tenantry_domain::permission::{BuiltInRole, Permission};

pub struct Prepared {
    /// By an account's dense number.
    intervals: Vec<Interval>,
    tree_bytes: usize,
    people: Vec<[Grant; MOST_GRANTS]>,
}

#[derive(Clone, Copy)]
struct Grant {
    anchor: Interval,
    /// The permissions it gives at the anchor, by [`bit`].
    at: u32,
    /// The permissions it gives below.
    below: u32,
}

struct Question<'a> {
    grants: &'a [Grant; MOST_GRANTS],
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

/// Whether some grant says yes, without a jump: the answers are as good as random, and a jump guessed wrong costs more than
/// all the rest.
fn holds(grants: &[Grant; MOST_GRANTS], bit: u32, mark: u32) -> bool {
    let found = grants.iter().fold(0, |found, grant| {
        let distance = mark.wrapping_sub(grant.anchor.enter);
        let cells = select_unpredictable(distance == 0, grant.at, grant.below);
        found | select_unpredictable(distance < grant.anchor.exit - grant.anchor.enter, cells, 0)
    });
    found & bit != 0
}

fn load(user: &User, intervals: &[Interval]) -> [Grant; MOST_GRANTS] {
    let mut grants = [Grant { anchor: Interval { enter: 0, exit: 0 }, at: 0, below: 0 }; MOST_GRANTS];
    for (place, grant) in grants.iter_mut().zip(&user.grants) {
        let (at, below) = cells(grant.role);
        *place = Grant { anchor: intervals[grant.anchor as usize], at, below };
    }
    grants
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
