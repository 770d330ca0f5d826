//! Profile images: shown, set and removed.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use tenantry_app::{
    UseCaseError,
    users::{RemoveProfileImage, SetProfileImage, find_profile_image},
};
use tenantry_domain::UserId;

use super::{
    actor::ConsoleActor,
    answers::PageError,
    flash::Flash,
    forms::{PathId, Query, UploadForm, refusal},
    profile,
    show_user::{SmallForms, address, page},
};

/// The address holds the image's hash: another image has another address.
const KEPT: HeaderValue = HeaderValue::from_static("private, max-age=86400, immutable");

/// `GET /console/users/{id}/avatar?v=&size=`
pub async fn show(actor: ConsoleActor, PathId(user_id): PathId<UserId>, query: Query) -> Result<Response, PageError> {
    let thumbnail = query.text("size") != "256";
    let png = find_profile_image(&actor.app, &actor.actor, user_id, thumbnail).await?;
    let mut response = ([(header::CONTENT_TYPE, HeaderValue::from_static("image/png"))], png).into_response();
    if query.given("v").is_some() {
        response.headers_mut().insert(header::CACHE_CONTROL, KEPT);
    }
    Ok(response)
}

/// The sentence for a refused image.
struct Refused(StatusCode, String);

async fn store(actor: &ConsoleActor, user_id: UserId, upload: UploadForm) -> Result<Result<(), Refused>, PageError> {
    upload.fields.only(&[])?;
    let Some(upload) = upload.image else {
        let text = "Choose an image first.".to_owned();
        return Ok(Err(Refused(StatusCode::UNPROCESSABLE_ENTITY, text)));
    };
    match (SetProfileImage { user_id, upload }).execute(&actor.app, &actor.actor).await {
        Ok(()) => Ok(Ok(())),
        Err(UseCaseError::Stale) => {
            let text = "This user was changed in the meantime. Choose the image again.".to_owned();
            Ok(Err(Refused(StatusCode::PRECONDITION_FAILED, text)))
        }
        Err(error) => {
            let refused = refusal(error)?;
            let text = refused.errors.fields.into_iter().map(|error| error.message).next().or(refused.errors.form);
            Ok(Err(Refused(refused.status, text.unwrap_or_default())))
        }
    }
}

/// `POST /console/users/{id}/image`
pub async fn set(
    actor: ConsoleActor,
    PathId(user_id): PathId<UserId>,
    upload: UploadForm,
) -> Result<Response, PageError> {
    match store(&actor, user_id, upload).await? {
        Ok(()) => Ok(actor.go(&address(user_id), &Flash::done("The image was stored."))),
        Err(Refused(status, text)) => {
            page(&actor, user_id, status, SmallForms { image_error: Some(text), ..SmallForms::default() }).await
        }
    }
}

/// `POST /console/users/{id}/image/remove`
pub async fn remove(actor: ConsoleActor, PathId(user_id): PathId<UserId>) -> Result<Response, PageError> {
    RemoveProfileImage { user_id }.execute(&actor.app, &actor.actor).await?;
    Ok(actor.go(&address(user_id), &Flash::done("The image was removed.")))
}

/// `POST /console/profile/image`
pub async fn set_own(actor: ConsoleActor, upload: UploadForm) -> Result<Response, PageError> {
    match store(&actor, actor.actor.user_id(), upload).await? {
        Ok(()) => Ok(actor.go(profile::PAGE, &Flash::done("Your image was stored."))),
        Err(Refused(status, text)) => profile::with_image_error(&actor, status, text).await,
    }
}

/// `POST /console/profile/image/remove`
pub async fn remove_own(actor: ConsoleActor) -> Result<Response, PageError> {
    RemoveProfileImage { user_id: actor.actor.user_id() }.execute(&actor.app, &actor.actor).await?;
    Ok(actor.go(profile::PAGE, &Flash::done("Your image was removed.")))
}
