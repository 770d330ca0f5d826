//! Suspending and activating a user.

use serde_json::json;
use tenantry_domain::{
    UserId,
    permission::Permission,
    user::{User, UserStatus},
};

use super::{find, keep_an_administrator, require_not_removed, require_version, shut_out, store};
use crate::{Actor, App, Denied, UseCaseError, app::Attempted, passwords::NewPassword, ports::UserDetails};

/// Sets whether a user may sign in.
///
/// Suspending ends all sessions and voids all links in the same transaction: the very next request is refused. Services and
/// charges go on. Activating revives neither; it lets the mail go that a user created suspended was spared.
#[derive(Debug, Clone, Copy)]
pub struct ChangeUserStatus {
    /// Whom.
    pub user_id: UserId,
    /// To what.
    pub status: UserStatus,
    /// The version the client saw; `None` takes whatever is there.
    pub expected_version: Option<i64>,
}

impl ChangeUserStatus {
    /// Changes the status; setting the one it has already is no error.
    ///
    /// # Errors
    /// [`UseCaseError::Denied`] without `users.edit` there, over a superior, or over oneself; [`UseCaseError::Conflict`] for
    /// a removed user or the last administrator; [`UseCaseError::Stale`].
    pub async fn execute(&self, app: &App, actor: &Actor) -> Result<UserDetails, UseCaseError> {
        let outcome = app.retrying(|| Box::pin(self.attempt(app, actor))).await;
        app.recorded(actor, Attempted::on_user(self.action(), self.user_id), outcome).await?;
        app.mail_bell.notify_one();
        app.directory().find_user(self.user_id).await?.ok_or_else(|| Denied::NotFound.into())
    }

    const fn action(self) -> &'static str {
        match self.status {
            UserStatus::Active => "user.activate",
            UserStatus::Suspended => "user.suspend",
        }
    }

    async fn attempt(&self, app: &App, actor: &Actor) -> Result<(), UseCaseError> {
        let uow = app.begin().await?;
        let actor = actor.refreshed(app, &*uow).await?;
        let record = find(&*uow, self.user_id).await?;
        let permit = actor.permit_over_other(Permission::USERS_EDIT, &record)?;
        require_not_removed(&record)?;
        require_version(&record, self.expected_version)?;
        if record.user.status == self.status {
            return Ok(uow.commit().await?);
        }
        match self.status {
            UserStatus::Suspended => {
                keep_an_administrator(app, &*uow, &actor, &record, &[]).await?;
                shut_out(app, &*uow, self.user_id).await?;
            }
            UserStatus::Active => {
                if uow.mail_outbox().release_held(self.user_id, app.now()).await? > 0 {
                    uow.password_links().restart(self.user_id, app.now()).await?;
                    NewPassword::restart(app, &*uow, self.user_id).await?;
                }
            }
        }
        let before = record.user.status.key();
        let user = User { status: self.status, ..record.user.clone() };
        store(app, &*uow, &record, &user).await?;
        let entry = permit.entry(app, self.action()).about_user(user.id).in_account(user.account_id);
        let entry = entry.changing(json!({"status": before}), json!({"status": self.status.key()}));
        uow.audit_log().append(&entry).await?;
        Ok(uow.commit().await?)
    }
}
