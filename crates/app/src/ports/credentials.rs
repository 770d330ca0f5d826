//! Passwords, hashed.

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::UserId;

use super::{HashedPassword, StorageError};

/// A user's password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The hash, with its parameters.
    pub hash: HashedPassword,
    /// Who chose it.
    pub origin: PasswordOrigin,
    /// Whether it must be changed at the next sign-in.
    pub must_change: bool,
    /// When it was set.
    pub set_at: Timestamp,
    /// After this instant it no longer works, unless it was changed; for passwords somebody else chose.
    pub expires_at: Option<Timestamp>,
}

/// Who chose a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordOrigin {
    /// The user.
    Own,
    /// An administrator, or the generator on an administrator's behalf.
    Administrator,
}

/// Passwords, within a unit of work. A user has at most one.
#[async_trait]
pub trait CredentialRepository: Send + Sync {
    /// The user's password.
    async fn find(&self, user_id: UserId) -> Result<Option<Credential>, StorageError>;

    /// Sets or replaces the user's password.
    async fn put(&self, user_id: UserId, credential: &Credential) -> Result<(), StorageError>;
}
