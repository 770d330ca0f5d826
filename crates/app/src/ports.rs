//! What the use cases need from outside, by role. No technology is named here.
//!
//! [`Storage`] opens units of work for changes; [`Directory`] answers reads outside of one. The rest is small: time, ids,
//! tokens, hashing, encryption, images, mail, connectors and the DNS.

mod accounts;
mod audit_chain;
mod audit_log;
mod connector;
mod credentials;
mod directory;
mod domain_resolver;
mod idempotency;
mod images;
mod login_names;
mod mail_outbox;
mod password_links;
mod provisioning_jobs;
mod queue;
mod roles;
mod sessions;
mod sign_in_attempts;
mod storage;
mod system;
mod users;

pub use accounts::{AccountRepository, InsertedAccount, SubtreeSize};
pub use audit_chain::{
    AnchorError, AuditAnchor, AuditChain, AuditKey, AuditMark, AuditSeal, Checkpoint, MarkedEntry, StoredAuditEntry,
};
pub use audit_log::{AuditEntry, AuditLog, Outcome};
pub use connector::{Connector, ConnectorError};
pub use credentials::{Credential, CredentialRepository, PasswordOrigin};
pub use directory::{
    AccountFilter, AccountPlace, AccountRow, AccountStanding, AccountState, Backlog, ChildrenFilter, Directory, Page,
    PageKey, PageStart, SessionRow, UserDetails, UserFilter, UserRow, UserSort, UserState, Visible,
};
pub use domain_resolver::{DomainResolver, ResolverError};
pub use idempotency::{IdempotencyKey, IdempotencyRecord, IdempotencyRepository};
pub use images::{ImageError, ImageProcessor, ImageRepository, StoredImage};
pub use login_names::{LoginNames, MovedUser, TakenLoginNames};
pub use mail_outbox::{
    ClaimedMail, Handover, Letter, MailLooks, MailOutbox, MailRow, MailState, MailToSend, Mailer, MailerError,
    OutboxMail, RenderedFor,
};
pub use password_links::{LinkPurpose, PasswordLink, PasswordLinkRepository, Recipient, RecipientKind};
pub use provisioning_jobs::{ClaimedJob, ProvisioningJobs};
pub use queue::Latest;
pub use roles::{Giver, GrantRow, HolderFilter, HolderRow, RoleRepository, RoleRow, StoredRole, name_beside};
pub use sessions::{NewSession, Session, SessionKind, SessionRepository};
pub use sign_in_attempts::{FailureRecord, SignInAttempts};
pub use storage::{Storage, StorageError, UnitOfWork};
pub use system::{Clock, HashedPassword, HasherBusy, IdSource, PasswordHasher, Sealer, Token, TokenHash, TokenSource};
pub use users::{InsertedUser, Principal, UserRecord, UserRepository};
