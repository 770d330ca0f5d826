//! Where an account stands in the tree.

use std::fmt;

use uuid::Uuid;

use crate::{AccountId, InvalidValue};

/// The ids from the root down to an account, the account itself last.
///
/// Ids are unique in a tree, so `a` is at or above `b` exactly when `b` holds `a`'s id at `a`'s depth: **one comparison,
/// whatever the depth**. A path is the durable truth about ancestry; moving an account rewrites the paths beneath it.
///
/// ```
/// use tenantry_domain::{AccountId, account::AccountPath};
/// # let id = |n: u128| AccountId::new(uuid::Uuid::from_u128(n));
/// let root = AccountPath::root(id(1));
/// let reseller = root.child(id(2));
/// let customer = reseller.child(id(3));
/// assert!(root.is_above(&customer) && reseller.is_at_or_above(&reseller));
/// assert!(!customer.is_at_or_above(&reseller));
/// assert_eq!(customer.parent_id(), Some(id(2)));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AccountPath {
    /// All ids, root first: never empty.
    line: Box<[AccountId]>,
    /// The last of them, at hand.
    id: AccountId,
}

impl AccountPath {
    /// The path of a tree's root.
    pub fn root(id: AccountId) -> Self {
        Self { line: Box::new([id]), id }
    }

    /// The path of the account `id` directly beneath this one.
    #[must_use]
    pub fn child(&self, id: AccountId) -> Self {
        Self { line: self.iter().chain([id]).collect(), id }
    }

    /// The path of these ids, root first; `None` if there are none.
    pub(crate) fn from_ids(ids: Vec<AccountId>) -> Option<Self> {
        let id = *ids.last()?;
        Some(Self { line: ids.into_boxed_slice(), id })
    }

    /// The account itself.
    pub const fn id(&self) -> AccountId {
        self.id
    }

    /// The account directly above; `None` for the root.
    pub fn parent_id(&self) -> Option<AccountId> {
        self.line.iter().rev().nth(1).copied()
    }

    /// How many accounts stand above this one; 0 for the root.
    pub fn depth(&self) -> usize {
        self.line.len() - 1
    }

    /// All ids, root first, the account itself last.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = AccountId> {
        self.line.iter().copied()
    }

    /// The paths of all accounts above this one, the root's first, and this one.
    pub fn ancestors_and_self(&self) -> impl Iterator<Item = Self> {
        let line = self.line.iter().enumerate();
        line.map(|(depth, id)| Self { line: self.line.iter().take(depth + 1).copied().collect(), id: *id })
    }

    /// Whether this account is `other` or one of its ancestors.
    pub fn is_at_or_above(&self, other: &Self) -> bool {
        other.holds(self.id, self.depth())
    }

    /// Whether this account is a strict ancestor of `other`.
    pub fn is_above(&self, other: &Self) -> bool {
        self.depth() < other.depth() && self.is_at_or_above(other)
    }

    /// Whether the account at this depth, the root's being 0, is this one. Looks at the path wherever it ends, so that no jump
    /// depends on where that is.
    #[inline]
    #[expect(clippy::needless_bitwise_bool, reason = "a jump is what costs")]
    pub(crate) fn holds(&self, id: AccountId, depth: usize) -> bool {
        let last = self.depth();
        self.line.get(depth.min(last)).is_some_and(|held| *held == id) & (depth <= last)
    }

    /// The path as bytes for storage: 16 for each id, root first. Byte order keeps every subtree together: the accounts at
    /// or below `p` are those whose bytes start with `p`'s.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.iter().flat_map(|id| id.uuid().into_bytes()).collect()
    }

    /// Reads what [`AccountPath::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`InvalidValue::Malformed`] if the length is zero or no multiple of 16.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidValue> {
        const MALFORMED: InvalidValue = InvalidValue::Malformed { expected: "an account path" };
        let (chunks, rest) = bytes.as_chunks::<16>();
        let ids = chunks.iter().map(|chunk| AccountId::new(Uuid::from_bytes(*chunk))).collect();
        Self::from_ids(ids).filter(|_| rest.is_empty()).ok_or(MALFORMED)
    }
}

impl fmt::Debug for AccountPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(AccountId::uuid)).finish()
    }
}
