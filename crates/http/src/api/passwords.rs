//! Another user's password, and new ones.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use tenantry_app::{
    passwords::generate_password,
    users::{SetUserPassword, SetUserPasswordInput},
};
use tenantry_domain::UserId;
use utoipa::ToSchema;

use super::dto::RecipientRequest;
use crate::{
    problem::Problem,
    request::{ApiActor, HttpState, Id, JsonBody},
};

/// A password for another user.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetPasswordRequest {
    #[schema(value_type = String, min_length = 15, max_length = 256)]
    password: Option<String>,
    /// Who gets it in plain text, where the account allows that: `primary` or `alternative`.
    email_to: Option<RecipientRequest>,
    /// Whether it must be changed at the first sign-in. Left out: yes.
    must_change: Option<bool>,
}

/// A password.
#[derive(Serialize, ToSchema)]
#[schema(as = GeneratedPassword)]
pub struct GeneratedPasswordBody {
    password: String,
}

/// Set a user's password
///
/// Ends the user's sessions and voids all links.
#[utoipa::path(put, path = "/users/{id}/password", tag = "users", operation_id = "setPassword",
    params(("id" = Uuid, Path, description = "The user")), request_body = SetPasswordRequest,
    responses((status = 204, description = "Set"), (status = 409, description = "The user was removed")))]
pub async fn set(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
    JsonBody(body): JsonBody<SetPasswordRequest>,
) -> Result<StatusCode, Problem> {
    let SetPasswordRequest { password, email_to, must_change } = body;
    let input = SetUserPasswordInput { password, email_to: email_to.map(Into::into), must_change };
    SetUserPassword { user_id, input }.execute(&state.app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Generate a password
///
/// At least 112 bits. Nothing is stored.
#[utoipa::path(post, path = "/passwords/generate", tag = "users", operation_id = "generatePassword",
    responses((status = 200, description = "A new password", body = GeneratedPasswordBody)))]
pub async fn generate(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
) -> Result<Json<GeneratedPasswordBody>, Problem> {
    let password = generate_password(&state.app, &actor)?;
    Ok(Json(GeneratedPasswordBody { password: password.expose().to_owned() }))
}
