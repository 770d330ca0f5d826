//! What was done, by whom.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use tenantry_domain::{AccountId, UserId};
use uuid::Uuid;

use super::StorageError;

/// Whether it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused; nothing else was written.
    Refused,
}

impl Outcome {
    /// The stable word: `done` or `refused`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// One entry. It can only be made from a [`Permit`](crate::Permit), or for a refusal.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    pub(crate) id: Uuid,
    pub(crate) at: Timestamp,
    pub(crate) actor: Option<UserId>,
    pub(crate) action: &'static str,
    pub(crate) user_id: Option<UserId>,
    pub(crate) account_id: Option<AccountId>,
    pub(crate) outcome: Outcome,
    pub(crate) decision: Value,
    pub(crate) changes: Value,
    pub(crate) request_id: Option<String>,
    pub(crate) address: Option<String>,
}

impl AuditEntry {
    /// The entry's id.
    pub const fn id(&self) -> Uuid {
        self.id
    }
    /// When it happened.
    pub const fn at(&self) -> Timestamp {
        self.at
    }
    /// Who did it; `None` for the system and for people not signed in.
    pub const fn actor(&self) -> Option<UserId> {
        self.actor
    }
    /// What was done, as `user.create`.
    pub const fn action(&self) -> &'static str {
        self.action
    }
    /// The user it was done to.
    pub const fn user_id(&self) -> Option<UserId> {
        self.user_id
    }
    /// The account it was done in.
    pub const fn account_id(&self) -> Option<AccountId> {
        self.account_id
    }
    /// Whether it was done.
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }
    /// Why it was allowed or refused.
    pub const fn decision(&self) -> &Value {
        &self.decision
    }
    /// What changed: `{"before": …, "after": …}` without secrets.
    pub const fn changes(&self) -> &Value {
        &self.changes
    }
    /// The request it came with.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
    /// The address it came from.
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }
}

/// The audit log, within a unit of work: append-only.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Adds an entry.
    async fn append(&self, entry: &AuditEntry) -> Result<(), StorageError>;
}
