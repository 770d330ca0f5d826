//! Creating, changing, moving and removing accounts.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tenantry_app::{
    FieldErrors,
    accounts::{EditAccount, MoveAccount, RemoveAccount},
};
use tenantry_domain::{AccountId, InvalidValue};

use super::{
    accounts::tagged_page,
    dto::{
        AccountDetailsBody, CreateAccountRequest, CreatedAccountBody, EditAccountRequest, MoveAccountRequest,
        MovePreviewBody, RemovalPreviewBody,
    },
    query::Parameters,
    users::{Tagged, tagged},
};
use crate::{
    problem::Problem,
    request::{ApiActor, HttpState, Id, JsonBody, expected_version},
};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RemovalQuery {
    /// `true` to remove the accounts below it too; without it, an account that holds others is refused.
    #[param(value_type = Option<bool>)]
    cascade: Option<String>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MoveQuery {
    /// The account to move it below.
    #[param(value_type = Uuid)]
    parent: Option<String>,
}

/// Create an account
///
/// One transaction: the account, its domains and, if one is given, its first user with all that belongs to one.
#[utoipa::path(post, path = "/accounts", tag = "accounts", operation_id = "createAccount",
    request_body = CreateAccountRequest,
    responses((status = 201, description = "Created", body = CreatedAccountBody,
            headers(("Location" = String), ("ETag" = String))),
        (status = 409, description = "A domain is not available, the login name is taken, or the parent is a customer")))]
pub async fn create(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    JsonBody(body): JsonBody<CreateAccountRequest>,
) -> Result<Response, Problem> {
    let (parent, input) = body.into_input();
    let mut errors = FieldErrors::default();
    let parent = parse_parent("parentId", parent.as_deref(), &mut errors);
    let (parent, command) = match (parent, input.parse()) {
        (Some(parent), Ok(command)) => (parent, command),
        (_, parsed) => {
            errors.extend(parsed.err().unwrap_or_default());
            return Err(errors.into());
        }
    };
    let created = command.execute(&state.app, &actor, parent).await?;
    let version = created.account.account.account.version;
    let location = format!("{}/accounts/{}", super::PREFIX, created.account.account.account.id());
    let body = tagged(version, CreatedAccountBody::from(created));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], body).into_response())
}

/// Change an account
///
/// What is left out stays as it is; null clears website, reference id and sales manager. A new `kind` converts the account.
#[utoipa::path(patch, path = "/accounts/{id}", tag = "accounts", operation_id = "editAccount",
    params(("id" = Uuid, Path, description = "The account"),
        ("If-Match" = Option<String>, Header, description = "The ETag seen; a stale one is refused")),
    request_body = EditAccountRequest,
    responses((status = 200, description = "Changed", body = AccountDetailsBody, headers(("ETag" = String))),
        (status = 409, description = "It holds accounts, and so cannot become a customer"),
        (status = 412, description = "Somebody else changed it in the meantime")))]
pub async fn edit(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<EditAccountRequest>,
) -> Result<Tagged<AccountDetailsBody>, Problem> {
    let command = EditAccount { account_id, changes: body.into(), expected_version: expected_version(&headers)? };
    Ok(tagged_page(command.execute(&state.app, &actor).await?))
}

/// Remove an account
///
/// It can be restored for 30 days. Nobody in it gets in any more; its domains stay taken until then.
#[utoipa::path(delete, path = "/accounts/{id}", tag = "accounts", operation_id = "removeAccount",
    params(("id" = Uuid, Path, description = "The account"), RemovalQuery,
        ("If-Match" = Option<String>, Header, description = "The ETag seen; a stale one is refused")),
    responses((status = 204, description = "Removed"),
        (status = 409, description = "It holds accounts, or the last administrator of another account is in it"),
        (status = 412, description = "Somebody else changed it in the meantime")))]
pub async fn remove(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
    Parameters(query): Parameters<RemovalQuery>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let cascade = parse_cascade(query.cascade.as_deref())?;
    let command = RemoveAccount { account_id, cascade, expected_version: expected_version(&headers)? };
    command.execute(&state.app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask how much a removal would take along
#[utoipa::path(get, path = "/accounts/{id}/removal-preview", tag = "accounts", operation_id = "previewRemoval",
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 200, description = "How much", body = RemovalPreviewBody)))]
pub async fn preview_removal(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
) -> Result<Json<RemovalPreviewBody>, Problem> {
    let command = RemoveAccount { account_id, cascade: true, expected_version: None };
    Ok(Json(command.preview(&state.app, &actor).await?.into()))
}

/// Move an account
///
/// With everything below it, below another account. Nobody who moves one gains a right by it.
#[utoipa::path(post, path = "/accounts/{id}/move", tag = "accounts", operation_id = "moveAccount",
    params(("id" = Uuid, Path, description = "The account")),
    request_body = MoveAccountRequest,
    responses((status = 200, description = "Moved", body = AccountDetailsBody),
        (status = 409, description = "The destination is a customer"),
        (status = 422, description = "The destination is the account itself, or below it")))]
pub async fn move_below(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
    JsonBody(body): JsonBody<MoveAccountRequest>,
) -> Result<Tagged<AccountDetailsBody>, Problem> {
    let mut errors = FieldErrors::default();
    let parent_id = parse_parent("parentId", body.parent_id.as_deref(), &mut errors);
    let command = errors.finish(parent_id.map(|parent_id| MoveAccount { account_id, parent_id }))?;
    Ok(tagged_page(command.execute(&state.app, &actor).await?))
}

/// Ask whose rights a move would change
///
/// Names only people one may view.
#[utoipa::path(get, path = "/accounts/{id}/move-preview", tag = "accounts", operation_id = "previewMove",
    params(("id" = Uuid, Path, description = "The account"), MoveQuery),
    responses((status = 200, description = "Who gains and who loses", body = MovePreviewBody)))]
pub async fn preview_move(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
    Parameters(query): Parameters<MoveQuery>,
) -> Result<Json<MovePreviewBody>, Problem> {
    let mut errors = FieldErrors::default();
    let parent_id = parse_parent("parent", query.parent.as_deref(), &mut errors);
    let command = errors.finish(parent_id.map(|parent_id| MoveAccount { account_id, parent_id }))?;
    Ok(Json(command.preview(&state.app, &actor).await?.into()))
}

fn parse_parent(field: &str, raw: Option<&str>, errors: &mut FieldErrors) -> Option<AccountId> {
    match raw.map(str::trim) {
        None | Some("") => errors.take(field, Err(InvalidValue::Required)),
        Some(raw) => errors.take(field, raw.parse()),
    }
}

fn parse_cascade(raw: Option<&str>) -> Result<bool, FieldErrors> {
    let mut errors = FieldErrors::default();
    let parsed = match raw {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(InvalidValue::Unknown { expected: "true or false" }),
    };
    let cascade = errors.take("cascade", parsed);
    errors.finish(cascade)
}
