//! What answers the questions, in the loop that all engines share.

use std::{
    fmt,
    hint::black_box,
    time::{Duration, Instant},
};

/// A way to decide; a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Bound,
    FrozenBound,
    Paths,
    Numbers,
    Ids,
    CedarRoles,
    CedarPeople,
    CasbinAll,
    CasbinPeople,
}

/// One way to decide, with its tree, people and questions.
pub trait Engine {
    fn kind(&self) -> Kind;
    /// What its tree holds on the heap.
    fn tree_bytes(&self) -> usize;
    fn answers(&self) -> Vec<bool>;
    fn question_count(&self) -> usize;
    /// Answers everything once untimed, since another engine has had the caches, and once timed: how long each slice of the
    /// questions took.
    fn take_turn(&self, slice: usize) -> Vec<Duration>;
}

/// An engine made of its questions, in the form in which a service would have them, and a function that decides. Generic, so
/// that the loop and the function are compiled as one; only the call of the loop is virtual.
pub struct Contender<Q, D> {
    pub kind: Kind,
    pub tree_bytes: usize,
    pub questions: Vec<Q>,
    pub decide: D,
}

impl<Q, D: Fn(&Q) -> bool> Contender<Q, D> {
    fn time(&self, questions: &[Q]) -> Duration {
        let since = now();
        for question in questions {
            black_box((self.decide)(black_box(question)));
        }
        since.elapsed()
    }
}

impl<Q, D: Fn(&Q) -> bool> Engine for Contender<Q, D> {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn tree_bytes(&self) -> usize {
        self.tree_bytes
    }

    fn answers(&self) -> Vec<bool> {
        self.questions.iter().map(&self.decide).collect()
    }

    fn question_count(&self) -> usize {
        self.questions.len()
    }

    fn take_turn(&self, slice: usize) -> Vec<Duration> {
        self.time(&self.questions);
        self.questions.chunks(slice).map(|questions| self.time(questions)).collect()
    }
}

#[expect(clippy::disallowed_methods, reason = "to measure time is what this program is for")]
fn now() -> Instant {
    Instant::now()
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bound => "the bound",
            Self::FrozenBound => "the bound of a tree that never changes",
            Self::Paths => "ours, by paths",
            Self::Numbers => "ours, by numbers of the index",
            Self::Ids => "ours, by ids through the index",
            Self::CedarRoles => "cedar-policy, roles as policies",
            Self::CedarPeople => "cedar-policy, a policy of one's own",
            Self::CasbinAll => "casbin, one enforcer for all",
            Self::CasbinPeople => "casbin, lines of one's own",
        })
    }
}
