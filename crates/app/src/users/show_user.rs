//! One user, with what the asker may do about it.

use tenantry_domain::{UserId, permission::Permission};

use crate::{
    Actor, App, Denied, UseCaseError,
    ports::{MailRow, UserDetails},
};

/// Shows a user.
#[derive(Debug, Clone, Copy)]
pub struct ShowUser {
    /// Whom.
    pub user_id: UserId,
}

/// A user as the asker's page shows it.
#[derive(Debug, Clone)]
pub struct UserPage {
    /// The user.
    pub user: UserDetails,
    /// Whether the asker is the user.
    pub is_self: bool,
    /// Whether the asker may edit the user, reset the password, suspend and so on.
    pub may_edit: bool,
    /// Whether the asker may remove or restore the user.
    pub may_remove: bool,
}

impl ShowUser {
    /// The user, or nothing if not in view. Removed users are in view where the asker may remove users.
    ///
    /// # Errors
    /// [`Denied::NotFound`], [`Denied::PasswordChangeRequired`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<UserPage, UseCaseError> {
        actor.require_settled_password()?;
        let user = app.directory().find_user(self.user_id).await?.ok_or(Denied::NotFound)?;
        actor.permit_viewing(&user.record)?;
        let may_edit = actor.permit_over(Permission::USERS_EDIT, &user.record).is_ok();
        let may_remove = actor.permit_over_other(Permission::USERS_REMOVE, &user.record).is_ok();
        Ok(UserPage { user, is_self: actor.user_id() == self.user_id, may_edit, may_remove })
    }
}

impl UserPage {
    /// The latest mails to and about the user; none for who may not edit.
    ///
    /// # Errors
    /// [`UseCaseError::Storage`].
    pub async fn list_mails(&self, app: &App) -> Result<Vec<MailRow>, UseCaseError> {
        if !self.may_edit {
            return Ok(Vec::new());
        }
        Ok(app.directory().list_mails(self.user.record.user.id, 20).await?)
    }
}
