//! Users: creating, finding, changing, suspending and removing them.

mod change_user_status;
mod check_login_name;
mod create_user;
mod edit_user;
mod list_users;
mod login_domains;
mod prepare_create_form;
mod profile_image;
mod remove_user;
mod send_password_link;
mod set_grants;
mod set_user_password;
mod show_access;
mod show_user;
mod user_input;
mod void_password_link;

pub use change_user_status::ChangeUserStatus;
pub use check_login_name::{CheckLoginName, LoginNameAvailability};
pub use create_user::{CreateUser, CreateUserInput, CreatedUser, SecurityInput, SentLink};
pub use edit_user::{EditUser, EditUserInput};
pub use list_users::{ListUsers, ListUsersInput};
pub use prepare_create_form::{CreateForm, PrepareCreateForm};
pub use profile_image::{RemoveProfileImage, SetProfileImage, find_profile_image};
pub use remove_user::{RemoveUser, RestoreUser};
pub use send_password_link::{SendPasswordLink, SendPasswordLinkInput};
pub use set_grants::{GrantInput, SetGrants, SetGrantsInput};
pub use set_user_password::{SetUserPassword, SetUserPasswordInput};
pub use show_access::{Access, ListGrants, ShowAccess, UserGrants};
pub use show_user::{ShowUser, UserPage};
pub use user_input::{AddressInput, RecipientInput};
pub use void_password_link::VoidPasswordLink;

pub(crate) use create_user::{Made, PreparedUser};
pub(crate) use list_users::parse_limit;
pub(crate) use login_domains::{check_login_domain, usable_domains};
pub(crate) use user_input::{ContactPatch, ProfilePatch, RecipientChoice, parse_address, parse_patched_phone};

use tenantry_domain::{
    AccountId, UserId,
    account::AccountPath,
    permission::Grant,
    user::{User, UserStatus},
};

use crate::{
    Actor, App, Conflict, Denied, UseCaseError,
    accounts::policy_along,
    ports::{InsertedUser, UnitOfWork, UserRecord},
};

/// The user within a transaction, or as if it did not exist.
async fn find(uow: &dyn UnitOfWork, user_id: UserId) -> Result<UserRecord, UseCaseError> {
    uow.users().find(user_id).await?.ok_or_else(|| Denied::NotFound.into())
}

/// Stores a changed user, if nobody changed it since `record` was read.
pub(crate) async fn store(
    app: &App,
    uow: &dyn UnitOfWork,
    record: &UserRecord,
    user: &User,
) -> Result<(), UseCaseError> {
    match uow.users().update(user, record.version, app.now()).await? {
        None => Err(UseCaseError::Stale),
        Some(InsertedUser::LoginNameTaken) => Err(Conflict::LoginNameTaken.into()),
        Some(InsertedUser::Inserted) => Ok(()),
    }
}

/// Refuses a stale write: what the client saw must be what is stored.
pub(crate) fn require_version(record: &UserRecord, expected: Option<i64>) -> Result<(), UseCaseError> {
    if expected.is_none_or(|version| version == record.version) { Ok(()) } else { Err(UseCaseError::Stale) }
}

pub(crate) fn require_not_removed(record: &UserRecord) -> Result<(), UseCaseError> {
    if record.user.removed_at.is_some() { Err(Conflict::UserRemoved.into()) } else { Ok(()) }
}

/// Refuses to mail a password in plain text unless the operator, the account and all accounts above it allow it as of this
/// transaction.
async fn require_plain_text_mail(app: &App, uow: &dyn UnitOfWork, home: &AccountPath) -> Result<(), UseCaseError> {
    let line: Vec<AccountId> = home.iter().collect();
    let allowed = app.settings.plain_text_password_mail && policy_along(uow, &line).await?.plain_text_password_mail;
    if allowed { Ok(()) } else { Err(UseCaseError::Stale) }
}

/// Refuses to take an account's last administrator away, unless an administrator from above does it. `after` are the grants that
/// the user is to have; none for somebody who is shut out.
/// Runs in the transaction of the change, so that two cannot do it to each other.
pub(crate) async fn keep_an_administrator(
    app: &App,
    uow: &dyn UnitOfWork,
    actor: &Actor,
    record: &UserRecord,
    after: &[Grant],
) -> Result<(), UseCaseError> {
    if record.user.status != UserStatus::Active || record.user.removed_at.is_some() {
        return Ok(());
    }
    let now = app.now();
    let stays = |before: &Grant| {
        after.iter().any(|grant| grant.anchor.id() == before.anchor.id() && grant.administers_for_good(now))
    };
    for grant in record.grants.iter().filter(|grant| grant.administers_for_good(now) && !stays(grant)) {
        let others = uow.users().count_other_administrators(grant.anchor.id(), record.user.id, now).await?;
        if others == 0 && !actor.authority().administers_above(&grant.anchor) {
            return Err(Conflict::LastAdministrator.into());
        }
    }
    Ok(())
}

/// Ends everything that lets a user in: sessions, links, and mails that carry a way in.
async fn shut_out(app: &App, uow: &dyn UnitOfWork, user_id: UserId) -> Result<(), UseCaseError> {
    uow.sessions().end_all(user_id, None).await?;
    uow.password_links().void_all(user_id, app.now()).await?;
    uow.mail_outbox().cancel_credentials(user_id).await?;
    Ok(())
}
