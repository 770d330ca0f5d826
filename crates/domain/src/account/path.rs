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
    /// The strict ancestors, root first.
    ancestors: Box<[AccountId]>,
    id: AccountId,
}

impl AccountPath {
    /// The path of a tree's root.
    pub fn root(id: AccountId) -> Self {
        Self { ancestors: Box::default(), id }
    }

    /// The path of the account `id` directly beneath this one.
    #[must_use]
    pub fn child(&self, id: AccountId) -> Self {
        Self { ancestors: self.iter().collect(), id }
    }

    /// The path of these ids, root first; `None` if there are none.
    pub(crate) fn from_ids(mut ids: Vec<AccountId>) -> Option<Self> {
        let id = ids.pop()?;
        Some(Self { ancestors: ids.into_boxed_slice(), id })
    }

    /// The account itself.
    pub const fn id(&self) -> AccountId {
        self.id
    }

    /// The account directly above; `None` for the root.
    pub fn parent_id(&self) -> Option<AccountId> {
        self.ancestors.last().copied()
    }

    /// How many accounts stand above this one; 0 for the root.
    pub fn depth(&self) -> usize {
        self.ancestors.len()
    }

    /// All ids, root first, the account itself last.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = AccountId> {
        self.ancestors.iter().copied().chain([self.id])
    }

    /// The paths of all accounts above this one, the root's first, and this one.
    pub fn ancestors_and_self(&self) -> impl Iterator<Item = Self> {
        let above = self
            .ancestors
            .iter()
            .enumerate()
            .map(|(depth, id)| Self { ancestors: self.ancestors.iter().take(depth).copied().collect(), id: *id });
        above.chain([self.clone()])
    }

    /// Whether this account is `other` or one of its ancestors.
    pub fn is_at_or_above(&self, other: &Self) -> bool {
        self.id == other.id || self.is_above(other)
    }

    /// Whether this account is a strict ancestor of `other`.
    pub fn is_above(&self, other: &Self) -> bool {
        other.ancestors.get(self.depth()) == Some(&self.id)
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
