//! How a use case can end other than well.

use thiserror::Error;

use crate::{
    FieldErrors,
    ports::{ResolverError, StorageError},
};

/// Why a use case did not do what was asked. The HTTP status is one exhaustive match over this type in the `http` crate.
///
/// One type for all use cases: they share most of their endings, and a reader of the API meets the same codes everywhere.
#[derive(Debug, Error)]
pub enum UseCaseError {
    /// Fields are wrong; all of them are named.
    #[error("{0}")]
    Invalid(FieldErrors),
    /// The permission rules say no.
    #[error("{0}")]
    Denied(#[from] Denied),
    /// It contradicts what exists.
    #[error("{0}")]
    Conflict(Conflict),
    /// Somebody else changed it in the meantime; nothing was written.
    #[error("changed by somebody else in the meantime")]
    Stale,
    /// Signing in failed, or the session is over. Deliberately says nothing more.
    #[error("not signed in")]
    NotSignedIn,
    /// A password link that is unknown, used, expired or void. Deliberately one ending for all.
    #[error("this link can no longer be used")]
    LinkUnusable,
    /// Too many wrong attempts.
    #[error("too many attempts")]
    TooManyAttempts {
        /// Seconds until another attempt is looked at.
        retry_after: u32,
    },
    /// All hashing or decoding permits are taken; try again shortly.
    #[error("busy")]
    Busy,
    /// The DNS cannot be asked, or does not answer; try again.
    #[error("{0}")]
    Resolver(#[from] ResolverError),
    /// Storage failed, or cannot be reached.
    #[error("{0}")]
    Storage(#[from] StorageError),
}

impl UseCaseError {
    /// A single wrong field.
    pub fn field(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(field, code, message);
        Self::Invalid(errors)
    }

    /// Whether the rules said no, which goes on record, and not only the state of things.
    pub(crate) const fn is_refusal(&self) -> bool {
        matches!(self, Self::Denied(_) | Self::Conflict(Conflict::LastAdministrator))
    }

    /// The stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid-fields",
            Self::Denied(denied) => denied.code(),
            Self::Conflict(conflict) => conflict.code(),
            Self::Stale => "stale-version",
            Self::NotSignedIn => "not-signed-in",
            Self::LinkUnusable => "link-unusable",
            Self::TooManyAttempts { .. } => "too-many-attempts",
            Self::Busy => "busy",
            Self::Resolver(_) => "dns-unavailable",
            Self::Storage(_) => "storage-unavailable",
        }
    }
}

/// A no from the permission rules.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Denied {
    /// Not in view: for the asker it does not exist.
    #[error("there is nothing here, or nothing you may see")]
    NotFound,
    /// In view, but the permission is not held there.
    #[error("this needs `{permission}`, which you do not hold here")]
    NotHeld {
        /// What is needed, as `users.add`.
        permission: String,
    },
    /// The role holds cells the actor does not hold there.
    #[error("this role holds more than you do here: {}", missing.join(", "))]
    RoleNotCovered {
        /// The missing cells, as `own.users.add`.
        missing: Vec<String>,
    },
    /// The other user holds something the actor does not: the superior guard.
    #[error("this person holds rights that you do not hold")]
    Superior,
    /// Somebody has the role over whom the actor has no right, or not enough.
    #[error("somebody has this role whose rights you may not change")]
    RoleHolder,
    /// Nobody changes a role they have themselves.
    #[error("you have this role yourself; somebody else must change it")]
    OwnRole,
    /// Somebody in the account holds rights outside of it that the actor does not hold.
    #[error("somebody in this account holds rights elsewhere that you do not hold")]
    SuperiorInside,
    /// Somebody whose login name would change holds rights that the actor does not hold.
    #[error("somebody whose login name would change holds rights that you do not hold")]
    SuperiorAmong,
    /// The account is below a suspended one that the actor may not resume.
    #[error("an account above this one is suspended; only somebody who may resume that one can move this one")]
    SuspendedAbove,
    /// Nobody suspends, moves, converts or removes the account they are in, or one above it.
    #[error("you are in this account yourself; somebody else must do that")]
    OwnHome,
    /// The actor would hold more after the move than before.
    #[error("you would hold more there than here: {}", gained.join(", "))]
    MoveGains {
        /// The cells, as `own.users.add`.
        gained: Vec<String>,
    },
    /// Nobody changes the own role, status or home account, and the own password has a way of its own.
    #[error("this cannot be done to your own account")]
    OwnAccount,
    /// The actor's role does not let the own profile be edited.
    #[error("your role does not let you edit your profile")]
    ProfileLocked,
    /// The actor must set a new password before anything else.
    #[error("set a new password first")]
    PasswordChangeRequired,
}

impl Denied {
    /// The stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::NotHeld { .. } => "permission-missing",
            Self::RoleNotCovered { .. } => "role-not-covered",
            Self::Superior => "superior-user",
            Self::RoleHolder => "role-holder",
            Self::OwnRole => "own-role",
            Self::SuperiorInside => "superior-inside",
            Self::SuperiorAmong => "superior-among",
            Self::SuspendedAbove => "suspended-above",
            Self::OwnHome => "own-home",
            Self::MoveGains { .. } => "move-gains",
            Self::OwnAccount => "own-account",
            Self::ProfileLocked => "profile-locked",
            Self::PasswordChangeRequired => "password-change-required",
        }
    }
}

/// A contradiction with what exists.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Conflict {
    /// The login name belongs to somebody, or is reserved for a removed user.
    #[error("this login name is taken")]
    LoginNameTaken,
    /// The user is the account's last administrator.
    #[error("this is the last administrator of the account; make somebody else one first")]
    LastAdministrator,
    /// The user was removed; restore it first.
    #[error("this user was removed; restore the user first")]
    UserRemoved,
    /// The user is not removed, so there is nothing to restore.
    #[error("this user is not removed")]
    UserNotRemoved,
    /// The user is suspended; activate it first.
    #[error("this user is suspended; activate the user first")]
    UserSuspended,
    /// The account has a role of this name.
    #[error("the account has a role of this name already")]
    RoleNameTaken,
    /// Somebody holds the role.
    #[error("somebody still has this role, or had it when removed; give them another one first")]
    RoleInUse,
    /// The platform is set up already.
    #[error("the platform is set up already")]
    AlreadySetUp,
    /// Some account has the domain, or it cannot be had for another reason. Whose it is is not said.
    #[error("this domain is not available")]
    DomainTaken,
    /// New login names use the primary domain.
    #[error("this is the primary domain; make another one the primary domain first")]
    DomainPrimary,
    /// Login names use the domain.
    #[error(
        "this domain is used by {users} of the account's login names; move them to another domain of the account, or give these \
         users other ones first"
    )]
    DomainInUse {
        /// How many, those of removed users included.
        users: u64,
    },
    /// The login names cannot move to another domain, because some of the new ones belong to somebody or are reserved.
    #[error("{count} of the new login names are taken, such as {}; nothing was changed", examples.join(", "))]
    LoginNamesTaken {
        /// How many.
        count: u64,
        /// Some of them.
        examples: Vec<String>,
    },
    /// The record that shows that the account controls the domain is not there.
    #[error(
        "the DNS does not show the record yet; set a TXT record named `{name}` with the value `{value}`, wait until the DNS shows \
         it, which may take some hours, then verify again"
    )]
    DomainNotProven {
        /// The record's name.
        name: String,
        /// Its value.
        value: String,
    },
    /// There are accounts below it.
    #[error("accounts stand below this one: {accounts}")]
    AccountHoldsAccounts {
        /// How many.
        accounts: u64,
    },
    /// Nothing can stand below an account of this kind.
    #[error("a customer holds no accounts")]
    AccountIsLeaf,
    /// The account is not removed, so there is nothing to restore.
    #[error("this account is not removed")]
    AccountNotRemoved,
    /// The account it stood below was removed later.
    #[error("the account above was removed too; restore that one first")]
    ParentRemoved,
}

impl Conflict {
    /// The stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::LoginNameTaken => "login-name-taken",
            Self::LastAdministrator => "last-administrator",
            Self::UserRemoved => "user-removed",
            Self::UserNotRemoved => "user-not-removed",
            Self::UserSuspended => "user-suspended",
            Self::RoleNameTaken => "role-name-taken",
            Self::RoleInUse => "role-in-use",
            Self::AlreadySetUp => "already-set-up",
            Self::DomainTaken => "domain-not-available",
            Self::DomainPrimary => "domain-primary",
            Self::DomainInUse { .. } => "domain-in-use",
            Self::LoginNamesTaken { .. } => "login-names-taken",
            Self::DomainNotProven { .. } => "domain-record-missing",
            Self::AccountHoldsAccounts { .. } => "account-holds-accounts",
            Self::AccountIsLeaf => "account-is-leaf",
            Self::AccountNotRemoved => "account-not-removed",
            Self::ParentRemoved => "parent-removed",
        }
    }

    /// The field the contradiction belongs to, if it is about one.
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::LoginNameTaken => Some("loginName"),
            Self::RoleNameTaken => Some("name"),
            Self::DomainTaken => Some("domains"),
            _ => None,
        }
    }
}

impl From<FieldErrors> for UseCaseError {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<Conflict> for UseCaseError {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}
