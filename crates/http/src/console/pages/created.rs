//! The dialog after a create. It is made from what is stored, so that it can be loaded again and updates itself.

use jiff::SignedDuration;
use tenantry_app::{
    Denied, UseCaseError,
    ports::MailRow,
    users::{ShowUser, UserPage},
};
use tenantry_domain::{UserId, user::UserStatus};

use super::{
    actor::ConsoleActor,
    flash::Flash,
    words::{duration_words, provisioning_steps},
};
use crate::console::views::{CreatedDialog, FirstPassword, Moment};

/// The address of the dialog stays in the history; after this long it only leads to the list.
const SHOWN_FOR: SignedDuration = SignedDuration::from_hours(1);

/// The dialog about a user just created; none if there is no such user, or it was long ago.
pub async fn dialog(actor: &ConsoleActor, user_id: UserId) -> Result<Option<CreatedDialog>, UseCaseError> {
    let page = match (ShowUser { user_id }).execute(&actor.app, &actor.actor).await {
        Ok(page) => page,
        Err(UseCaseError::Denied(Denied::NotFound)) => return Ok(None),
        Err(error) => return Err(error),
    };
    if actor.app.now().duration_since(page.user.created_at) > SHOWN_FOR || !page.may_edit {
        return Ok(None);
    }
    let mails = page.list_mails(&actor.app).await?;
    let user = &page.user.record.user;
    let id = user_id.to_string();
    let users = format!("/console/accounts/{}/users", user.account_id);
    let generated_password = match &actor.flash {
        Some(Flash::GeneratedPassword { user_id, password }) if *user_id == id => Some(password.clone()),
        _ => None,
    };
    Ok(Some(CreatedDialog {
        name: user.profile.display_name.to_string(),
        login_name: user.login_name.to_string(),
        role: page.user.role().label().to_owned(),
        account_name: page.user.account_name.clone(),
        first_password: first_password(actor, &page, &mails),
        generated_password,
        steps: provisioning_steps(page.user.provisioning, page.user.provisioning_error.as_deref()),
        settled: page.user.provisioning.is_settled(),
        another_href: format!("{users}/new?like={id}"),
        back_href: format!("{users}?new={id}"),
        back_label: "Back to Users".to_owned(),
        user_id: id,
    }))
}

fn first_password(actor: &ConsoleActor, page: &UserPage, mails: &[MailRow]) -> FirstPassword {
    let suspended = page.user.record.user.status == UserStatus::Suspended;
    match (&page.user.newest_link, mails.iter().find(|mail| is_password(mail))) {
        (None, Some(mail)) if suspended => FirstPassword::PasswordHeld { to: mail.to.clone() },
        (Some(link), _) if suspended => FirstPassword::LinkHeld { to: link.recipient.address.to_string() },
        (Some(link), _) => FirstPassword::LinkSent {
            to: link.recipient.address.to_string(),
            valid_for: duration_words(link.valid_for),
            until: link.expires_at.map(|at| Moment::new(at, actor.app.now())),
        },
        (None, Some(mail)) => FirstPassword::Mailed { to: mail.to.clone() },
        (None, None) => FirstPassword::SetByHand { must_change: page.user.must_change_password },
    }
}

fn is_password(mail: &MailRow) -> bool {
    mail.kind == "new_password"
}
