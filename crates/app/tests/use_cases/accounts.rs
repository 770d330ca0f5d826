//! What becomes of accounts.

mod branding;
mod creating;
mod domains;
mod editing;
mod moving;
mod moving_login_names;
mod purging;
mod removing;
mod suspending;
mod verifying;

use tenantry_app::{
    Actor, Conflict, UseCaseError,
    accounts::{
        AccountPage, ChangeAccountStatus, CompanyInput, CreateAccountInput, CreatedAccount, EditAccount,
        EditAccountInput, MoveAccount, RemoveAccount, RestoreAccount, SupportInput,
    },
    testing::TestPlatform,
    users::AddressInput,
};
use tenantry_domain::{AccountId, account::AccountStatus, permission::BuiltInRole};

/// A customer with all that an account must have.
pub fn customer(name: &str) -> CreateAccountInput {
    CreateAccountInput {
        kind: Some("customer".to_owned()),
        name: Some(name.to_owned()),
        company: CompanyInput { phone: Some("(425) 555-0100".to_owned()), address: Some(address()) },
        support: SupportInput::default(),
        primary_domain: Some(format!("{}.example", name.to_lowercase())),
        ..CreateAccountInput::default()
    }
}

pub fn address() -> AddressInput {
    AddressInput {
        country: Some("US".to_owned()),
        state: Some("WA".to_owned()),
        city: Some("Redmond".to_owned()),
        postal_code: Some("98052".to_owned()),
        street: Some("1 Main St".to_owned()),
    }
}

pub async fn create(
    p: &TestPlatform,
    actor: &Actor,
    parent: AccountId,
    input: &CreateAccountInput,
) -> Result<CreatedAccount, UseCaseError> {
    input.parse()?.execute(&p.app, actor, parent).await
}

pub async fn edit(
    p: &TestPlatform,
    actor: &Actor,
    account_id: AccountId,
    changes: EditAccountInput,
) -> Result<AccountPage, UseCaseError> {
    EditAccount { account_id, changes, expected_version: None }.execute(&p.app, actor).await
}

pub async fn set_status(
    p: &TestPlatform,
    actor: &Actor,
    account_id: AccountId,
    status: AccountStatus,
) -> Result<AccountPage, UseCaseError> {
    ChangeAccountStatus { account_id, status, expected_version: None }.execute(&p.app, actor).await
}

pub async fn suspend(p: &TestPlatform, actor: &Actor, account_id: AccountId) -> Result<AccountPage, UseCaseError> {
    set_status(p, actor, account_id, AccountStatus::Suspended).await
}

/// Moves, having looked first. A preview refuses what would be refused, for the same reason.
pub async fn move_below(
    p: &TestPlatform,
    actor: &Actor,
    account_id: AccountId,
    parent_id: AccountId,
) -> Result<AccountPage, UseCaseError> {
    let command = MoveAccount { account_id, parent_id };
    let seen = command.preview(&p.app, actor).await.map(drop).map_err(|error| format!("{error:?}"));
    let outcome = command.execute(&p.app, actor).await;
    match &outcome {
        Err(UseCaseError::Conflict(Conflict::LastAdministrator)) => {
            assert_eq!(seen, Ok(()), "known only once it is tried");
        }

        Err(error) => assert_eq!(seen, Err(format!("{error:?}"))),
        Ok(_) => assert_eq!(seen, Ok(())),
    }
    outcome
}

pub async fn remove(p: &TestPlatform, actor: &Actor, account_id: AccountId) -> Result<(), UseCaseError> {
    RemoveAccount { account_id, cascade: true, expected_version: None }.execute(&p.app, actor).await
}

pub async fn restore(p: &TestPlatform, actor: &Actor, account_id: AccountId) -> Result<AccountPage, UseCaseError> {
    RestoreAccount { account_id }.execute(&p.app, actor).await
}

/// Somebody who holds everything everywhere.
pub async fn boss(p: &TestPlatform) -> Actor {
    p.actor_with(p.northwind, BuiltInRole::FullAccess).await
}
