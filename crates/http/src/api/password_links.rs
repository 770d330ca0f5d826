//! Password links: sending, asking for, looking at and redeeming one.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use tenantry_app::{
    FieldErrors,
    passwords::{ForgotPassword, LookAtLink, RedeemLink},
    users::{SendPasswordLink, SendPasswordLinkInput, VoidPasswordLink},
};
use tenantry_domain::{InvalidValue, UserId};
use utoipa::ToSchema;

use super::dto::{PasswordLinkBody, RecipientRequest};
use crate::{
    problem::Problem,
    request::{ApiActor, Context, HttpState, Id, JsonBody},
};

/// Where a link goes.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SendLinkRequest {
    #[schema(value_type = RecipientRequest)]
    recipient: Option<RecipientRequest>,
    /// For `custom`: why it goes to another address.
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// For `custom`: one's own password.
    actor_password: Option<String>,
}

/// Whose password was forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForgotRequest {
    #[schema(value_type = String)]
    login_name: Option<String>,
}

/// The token of a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectRequest {
    #[schema(value_type = String)]
    token: Option<String>,
}

/// The token of a link, and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemRequest {
    #[schema(value_type = String)]
    token: Option<String>,
    #[schema(value_type = String, min_length = 15, max_length = 256)]
    password: Option<String>,
}

/// Whose password a link sets.
#[derive(Serialize, ToSchema)]
#[schema(as = LinkHolder)]
#[serde(rename_all = "camelCase")]
pub struct LinkHolderBody {
    display_name: String,
    login_name: String,
}

/// Whose password was set.
#[derive(Serialize, ToSchema)]
#[schema(as = RedeemedLink)]
#[serde(rename_all = "camelCase")]
pub struct RedeemedBody {
    login_name: String,
}

/// Send a user a link to set a password
///
/// It voids the older ones. To an address that is none of the user's it takes a reason and one's own password.
#[utoipa::path(post, path = "/users/{id}/password-links", tag = "users", operation_id = "sendPasswordLink",
    params(("id" = Uuid, Path, description = "The user")), request_body = SendLinkRequest,
    responses((status = 201, description = "On its way", body = PasswordLinkBody),
        (status = 409, description = "The user is suspended or was removed"),
        (status = 429, description = "Too many failed attempts; `Retry-After` says how long to wait")))]
pub async fn send(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
    JsonBody(body): JsonBody<SendLinkRequest>,
) -> Result<(StatusCode, Json<PasswordLinkBody>), Problem> {
    let SendLinkRequest { recipient, reason, actor_password } = body;
    let recipient = recipient.map(Into::into).unwrap_or_default();
    let input = SendPasswordLinkInput { recipient, reason, actor_password };
    let link = SendPasswordLink { user_id, input }.execute(&state.app, &actor).await?;
    Ok((StatusCode::CREATED, Json(link.into())))
}

/// Void a user's password links
///
/// A mail that still waits with one is not sent.
#[utoipa::path(delete, path = "/users/{id}/password-links", tag = "users", operation_id = "voidPasswordLinks",
    params(("id" = Uuid, Path, description = "The user")),
    responses((status = 204, description = "No link works any more"),
        (status = 409, description = "The user was removed")))]
pub async fn void(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
) -> Result<StatusCode, Problem> {
    VoidPasswordLink { user_id }.execute(&state.app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask for a link to set a new password
///
/// Answered alike, and as quickly, whether there is such a user or not.
#[utoipa::path(post, path = "/password-links/forgot", tag = "password links", operation_id = "forgotPassword",
    security(()), request_body = ForgotRequest,
    responses((status = 202, description = "If there is such a user, a link is on its way")))]
pub async fn forgot(
    State(state): State<HttpState>,
    Context(context): Context,
    JsonBody(body): JsonBody<ForgotRequest>,
) -> Result<StatusCode, Problem> {
    let login_name = required("loginName", body.login_name)?;
    let app = Arc::clone(&state.app);
    state.background.start(async move {
        if let Err(error) = (ForgotPassword { login_name, context }).execute(&app).await {
            tracing::error!(error.text = %error, "a forgotten password was not looked after");
        }
    })?;
    Ok(StatusCode::ACCEPTED)
}

/// Look at a password link
///
/// Spends nothing.
#[utoipa::path(post, path = "/password-links/inspect", tag = "password links", operation_id = "inspectPasswordLink",
    security(()), request_body = InspectRequest,
    responses((status = 200, description = "Whose password the link sets", body = LinkHolderBody),
        (status = 410, description = "Unknown, used, expired or void")))]
pub async fn inspect(
    State(state): State<HttpState>,
    JsonBody(body): JsonBody<InspectRequest>,
) -> Result<Json<LinkHolderBody>, Problem> {
    let holder = LookAtLink { token: required("token", body.token)? }.execute(&state.app).await?;
    Ok(Json(LinkHolderBody { display_name: holder.display_name, login_name: holder.login_name }))
}

/// Set a password with a link
///
/// Only an accepted password spends the link. Signing in is another step.
#[utoipa::path(post, path = "/password-links/redeem", tag = "password links", operation_id = "redeemPasswordLink",
    security(()), request_body = RedeemRequest,
    responses((status = 200, description = "The password is set, the link spent", body = RedeemedBody),
        (status = 410, description = "Unknown, used, expired or void")))]
pub async fn redeem(
    State(state): State<HttpState>,
    Context(context): Context,
    JsonBody(body): JsonBody<RedeemRequest>,
) -> Result<Json<RedeemedBody>, Problem> {
    let (token, password) = (required("token", body.token)?, body.password.unwrap_or_default());
    let redeemed = RedeemLink { token, password, context }.execute(&state.app).await?;
    Ok(Json(RedeemedBody { login_name: redeemed.login_name }))
}

fn required(field: &str, value: Option<String>) -> Result<String, Problem> {
    let mut errors = FieldErrors::default();
    let value = errors.take(field, value.ok_or(InvalidValue::Required));
    Ok(errors.finish(value)?)
}
