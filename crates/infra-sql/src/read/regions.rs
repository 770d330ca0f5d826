//! Parts of the tree, and the part of a list that one may see.

use sea_orm::{
    ExprTrait,
    sea_query::{Condition, Expr},
};
use tenantry_app::ports::Visible;
use tenantry_domain::account::AccountPath;
use uuid::Uuid;

/// Parts of the tree, none of which is inside another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Region(Vec<Visible>);

impl Region {
    pub(super) fn new(parts: &[Visible]) -> Self {
        let mut merged: Vec<Visible> = Vec::new();
        for part in parts.iter().filter(|part| part.at || part.below) {
            match merged.iter_mut().find(|known| known.anchor == part.anchor) {
                Some(known) => {
                    known.at |= part.at;
                    known.below |= part.below;
                }
                None => merged.push(part.clone()),
            }
        }
        let inside = |part: &Visible| merged.iter().any(|other| other.below && other.anchor.is_above(&part.anchor));
        Self(merged.iter().filter(|part| !inside(part)).cloned().collect())
    }

    /// What of these parts is at an account or, where asked for, below it.
    pub(super) fn within(visible: &[Visible], account: &AccountPath, subtree: bool) -> Self {
        let asked = Visible { anchor: account.clone(), at: true, below: subtree };
        let parts: Vec<Visible> = visible.iter().filter_map(|part| intersection(part, &asked)).collect();
        Self::new(&parts)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The accounts, if it is nothing but single ones.
    pub(super) fn single_accounts(&self) -> Option<Vec<Uuid>> {
        self.0.iter().map(|part| (!part.below).then(|| part.anchor.id().uuid())).collect()
    }

    /// Whether everything below an account is in it.
    pub(super) fn covers_below(&self, account: &AccountPath) -> bool {
        self.0.iter().any(|part| part.below && part.anchor.is_at_or_above(account))
    }

    /// The direct children of an account that are in it, unless everything below the account is.
    pub(super) fn children_of<'a>(&'a self, account: &'a AccountPath) -> impl Iterator<Item = Uuid> + 'a {
        let is_child = |part: &&Visible| part.at && part.anchor.parent_id() == Some(account.id());
        self.0.iter().filter(is_child).map(|part| part.anchor.id().uuid())
    }

    /// Whether `path` is in it. A subtree is a range of paths: ids are version 7 UUIDs, whose first byte is never 0xFF.
    pub(super) fn holds(&self, path: &Expr) -> Condition {
        self.0.iter().fold(Condition::any(), |any, part| {
            let anchor = part.anchor.to_bytes();
            if !part.below {
                return any.add(path.clone().eq(anchor));
            }
            let end = [anchor.as_slice(), &[0xFF]].concat();
            let start = if part.at { path.clone().gte(anchor) } else { path.clone().gt(anchor) };
            any.add(Condition::all().add(start).add(path.clone().lt(end)))
        })
    }
}

fn intersection(a: &Visible, b: &Visible) -> Option<Visible> {
    if a.anchor == b.anchor {
        Some(Visible { anchor: a.anchor.clone(), at: a.at && b.at, below: a.below && b.below })
    } else if a.anchor.is_above(&b.anchor) {
        a.below.then(|| b.clone())
    } else if b.anchor.is_above(&a.anchor) {
        b.below.then(|| a.clone())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use tenantry_domain::AccountId;

    use super::*;

    fn path(ids: &[u128]) -> AccountPath {
        let mut ids = ids.iter().map(|n| AccountId::new(Uuid::from_u128(*n)));
        let root = AccountPath::root(ids.next().unwrap());
        ids.fold(root, |path, id| path.child(id))
    }

    fn part(ids: &[u128], at: bool, below: bool) -> Visible {
        Visible { anchor: path(ids), at, below }
    }

    #[test]
    fn what_is_seen_from_above_is_only_what_was_asked_for() {
        let seen = [part(&[1], false, true)];
        assert_eq!(Region::within(&seen, &path(&[1, 2]), false), Region(vec![part(&[1, 2], true, false)]));
        assert_eq!(Region::within(&seen, &path(&[1, 2]), true), Region(vec![part(&[1, 2], true, true)]));
        assert_eq!(Region::within(&seen, &path(&[1]), true), Region(vec![part(&[1], false, true)]));
        assert!(Region::within(&seen, &path(&[1]), false).is_empty());
    }

    #[test]
    fn what_was_asked_for_from_above_is_only_what_is_seen() {
        let seen = [part(&[1, 2], true, false), part(&[1, 3], false, true), part(&[9, 4], true, true)];
        let expected = Region(vec![part(&[1, 2], true, false), part(&[1, 3], false, true)]);
        assert_eq!(Region::within(&seen, &path(&[1]), true), expected);
        assert!(Region::within(&seen, &path(&[1]), false).is_empty());
    }

    #[test]
    fn parts_unite_and_inner_ones_are_dropped() {
        let parts =
            [part(&[1], true, false), part(&[1], false, true), part(&[1, 2], true, true), part(&[3], false, false)];
        assert_eq!(Region::new(&parts), Region(vec![part(&[1], true, true)]));
    }

    #[test]
    fn single_accounts_are_known_as_such() {
        assert_eq!(Region::new(&[part(&[1], true, false)]).single_accounts(), Some(vec![Uuid::from_u128(1)]));
        assert_eq!(Region::new(&[part(&[1], true, false), part(&[2], true, true)]).single_accounts(), None);
    }
}
