//! Signing in and out, and one's own sessions.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use tenantry_app::{
    FieldErrors,
    ports::{Session, SessionKind},
    sessions::{SignIn, SignedIn, SwitchAccount, end_own_session, list_own_sessions},
};
use tenantry_domain::{InvalidValue, SessionId};
use utoipa::ToSchema;
use uuid::Uuid;

use super::dto::{ListBody, time};
use crate::{
    cookies,
    problem::Problem,
    request::{ApiActor, Context, HttpState, Id, JsonBody, PendingApiActor},
};

/// Login name and password.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInRequest {
    #[schema(value_type = String)]
    login_name: Option<String>,
    #[schema(value_type = String)]
    password: Option<String>,
}

/// A new session.
#[derive(Serialize, ToSchema)]
#[schema(as = SignedIn)]
#[serde(rename_all = "camelCase")]
pub struct SignedInBody {
    /// To be sent as `Authorization: Bearer …`.
    token: String,
    /// When the session ends at the latest; unused, it ends earlier.
    #[schema(format = DateTime)]
    expires_at: String,
    /// Whether `PUT /api/v1/me/password` must come before anything else.
    must_change_password: bool,
}

/// The account to work in.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SwitchAccountRequest {
    #[schema(value_type = Uuid)]
    active_account_id: Option<String>,
}

/// A session.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
#[serde(rename_all = "camelCase")]
pub struct SessionBody {
    id: Uuid,
    /// `console` or `api`.
    kind: &'static str,
    /// Whether the request came with this session.
    current: bool,
    #[schema(format = DateTime)]
    created_at: String,
    /// To about a minute.
    #[schema(format = DateTime)]
    last_seen_at: String,
    #[schema(format = DateTime)]
    expires_at: String,
    active_account_id: Uuid,
    /// The address it was begun from.
    address: Option<String>,
    /// The program it was begun with, as it named itself.
    user_agent: Option<String>,
}

/// Sign in
///
/// Every failure is answered alike: unknown name, wrong password, suspended user or account.
#[utoipa::path(post, path = "/sessions", tag = "sessions", operation_id = "signIn", security(()),
    request_body = SignInRequest,
    responses((status = 201, description = "Signed in", body = SignedInBody),
        (status = 401, description = "Not signed in"),
        (status = 429, description = "Too many failed attempts; `Retry-After` says how long to wait")))]
pub async fn sign_in(
    State(state): State<HttpState>,
    Context(context): Context,
    JsonBody(body): JsonBody<SignInRequest>,
) -> Result<(StatusCode, Json<SignedInBody>), Problem> {
    let mut errors = FieldErrors::default();
    let login_name = errors.take("loginName", body.login_name.ok_or(InvalidValue::Required));
    let password = errors.take("password", body.password.ok_or(InvalidValue::Required));
    let (login_name, password) = errors.finish(login_name.zip(password))?;
    let signed_in = SignIn { login_name, password, kind: SessionKind::Api, context }.execute(&state.app).await?;
    Ok((StatusCode::CREATED, Json(signed_in.into())))
}

/// List one's own sessions
#[utoipa::path(get, path = "/sessions", tag = "sessions", operation_id = "listSessions",
    responses((status = 200, description = "The sessions that are not over, the latest used first",
        body = ListBody<SessionBody>)))]
pub async fn list(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
) -> Result<Json<ListBody<SessionBody>>, Problem> {
    let sessions = list_own_sessions(&state.app, &actor).await?;
    let current = actor.session_id();
    Ok(Json(ListBody::complete(sessions.into_iter().map(|session| SessionBody::new(session, current)))))
}

/// Switch the active account
#[utoipa::path(put, path = "/sessions/current", tag = "sessions", operation_id = "switchAccount",
    request_body = SwitchAccountRequest,
    responses((status = 204, description = "Switched"), (status = 404, description = "The account is not in view")))]
pub async fn switch_account(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    JsonBody(body): JsonBody<SwitchAccountRequest>,
) -> Result<StatusCode, Problem> {
    let mut errors = FieldErrors::default();
    let account_id = body.active_account_id.as_deref().ok_or(InvalidValue::Required).and_then(str::parse);
    let account_id = errors.take("activeAccountId", account_id);
    SwitchAccount { account_id: errors.finish(account_id)? }.execute(&state.app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign out
///
/// Possible also while a password change is required.
#[utoipa::path(delete, path = "/sessions/current", tag = "sessions", operation_id = "signOut",
    responses((status = 204, description = "The session is over")))]
pub async fn sign_out(
    State(state): State<HttpState>,
    PendingApiActor(actor): PendingApiActor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    tenantry_app::sessions::sign_out(&state.app, &actor).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if cookies::read(&headers, cookies::SESSION).is_some() {
        response.headers_mut().append(header::SET_COOKIE, cookies::clear(cookies::SESSION));
    }
    Ok(response)
}

/// End one of one's own sessions
#[utoipa::path(delete, path = "/sessions/{id}", tag = "sessions", operation_id = "endSession",
    params(("id" = Uuid, Path, description = "The session")),
    responses((status = 204, description = "The session is over")))]
pub async fn end(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(session_id): Id<SessionId>,
) -> Result<StatusCode, Problem> {
    end_own_session(&state.app, &actor, session_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<SignedIn> for SignedInBody {
    fn from(signed_in: SignedIn) -> Self {
        Self {
            token: signed_in.token.expose().to_owned(),
            expires_at: time(signed_in.session.expires_at),
            must_change_password: signed_in.must_change_password,
        }
    }
}

impl SessionBody {
    fn new(session: Session, current: SessionId) -> Self {
        Self {
            id: session.id.uuid(),
            kind: session.kind.key(),
            current: session.id == current,
            created_at: time(session.created_at),
            last_seen_at: time(session.last_seen_at),
            expires_at: time(session.expires_at),
            active_account_id: session.active_account_id.uuid(),
            address: session.address,
            user_agent: session.user_agent,
        }
    }
}
