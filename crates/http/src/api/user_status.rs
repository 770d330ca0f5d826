//! Suspending, activating and restoring a user.

use axum::{extract::State, http::HeaderMap};
use tenantry_app::users::{ChangeUserStatus, RestoreUser};
use tenantry_domain::{UserId, user::UserStatus};

use super::{
    dto::UserBody,
    users::{Tagged, tagged},
};
use crate::{
    problem::Problem,
    request::{ApiActor, HttpState, Id, expected_version},
};

/// Suspend a user
///
/// Ends all sessions and voids all links at once. Services and charges go on.
#[utoipa::path(post, path = "/users/{id}/suspend", tag = "users", operation_id = "suspendUser",
    params(("id" = Uuid, Path, description = "The user"),
        ("If-Match" = Option<String>, Header, description = "The ETag seen; a stale one is refused")),
    responses((status = 200, description = "Suspended", body = UserBody),
        (status = 409, description = "The user is the last administrator, or was removed"),
        (status = 412, description = "Somebody else changed it in the meantime")))]
pub async fn suspend(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
    headers: HeaderMap,
) -> Result<Tagged<UserBody>, Problem> {
    let expected_version = expected_version(&headers)?;
    let command = ChangeUserStatus { user_id, status: UserStatus::Suspended, expected_version };
    let user = command.execute(&state.app, &actor).await?;
    Ok(tagged(user.record.version, UserBody::from(&user)))
}

/// Activate a user
///
/// Lets the mail go that a user created suspended was spared.
#[utoipa::path(post, path = "/users/{id}/activate", tag = "users", operation_id = "activateUser",
    params(("id" = Uuid, Path, description = "The user"),
        ("If-Match" = Option<String>, Header, description = "The ETag seen; a stale one is refused")),
    responses((status = 200, description = "Activated", body = UserBody),
        (status = 409, description = "The user was removed"),
        (status = 412, description = "Somebody else changed it in the meantime")))]
pub async fn activate(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
    headers: HeaderMap,
) -> Result<Tagged<UserBody>, Problem> {
    let expected_version = expected_version(&headers)?;
    let command = ChangeUserStatus { user_id, status: UserStatus::Active, expected_version };
    let user = command.execute(&state.app, &actor).await?;
    Ok(tagged(user.record.version, UserBody::from(&user)))
}

/// Restore a removed user
#[utoipa::path(post, path = "/users/{id}/restore", tag = "users", operation_id = "restoreUser",
    params(("id" = Uuid, Path, description = "The user")),
    responses((status = 200, description = "Restored as it was", body = UserBody),
        (status = 409, description = "The user is not removed")))]
pub async fn restore(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
) -> Result<Tagged<UserBody>, Problem> {
    let user = RestoreUser { user_id }.execute(&state.app, &actor).await?;
    Ok(tagged(user.record.version, UserBody::from(&user)))
}
