//! Accounts: setting the platform up, finding one's way in the tree, and changing it.

mod account_input;
mod branding;
mod change_account_status;
mod count_at_accounts;
mod create_account;
mod domains;
mod edit_account;
mod list_accounts;
mod move_account;
mod prepare_account_form;
mod recent_accounts;
mod remove_account;
mod remove_domain;
mod set_up_platform;
mod show_account;
mod verify_domain;

pub use account_input::{CompanyInput, SupportInput};
pub use branding::{BrandColorsInput, find_logo, find_looks, preview_logo};
pub use change_account_status::ChangeAccountStatus;
pub use count_at_accounts::{AccountCounts, CountAtAccounts};
pub use create_account::{CreateAccount, CreateAccountInput, CreatedAccount};
pub use domains::{ChangeDomains, DomainChange, ListDomains, ListedDomain};
pub use edit_account::{EditAccount, EditAccountInput};
pub use list_accounts::{AccountTotal, ListAccounts, ListAccountsInput};
pub use move_account::{Affected, MoveAccount, MovePreview};
pub use prepare_account_form::{AccountForm, PrepareAccountForm};
pub use recent_accounts::RecentAccounts;
pub use remove_account::{RemoveAccount, RestoreAccount};
pub use remove_domain::RemoveDomain;
pub use set_up_platform::{SetUpPlatform, SetUpPlatformInput};
pub use show_account::{AccountPage, ShowAccount};
pub use verify_domain::{VerificationRecord, VerifyDomain};

use tenantry_domain::{
    AccountId,
    account::{Account, AccountPolicy, PolicyInForce},
};

use crate::{
    Actor, App, Denied, UseCaseError,
    ports::{UnitOfWork, UserRecord},
    users::keep_an_administrator,
};

/// The account within a transaction, or as if it did not exist.
async fn find(uow: &dyn UnitOfWork, account_id: AccountId) -> Result<Account, UseCaseError> {
    uow.accounts().find(account_id).await?.ok_or_else(|| Denied::NotFound.into())
}

/// What holds at the end of a line of accounts, as of this transaction.
pub(crate) async fn policy_along(uow: &dyn UnitOfWork, ids: &[AccountId]) -> Result<PolicyInForce, UseCaseError> {
    let mut line = Vec::new();
    for account_id in ids.iter().copied() {
        // Whoever was removed allows nothing.
        line.push(uow.accounts().find(account_id).await?.map_or_else(AccountPolicy::default, |account| account.policy));
    }
    Ok(PolicyInForce::along(&line))
}

/// Stores a changed account, if nobody changed it since it was read.
async fn store(app: &App, uow: &dyn UnitOfWork, account: &Account) -> Result<(), UseCaseError> {
    if uow.accounts().update(account, app.now()).await? { Ok(()) } else { Err(UseCaseError::Stale) }
}

/// Refuses a stale write: what the client saw must be what is stored.
fn require_version(account: &Account, expected: Option<i64>) -> Result<(), UseCaseError> {
    if expected.is_none_or(|version| version == account.version) { Ok(()) } else { Err(UseCaseError::Stale) }
}

/// Refuses to suspend, move or remove the account one is in, or one above it, whatever one holds there.
fn require_elsewhere(actor: &Actor, account: &Account) -> Result<(), Denied> {
    if account.path.is_at_or_above(actor.authority().home()) { Err(Denied::OwnHome) } else { Ok(()) }
}

/// The people in an account who hold more elsewhere, as they are before it is shut or opened. Refuses to shut out, and to let in
/// again, together with their account whom one could not one by one: those whose grants elsewhere the actor does not cover.
async fn find_covered_beyond(
    uow: &dyn UnitOfWork,
    actor: &Actor,
    account: &Account,
) -> Result<Vec<UserRecord>, UseCaseError> {
    let mut beyond = uow.users().list_with_grants_outside(&account.path).await?;
    for record in &mut beyond {
        record.grants.retain(|grant| !account.path.is_at_or_above(&grant.anchor));
        if !actor.authority().covers_all(&record.grants) {
            return Err(Denied::SuperiorInside.into());
        }
    }
    Ok(beyond)
}

/// Refuses to move an account in which people from elsewhere hold what the actor does not: what is given inside and what is given
/// outside would change sides, and with it whom a suspension shuts out.
async fn require_covered_visitors(uow: &dyn UnitOfWork, actor: &Actor, account: &Account) -> Result<(), UseCaseError> {
    for mut record in uow.users().list_with_grants_inside(&account.path).await? {
        record.grants.retain(|grant| account.path.is_at_or_above(&grant.anchor));
        if !actor.authority().covers_all(&record.grants) {
            return Err(Denied::SuperiorInside.into());
        }
    }
    Ok(())
}

/// Refuses to leave another account without an administrator. Asked after the account was shut: before, two who are in it would
/// count as each other's replacement.
async fn keep_administrators_elsewhere(
    app: &App,
    uow: &dyn UnitOfWork,
    actor: &Actor,
    beyond: &[UserRecord],
) -> Result<(), UseCaseError> {
    for record in beyond {
        keep_an_administrator(app, uow, actor, record, &[]).await?;
    }
    Ok(())
}
