//! What is stored.

use std::{
    collections::BTreeMap,
    ops::{Deref, DerefMut},
    sync::Arc,
};

use jiff::Timestamp;
use tenantry_domain::{
    AccountId, MailId, PasswordLinkId, ProvisioningJobId, RoleId, SessionId, UserId,
    account::{Account, AccountPath, AccountStatus, Inherited, PassedDown},
    permission::{Authority, CustomRole, Grant, Standing},
    user::{ProvisioningState, User, UserStatus},
};

use crate::ports::{
    AuditEntry, AuditSeal, Credential, FailureRecord, IdempotencyRecord, Letter, OutboxMail, PasswordLink, Principal,
    Session, StoredImage, TokenHash, UserRecord, UserState,
};

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct State {
    pub accounts: Table<AccountId, StoredAccount>,
    pub users: Table<UserId, StoredUser>,
    pub roles: Table<RoleId, StoredRoleRow>,
    pub credentials: Table<UserId, Credential>,
    pub links: Table<PasswordLinkId, PasswordLink>,
    pub sessions: Table<SessionId, StoredSession>,
    pub attempts: Table<String, FailureRecord>,
    pub mails: Table<MailId, StoredMail>,
    pub jobs: Table<ProvisioningJobId, StoredJob>,
    pub images: Table<String, StoredImage>,
    pub idempotency: Table<(UserId, String), StoredKey>,
    /// Login names that nobody may have, and until when.
    pub reserved: Table<String, Timestamp>,
    pub audit: Shared<Vec<Arc<AuditEntry>>>,
    pub seals: Shared<Vec<AuditSeal>>,
}

type Table<K, V> = Shared<BTreeMap<K, V>>;

/// Copied when it is changed, not when a unit of work begins: most of them change little of what is stored.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Shared<T>(Arc<T>);

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredAccount {
    pub account: Account,
    /// The account, itself or above, with which it was removed.
    pub removed_with: Option<AccountId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredUser {
    pub user: User,
    pub grants: Vec<StoredGrant>,
    pub version: i64,
    pub provisioning: ProvisioningState,
    pub provisioning_error: Option<String>,
    pub last_sign_in_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredGrant {
    pub grant: Grant,
    pub given_at: Timestamp,
    pub given_by: Option<UserId>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredRoleRow {
    pub role: CustomRole,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredSession {
    pub session: Session,
    pub token_hash: TokenHash,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredMail {
    pub mail: OutboxMail,
    pub due_at: Timestamp,
    pub leased_until: Option<Timestamp>,
    pub lease: i64,
    pub attempts: u32,
    pub last_error: Option<String>,
    pub sent_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredJob {
    pub user_id: UserId,
    pub due_at: Timestamp,
    pub leased_until: Option<Timestamp>,
    pub lease: i64,
    pub attempts: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredKey {
    pub record: IdempotencyRecord,
    pub at: Timestamp,
}

impl StoredGrant {
    /// Whether it gives the same, whatever became of its role in the meantime.
    pub fn is_the_same(&self, grant: &Grant) -> bool {
        let shape = |grant: &Grant| (grant.role.key(), grant.anchor.id(), grant.starts_at, grant.ends_at);
        shape(&self.grant) == shape(grant)
    }
}

impl StoredUser {
    /// The base grant first, the others from the root down.
    pub fn grants(&self) -> Vec<Grant> {
        self.sorted().into_iter().map(|stored| stored.grant.clone()).collect()
    }

    pub fn sorted(&self) -> Vec<&StoredGrant> {
        let mut grants: Vec<&StoredGrant> = self.grants.iter().collect();
        let home = self.user.account_id;
        grants.sort_by_cached_key(|stored| (stored.grant.anchor.id() != home, stored.grant.anchor.to_bytes()));
        grants
    }

    pub fn is_active(&self) -> bool {
        self.user.removed_at.is_none() && self.user.status == UserStatus::Active
    }

    pub fn state(&self) -> UserState {
        match (self.user.removed_at, self.user.status) {
            (Some(_), _) => UserState::Removed,
            (None, UserStatus::Active) => UserState::Active,
            (None, UserStatus::Suspended) => UserState::Suspended,
        }
    }
}

impl StoredMail {
    pub fn holds_sealed(&self) -> bool {
        matches!(self.mail.letter, Letter::NewPassword { sealed: Some(_) })
    }

    pub fn erase_sealed(&mut self) {
        if let Letter::NewPassword { sealed } = &mut self.mail.letter {
            *sealed = None;
        }
    }

    pub fn carries_credential(&self) -> bool {
        matches!(self.mail.letter, Letter::Welcome { .. } | Letter::PasswordReset { .. } | Letter::NewPassword { .. })
    }
}

impl State {
    pub fn path(&self, account_id: AccountId) -> Option<&AccountPath> {
        self.accounts.get(&account_id).map(|stored| &stored.account.path)
    }

    /// An account that was not removed.
    pub fn live_account(&self, account_id: AccountId) -> Option<&StoredAccount> {
        self.accounts.get(&account_id).filter(|stored| stored.removed_with.is_none())
    }

    /// Whether an account was not removed, and neither it nor one above it is suspended.
    pub fn is_in_use(&self, account_id: AccountId) -> bool {
        let live = self.live_account(account_id);
        live.is_some_and(|stored| self.effective_status(&stored.account.path) == AccountStatus::Active)
    }

    /// The accounts at and below one, removed ones included.
    pub fn below(&self, top: &AccountPath) -> impl Iterator<Item = &StoredAccount> {
        self.accounts.values().filter(move |stored| top.is_at_or_above(&stored.account.path))
    }

    /// Lets the anchors of grants stand where their accounts stand now.
    pub fn refresh_grants(&mut self) {
        let accounts = self.accounts.clone();
        for grant in self.users.values_mut().flat_map(|stored| &mut stored.grants) {
            if let Some(stored) = accounts.get(&grant.grant.anchor.id()) {
                grant.grant.anchor = stored.account.path.clone();
            }
        }
    }

    /// The account's and its ancestors' rows.
    pub fn line(&self, path: &AccountPath) -> impl Iterator<Item = &Account> {
        path.iter().filter_map(|id| self.accounts.get(&id)).map(|stored| &stored.account)
    }

    pub fn inherited(&self, path: &AccountPath) -> Inherited {
        let passed_down = |account: &Account| PassedDown {
            account_id: account.id(),
            policy: account.policy,
            branding: account.branding.clone(),
            support: account.company.support.clone(),
        };
        Inherited::along(&self.line(path).map(passed_down).collect::<Vec<_>>())
    }

    pub fn effective_status(&self, path: &AccountPath) -> AccountStatus {
        if self.line(path).all(|account| account.status == AccountStatus::Active) {
            AccountStatus::Active
        } else {
            AccountStatus::Suspended
        }
    }

    pub fn standing(&self, user: &User, home: &AccountPath) -> Standing {
        match (user.removed_at, user.status, self.effective_status(home)) {
            (Some(_), _, _) => Standing::Removed,
            (None, UserStatus::Suspended, _) => Standing::Suspended,
            (None, UserStatus::Active, AccountStatus::Suspended) => Standing::AccountSuspended,
            (None, UserStatus::Active, AccountStatus::Active) => Standing::Active,
        }
    }

    pub fn principal(&self, user_id: UserId, now: Timestamp) -> Option<Principal> {
        let stored = self.users.get(&user_id)?;
        let home = &self.live_account(stored.user.account_id)?.account.path;
        let standing = self.standing(&stored.user, home);
        Some(Principal {
            user_id,
            display_name: stored.user.profile.display_name.to_string(),
            login_name: stored.user.login_name.to_string(),
            authority: Authority::new(standing, home.clone(), self.live_grants(stored), now),
            must_change_password: self.credentials.get(&user_id).is_some_and(|credential| credential.must_change),
        })
    }

    /// The grants but those at accounts that were removed.
    fn live_grants(&self, stored: &StoredUser) -> Vec<Grant> {
        let is_live = |grant: &Grant| self.live_account(grant.anchor.id()).is_some();
        stored.grants().into_iter().filter(is_live).collect()
    }

    pub fn record(&self, user_id: UserId) -> Option<UserRecord> {
        let stored = self.users.get(&user_id)?;
        self.live_account(stored.user.account_id)?;
        self.any_record(user_id)
    }

    /// The record of a user whose account may have been removed.
    pub fn any_record(&self, user_id: UserId) -> Option<UserRecord> {
        let stored = self.users.get(&user_id)?;
        Some(UserRecord {
            user: stored.user.clone(),
            home: self.path(stored.user.account_id)?.clone(),
            grants: stored.grants(),
            version: stored.version,
        })
    }

    pub fn find_login_key(&self, login_key: &str) -> Option<UserId> {
        self.users.values().find(|stored| stored.user.login_name.key() == login_key).map(|stored| stored.user.id)
    }

    /// Whether a login name belongs to somebody other than `user_id`, or is reserved.
    pub fn is_login_key_taken(&self, login_key: &str, user_id: Option<UserId>) -> bool {
        self.reserved.contains_key(login_key)
            || self.find_login_key(login_key).is_some_and(|owner| Some(owner) != user_id)
    }

    pub fn newest_link(&self, user_id: UserId) -> Option<&PasswordLink> {
        let links = self.links.values().filter(|link| link.user_id == user_id);
        links.max_by_key(|link| (link.requested_at, link.id))
    }

    pub fn remove_unused_image(&mut self, hash: &str) {
        let by_user = self.users.values().any(|stored| stored.user.image.as_deref() == Some(hash));
        let by_account = self.accounts.values().any(|stored| stored.account.branding.logo.as_deref() == Some(hash));
        if !by_user && !by_account {
            self.images.remove(hash);
        }
    }
}
