//! Roles: the built-in ones, and those that accounts define.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use tenantry_app::roles::{EditRole, ListRoles, RemoveRole, RoleInput, ShowRole};
use tenantry_domain::{AccountId, RoleId, permission::RoleKey};

use super::{
    dto::{DefineRoleRequest, EditRoleRequest, ListBody, RoleBody, RoleDetailsBody, RoleOfferBody},
    users::{Tagged, tagged},
};
use crate::{
    problem::Problem,
    request::{ApiActor, HttpState, Id, JsonBody, expected_version},
};

/// List the roles of an account
///
/// The built-in ones, then those that the account defined, and the accounts above it as far as one may view their users.
#[utoipa::path(get, path = "/accounts/{id}/roles", tag = "permissions", operation_id = "listRoles",
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 200, description = "All roles that can be given there", body = ListBody<RoleOfferBody>)))]
pub async fn list(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
) -> Result<Json<ListBody<RoleOfferBody>>, Problem> {
    let list = ListRoles { account_id }.execute(&state.app, &actor).await?;
    Ok(Json(ListBody::complete(list.roles.into_iter().map(RoleOfferBody::from))))
}

/// Define a role
///
/// For this account and the accounts below it. One needs the right to edit users here, and every cell of the role.
#[utoipa::path(post, path = "/accounts/{id}/roles", tag = "permissions", operation_id = "defineRole",
    params(("id" = Uuid, Path, description = "The account")),
    request_body = DefineRoleRequest,
    responses((status = 201, description = "Defined", body = RoleBody,
            headers(("Location" = String), ("ETag" = String))),
        (status = 409, description = "The account has a role of this name")))]
pub async fn define(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
    JsonBody(body): JsonBody<DefineRoleRequest>,
) -> Result<Response, Problem> {
    let row = RoleInput::from(body).parse()?.execute(&state.app, &actor, account_id).await?;
    let location = AppendHeaders([(header::LOCATION, format!("{}/roles/{}", super::PREFIX, row.role.id))]);
    Ok((StatusCode::CREATED, location, tagged(row.role.version, RoleBody::from(row))).into_response())
}

/// Show a role and who has it
#[utoipa::path(get, path = "/roles/{id}", tag = "permissions", operation_id = "showRole",
    params(("id" = Uuid, Path, description = "A custom role")),
    responses((status = 200, description = "The role", body = RoleDetailsBody, headers(("ETag" = String)))))]
pub async fn show(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(role_id): Id<RoleId>,
) -> Result<Tagged<RoleDetailsBody>, Problem> {
    let page = ShowRole { role: RoleKey::Custom(role_id), account_id: None }.execute(&state.app, &actor).await?;
    Ok(tagged(page.custom.as_ref().map_or(1, |row| row.role.version), page.into()))
}

/// Change a role
///
/// Everybody who has it has the new rights with the next request. That takes every cell of the role, before and after, at
/// its account and wherever somebody has it, and everything else that these people hold. One does not change a role one has.
#[utoipa::path(patch, path = "/roles/{id}", tag = "permissions", operation_id = "editRole",
    params(("id" = Uuid, Path, description = "A custom role"),
        ("If-Match" = Option<String>, Header, description = "The ETag seen; a stale one is refused")),
    request_body = EditRoleRequest,
    responses((status = 200, description = "Changed", body = RoleBody, headers(("ETag" = String))),
        (status = 409, description = "The account has a role of this name, or an account would lose its last administrator"),
        (status = 412, description = "Somebody else changed it in the meantime")))]
pub async fn edit(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(role_id): Id<RoleId>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<EditRoleRequest>,
) -> Result<Tagged<RoleBody>, Problem> {
    let command = EditRole { role_id, changes: body.into(), expected_version: expected_version(&headers)? };
    let row = command.execute(&state.app, &actor).await?;
    Ok(tagged(row.role.version, row.into()))
}

/// Remove a role that nobody has
#[utoipa::path(delete, path = "/roles/{id}", tag = "permissions", operation_id = "removeRole",
    params(("id" = Uuid, Path, description = "A custom role"),
        ("If-Match" = Option<String>, Header, description = "The ETag seen; a stale one is refused")),
    responses((status = 204, description = "Removed"),
        (status = 409, description = "Somebody has it"),
        (status = 412, description = "Somebody else changed it in the meantime")))]
pub async fn remove(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(role_id): Id<RoleId>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    RemoveRole { role_id, expected_version: expected_version(&headers)? }.execute(&state.app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
