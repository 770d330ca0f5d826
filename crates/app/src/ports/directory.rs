//! Reads outside a unit of work: pages, lists and who is asking. The permission filter is part of the query, so that what
//! one may not view is neither returned nor counted, and shapes no order and no cursor.

use async_trait::async_trait;
use jiff::Timestamp;
use tenantry_domain::{
    AccountId, RoleId, UserId,
    account::{Account, AccountKind, AccountPath, AccountStatus, Inherited},
    contact::DomainName,
    permission::{BuiltInRole, Reach, Role, RoleKey},
    user::ProvisioningState,
};
use uuid::Uuid;

use super::{
    GrantRow, HolderFilter, HolderRow, MailRow, PasswordLink, Principal, RoleRow, Session, StorageError, TokenHash,
    UserRecord,
};

/// A part of the tree one may view: at the anchor, below it, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visible {
    /// Where.
    pub anchor: AccountPath,
    /// At the anchor.
    pub at: bool,
    /// Below it.
    pub below: bool,
}

impl From<Reach<'_>> for Visible {
    fn from(reach: Reach<'_>) -> Self {
        Self { anchor: reach.anchor.clone(), at: reach.at, below: reach.below }
    }
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PageStart {
    /// At the first row.
    #[default]
    First,
    /// After the row with this key.
    After(PageKey),
    /// Just before the row with this key.
    Before(PageKey),
}

/// The sort key of a row: the sorted value as stored, and the id that breaks ties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageKey {
    /// The value sorted by; empty where the id alone sorts.
    pub value: String,
    /// The row's id.
    pub id: Uuid,
}

/// Some rows of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the order asked for.
    pub items: Vec<T>,
    /// The key of the last row, if rows follow.
    pub next: Option<PageKey>,
    /// The key of the first row, if rows precede.
    pub previous: Option<PageKey>,
}

/// What users are sorted by. The id breaks ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UserSort {
    /// Display name, in lower case.
    #[default]
    Name,
    /// Login name, in lower case.
    LoginName,
    /// Time of creation.
    Created,
}

/// Which users, by what an administrator set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserState {
    /// Active, not removed.
    Active,
    /// Suspended, not removed.
    Suspended,
    /// Removed, and still restorable.
    Removed,
}

impl UserState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Removed];

    /// The stable word: `active`, `suspended` or `removed`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Removed => "removed",
        }
    }

    /// Reads the stable word.
    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// Which users to list.
#[derive(Debug, Clone)]
pub struct UserFilter {
    /// The account.
    pub account: AccountPath,
    /// With the accounts below it.
    pub subtree: bool,
    /// Where the asker may view users; nothing outside is returned.
    pub visible: Vec<Visible>,
    /// Part of the display name, login name or e-mail address, in any case.
    pub text: Option<String>,
    /// By state; without one, all but removed users.
    pub state: Option<UserState>,
    /// By the role of the base grant.
    pub role: Option<RoleKey>,
    /// By provisioning state.
    pub provisioning: Option<ProvisioningState>,
    /// Sorted by.
    pub sort: UserSort,
    /// From high to low.
    pub descending: bool,
    /// Where the page begins.
    pub start: PageStart,
    /// The most rows.
    pub limit: u32,
}

/// A user in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct UserRow {
    /// The user's id.
    pub id: UserId,
    /// The home account.
    pub account: AccountPath,
    /// Its name.
    pub account_name: String,
    /// Login name as shown.
    pub login_name: String,
    /// Display name.
    pub display_name: String,
    /// E-mail address.
    pub email: String,
    /// As an administrator set it.
    pub state: UserState,
    /// The role of the base grant.
    pub role: Role,
    /// How far provisioning is.
    pub provisioning: ProvisioningState,
    /// Whether a password is set; without one the user is invited only.
    pub has_password: bool,
    /// Whether it must be changed at the next sign-in.
    pub must_change_password: bool,
    /// Content hash of the profile image.
    pub image: Option<String>,
    /// Latest sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Created.
    pub created_at: Timestamp,
}

/// Everything a user's page shows but the mails.
#[derive(Debug, Clone, PartialEq)]
pub struct UserDetails {
    /// The user, with grants and version.
    pub record: UserRecord,
    /// The home account's name.
    pub account_name: String,
    /// How far provisioning is.
    pub provisioning: ProvisioningState,
    /// Why it failed.
    pub provisioning_error: Option<String>,
    /// Whether a password is set.
    pub has_password: bool,
    /// Whether it must be changed at the next sign-in.
    pub must_change_password: bool,
    /// When it was set.
    pub password_set_at: Option<Timestamp>,
    /// The newest password link.
    pub newest_link: Option<PasswordLink>,
    /// Latest sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Created.
    pub created_at: Timestamp,
    /// Latest change.
    pub updated_at: Timestamp,
}

impl UserDetails {
    /// As an administrator set it.
    pub fn state(&self) -> UserState {
        use tenantry_domain::user::UserStatus;
        match (self.record.user.removed_at, self.record.user.status) {
            (Some(_), _) => UserState::Removed,
            (None, UserStatus::Active) => UserState::Active,
            (None, UserStatus::Suspended) => UserState::Suspended,
        }
    }

    /// The role of the base grant.
    pub fn role(&self) -> Role {
        let base = self.record.grants.first().filter(|grant| grant.anchor == self.record.home);
        base.map_or(BuiltInRole::NoAccess.into(), |grant| grant.role.clone())
    }
}

/// Which accounts, by what an administrator set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// Active, not removed; those below a suspended account too.
    Active,
    /// Suspended, not removed.
    Suspended,
    /// Removed by itself, not with an account above it, and still restorable.
    Removed,
}

impl AccountState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Removed];

    /// The stable word: `active`, `suspended` or `removed`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Removed => "removed",
        }
    }

    /// Reads the stable word.
    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// The state of an account.
    pub const fn of(account: &Account) -> Self {
        match (account.removed_at, account.status) {
            (Some(_), _) => Self::Removed,
            (None, AccountStatus::Active) => Self::Active,
            (None, AccountStatus::Suspended) => Self::Suspended,
        }
    }
}

/// Which accounts to list.
#[derive(Debug, Clone)]
pub struct AccountFilter {
    /// Where the asker may view accounts; nothing outside is returned, except `home`.
    pub visible: Vec<Visible>,
    /// The asker's home account, always in view.
    pub home: AccountId,
    /// Only the direct children of this account.
    pub parent: Option<AccountId>,
    /// Part of the name or of a domain, in any case.
    pub text: Option<String>,
    /// By kind.
    pub kind: Option<AccountKind>,
    /// Only accounts of a kind below which others can stand.
    pub without_leaves: bool,
    /// By state; without one, all but removed accounts.
    pub state: Option<AccountState>,
    /// Where the page begins; accounts are sorted by name.
    pub start: PageStart,
    /// The most rows.
    pub limit: u32,
}

/// Where an account stands, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountPlace {
    /// Its place in the tree.
    pub path: AccountPath,
    /// Its kind.
    pub kind: AccountKind,
    /// Its name.
    pub name: String,
}

/// Whose children to count.
#[derive(Debug, Clone)]
pub struct ChildrenFilter {
    /// The accounts whose children these are.
    pub parents: Vec<AccountPath>,
    /// Where the asker may view accounts; nothing outside is counted, except `home`.
    pub visible: Vec<Visible>,
    /// The asker's home account, always in view.
    pub home: AccountPath,
}

/// An account in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Its place in the tree.
    pub path: AccountPath,
    /// Its kind.
    pub kind: AccountKind,
    /// Its name.
    pub name: String,
    /// Its own status.
    pub status: AccountStatus,
    /// When it was removed.
    pub removed_at: Option<Timestamp>,
    /// The status that follows from it and its ancestors.
    pub effective_status: AccountStatus,
    /// Its primary domain.
    pub primary_domain: String,
}

/// An account with what follows from its ancestors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountStanding {
    /// The account.
    pub account: Account,
    /// The status that follows from it and its ancestors.
    pub effective_status: AccountStatus,
    /// What it has from itself and its ancestors.
    pub inherited: Inherited,
    /// Created.
    pub created_at: Timestamp,
}

/// A session with whose it is, as the one query of a request answers it.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// The session; whether it is still good is the caller's to say.
    pub session: Session,
    /// Whose it is.
    pub principal: Principal,
}

/// Work that waits for the workers of all nodes together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Mails to be sent, perhaps again. Held ones wait for somebody else.
    pub mails: u64,
    /// When the oldest of them was put there.
    pub oldest_mail: Option<Timestamp>,
    /// Users to be provisioned.
    pub jobs: u64,
    /// When the first of them is, or was, due.
    pub first_job_due: Option<Timestamp>,
    /// Audit entries that are in no seal yet.
    pub unsealed_entries: u64,
}

/// Reads outside a unit of work.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Whether storage answers.
    async fn ping(&self) -> Result<(), StorageError>;

    /// The work that waits.
    async fn backlog(&self) -> Result<Backlog, StorageError>;

    /// Whose session this is, with what that person may do now.
    async fn find_session(&self, token_hash: &TokenHash, now: Timestamp) -> Result<Option<SessionRow>, StorageError>;

    /// A user's sessions, the latest used first, ended ones perhaps included.
    async fn list_sessions(&self, user_id: UserId) -> Result<Vec<Session>, StorageError>;

    /// A page of users.
    async fn list_users(&self, filter: &UserFilter) -> Result<Page<UserRow>, StorageError>;

    /// A user with everything its page shows.
    async fn find_user(&self, user_id: UserId) -> Result<Option<UserDetails>, StorageError>;

    /// The user's latest mails, newest first, at most `limit`.
    async fn list_mails(&self, user_id: UserId, limit: u32) -> Result<Vec<MailRow>, StorageError>;

    /// A page of accounts.
    async fn list_accounts(&self, filter: &AccountFilter) -> Result<Page<AccountRow>, StorageError>;

    /// How many accounts a filter lists on all pages together, but no more than `most`: where they begin and how many a page
    /// has makes no difference.
    async fn count_accounts(&self, filter: &AccountFilter, most: u32) -> Result<u32, StorageError>;

    /// How many accounts stand directly below each of these, in the order given: what a list of its children shows without a
    /// filter.
    async fn count_children(&self, filter: &ChildrenFilter) -> Result<Vec<u64>, StorageError>;

    /// How many users, removed ones not counted, each of these accounts has, in the order given. Whether they may be viewed is
    /// the caller's to know.
    async fn count_users(&self, account_ids: &[AccountId]) -> Result<Vec<u64>, StorageError>;

    /// An account with what follows from its ancestors, unless it was removed.
    async fn find_account(&self, account_id: AccountId) -> Result<Option<AccountStanding>, StorageError>;

    /// What holds at the account with this domain, or at the root if none has it: how a page before sign-in looks. `None` if
    /// there is no account at all.
    async fn find_inherited(&self, domain: Option<&DomainName>) -> Result<Option<Inherited>, StorageError>;

    /// Where these accounts stand, in no particular order; removed and unknown ones are left out. Whether they may be viewed is
    /// the caller's to know.
    async fn find_places(&self, account_ids: &[AccountId]) -> Result<Vec<AccountPlace>, StorageError>;

    /// The names of these accounts, in no particular order; unknown ids are left out.
    async fn account_names(&self, account_ids: &[AccountId]) -> Result<Vec<(AccountId, String)>, StorageError>;

    /// Whether a login name is free, as far as storage knows.
    async fn is_login_name_free(&self, login_key: &str) -> Result<bool, StorageError>;

    /// An image's PNG by content hash, or its thumbnail's.
    async fn find_image(&self, hash: &str, thumbnail: bool) -> Result<Option<Vec<u8>>, StorageError>;

    /// As [`Directory::find_image`], if it is the logo of some account: anybody may see those.
    async fn find_logo(&self, hash: &str, thumbnail: bool) -> Result<Option<Vec<u8>>, StorageError>;

    /// Users who are active and hold a grant in effect at or above the account, with their grants: those who may be able to
    /// give a permission there. At most `limit`, nearest anchor first.
    async fn list_grant_holders(
        &self,
        account: &AccountPath,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Principal>, StorageError>;

    /// What somebody may do now, whoever asks; `None` if there is no such user.
    async fn find_principal(&self, user_id: UserId, now: Timestamp) -> Result<Option<Principal>, StorageError>;

    /// The custom roles of these accounts, by name in lower case; those of one account together, accounts in the order given.
    async fn list_roles(&self, owners: &[AccountId]) -> Result<Vec<RoleRow>, StorageError>;

    /// A custom role.
    async fn find_role(&self, role_id: RoleId) -> Result<Option<RoleRow>, StorageError>;

    /// Who holds a role, by display name and id: people not removed, whether their grant is in effect or not.
    async fn list_role_holders(&self, filter: &HolderFilter) -> Result<Vec<HolderRow>, StorageError>;

    /// A user's grants, the base grant first, the others from the root down.
    async fn list_grants(&self, user_id: UserId) -> Result<Vec<GrantRow>, StorageError>;

    /// Whether the platform has not been set up yet.
    async fn is_empty(&self) -> Result<bool, StorageError>;
}
