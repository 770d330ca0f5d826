//! Login names, many at a time, and those that nobody may have for a while.

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{
    UserId,
    contact::{DomainName, EmailAddress},
    permission::Grant,
    user::{LoginName, UserStatus},
};

use super::StorageError;

/// Somebody whose login name has another domain now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedUser {
    /// Who.
    pub user_id: UserId,
    /// The login name until now.
    pub old: LoginName,
    /// The primary e-mail address.
    pub email: EmailAddress,
    /// Active or suspended.
    pub status: UserStatus,
    /// Whether the user was removed, and could come back.
    pub is_removed: bool,
    /// Whether there is a password to sign in with.
    pub has_password: bool,
}

/// Login names that cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TakenLoginNames {
    /// How many.
    pub count: u64,
    /// Some of them, by their keys, in alphabetical order.
    pub examples: Vec<String>,
}

/// Login names, within a unit of work. A reserved one is nobody's, and nobody may be given it: [`UserRepository::insert`] and
/// [`UserRepository::update`] take it for one that somebody has. It is free again once it was swept.
///
/// [`UserRepository::insert`]: super::UserRepository::insert
/// [`UserRepository::update`]: super::UserRepository::update
#[async_trait]
pub trait LoginNames: Send + Sync {
    /// The grants of those whose login names use a domain, removed users among them and `except` not: each different one once,
    /// whoever holds it.
    async fn list_grants_at(&self, domain: &DomainName, except: UserId) -> Result<Vec<Grant>, StorageError>;

    /// Which login names at `to`, of those that moving every login name from `from` to there would need, are taken or reserved; at
    /// most `limit` of them as examples.
    async fn find_taken(&self, from: &DomainName, to: &DomainName, limit: u64)
    -> Result<TakenLoginNames, StorageError>;

    /// Gives every login name at `from` the domain `to` instead, those of removed users among them; none may be taken. The users'
    /// versions rise, and the old login names are reserved until `reserved_until`. Returns whose they are, by id.
    async fn move_all(
        &self,
        from: &DomainName,
        to: &DomainName,
        (moved_at, reserved_until): (Timestamp, Timestamp),
    ) -> Result<Vec<MovedUser>, StorageError>;

    /// Frees login names that were reserved until `before` or earlier.
    async fn sweep_reserved(&self, before: Timestamp) -> Result<(), StorageError>;
}
