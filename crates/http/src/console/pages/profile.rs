//! `GET/POST /console/profile`: oneself, and one's sessions.

use axum::{http::StatusCode, response::Response};
use jiff::Timestamp;
use tenantry_app::{
    ports::{Session, SessionKind},
    profile::{EditOwnProfile, Me, describe_me},
    sessions::{end_own_session, list_own_sessions},
};
use tenantry_domain::SessionId;

use super::{
    actor::ConsoleActor,
    answers::PageError,
    edit_form::{Edited, stored},
    flash::Flash,
    forms::{Form, PathId, Refusal, refusal},
    show_user::facts,
    words::{countries, device_of, portrait_of, region_of},
};
use crate::console::views::{Moment, ProfilePage, SessionRow};

pub const PAGE: &str = "/console/profile";

/// `GET`
pub async fn show(actor: ConsoleActor) -> Result<Response, PageError> {
    let me = describe_me(&actor.app, &actor.actor).await?;
    let edited = Edited { values: stored(&me.user), ..Edited::default() };
    page(&actor, &me, edited, Refusal::default(), None).await
}

/// The page again, because an image was refused.
pub async fn with_image_error(actor: &ConsoleActor, status: StatusCode, text: String) -> Result<Response, PageError> {
    let me = describe_me(&actor.app, &actor.actor).await?;
    let edited = Edited { values: stored(&me.user), ..Edited::default() };
    page(actor, &me, edited, Refusal { status, ..Refusal::default() }, Some(text)).await
}

async fn page(
    actor: &ConsoleActor,
    me: &Me,
    edited: Edited,
    refused: Refusal,
    image_error: Option<String>,
) -> Result<Response, PageError> {
    let user = &me.user.record.user;
    let failed = refused.stale || !refused.errors.is_empty() || image_error.is_some();
    let now = actor.app.now();
    let sessions = list_own_sessions(&actor.app, &actor.actor).await?;
    let view = ProfilePage {
        frame: actor.frame_anywhere(if failed { "Error: Your profile" } else { "Your profile" }).await?,
        avatar: portrait_of(&user.id.to_string(), user.profile.display_name.as_str(), user.image.as_deref()),
        facts: facts(&me.user),
        editable: me.may_edit_profile,
        version: edited.version.unwrap_or(me.user.record.version).to_string(),
        conflict: refused.stale,
        region: region_of(&edited.values.country),
        values: edited.values,
        errors: refused.errors,
        countries: countries(),
        password_changed: me.user.password_set_at.map(|at| Moment::new(at, now)),
        last_sign_in: me.user.last_sign_in_at.map(|at| Moment::new(at, now)),
        sessions: sessions.iter().map(|session| row(session, actor.actor.session_id(), now)).collect(),
        image_error,
    };
    Ok(actor.show(refused.status, &view))
}

fn row(session: &Session, current: SessionId, now: Timestamp) -> SessionRow {
    let device = device_of(session.user_agent.as_deref());
    SessionRow {
        id: session.id.to_string(),
        device: match session.kind {
            SessionKind::Console => device,
            SessionKind::Api => format!("{device}, bearer token"),
        },
        address: session.address.clone().unwrap_or_else(|| "an unknown address".to_owned()),
        started: Moment::new(session.created_at, now),
        last_used: Moment::new(session.last_seen_at, now),
        current: session.id == current,
    }
}

/// `POST`
pub async fn submit(actor: ConsoleActor, form: Form) -> Result<Response, PageError> {
    let mut edited = Edited::read(&form)?;
    let command = EditOwnProfile { changes: edited.own_changes(), expected_version: edited.version };
    match command.execute(&actor.app, &actor.actor).await {
        Ok(_) => Ok(actor.go(PAGE, &Flash::done("Your profile was saved."))),
        Err(error) => {
            let refused = refusal(error)?;
            let me = describe_me(&actor.app, &actor.actor).await?;
            if refused.stale {
                // The form goes on from the newest version: saving again is then meant.
                edited.version = None;
            }
            page(&actor, &me, edited, refused, None).await
        }
    }
}

/// `POST /console/profile/sessions/{id}/revoke`
pub async fn end_session(actor: ConsoleActor, PathId(session_id): PathId<SessionId>) -> Result<Response, PageError> {
    end_own_session(&actor.app, &actor.actor, session_id).await?;
    Ok(actor.go(PAGE, &Flash::done("The session was ended.")))
}
