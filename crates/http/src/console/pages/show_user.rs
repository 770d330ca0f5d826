//! `GET /console/users/{id}`: everything about one user, and the small forms on that page when they are shown again.

use axum::{http::StatusCode, response::Response};
use jiff::Timestamp;
use tenantry_app::{
    UseCaseError,
    ports::{MailRow as ListedMail, MailState, UserDetails, UserState},
    users::{ShowUser, UserPage as Found},
};
use tenantry_domain::{UserId, permission::Permission, user::ProvisioningState};

use super::{
    actor::ConsoleActor,
    answers::PageError,
    forms::PathId,
    words::{address_lines, portrait_of, provisioning_steps, user_chip},
};
use crate::console::views::{
    LinkForm, MailRow, ManualPasswordForm, Moment, NavPlace, PendingLink, PersonFacts, RemovedFacts, UserActions,
    UserPage,
};

/// The small forms of the page, as they are to be shown.
#[derive(Default)]
pub struct SmallForms {
    pub link: LinkForm,
    pub password: Option<ManualPasswordForm>,
    pub image_error: Option<String>,
}

pub async fn show(actor: ConsoleActor, PathId(user_id): PathId<UserId>) -> Result<Response, PageError> {
    page(&actor, user_id, StatusCode::OK, SmallForms::default()).await
}

/// Where addresses lead that only take a POST, when somebody loads them again.
pub async fn back(PathId(user_id): PathId<UserId>) -> Response {
    super::answers::see_other(&address(user_id))
}

/// An error page that leads back to the user.
pub fn back_to(error: UseCaseError, user_id: UserId) -> PageError {
    PageError::from(error).leading_to(&address(user_id), "Back to the user")
}

/// The address of a user's page.
pub fn address(user_id: UserId) -> String {
    format!("/console/users/{user_id}")
}

pub async fn page(
    actor: &ConsoleActor,
    user_id: UserId,
    status: StatusCode,
    forms: SmallForms,
) -> Result<Response, PageError> {
    let found = ShowUser { user_id }.execute(&actor.app, &actor.actor).await?;
    let details = &found.user;
    let user = &details.record.user;
    let account = actor.account_or_home(user.account_id).await?;
    let (id, name) = (user_id.to_string(), user.profile.display_name.to_string());
    let now = actor.app.now();
    let may = actions(actor, &found);
    let mails = found.list_mails(&actor.app).await?;
    let view = UserPage {
        frame: actor.frame(&name, Some(NavPlace::Users), &account).await?,
        account_id: user.account_id.to_string(),
        account_name: details.account_name.clone(),
        avatar: portrait_of(&id, &name, user.image.as_deref()),
        chip: user_chip(details.state(), details.provisioning, details.has_password),
        facts: facts(details),
        is_self: found.is_self,
        password: password_words(details, now),
        pending_link: pending_link(details, now),
        last_sign_in: details.last_sign_in_at.map(|at| Moment::new(at, now)),
        sessions: open_sessions(actor, &found).await?,
        mails: mails.iter().map(|mail| mail_row(mail, now)).collect(),
        steps: provisioning_steps(details.provisioning, details.provisioning_error.as_deref()),
        settled: details.provisioning.is_settled() || user.removed_at.is_some(),
        created: Moment::new(details.created_at, now),
        removed: user.removed_at.map(|at| RemovedFacts {
            at: Moment::new(at, now),
            purged: Moment::new(at + actor.app.settings.removed_users_kept_for, now),
        }),
        may,
        link_form: forms.link,
        password_form: ManualPasswordForm {
            mail_password_allowed: account.account.inherited.policy.plain_text_password_mail
                && actor.app.settings.plain_text_password_mail,
            ..forms.password.unwrap_or_else(blank_password_form)
        },
        image_error: forms.image_error,
        user_id: id,
    };
    Ok(actor.show(status, &view))
}

fn blank_password_form() -> ManualPasswordForm {
    ManualPasswordForm { must_change: true, email_to_kind: "primary".to_owned(), ..ManualPasswordForm::default() }
}

/// What the page offers; whether it goes through is decided when it is done.
pub fn actions(actor: &ConsoleActor, page: &Found) -> UserActions {
    let state = page.user.state();
    let edits = page.may_edit && state != UserState::Removed;
    let over_other = edits && actor.actor.permit_over_other(Permission::USERS_EDIT, &page.user.record).is_ok();
    UserActions {
        edit: edits,
        suspend: over_other && state == UserState::Active,
        activate: over_other && state == UserState::Suspended,
        send_link: over_other && state == UserState::Active,
        void_link: over_other && state == UserState::Active,
        set_password: over_other,
        change_image: over_other,
        remove: page.may_remove && state != UserState::Removed,
        restore: page.may_remove && state == UserState::Removed,
        retry_provisioning: edits && page.user.provisioning == ProvisioningState::Failed,
    }
}

/// Who a user is, as facts to read.
pub fn facts(details: &UserDetails) -> PersonFacts {
    let user = &details.record.user;
    let (profile, contact) = (&user.profile, &user.contact);
    let text = |line: &Option<tenantry_domain::Line<100>>| line.as_ref().map(ToString::to_string).unwrap_or_default();
    PersonFacts {
        display_name: profile.display_name.to_string(),
        first_name: profile.first_name.to_string(),
        last_name: profile.last_name.to_string(),
        company: text(&profile.company),
        job_title: text(&profile.job_title),
        department: text(&profile.department),
        login_name: user.login_name.to_string(),
        email: contact.email.to_string(),
        alternative_email: contact.alternative_email.as_ref().map(ToString::to_string).unwrap_or_default(),
        phone: contact.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
        address_lines: contact.address.as_ref().map(address_lines).unwrap_or_default(),
        role: format!("{} of {}", details.role().label(), details.account_name),
    }
}

fn password_words(details: &UserDetails, now: Timestamp) -> String {
    match details.password_set_at.filter(|_| details.has_password) {
        None => "Not set yet".to_owned(),
        Some(_) if details.must_change_password => "Must be changed at the next sign-in".to_owned(),
        Some(at) => format!("Set {}", Moment::new(at, now).relative),
    }
}

fn pending_link(details: &UserDetails, now: Timestamp) -> Option<PendingLink> {
    let link = details.newest_link.as_ref().filter(|link| link.is_live(now))?;
    Some(PendingLink {
        to: link.recipient.address.to_string(),
        sent: link.expires_at.map(|at| Moment::new(at - link.valid_for, now)),
        until: link.expires_at.map(|at| Moment::new(at, now)),
    })
}

async fn open_sessions(actor: &ConsoleActor, page: &Found) -> Result<usize, UseCaseError> {
    if !page.may_edit {
        return Ok(0);
    }
    let now = actor.app.now();
    let sessions = actor.app.directory().list_sessions(page.user.record.user.id).await?;
    let is_open = |session: &&tenantry_app::ports::Session| {
        session.expires_at > now && now.duration_since(session.last_seen_at) < actor.app.settings.session_idle_for
    };
    Ok(sessions.iter().filter(is_open).count())
}

fn mail_row(mail: &ListedMail, now: Timestamp) -> MailRow {
    let subject = match mail.kind.as_str() {
        "welcome" => "Welcome letter",
        "password_reset" => "Link to set a new password",
        "new_password" => "New password",
        "password_changed" => "Notice: password changed",
        "link_sent_elsewhere" => "Notice: a link went to another address",
        "address_changed" => "Notice: address changed",
        _ => "Letter",
    };
    let error = mail.last_error.as_deref().unwrap_or("refused");
    let state = match mail.state {
        MailState::Held => "Waits until the user is activated.".to_owned(),
        MailState::Pending if mail.attempts == 0 => "Waiting to be sent.".to_owned(),
        MailState::Pending => format!("Tried {} times, will be tried again: {error}", mail.attempts),
        MailState::Sent => "Sent.".to_owned(),
        MailState::Failed => format!("Failed: {error}"),
        MailState::Cancelled => "Not sent: it was overtaken.".to_owned(),
    };
    MailRow {
        subject: subject.to_owned(),
        to: mail.to.clone(),
        state,
        failed: mail.state == MailState::Failed,
        at: Moment::new(mail.sent_at.unwrap_or(mail.created_at), now),
    }
}
