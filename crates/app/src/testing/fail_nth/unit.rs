//! A unit of work that asks the gate before every write.

use std::ops::RangeInclusive;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tenantry_domain::{
    AccountId, PasswordLinkId, ProvisioningJobId, RoleId, SessionId, UserId,
    account::{Account, AccountPath},
    contact::DomainName,
    permission::{CustomRole, Grant},
    user::{ProvisioningState, User},
};

use super::Gate;
use crate::ports::{
    AccountRepository, AuditEntry, AuditLog, ClaimedJob, ClaimedMail, Credential, CredentialRepository, FailureRecord,
    Handover, IdempotencyRecord, IdempotencyRepository, ImageRepository, InsertedAccount, InsertedUser, Latest,
    LinkPurpose, LoginNames, MailOutbox, MovedUser, NewSession, OutboxMail, PasswordLink, PasswordLinkRepository,
    Principal, ProvisioningJobs, RoleRepository, SessionRepository, SignInAttempts, StorageError, StoredImage,
    StoredRole, SubtreeSize, TakenLoginNames, TokenHash, UnitOfWork, UserRecord, UserRepository,
};

pub(super) struct FailingUnit {
    pub inner: Box<dyn UnitOfWork>,
    pub gate: Gate,
}

/// Implements a repository by passing its calls on, the writes through the gate.
macro_rules! pass_on {
    ($repository:ident, $accessor:ident: $($kind:ident $name:ident($($argument:ident: $type:ty),*) -> $output:ty;)+) => {
        #[async_trait]
        impl $repository for FailingUnit {
            $(
                async fn $name(&self, $($argument: $type),*) -> Result<$output, StorageError> {
                    pass_on!($kind, self.gate);
                    self.inner.$accessor().$name($($argument),*).await
                }
            )+
        }
    };
    (read, $gate:expr) => {};
    (write, $gate:expr) => { $gate.pass()? };
}

pass_on! { AccountRepository, accounts:
    read find(account_id: AccountId) -> Option<Account>;
    read find_removed(account_id: AccountId) -> Option<Account>;
    write insert(account: &Account, created_at: Timestamp) -> InsertedAccount;
    write update(account: &Account, updated_at: Timestamp) -> bool;
    write move_below(account: &AccountPath, parent: &AccountPath) -> ();
    read count_subtree(account: &AccountPath) -> SubtreeSize;
    write remove_subtree(account: &AccountPath, removed_at: Timestamp) -> ();
    write restore_subtree(account_id: AccountId) -> ();
    write add_domain(account_id: AccountId, domain: &DomainName, added_at: Timestamp) -> bool;
    write set_primary_domain(account_id: AccountId, domain: &DomainName) -> ();
    write set_domain_verified(account_id: AccountId, domain: &DomainName, verified_at: Timestamp) -> ();
    write remove_domain(domain: &DomainName) -> ();
    read count_login_names(domain: &DomainName) -> u64;
    read list_removed_before(removed_before: Timestamp, limit: u64) -> Vec<AccountId>;
    write purge(accounts: &[AccountId]) -> ();
    read is_empty() -> bool;
}

pass_on! { UserRepository, users:
    read list_with_grants_outside(account: &AccountPath) -> Vec<UserRecord>;
    read list_with_grants_inside(account: &AccountPath) -> Vec<UserRecord>;
    write shut_out_subtree(account: &AccountPath, at: Timestamp) -> ();
    read find_principal(user_id: UserId, now: Timestamp) -> Option<Principal>;
    read find(user_id: UserId) -> Option<UserRecord>;
    read find_by_login_key(login_key: &str) -> Option<UserRecord>;
    write insert(user: &User, base_grant: &Grant, given_by: Option<UserId>, created_at: Timestamp) -> InsertedUser;
    write update(user: &User, version: i64, updated_at: Timestamp) -> Option<InsertedUser>;
    write replace_grants(user_id: UserId, grants: &[Grant], given_by: UserId, given_at: Timestamp) -> ();
    read count_other_administrators(account_id: AccountId, except: UserId, now: Timestamp) -> u64;
    write set_provisioning(users: &[UserId], state: ProvisioningState, error: Option<&str>) -> ();
    write set_last_sign_in(user_id: UserId, at: Timestamp) -> ();
    write purge(removed_before: Timestamp, limit: u64) -> Vec<UserId>;
    write purge_homed_in(accounts: &[AccountId], limit: u64) -> Vec<UserId>;
}

pass_on! { LoginNames, login_names:
    read list_grants_at(domain: &DomainName, except: UserId) -> Vec<Grant>;
    read find_taken(from: &DomainName, to: &DomainName, limit: u64) -> TakenLoginNames;
    write move_all(from: &DomainName, to: &DomainName, times: (Timestamp, Timestamp)) -> Vec<MovedUser>;
    write sweep_reserved(before: Timestamp) -> ();
}

pass_on! { RoleRepository, roles:
    read find(role_id: RoleId) -> Option<CustomRole>;
    write insert(role: &CustomRole, created_at: Timestamp) -> StoredRole;
    write update(role: &CustomRole, updated_at: Timestamp) -> Option<StoredRole>;
    write remove(role_id: RoleId) -> ();
    read list_holders(role_id: RoleId) -> Vec<UserRecord>;
}

pass_on! { CredentialRepository, credentials:
    read find(user_id: UserId) -> Option<Credential>;
    write put(user_id: UserId, credential: &Credential) -> ();
}

pass_on! { PasswordLinkRepository, password_links:
    write insert(link: &PasswordLink) -> ();
    read find(link_id: PasswordLinkId) -> Option<PasswordLink>;
    read find_by_token(token_hash: &TokenHash) -> Option<PasswordLink>;
    read find_newest(user_id: UserId) -> Option<PasswordLink>;
    read count(user_id: UserId, purpose: LinkPurpose, requested: RangeInclusive<Timestamp>) -> u64;
    write spend(link_id: PasswordLinkId, at: Timestamp) -> bool;
    write void_all(user_id: UserId, at: Timestamp) -> u64;
    write set_expiry(link_id: PasswordLinkId, expires_at: Timestamp) -> ();
    write restart(user_id: UserId, at: Timestamp) -> ();
}

pass_on! { SessionRepository, sessions:
    write insert(session: &NewSession, most: u32) -> ();
    write touch(session_id: SessionId, at: Timestamp) -> ();
    write set_active_account(session_id: SessionId, account_id: AccountId) -> ();
    write end(user_id: UserId, session_id: SessionId) -> bool;
    write end_all(user_id: UserId, except: Option<SessionId>) -> u64;
    write sweep(expired_before: Timestamp, used: RangeInclusive<Timestamp>) -> ();
}

pass_on! { SignInAttempts, sign_in_attempts:
    read find(key: &str) -> FailureRecord;
    write add_failure(key: &str, at: Timestamp, window: Option<SignedDuration>) -> ();
    write clear(key: &str) -> ();
    write sweep(before: Timestamp) -> ();
}

pass_on! { MailOutbox, mail_outbox:
    write enqueue_all(mails: &[OutboxMail]) -> ();
    write enqueue(mail: &OutboxMail) -> ();
    write claim(now: Timestamp, lease_for: SignedDuration, limit: u32) -> Vec<ClaimedMail>;
    write renew(claimed: &ClaimedMail, until: Timestamp) -> bool;
    write settle(claimed: &ClaimedMail, handover: Handover<'_>, at: Timestamp) -> bool;
    write bring_forward(now: Timestamp, latest: Latest) -> ();
    write release_held(user_id: UserId, at: Timestamp) -> u64;
    write cancel_credentials(user_id: UserId) -> u64;
}

pass_on! { ProvisioningJobs, provisioning_jobs:
    write enqueue(id: ProvisioningJobId, user_id: UserId, at: Timestamp) -> ();
    write claim(now: Timestamp, lease_for: SignedDuration, limit: u32) -> Vec<ClaimedJob>;
    write renew(claimed: &ClaimedJob, until: Timestamp) -> bool;
    write settle(claimed: &ClaimedJob, retry_at: Option<Timestamp>) -> bool;
    write bring_forward(now: Timestamp, latest: Latest) -> ();
}

pass_on! { ImageRepository, images:
    write put(image: &StoredImage) -> ();
    write remove_unused(hash: &str) -> ();
}

pass_on! { IdempotencyRepository, idempotency:
    read find(actor: UserId, key: &str) -> Option<IdempotencyRecord>;
    write insert(actor: UserId, key: &str, record: &IdempotencyRecord, at: Timestamp) -> bool;
    write sweep(before: Timestamp) -> ();
}

pass_on! { AuditLog, audit_log:
    write append(entry: &AuditEntry) -> ();
}

#[async_trait]
impl UnitOfWork for FailingUnit {
    fn accounts(&self) -> &dyn AccountRepository {
        self
    }
    fn users(&self) -> &dyn UserRepository {
        self
    }
    fn login_names(&self) -> &dyn LoginNames {
        self
    }
    fn roles(&self) -> &dyn RoleRepository {
        self
    }
    fn credentials(&self) -> &dyn CredentialRepository {
        self
    }
    fn password_links(&self) -> &dyn PasswordLinkRepository {
        self
    }
    fn sessions(&self) -> &dyn SessionRepository {
        self
    }
    fn sign_in_attempts(&self) -> &dyn SignInAttempts {
        self
    }
    fn mail_outbox(&self) -> &dyn MailOutbox {
        self
    }
    fn provisioning_jobs(&self) -> &dyn ProvisioningJobs {
        self
    }
    fn images(&self) -> &dyn ImageRepository {
        self
    }
    fn idempotency(&self) -> &dyn IdempotencyRepository {
        self
    }
    fn audit_log(&self) -> &dyn AuditLog {
        self
    }

    async fn commit(self: Box<Self>) -> Result<(), StorageError> {
        self.gate.pass()?;
        self.inner.commit().await
    }
}
