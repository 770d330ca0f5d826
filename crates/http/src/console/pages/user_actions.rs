//! Suspending, activating, removing and restoring a user, and provisioning it again.

use axum::{http::StatusCode, response::Response};
use tenantry_app::{
    UseCaseError,
    provisioning::RetryProvisioning,
    users::{ChangeUserStatus, RemoveUser, RestoreUser, ShowUser, UserPage},
};
use tenantry_domain::{UserId, permission::Permission, user::UserStatus};

use super::{
    actor::ConsoleActor,
    answers::PageError,
    flash::Flash,
    forms::PathId,
    show_user::{address, back_to},
};
use crate::console::views::{ConfirmAction, ConfirmPage, NavPlace};

/// `GET …/suspend`
pub async fn ask_suspend(actor: ConsoleActor, PathId(user_id): PathId<UserId>) -> Result<Response, PageError> {
    ask(&actor, user_id, ConfirmAction::Suspend, Permission::USERS_EDIT).await
}

/// `GET …/remove`
pub async fn ask_remove(actor: ConsoleActor, PathId(user_id): PathId<UserId>) -> Result<Response, PageError> {
    ask(&actor, user_id, ConfirmAction::Remove, Permission::USERS_REMOVE).await
}

async fn ask(
    actor: &ConsoleActor,
    user_id: UserId,
    action: ConfirmAction,
    permission: Permission,
) -> Result<Response, PageError> {
    let found = find(actor, user_id).await?;
    actor.actor.permit_over_other(permission, &found.user.record).map_err(|denied| back_to(denied.into(), user_id))?;
    let name = found.user.record.user.profile.display_name.to_string();
    let account = actor.account_or_home(found.user.record.user.account_id).await?;
    let frame = actor.frame(&format!("{} {name}?", action.verb()), Some(NavPlace::Users), &account).await?;
    let page = ConfirmPage::about_user(frame, action, &user_id.to_string(), &name);
    Ok(actor.show(StatusCode::OK, &page))
}

async fn find(actor: &ConsoleActor, user_id: UserId) -> Result<UserPage, UseCaseError> {
    ShowUser { user_id }.execute(&actor.app, &actor.actor).await
}

/// `POST …/suspend`
pub async fn suspend(actor: ConsoleActor, PathId(user_id): PathId<UserId>) -> Result<Response, PageError> {
    change_status(&actor, user_id, UserStatus::Suspended, "was suspended").await
}

/// `POST …/activate`
pub async fn activate(actor: ConsoleActor, PathId(user_id): PathId<UserId>) -> Result<Response, PageError> {
    change_status(&actor, user_id, UserStatus::Active, "was activated").await
}

async fn change_status(
    actor: &ConsoleActor,
    user_id: UserId,
    status: UserStatus,
    words: &str,
) -> Result<Response, PageError> {
    let command = ChangeUserStatus { user_id, status, expected_version: None };
    let user = command.execute(&actor.app, &actor.actor).await.map_err(|error| back_to(error, user_id))?;
    let text = format!("{} {words}.", user.record.user.profile.display_name);
    Ok(actor.go(&address(user_id), &Flash::done(text)))
}

/// `POST …/remove`
pub async fn remove(actor: ConsoleActor, PathId(user_id): PathId<UserId>) -> Result<Response, PageError> {
    let command = RemoveUser { user_id, expected_version: None };
    command.execute(&actor.app, &actor.actor).await.map_err(|error| back_to(error, user_id))?;
    let name = name_of(&actor, user_id).await?;
    Ok(actor.go(&address(user_id), &Flash::done(format!("{name} was removed."))))
}

/// `POST …/restore`
pub async fn restore(actor: ConsoleActor, PathId(user_id): PathId<UserId>) -> Result<Response, PageError> {
    let command = RestoreUser { user_id };
    command.execute(&actor.app, &actor.actor).await.map_err(|error| back_to(error, user_id))?;
    let name = name_of(&actor, user_id).await?;
    Ok(actor.go(&address(user_id), &Flash::done(format!("{name} was restored."))))
}

async fn name_of(actor: &ConsoleActor, user_id: UserId) -> Result<String, UseCaseError> {
    Ok(find(actor, user_id).await?.user.record.user.profile.display_name.to_string())
}

/// `POST …/provisioning/retry`
pub async fn provision_again(actor: ConsoleActor, PathId(user_id): PathId<UserId>) -> Result<Response, PageError> {
    let command = RetryProvisioning { user_id };
    command.execute(&actor.app, &actor.actor).await.map_err(|error| back_to(error, user_id))?;
    Ok(actor.go(&address(user_id), &Flash::done("The connected services are told again.")))
}
