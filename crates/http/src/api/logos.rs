//! Logos of accounts. What is shown is at the path that `branding.logo` tells: anybody may read it.

use axum::{
    extract::{Request, State},
    http::StatusCode,
};
use tenantry_app::accounts::{EditAccount, EditAccountInput};
use tenantry_domain::AccountId;

use super::{accounts::tagged_page, dto::AccountDetailsBody, images::read_upload, users::Tagged};
use crate::{
    problem::Problem,
    request::{ApiActor, HttpState, Id},
};

/// Set an account's logo
///
/// PNG, JPEG, WebP or GIF of at most 5 MiB: as the whole body, or as the one file of a form. It is made to fit into 400 by 120
/// pixels. Accounts below show it too, unless they have branding of their own.
#[utoipa::path(put, path = "/accounts/{id}/logo", tag = "accounts", operation_id = "setLogo",
    params(("id" = Uuid, Path, description = "The account")),
    request_body(description = "The image", content((Vec<u8> = "image/*"), (Vec<u8> = "application/octet-stream"),
        (Vec<u8> = "multipart/form-data"))),
    responses((status = 200, description = "Set", body = AccountDetailsBody, headers(("ETag" = String)))))]
pub async fn put(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
    request: Request,
) -> Result<Tagged<AccountDetailsBody>, Problem> {
    let upload = read_upload(request, &state).await?;
    let changes = EditAccountInput { logo: Some(Some(upload.into())), ..EditAccountInput::default() };
    let command = EditAccount { account_id, changes, expected_version: None };
    Ok(tagged_page(command.execute(&state.app, &actor).await?))
}

/// Remove an account's logo
///
/// Without colours of its own it then looks like the account above.
#[utoipa::path(delete, path = "/accounts/{id}/logo", tag = "accounts", operation_id = "removeLogo",
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 204, description = "There is none now")))]
pub async fn remove(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
) -> Result<StatusCode, Problem> {
    let changes = EditAccountInput { logo: Some(None), ..EditAccountInput::default() };
    EditAccount { account_id, changes, expected_version: None }.execute(&state.app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
