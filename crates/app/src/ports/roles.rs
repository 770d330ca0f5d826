//! Roles that people define.

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{
    RoleId, UserId,
    account::AccountPath,
    permission::{CustomRole, Grant, RoleKey},
};

use super::{StorageError, UserRecord, Visible};

/// How inserting or renaming a role ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredRole {
    /// It is stored.
    Stored,
    /// Another role of the account has this name, in whatever case.
    NameTaken,
}

/// The name of a role that goes to an account which has one of this name: the same, with the end of its id.
pub fn name_beside(name: &str, role_id: RoleId) -> String {
    let (kept, id): (String, _) = (name.chars().take(80).collect(), role_id.to_string());
    format!("{} {}", kept.trim_end(), id.rsplit('-').next().unwrap_or(&id))
}

/// Custom roles, within a unit of work. The built-in ones are not stored.
#[async_trait]
pub trait RoleRepository: Send + Sync {
    /// The role.
    async fn find(&self, role_id: RoleId) -> Result<Option<CustomRole>, StorageError>;

    /// Stores a new role, as it is, of an account that exists.
    async fn insert(&self, role: &CustomRole, created_at: Timestamp) -> Result<StoredRole, StorageError>;

    /// Replaces the definition, if the stored version still is `role.version`; `None` if it is not. The new version is one more.
    /// Grants of the role mean the new definition at once.
    async fn update(&self, role: &CustomRole, updated_at: Timestamp) -> Result<Option<StoredRole>, StorageError>;

    /// Deletes a role that no grant names.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] if some grant does: callers look at [`RoleRepository::list_holders`] first.
    async fn remove(&self, role_id: RoleId) -> Result<(), StorageError>;

    /// Everyone with a grant of the role, whether in effect or not, removed users and those of removed accounts included, by id.
    async fn list_holders(&self, role_id: RoleId) -> Result<Vec<UserRecord>, StorageError>;
}

/// A custom role with what its page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRow {
    /// The role.
    pub role: CustomRole,
    /// The name of the account it belongs to.
    pub owner_name: String,
    /// Defined.
    pub created_at: Timestamp,
    /// Latest change.
    pub updated_at: Timestamp,
}

/// Somebody who holds a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolderRow {
    /// Who.
    pub user_id: UserId,
    /// The name shown.
    pub display_name: String,
    /// What the person signs in with.
    pub login_name: String,
    /// Content hash of the profile image.
    pub image: Option<String>,
    /// The home account's name.
    pub account_name: String,
    /// Where the grant is anchored.
    pub anchor: AccountPath,
    /// The anchor's name.
    pub anchor_name: String,
    /// In effect from this instant on.
    pub starts_at: Option<Timestamp>,
    /// In effect before this instant.
    pub ends_at: Option<Timestamp>,
}

/// A user's grant with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// The grant.
    pub grant: Grant,
    /// The anchor's name.
    pub anchor_name: String,
    /// When it was given in this form.
    pub given_at: Timestamp,
    /// Who gave it; `None` for the system, and for somebody who is gone.
    pub given_by: Option<Giver>,
}

/// Who gave a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Giver {
    /// The person.
    pub user_id: UserId,
    /// The name shown.
    pub display_name: String,
    /// The person's home account.
    pub home: AccountPath,
    /// Its name.
    pub home_name: String,
}

/// Which holders of a role to list.
#[derive(Debug, Clone)]
pub struct HolderFilter {
    /// The role.
    pub role: RoleKey,
    /// Only people at home in this account or below it.
    pub account: AccountPath,
    /// Where the asker may view users; nobody at home outside is returned.
    pub visible: Vec<Visible>,
    /// The most rows.
    pub limit: u32,
}
