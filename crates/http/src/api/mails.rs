//! Mails to and about a user.

use axum::{Json, extract::State};
use tenantry_app::users::ShowUser;
use tenantry_domain::{UserId, permission::Permission};

use super::dto::{ListBody, MailBody};
use crate::{
    problem::Problem,
    request::{ApiActor, HttpState, Id},
};

/// List the latest mails to and about a user
#[utoipa::path(get, path = "/users/{id}/mails", tag = "users", operation_id = "listMails",
    params(("id" = Uuid, Path, description = "The user")),
    responses((status = 200, description = "The latest mails, newest first", body = ListBody<MailBody>)))]
pub async fn list(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
) -> Result<Json<ListBody<MailBody>>, Problem> {
    let page = ShowUser { user_id }.execute(&state.app, &actor).await?;
    // Who may not edit got none; say so instead of showing an empty list.
    actor.permit_over(Permission::USERS_EDIT, &page.user.record)?;
    Ok(Json(ListBody::complete(page.list_mails(&state.app).await?.into_iter().map(Into::into))))
}
