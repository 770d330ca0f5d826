//! What somebody holds, in the form in which a decision looks at it.

use std::hint::select_unpredictable;

use super::{PermissionMatrix, ResourceKind};
use crate::{
    AccountId,
    account::{AccountPath, AccountSpan},
};

/// Where an account stands, seen from a grant's anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    /// At the anchor or below it.
    within: bool,
    /// If it is within: at the anchor.
    at_anchor: bool,
}

impl Position {
    pub(super) const fn is_at_anchor(self) -> bool {
        self.within && self.at_anchor
    }

    pub(super) const fn is_below_anchor(self) -> bool {
        self.within && !self.at_anchor
    }

    /// What a grant's cells mean for an account that stands there.
    pub(super) const fn sees<R: ResourceKind>(self, matrix: PermissionMatrix<R>) -> PermissionMatrix<R> {
        match self {
            Self { within: true, at_anchor: true } => matrix,
            Self { within: true, at_anchor: false } => matrix.seen_from_below(),
            Self { within: false, .. } => PermissionMatrix::EMPTY,
        }
    }
}

/// A grant's anchor, in one of the two forms in which accounts are asked about.
pub(super) trait Anchor: Copy {
    /// The account asked about.
    type Target<'t>: Copy;
    /// Of no account: all accounts are elsewhere.
    const NOWHERE: Self;

    fn position_of(self, target: Self::Target<'_>) -> Position;
}

impl Anchor for AccountSpan {
    type Target<'t> = Self;
    const NOWHERE: Self = Self::NONE;

    fn position_of(self, target: Self) -> Position {
        Position { within: self.contains(target), at_anchor: self.begins_with(target) }
    }
}

/// What a path has to hold, and how deep, for its account to be at or below the anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PathAnchor {
    id: AccountId,
    depth: usize,
}

impl From<&AccountPath> for PathAnchor {
    fn from(anchor: &AccountPath) -> Self {
        Self { id: anchor.id(), depth: anchor.depth() }
    }
}

impl Anchor for PathAnchor {
    type Target<'t> = &'t AccountPath;
    const NOWHERE: Self = Self { id: AccountId::new(uuid::Uuid::nil()), depth: usize::MAX };

    fn position_of(self, target: &AccountPath) -> Position {
        Position { within: target.holds(self.id, self.depth), at_anchor: self.depth == target.depth() }
    }
}

/// One grant: the permissions it gives, as [bits](super::Permission::bit), and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lane<A> {
    at_anchor: u64,
    below_anchor: u64,
    anchor: A,
}

/// How many lanes are looked at in one go. Few people have more grants.
const WIDTH: usize = 2;

/// The grants of one person that give something, in their order.
///
/// They stand in groups, the last one filled up with grants of nothing. The lanes of a group are looked at without a jump that
/// depends on what they hold: whether somebody may do something is as good as random, and a jump that the processor guesses
/// wrong costs more than a whole group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HeldGrants<A> {
    groups: Vec<[Lane<A>; WIDTH]>,
}

impl<A: Anchor> HeldGrants<A> {
    /// Each grant's cells and anchor.
    pub(super) fn new<R: ResourceKind>(grants: impl IntoIterator<Item = (PermissionMatrix<R>, A)>) -> Self {
        let lane = |(matrix, anchor): (PermissionMatrix<R>, A)| Lane {
            at_anchor: matrix.given_at_anchor(),
            below_anchor: matrix.given_below_anchor(),
            anchor,
        };
        let lanes: Vec<_> = grants.into_iter().map(lane).collect();
        let group = |lanes: &[Lane<A>]| std::array::from_fn(|place| lanes.get(place).copied().unwrap_or(Lane::NOTHING));
        Self { groups: lanes.chunks(WIDTH).map(group).collect() }
    }

    /// Where an account stands, seen from each grant's anchor.
    pub(super) fn positions_of(&self, target: A::Target<'_>) -> impl Iterator<Item = Position> {
        self.groups.as_flattened().iter().map(move |lane| lane.anchor.position_of(target))
    }

    /// Whether some grant gives the permission with this bit.
    #[inline]
    pub(super) fn allow(&self, bit: u64, target: A::Target<'_>) -> bool {
        self.groups.iter().fold(false, |found, group| {
            found | group.iter().fold(false, |found, lane| found | lane.allows(bit, target))
        })
    }

    /// The first of the grants that gives the permission with this bit, by its number, and where the account stands.
    pub(super) fn first_allowing(&self, bit: u64, target: A::Target<'_>) -> Option<(usize, Position)> {
        let lanes = self.groups.as_flattened().iter().enumerate();
        let (number, lane) = lanes.into_iter().find(|(_, lane)| lane.allows(bit, target))?;
        Some((number, lane.anchor.position_of(target)))
    }
}

impl<A: Anchor> Lane<A> {
    const NOTHING: Self = Self { at_anchor: 0, below_anchor: 0, anchor: A::NOWHERE };

    /// The one rule: some permissions are given at the anchor, others below it, none elsewhere.
    #[inline]
    #[expect(clippy::needless_bitwise_bool, reason = "a jump is what costs")]
    fn allows(&self, bit: u64, target: A::Target<'_>) -> bool {
        let Position { within, at_anchor } = self.anchor.position_of(target);
        let given = select_unpredictable(at_anchor, self.at_anchor, self.below_anchor);
        within & (given & bit != 0)
    }
}
