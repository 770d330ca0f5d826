//! How the audit log is kept from being changed unseen.
//!
//! Every entry carries a mark that only the holder of the installation's key can make. A worker puts the marks of new entries, some
//! hundreds at a time, into seals; a seal is marked together with the mark of the one before. Whoever writes to the database without the
//! key can neither change, add nor reorder entries without being found. Nor take any away: where the seals had come to is also kept
//! outside of the database, as a [`Checkpoint`], for the end of a chain, and all of it, could be taken away together with the entries.

use std::{fmt, str::FromStr};

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{AccountId, UserId};
use thiserror::Error;
use uuid::Uuid;

use super::{AuditEntry, StorageError};

/// Makes marks.
pub trait AuditKey: Send + Sync {
    /// The mark of an entry's content.
    fn mark_entry(&self, content: &[u8]) -> AuditMark;

    /// The mark of a seal's content.
    fn mark_seal(&self, content: &[u8]) -> AuditMark;
}

/// A keyed hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditMark(pub [u8; 32]);

impl fmt::Display for AuditMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// An entry as it is stored. It says what the columns hold, right or wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAuditEntry {
    /// [`AuditEntry::id`].
    pub id: Uuid,
    /// [`AuditEntry::at`], as text of the storage's own.
    pub at: String,
    /// [`AuditEntry::actor`].
    pub actor_id: Option<Uuid>,
    /// [`AuditEntry::action`].
    pub action: String,
    /// [`AuditEntry::user_id`].
    pub user_id: Option<Uuid>,
    /// [`AuditEntry::account_id`].
    pub account_id: Option<Uuid>,
    /// [`AuditEntry::outcome`], by its key.
    pub outcome: String,
    /// [`AuditEntry::decision`], as JSON.
    pub decision: String,
    /// [`AuditEntry::changes`], as JSON.
    pub changes: String,
    /// [`AuditEntry::request_id`].
    pub request_id: Option<String>,
    /// [`AuditEntry::address`].
    pub address: Option<String>,
}

impl From<&AuditEntry> for StoredAuditEntry {
    fn from(entry: &AuditEntry) -> Self {
        Self {
            id: entry.id(),
            at: entry.at().to_string(),
            actor_id: entry.actor().map(UserId::uuid),
            action: entry.action().to_owned(),
            user_id: entry.user_id().map(UserId::uuid),
            account_id: entry.account_id().map(AccountId::uuid),
            outcome: entry.outcome().key().to_owned(),
            decision: entry.decision().to_string(),
            changes: entry.changes().to_string(),
            request_id: entry.request_id().map(str::to_owned),
            address: entry.address().map(str::to_owned),
        }
    }
}

impl StoredAuditEntry {
    /// The mark it should have.
    pub fn mark(&self, key: &dyn AuditKey) -> AuditMark {
        key.mark_entry(&self.content())
    }

    /// All columns, each behind its length, so that no two entries have the same content.
    fn content(&self) -> Vec<u8> {
        let id = |id: &Option<Uuid>| id.map(|id| id.as_bytes().to_vec());
        let text = |text: &Option<String>| text.clone().map(String::into_bytes);
        let columns = [
            Some(self.id.as_bytes().to_vec()),
            Some(self.at.clone().into_bytes()),
            id(&self.actor_id),
            Some(self.action.clone().into_bytes()),
            id(&self.user_id),
            id(&self.account_id),
            Some(self.outcome.clone().into_bytes()),
            Some(self.decision.clone().into_bytes()),
            Some(self.changes.clone().into_bytes()),
            text(&self.request_id),
            text(&self.address),
        ];
        let mut content = Vec::new();
        for column in columns {
            // One more than its length, so that nothing is not the same as an empty text.
            let length = column.as_ref().map_or(0, |column| column.len() as u64 + 1);
            content.extend_from_slice(&length.to_be_bytes());
            content.extend(column.unwrap_or_default());
        }
        content
    }
}

/// An entry and the mark it carries; entries from before there were marks carry none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedEntry {
    /// The entry.
    pub entry: StoredAuditEntry,
    /// What is stored as its mark, right or wrong.
    pub mark: Option<Vec<u8>>,
}

impl MarkedEntry {
    /// The mark it should have, if it carries that.
    pub fn right_mark(&self, key: &dyn AuditKey) -> Option<AuditMark> {
        let mark = self.entry.mark(key);
        (self.mark.as_deref() == Some(&mark.0)).then_some(mark)
    }
}

/// Some entries, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditSeal {
    /// From 1, without gaps.
    pub number: u64,
    /// When it was made.
    pub at: Timestamp,
    /// The entries, by id, with their marks.
    pub members: Vec<(Uuid, AuditMark)>,
    /// The mark of all this and of the seal before.
    pub mark: AuditMark,
}

impl AuditSeal {
    /// The next seal after one, or the first.
    pub fn after(last: Option<Checkpoint>, at: Timestamp, members: Vec<(Uuid, AuditMark)>, key: &dyn AuditKey) -> Self {
        let number = last.map_or(1, |last| last.number + 1);
        let mark = key.mark_seal(&Self::content(number, at, &members, last));
        Self { number, at, members, mark }
    }

    /// Whether it is what follows the seal before it.
    pub fn follows(&self, last: Option<Checkpoint>, key: &dyn AuditKey) -> bool {
        let is_next = self.number == last.map_or(1, |last| last.number + 1);
        is_next && self.mark == key.mark_seal(&Self::content(self.number, self.at, &self.members, last))
    }

    /// To be known later.
    pub const fn checkpoint(&self) -> Checkpoint {
        Checkpoint { number: self.number, mark: self.mark }
    }

    fn content(number: u64, at: Timestamp, members: &[(Uuid, AuditMark)], last: Option<Checkpoint>) -> Vec<u8> {
        let mut content = Vec::with_capacity(48 * (members.len() + 1));
        content.extend(last.map_or([0; 32], |last| last.mark.0));
        content.extend(number.to_be_bytes());
        content.extend(at.as_microsecond().to_be_bytes());
        for (id, mark) in members {
            content.extend(id.as_bytes());
            content.extend(mark.0);
        }
        content
    }
}

/// Where the chain had come to at some time. Kept elsewhere, it tells whether the end was cut off: `12:9f…`, the number and the mark of a
/// seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// The seal's number.
    pub number: u64,
    /// Its mark.
    pub mark: AuditMark,
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.mark)
    }
}

impl FromStr for Checkpoint {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (number, mark) = text.split_once(':')?;
            let digits = mark.as_bytes().chunks(2).map(|digits| str::from_utf8(digits).ok());
            let bytes: Option<Vec<u8>> = digits.map(|digits| u8::from_str_radix(digits?, 16).ok()).collect();
            Some(Self { number: number.parse().ok()?, mark: AuditMark(bytes?.try_into().ok()?) })
        };
        parse()
            .ok_or("a checkpoint is a number, a colon and 64 hexadecimal digits, as `tenantry audit verify` prints it")
    }
}

/// The seals, and the entries in and outside of them.
#[async_trait]
pub trait AuditChain: Send + Sync {
    /// Where the chain has come to.
    async fn last_checkpoint(&self) -> Result<Option<Checkpoint>, StorageError>;

    /// Entries that wait to be sealed, from after one, by id.
    async fn list_unsealed(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<MarkedEntry>, StorageError>;

    /// Adds a seal and takes its entries from those that wait. False, and nothing changed, if there is one of its number.
    async fn append(&self, seal: &AuditSeal) -> Result<bool, StorageError>;

    /// Seals after a number, in their order.
    async fn list_seals(&self, after: u64, limit: u32) -> Result<Vec<AuditSeal>, StorageError>;

    /// The ids of all entries that wait, whether or not there are such entries, from after one, in their order.
    async fn list_waiting(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<Uuid>, StorageError>;

    /// The ids of all entries, from after one, in their order, and whether each carries a mark.
    async fn list_entries(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<(Uuid, bool)>, StorageError>;

    /// Those of some entries that there are, in no particular order.
    async fn find_entries(&self, ids: &[Uuid]) -> Result<Vec<MarkedEntry>, StorageError>;
}

/// Remembers outside of the database where the seals had come to, so that nobody who changes that can begin them anew.
pub trait AuditAnchor: Send + Sync {
    /// What is remembered.
    ///
    /// # Errors
    /// [`AnchorError`], also if it is not a checkpoint.
    fn load(&self) -> Result<Option<Checkpoint>, AnchorError>;

    /// Remembers this from now on.
    ///
    /// # Errors
    /// [`AnchorError`]; the old one is remembered then.
    fn store(&self, checkpoint: Checkpoint) -> Result<(), AnchorError>;
}

/// What should be remembered cannot be read or written: where, and why.
#[derive(Debug, Error)]
#[error("the audit log's checkpoint in {place}: {cause}")]
pub struct AnchorError {
    /// Where.
    pub place: String,
    /// Why.
    pub cause: String,
}
