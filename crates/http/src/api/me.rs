//! Oneself: profile, rights, password.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde::Deserialize;
use tenantry_app::{
    passwords::{ChangeOwnPassword, ChangeOwnPasswordInput},
    profile::{EditOwnProfile, describe_me},
};
use utoipa::ToSchema;

use super::{
    dto::{EditProfileRequest, MeBody, UserBody},
    users::{Tagged, tagged},
};
use crate::{
    problem::Problem,
    request::{ApiActor, HttpState, JsonBody, PendingApiActor, expected_version},
};

/// The current and a new password.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePasswordRequest {
    #[schema(value_type = String)]
    current_password: Option<String>,
    #[schema(value_type = String, min_length = 15, max_length = 256)]
    password: Option<String>,
}

/// Show who one is and what one may do
#[utoipa::path(get, path = "/me", tag = "me", operation_id = "showMe",
    responses((status = 200, description = "The signed-in person; the ETag is that of the user", body = MeBody)))]
pub async fn show(State(state): State<HttpState>, ApiActor(actor): ApiActor) -> Result<Tagged<MeBody>, Problem> {
    let me = describe_me(&state.app, &actor).await?;
    Ok(tagged(me.user.record.version, MeBody::new(&me, &actor)))
}

/// Change one's own profile
///
/// What is left out stays as it is; null clears company, job title and department.
#[utoipa::path(patch, path = "/me", tag = "me", operation_id = "editMe",
    params(("If-Match" = Option<String>, Header, description = "The ETag seen; a stale one is refused")),
    request_body = EditProfileRequest,
    responses((status = 200, description = "Changed", body = UserBody),
        (status = 412, description = "Somebody else changed it in the meantime")))]
pub async fn edit(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    headers: HeaderMap,
    JsonBody(body): JsonBody<EditProfileRequest>,
) -> Result<Tagged<UserBody>, Problem> {
    let command = EditOwnProfile { changes: body.into(), expected_version: expected_version(&headers)? };
    let user = command.execute(&state.app, &actor).await?;
    Ok(tagged(user.record.version, UserBody::from(&user)))
}

/// Change one's own password
///
/// Possible also, and only, while a password change is required. Ends all other sessions and voids all links.
#[utoipa::path(put, path = "/me/password", tag = "me", operation_id = "changeMyPassword",
    request_body = ChangePasswordRequest,
    responses((status = 204, description = "Changed"),
        (status = 429, description = "Too many failed attempts; `Retry-After` says how long to wait")))]
pub async fn change_password(
    State(state): State<HttpState>,
    PendingApiActor(actor): PendingApiActor,
    JsonBody(body): JsonBody<ChangePasswordRequest>,
) -> Result<StatusCode, Problem> {
    let input = ChangeOwnPasswordInput { current_password: body.current_password, password: body.password };
    ChangeOwnPassword { input }.execute(&state.app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
