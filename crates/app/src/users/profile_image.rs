//! Profile images: of another user where one may edit it, and one's own always.

use serde_json::json;
use tenantry_domain::{UserId, permission::Permission, user::User};

use super::{find, require_not_removed, store};
use crate::{
    Actor, App, Denied, Permit, UseCaseError,
    app::Attempted,
    ports::{ImageError, StoredImage, UserRecord},
};

/// Sets a user's profile image.
#[derive(Debug, Clone)]
pub struct SetProfileImage {
    /// Whose.
    pub user_id: UserId,
    /// The uploaded file.
    pub upload: Vec<u8>,
}

impl SetProfileImage {
    /// Decodes, crops and stores the image.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] over another user without `users.edit` or over a superior; [`UseCaseError::Invalid`] if it
    /// is no image we take; [`UseCaseError::Busy`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let outcome = self.run(app, actor).await;
        app.recorded(actor, Attempted::on_user("user.set_image", self.user_id), outcome).await
    }

    async fn run(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        actor.require_settled_password()?;
        let user = app.directory().find_user(self.user_id).await?.ok_or(Denied::NotFound)?;
        permit(actor, &user.record)?;
        let image = app.ports.images.process_profile_image(self.upload.clone()).await.map_err(|error| match error {
            ImageError::Busy => UseCaseError::Busy,
            error => UseCaseError::field("image", error.code(), error.to_string()),
        })?;
        app.retrying(|| Box::pin(replace(app, actor, self.user_id, Some(&image)))).await
    }
}

/// Removes a user's profile image; initials are shown again.
#[derive(Debug, Clone, Copy)]
pub struct RemoveProfileImage {
    /// Whose.
    pub user_id: UserId,
}

impl RemoveProfileImage {
    /// Removes the image; none there is no error.
    ///
    /// # Errors
    /// As [`SetProfileImage::execute`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let outcome = app.retrying(|| Box::pin(replace(app, actor, self.user_id, None))).await;
        app.recorded(actor, Attempted::on_user("user.remove_image", self.user_id), outcome).await
    }
}

/// The PNG of a user's image, for those who may view the user.
///
/// # Errors
/// [`Denied::NotFound`] if the user is not in view or has no image.
pub async fn find_profile_image(
    app: &App,
    actor: &Actor,
    user_id: UserId,
    thumbnail: bool,
) -> Result<Vec<u8>, UseCaseError> {
    actor.require_settled_password()?;
    let user = app.directory().find_user(user_id).await?.ok_or(Denied::NotFound)?;
    actor.permit_viewing(&user.record)?;
    let hash = user.record.user.image.ok_or(Denied::NotFound)?;
    Ok(app.directory().find_image(&hash, thumbnail).await?.ok_or(Denied::NotFound)?)
}

fn permit(actor: &Actor, record: &UserRecord) -> Result<Permit, Denied> {
    if record.user.id == actor.user_id() {
        actor.permit_self()
    } else {
        actor.permit_over(Permission::USERS_EDIT, record)
    }
}

async fn replace(app: &App, actor: &Actor, user_id: UserId, image: Option<&StoredImage>) -> Result<(), UseCaseError> {
    let uow = app.begin().await?;
    let actor = actor.refreshed(app, &*uow).await?;
    let record = find(&*uow, user_id).await?;
    let permit = permit(&actor, &record)?;
    require_not_removed(&record)?;
    let hash = image.map(|image| image.hash.clone());
    if record.user.image == hash {
        return Ok(uow.commit().await?);
    }
    if let Some(image) = image {
        uow.images().put(image).await?;
    }
    let user = User { image: hash.clone(), ..record.user.clone() };
    store(app, &*uow, &record, &user).await?;
    if let Some(old) = &record.user.image {
        uow.images().remove_unused(old).await?;
    }
    let entry = permit.entry(app, "user.set_image").about_user(user_id).in_account(user.account_id);
    uow.audit_log().append(&entry.changing(json!({"image": record.user.image}), json!({"image": hash}))).await?;
    Ok(uow.commit().await?)
}
