//! Suspending, resuming and restoring an account.

use axum::{extract::State, http::HeaderMap};
use tenantry_app::accounts::{ChangeAccountStatus, RestoreAccount};
use tenantry_domain::{AccountId, account::AccountStatus};

use super::{accounts::tagged_page, dto::AccountDetailsBody, users::Tagged};
use crate::{
    problem::Problem,
    request::{ApiActor, HttpState, Id, expected_version},
};

/// Suspend an account
///
/// Nobody at or below it can sign in: sessions end and links are voided at once. The own status of the accounts below stays.
/// Services and charges go on.
#[utoipa::path(post, path = "/accounts/{id}/suspend", tag = "accounts", operation_id = "suspendAccount",
    params(("id" = Uuid, Path, description = "The account"),
        ("If-Match" = Option<String>, Header, description = "The ETag seen; a stale one is refused")),
    responses((status = 200, description = "Suspended", body = AccountDetailsBody),
        (status = 409, description = "The last administrator of another account is in it"),
        (status = 412, description = "Somebody else changed it in the meantime")))]
pub async fn suspend(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
    headers: HeaderMap,
) -> Result<Tagged<AccountDetailsBody>, Problem> {
    let expected_version = expected_version(&headers)?;
    let command = ChangeAccountStatus { account_id, status: AccountStatus::Suspended, expected_version };
    Ok(tagged_page(command.execute(&state.app, &actor).await?))
}

/// Resume a suspended account
///
/// Sessions and links that ended stay ended.
#[utoipa::path(post, path = "/accounts/{id}/resume", tag = "accounts", operation_id = "resumeAccount",
    params(("id" = Uuid, Path, description = "The account"),
        ("If-Match" = Option<String>, Header, description = "The ETag seen; a stale one is refused")),
    responses((status = 200, description = "Resumed", body = AccountDetailsBody),
        (status = 412, description = "Somebody else changed it in the meantime")))]
pub async fn resume(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
    headers: HeaderMap,
) -> Result<Tagged<AccountDetailsBody>, Problem> {
    let expected_version = expected_version(&headers)?;
    let command = ChangeAccountStatus { account_id, status: AccountStatus::Active, expected_version };
    Ok(tagged_page(command.execute(&state.app, &actor).await?))
}

/// Restore a removed account
///
/// With everything that was removed with it, as it was.
#[utoipa::path(post, path = "/accounts/{id}/restore", tag = "accounts", operation_id = "restoreAccount",
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 200, description = "Restored", body = AccountDetailsBody),
        (status = 409, description = "It is not removed, or the account above was removed too")))]
pub async fn restore(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
) -> Result<Tagged<AccountDetailsBody>, Problem> {
    Ok(tagged_page(RestoreAccount { account_id }.execute(&state.app, &actor).await?))
}
