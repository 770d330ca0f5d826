//! Users and their grants.

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{
    AccountId, UserId,
    account::AccountPath,
    permission::{Authority, Grant},
    user::{ProvisioningState, User},
};

use super::StorageError;

/// A user with what a change needs to know.
#[derive(Debug, Clone, PartialEq)]
pub struct UserRecord {
    /// The user.
    pub user: User,
    /// Where the home account stands.
    pub home: AccountPath,
    /// All grants, whether in effect now or not, the base grant first.
    pub grants: Vec<Grant>,
    /// Rises by one with every [`UserRepository::update`].
    pub version: i64,
}

impl UserRecord {
    /// The version of a user who was inserted and never updated.
    pub const FIRST_VERSION: i64 = 1;
}

/// Who acts, with what that person may do at the moment of asking.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The person.
    pub user_id: UserId,
    /// The name shown.
    pub display_name: String,
    /// What the person signs in with.
    pub login_name: String,
    /// Standing and grants.
    pub authority: Authority,
    /// Whether a new password must be set before anything else.
    pub must_change_password: bool,
}

/// How inserting or renaming a user ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InsertedUser {
    /// It is stored.
    Inserted,
    /// The login name belongs to a user, possibly a removed one, or is reserved.
    LoginNameTaken,
}

/// Users and grants, within a unit of work. Removed users are found too; callers look at `removed_at`.
#[async_trait]
pub trait UserRepository: Send + Sync {
    /// Who acts: the person's standing (derived from the person, the home account and all its ancestors) and grants as of
    /// this transaction. `None` if there is no such user.
    async fn find_principal(&self, user_id: UserId, now: Timestamp) -> Result<Option<Principal>, StorageError>;

    /// The user.
    async fn find(&self, user_id: UserId) -> Result<Option<UserRecord>, StorageError>;

    /// The user with this login name key.
    async fn find_by_login_key(&self, login_key: &str) -> Result<Option<UserRecord>, StorageError>;

    /// Stores a new user with its base grant at the home account, given by `given_by` (`None` for the system); version 1,
    /// provisioning pending.
    async fn insert(
        &self,
        user: &User,
        base_grant: &Grant,
        given_by: Option<UserId>,
        created_at: Timestamp,
    ) -> Result<InsertedUser, StorageError>;

    /// Replaces the user, if the stored version still is `version`; `None` if it is not. The new version is `version + 1`.
    async fn update(
        &self,
        user: &User,
        version: i64,
        updated_at: Timestamp,
    ) -> Result<Option<InsertedUser>, StorageError>;

    /// Replaces all grants of a user; at most one for each anchor. One that stays as it was keeps when and by whom it was given.
    async fn replace_grants(
        &self,
        user_id: UserId,
        grants: &[Grant],
        given_by: UserId,
        given_at: Timestamp,
    ) -> Result<(), StorageError>;

    /// How many users other than `except` are active, not removed, of accounts in use (as are all those above), and administer `account_id` for good: by a grant anchored there
    /// that is in effect, has no end, and whose role administers its anchor ([`Grant::administers_for_good`]).
    async fn count_other_administrators(
        &self,
        account_id: AccountId,
        except: UserId,
        now: Timestamp,
    ) -> Result<u64, StorageError>;

    /// The users at and below an account, not removed, who hold a grant anchored neither there nor below: they are more than the
    /// account.
    async fn list_with_grants_outside(&self, account: &AccountPath) -> Result<Vec<UserRecord>, StorageError>;

    /// The users neither at nor below an account, not removed, who hold a grant anchored there or below.
    async fn list_with_grants_inside(&self, account: &AccountPath) -> Result<Vec<UserRecord>, StorageError>;

    /// Ends everything that lets the users at and below an account in: sessions, links, and mails that carry a way in.
    async fn shut_out_subtree(&self, account: &AccountPath, at: Timestamp) -> Result<(), StorageError>;

    /// Sets how far provisioning of these users is. Leaves their versions alone: nobody's edit contradicts it.
    async fn set_provisioning(
        &self,
        users: &[UserId],
        state: ProvisioningState,
        error: Option<&str>,
    ) -> Result<(), StorageError>;

    /// Notes a successful sign-in.
    async fn set_last_sign_in(&self, user_id: UserId, at: Timestamp) -> Result<(), StorageError>;

    /// Deletes at most `limit` users removed before `removed_before`, with everything of theirs but the audit log; returns
    /// who they were. Their login names are free again.
    async fn purge(&self, removed_before: Timestamp, limit: u64) -> Result<Vec<UserId>, StorageError>;

    /// As [`UserRepository::purge`], for users whose home is one of these accounts, removed or not.
    async fn purge_homed_in(&self, accounts: &[AccountId], limit: u64) -> Result<Vec<UserId>, StorageError>;
}
