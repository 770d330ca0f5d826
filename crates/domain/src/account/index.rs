//! The whole tree in memory, numbered so that ancestry is one comparison.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use thiserror::Error;

use super::AccountPath;
use crate::AccountId;

/// An account's number in one [`AccountIndex`]. It stands for the same account as long as that index lives, also after moves,
/// and is never given to another account. In another index it means nothing.
///
/// ```
/// # use tenantry_domain::{AccountId, account::AccountIndex};
/// # let id = |n: u128| AccountId::new(uuid::Uuid::from_u128(n));
/// let index = AccountIndex::build([(id(1), None)])?;
/// let number = index.find(id(1)).unwrap();
/// assert_eq!(index.id(number), Some(id(1)));
/// # Ok::<(), tenantry_domain::account::TreeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountNumber(Slot);

/// What an account and everything below it fill of the numbering: `mark` is the account's own, and those below it are less
/// than `length` behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AccountSpan {
    mark: u32,
    length: u32,
}

impl AccountSpan {
    /// Of no account. Nothing is at or below it, and it is below nothing: real marks begin at 1.
    pub(crate) const NONE: Self = Self { mark: 0, length: 0 };
    const EVERYTHING: Self = Self { mark: 0, length: u32::MAX };

    /// The first mark behind it.
    const fn end(self) -> u32 {
        self.mark + self.length
    }

    /// Whether the other account is this one or below it.
    pub(crate) const fn contains(self, other: Self) -> bool {
        other.mark.wrapping_sub(self.mark) < self.length
    }

    /// Whether the other account, which this span contains, is this one.
    pub(crate) const fn begins_with(self, other: Self) -> bool {
        self.mark == other.mark
    }
}

/// Why a tree cannot be so.
///
/// ```
/// # use tenantry_domain::{AccountId, account::{AccountIndex, TreeError}};
/// # let id = |n: u128| AccountId::new(uuid::Uuid::from_u128(n));
/// let circle = AccountIndex::build([(id(1), Some(id(2))), (id(2), Some(id(1)))]);
/// assert!(matches!(circle, Err(TreeError::Cycle(_))));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TreeError {
    /// The account is in the tree already.
    #[error("account `{0}` is in the tree already")]
    Duplicate(AccountId),
    /// There is no such account in the tree.
    #[error("there is no account `{0}` in the tree")]
    Unknown(AccountId),
    /// The account would stand below itself.
    #[error("account `{0}` would stand below itself")]
    Cycle(AccountId),
    /// The account has accounts below it.
    #[error("account `{0}` has accounts below it")]
    HasChildren(AccountId),
    /// More accounts than can be numbered (about two thousand million).
    #[error("the tree is full")]
    Full,
}

/// Neighbours in the tree, by number.
#[derive(Debug, Clone, Copy, Default)]
struct Links {
    parent: Option<Slot>,
    first_child: Option<Slot>,
    next: Option<Slot>,
    previous: Option<Slot>,
}

/// A position in the columns of the index, plus one: an `Option` of it takes four bytes.
type Slot = std::num::NonZeroU32;

/// Ancestry of a whole tree of accounts, answered in constant time for any pair.
///
/// Every account has a mark, and the marks of everything below it lie in its span, so that "is above" is one subtraction and
/// one comparison. Between the marks there is room: inserting and moving leaves the others alone until the room at that
/// place is used up, and then all marks are made anew (time linear in the number of accounts: milliseconds for 100,000). It
/// holds less than 100 bytes an account. It is a copy: paths in storage stay the truth, and whoever changes the tree tells
/// the index.
///
/// ```
/// use tenantry_domain::{AccountId, account::{AccountIndex, TreeError}};
/// # let id = |n: u128| AccountId::new(uuid::Uuid::from_u128(n));
/// let mut index = AccountIndex::build([(id(1), None), (id(2), Some(id(1))), (id(3), Some(id(1)))])?;
/// let four = index.insert(id(4), Some(id(2)))?;
/// assert!(index.is_above(index.find(id(2)).unwrap(), four));
///
/// index.move_below(id(4), Some(id(3)))?;
/// assert!(!index.is_above(index.find(id(2)).unwrap(), four));
/// assert_eq!(index.path(four).unwrap().iter().collect::<Vec<_>>(), [id(1), id(3), id(4)]);
///
/// assert_eq!(index.move_below(id(1), Some(id(4))), Err(TreeError::Cycle(id(1))));
/// assert_eq!(index.remove(id(3)), Err(TreeError::HasChildren(id(3))));
/// index.remove(id(4))?;
/// assert_eq!(index.find(id(4)), None);
/// # Ok::<(), TreeError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct AccountIndex {
    // Finding an id costs most of a decision, so that the hasher is a quick one. Its seed differs from process to process.
    numbers: HashMap<AccountId, Slot, RandomState>,
    // One row an account, in columns: a decision touches the first one only. Rows of removed accounts stay, without a span.
    spans: Vec<AccountSpan>,
    links: Vec<Links>,
    ids: Vec<AccountId>,
    first_root: Option<Slot>,
}

impl AccountIndex {
    /// The index of accounts with the account directly above each, in any order. There may be several roots.
    ///
    /// # Errors
    /// [`TreeError::Duplicate`], [`TreeError::Unknown`] if a parent is not among them, [`TreeError::Cycle`],
    /// [`TreeError::Full`].
    pub fn build(accounts: impl IntoIterator<Item = (AccountId, Option<AccountId>)>) -> Result<Self, TreeError> {
        let mut index = Self::default();
        let mut parents = Vec::new();
        for (id, parent) in accounts {
            index.add_row(id)?;
            parents.push((id, parent));
        }
        for (id, parent) in parents.into_iter().rev() {
            let parent = parent.map(|parent| index.slot(parent)).transpose()?;
            index.link(index.slot(id)?, parent);
        }
        index.mark_all();
        match index.numbers.iter().find(|(_, slot)| index.span_of(**slot) == AccountSpan::NONE) {
            // What no root leads to goes round.
            Some((id, _)) => Err(TreeError::Cycle(*id)),
            None => Ok(index),
        }
    }

    /// Adds an account without children below another one, or as a root.
    ///
    /// # Errors
    /// [`TreeError::Duplicate`], [`TreeError::Unknown`] if there is no such parent, [`TreeError::Full`].
    pub fn insert(&mut self, id: AccountId, parent: Option<AccountId>) -> Result<AccountNumber, TreeError> {
        let parent = parent.map(|parent| self.slot(parent)).transpose()?;
        let slot = self.add_row(id)?;
        self.link(slot, parent);
        self.mark(slot, 1);
        Ok(AccountNumber(slot))
    }

    /// Moves an account, with everything below it, below another one, or makes it a root.
    ///
    /// # Errors
    /// [`TreeError::Unknown`], [`TreeError::Cycle`] if the new parent is the account itself or below it.
    pub fn move_below(&mut self, id: AccountId, parent: Option<AccountId>) -> Result<(), TreeError> {
        let slot = self.slot(id)?;
        let parent = parent.map(|parent| self.slot(parent)).transpose()?;
        if parent.is_some_and(|parent| self.span_of(slot).contains(self.span_of(parent))) {
            return Err(TreeError::Cycle(id));
        }
        self.unlink(slot);
        self.link(slot, parent);
        let size = self.walk(slot).count();
        self.mark(slot, u32::try_from(size).unwrap_or(u32::MAX));
        Ok(())
    }

    /// Takes an account out that has none below it. Its number is not given to another one.
    ///
    /// # Errors
    /// [`TreeError::Unknown`], [`TreeError::HasChildren`].
    pub fn remove(&mut self, id: AccountId) -> Result<(), TreeError> {
        let slot = self.slot(id)?;
        if self.links_of(slot).first_child.is_some() {
            return Err(TreeError::HasChildren(id));
        }
        self.unlink(slot);
        self.set_span(slot, AccountSpan::NONE);
        self.numbers.remove(&id);
        Ok(())
    }

    /// The account's number, if it is in the tree.
    pub fn find(&self, id: AccountId) -> Option<AccountNumber> {
        self.numbers.get(&id).copied().map(AccountNumber)
    }

    /// Whose number it is; `None` once the account was removed.
    pub fn id(&self, number: AccountNumber) -> Option<AccountId> {
        let id = *self.ids.get(row(number.0))?;
        (self.find(id) == Some(number)).then_some(id)
    }

    /// Whether the first account is a strict ancestor of the second.
    pub fn is_above(&self, above: AccountNumber, below: AccountNumber) -> bool {
        above != below && self.is_at_or_above(above, below)
    }

    /// Whether the first account is the second or one of its ancestors.
    pub fn is_at_or_above(&self, above: AccountNumber, below: AccountNumber) -> bool {
        self.span(above).contains(self.span(below))
    }

    /// The account's path; `None` once the account was removed.
    pub fn path(&self, number: AccountNumber) -> Option<AccountPath> {
        self.id(number)?;
        let upwards = std::iter::successors(Some(number.0), |slot| self.links_of(*slot).parent);
        let mut ids: Vec<AccountId> = upwards.filter_map(|slot| self.ids.get(row(slot)).copied()).collect();
        ids.reverse();
        AccountPath::from_ids(ids)
    }

    /// How many accounts are in the tree.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// What the account and everything below it fill of the numbering.
    #[inline]
    pub(crate) fn span(&self, number: AccountNumber) -> AccountSpan {
        self.span_of(number.0)
    }

    fn slot(&self, id: AccountId) -> Result<Slot, TreeError> {
        self.numbers.get(&id).copied().ok_or(TreeError::Unknown(id))
    }

    fn add_row(&mut self, id: AccountId) -> Result<Slot, TreeError> {
        if self.numbers.contains_key(&id) {
            return Err(TreeError::Duplicate(id));
        }
        let number = u32::try_from(self.ids.len() + 1).ok().filter(|number| *number <= u32::MAX / 2);
        let slot = number.and_then(Slot::new).ok_or(TreeError::Full)?;
        self.numbers.insert(id, slot);
        self.spans.push(AccountSpan::NONE);
        self.links.push(Links::default());
        self.ids.push(id);
        Ok(slot)
    }

    #[inline]
    fn span_of(&self, slot: Slot) -> AccountSpan {
        self.spans.get(row(slot)).copied().unwrap_or(AccountSpan::NONE)
    }

    fn set_span(&mut self, slot: Slot, span: AccountSpan) {
        if let Some(stored) = self.spans.get_mut(row(slot)) {
            *stored = span;
        }
    }

    fn links_of(&self, slot: Slot) -> Links {
        self.links.get(row(slot)).copied().unwrap_or_default()
    }

    fn change_links(&mut self, slot: Option<Slot>, change: impl FnOnce(&mut Links)) {
        if let Some(links) = slot.and_then(|slot| self.links.get_mut(row(slot))) {
            change(links);
        }
    }

    fn first_below(&self, parent: Option<Slot>) -> Option<Slot> {
        parent.map_or(self.first_root, |parent| self.links_of(parent).first_child)
    }

    fn set_first_below(&mut self, parent: Option<Slot>, first: Option<Slot>) {
        match parent {
            Some(_) => self.change_links(parent, |links| links.first_child = first),
            None => self.first_root = first,
        }
    }

    /// Makes an account the first one below another: the room for new marks is before the first.
    fn link(&mut self, slot: Slot, parent: Option<Slot>) {
        let next = self.first_below(parent);
        self.change_links(next, |links| links.previous = Some(slot));
        self.change_links(Some(slot), |links| (links.parent, links.next, links.previous) = (parent, next, None));
        self.set_first_below(parent, Some(slot));
    }

    fn unlink(&mut self, slot: Slot) {
        let Links { parent, next, previous, .. } = self.links_of(slot);
        match previous {
            Some(_) => self.change_links(previous, |links| links.next = next),
            None => self.set_first_below(parent, next),
        }
        self.change_links(next, |links| links.previous = previous);
    }

    /// An account and everything below it, each before what is below it.
    fn walk(&self, top: Slot) -> impl Iterator<Item = Slot> {
        std::iter::successors(Some(top), move |slot| self.following(*slot, top))
    }

    fn following(&self, slot: Slot, top: Slot) -> Option<Slot> {
        if let Some(child) = self.links_of(slot).first_child {
            return Some(child);
        }
        let mut left = slot;
        while left != top {
            let links = self.links_of(left);
            match (links.next, links.parent) {
                (Some(next), _) => return Some(next),
                (None, Some(parent)) => left = parent,
                (None, None) => return None,
            }
        }
        None
    }

    /// Marks an account just linked, with the `size` accounts of its subtree, in half of the room before its next neighbour.
    fn mark(&mut self, top: Slot, size: u32) {
        let Links { parent, next, .. } = self.links_of(top);
        let above = parent.map_or(AccountSpan::EVERYTHING, |parent| self.span_of(parent));
        let end = next.map_or(above.end(), |next| self.span_of(next).mark);
        let start = above.mark + (end - above.mark) / 2;
        let step = (end - start) / size;
        if start == above.mark || step == 0 {
            self.mark_all();
        } else {
            self.mark_from(top, start, step);
        }
    }

    /// Marks all accounts evenly.
    fn mark_all(&mut self) {
        let accounts = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX / 2);
        let step = (u32::MAX - 1) / (accounts + 1);
        let (mut start, mut root) = (step, self.first_root);
        while let Some(top) = root {
            start = self.mark_from(top, start, step);
            root = self.links_of(top).next;
        }
    }

    /// Marks an account and everything below it, `step` apart; where the next mark would be. A span ends where the next mark
    /// outside it begins, which is known when the walk leaves it.
    fn mark_from(&mut self, top: Slot, start: u32, step: u32) -> u32 {
        let mut mark = start;
        let mut current = Some(top);
        while let Some(slot) = current {
            self.set_span(slot, AccountSpan { mark, length: 0 });
            mark += step;
            let following = self.following(slot, top);
            let stays_open = following.and_then(|next| self.links_of(next).parent);
            self.close(slot, stays_open, top, mark);
            current = following;
        }
        mark
    }

    /// Ends the spans from `slot` upwards, up to but not including `open`, or `top` and all below it if that is `None`.
    fn close(&mut self, slot: Slot, open: Option<Slot>, top: Slot, end: u32) {
        let mut left = slot;
        while Some(left) != open {
            let mark = self.span_of(left).mark;
            self.set_span(left, AccountSpan { mark, length: end - mark });
            match self.links_of(left).parent {
                Some(parent) if left != top => left = parent,
                _ => return,
            }
        }
    }
}

/// Where a slot is in the columns.
const fn row(slot: Slot) -> usize {
    slot.get() as usize - 1
}
