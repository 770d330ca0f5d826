//! What a user holds: grants, and what they give at an account.

use axum::{Json, extract::State, http::HeaderMap};
use serde::Deserialize;
use tenantry_app::users::{ListGrants, SetGrantsInput, ShowAccess};
use tenantry_domain::{AccountId, UserId};

use super::{
    dto::{AccessBody, GrantsBody, SetGrantsRequest},
    query::Parameters,
    users::{Tagged, tagged},
};
use crate::{
    problem::Problem,
    request::{ApiActor, HttpState, Id, JsonBody, expected_version},
};

/// List a user's grants
#[utoipa::path(get, path = "/users/{id}/grants", tag = "permissions", operation_id = "listGrants",
    params(("id" = Uuid, Path, description = "The user")),
    responses((status = 200, description = "The grants at accounts in view, the one at the home account first",
        body = GrantsBody, headers(("ETag" = String)))))]
pub async fn list(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
) -> Result<Tagged<GrantsBody>, Problem> {
    let grants = ListGrants { user_id }.execute(&state.app, &actor).await?;
    Ok(tagged(grants.version, grants.into()))
}

/// Set a user's grants
///
/// All of them at once; what is not named is taken away, except at accounts outside one's view. Each that is new or changed
/// needs the right to add or edit users at its account, and every cell of its role there.
#[utoipa::path(put, path = "/users/{id}/grants", tag = "permissions", operation_id = "setGrants",
    params(("id" = Uuid, Path, description = "The user"),
        ("If-Match" = Option<String>, Header, description = "The ETag seen, of the user; a stale one is refused")),
    request_body = SetGrantsRequest,
    responses((status = 200, description = "Set", body = GrantsBody, headers(("ETag" = String))),
        (status = 409, description = "The user is the last administrator of an account, or was removed"),
        (status = 412, description = "Somebody else changed the user in the meantime")))]
pub async fn set(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<SetGrantsRequest>,
) -> Result<Tagged<GrantsBody>, Problem> {
    let command = SetGrantsInput::from(body).parse()?;
    let grants = command.execute(&state.app, &actor, user_id, expected_version(&headers)?).await?;
    Ok(tagged(grants.version, grants.into()))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub struct AccessQuery {
    /// Where; left out, at the user's home account.
    #[param(value_type = Option<Uuid>)]
    account_id: Option<String>,
}

/// Show what a user may do at an account
#[utoipa::path(get, path = "/users/{id}/access", tag = "permissions", operation_id = "showAccess",
    params(("id" = Uuid, Path, description = "The user"), AccessQuery),
    responses((status = 200, description = "The cells in effect there, all grants together", body = AccessBody)))]
pub async fn access(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
    Parameters(query): Parameters<AccessQuery>,
) -> Result<Json<AccessBody>, Problem> {
    // An id that is none names nothing, as one in the path.
    let account_id: Option<AccountId> =
        query.account_id.map(|id| id.parse()).transpose().map_err(|_| Problem::not_found())?;
    let access = ShowAccess { user_id, account_id }.execute(&state.app, &actor).await?;
    Ok(Json(access.into()))
}
