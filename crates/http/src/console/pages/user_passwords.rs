//! Helping a user with the password: a link, or one set by hand.

use axum::{http::StatusCode, response::Response};
use tenantry_app::{
    UseCaseError,
    passwords::generate_password,
    users::{
        SendPasswordLink, SendPasswordLinkInput, SetUserPassword, SetUserPasswordInput, ShowUser, VoidPasswordLink,
    },
};
use tenantry_domain::{UserId, permission::Permission};

use super::{
    actor::ConsoleActor,
    answers::PageError,
    create_form::{given, recipient},
    flash::Flash,
    forms::{Form, PathId, Refusal, in_page_order, refusal, require_repeat},
    show_user::{SmallForms, address, back_to, page},
};
use crate::console::views::{FieldErrorsView, LinkForm, ManualPasswordForm};

/// `POST /console/users/{id}/password-links`
pub async fn send_link(
    actor: ConsoleActor,
    PathId(user_id): PathId<UserId>,
    form: Form,
) -> Result<Response, PageError> {
    let form = form.only(&["recipientKind", "customEmail", "reason", "actorPassword"])?;
    let shown = LinkForm {
        open: true,
        recipient_kind: form.text("recipientKind"),
        custom_email: form.text("customEmail"),
        reason: form.text("reason"),
        errors: FieldErrorsView::default(),
    };
    let input = SendPasswordLinkInput {
        recipient: recipient(&shown.recipient_kind, &shown.custom_email),
        reason: given(&shown.reason),
        actor_password: Some(form.text("actorPassword")),
    };
    match (SendPasswordLink { user_id, input }).execute(&actor.app, &actor.actor).await {
        Ok(sent) => {
            let text = format!("A password link is on its way to {}.", sent.recipient.address);
            Ok(actor.go(&address(user_id), &Flash::done(text)))
        }
        // The page does not offer the form in such a state.
        Err(error @ UseCaseError::Conflict(_)) => Err(back_to(error, user_id)),
        Err(error) => {
            let refused = told(refusal(error)?);
            let link = LinkForm { errors: refused.errors, ..shown };
            page(&actor, user_id, refused.status, SmallForms { link, ..SmallForms::default() }).await
        }
    }
}

/// `POST /console/users/{id}/password-links/void`
pub async fn void_link(actor: ConsoleActor, PathId(user_id): PathId<UserId>) -> Result<Response, PageError> {
    VoidPasswordLink { user_id }.execute(&actor.app, &actor.actor).await.map_err(|error| back_to(error, user_id))?;
    Ok(actor.go(&address(user_id), &Flash::done("The link no longer works.")))
}

/// What was overtaken by somebody else, in words: these forms have no fields to compare.
fn told(mut refused: Refusal) -> Refusal {
    if refused.stale {
        refused.errors.form = Some("This user was changed in the meantime. Look again, then repeat it.".to_owned());
    }
    refused
}

/// `POST /console/users/{id}/password`
pub async fn set(actor: ConsoleActor, PathId(user_id): PathId<UserId>, form: Form) -> Result<Response, PageError> {
    const KNOWN: [&str; 7] =
        ["password", "passwordRepeat", "mustChange", "emailPassword", "emailToKind", "emailToCustom", "generate"];
    let form = form.only(&KNOWN)?;
    let mut shown = shown(&form);
    if form.has("generate") {
        require_form(&actor, user_id).await?;
        let made = generate_password(&actor.app, &actor.actor)?;
        shown.generated_password = Some(made.expose().to_owned());
        return show_again(&actor, user_id, StatusCode::OK, shown).await;
    }
    require_repeat(&mut shown.errors, &form.text("password"), &form.text("passwordRepeat"));
    if !shown.errors.is_empty() {
        require_form(&actor, user_id).await?;
        return show_again(&actor, user_id, StatusCode::UNPROCESSABLE_ENTITY, shown).await;
    }
    let input = SetUserPasswordInput {
        password: Some(form.text("password")),
        email_to: shown.email_password.then(|| recipient(&shown.email_to_kind, &shown.email_to_custom)),
        must_change: Some(shown.must_change),
    };
    match (SetUserPassword { user_id, input }).execute(&actor.app, &actor.actor).await {
        Ok(()) => {
            Ok(actor.go(&address(user_id), &Flash::done("The password was set. All sessions of this user ended.")))
        }
        Err(error @ UseCaseError::Conflict(_)) => Err(back_to(error, user_id)),
        Err(error) => {
            let mut refused = told(refusal(error)?);
            in_page_order(&mut refused.errors);
            shown.errors = refused.errors;
            show_again(&actor, user_id, refused.status, shown).await
        }
    }
}

/// The form as it was sent. Whether passwords may be mailed, the page knows.
fn shown(form: &Form) -> ManualPasswordForm {
    let email_password = form.has("emailPassword");
    ManualPasswordForm {
        open: true,
        email_password,
        email_to_kind: form.text("emailToKind"),
        email_to_custom: form.text("emailToCustom"),
        // The tick is greyed out while it cannot be taken away, and a browser sends nothing then.
        must_change: form.has("mustChange") || email_password,
        ..ManualPasswordForm::default()
    }
}

/// The form is only for who could have it done.
async fn require_form(actor: &ConsoleActor, user_id: UserId) -> Result<(), PageError> {
    let found = ShowUser { user_id }.execute(&actor.app, &actor.actor).await?;
    actor.actor.permit_over_other(Permission::USERS_EDIT, &found.user.record)?;
    Ok(())
}

async fn show_again(
    actor: &ConsoleActor,
    user_id: UserId,
    status: StatusCode,
    form: ManualPasswordForm,
) -> Result<Response, PageError> {
    page(actor, user_id, status, SmallForms { password: Some(form), ..SmallForms::default() }).await
}
