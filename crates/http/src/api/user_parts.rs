//! What belongs to a user: grants and mails.

use axum::{Json, extract::State};
use tenantry_app::users::ShowUser;
use tenantry_domain::{UserId, permission::Permission};

use super::dto::{GrantBody, ListBody, MailBody};
use crate::{
    problem::Problem,
    request::{ApiActor, HttpState, Id},
};

/// List a user's grants
#[utoipa::path(get, path = "/users/{id}/grants", tag = "users", operation_id = "listGrants",
    params(("id" = Uuid, Path, description = "The user")),
    responses((status = 200, description = "All grants, the one at the home account first", body = ListBody<GrantBody>)))]
pub async fn grants(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
) -> Result<Json<ListBody<GrantBody>>, Problem> {
    let page = ShowUser { user_id }.execute(&state.app, &actor).await?;
    Ok(Json(ListBody::complete(page.user.record.grants.iter().map(GrantBody::from))))
}

/// List the latest mails to and about a user
#[utoipa::path(get, path = "/users/{id}/mails", tag = "users", operation_id = "listMails",
    params(("id" = Uuid, Path, description = "The user")),
    responses((status = 200, description = "The latest mails, newest first", body = ListBody<MailBody>)))]
pub async fn mails(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
) -> Result<Json<ListBody<MailBody>>, Problem> {
    let page = ShowUser { user_id }.execute(&state.app, &actor).await?;
    // Who may not edit got none; say so instead of showing an empty list.
    actor.permit_over(Permission::USERS_EDIT, &page.user.record)?;
    Ok(Json(ListBody::complete(page.mails.into_iter().map(Into::into))))
}
