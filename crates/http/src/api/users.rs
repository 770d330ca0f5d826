//! Users: list, create, show, change, remove.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use serde::Deserialize;
use tenantry_app::{
    App,
    ports::IdempotencyKey,
    users::{CreateUserInput, EditUser, ListUsersInput, RemoveUser, ShowUser},
};
use tenantry_domain::{AccountId, UserId};

use super::{
    cursor,
    dto::{CreateUserRequest, CreatedUserBody, EditUserRequest, ListBody, UserBody, UserRowBody},
    query::Parameters,
};
use crate::{
    problem::Problem,
    request::{ApiActor, HttpState, Id, JsonBody, RawJsonBody, expected_version},
};

const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A body with the entity tag of the user it is about.
pub type Tagged<T> = (AppendHeaders<[(HeaderName, String); 1]>, Json<T>);

/// A body with the entity tag of the user it is about.
pub fn tagged<T>(version: i64, body: T) -> Tagged<T> {
    (AppendHeaders([(header::ETAG, format!("\"{version}\""))]), Json(body))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UserQuery {
    /// `own` (the default) for this account's users, `subtree` for those of the accounts below it too.
    scope: Option<String>,
    /// Part of a name, login name or e-mail address.
    #[param(max_length = 200)]
    q: Option<String>,
    /// `active`, `suspended` or `removed`. Left out: all but removed ones.
    status: Option<String>,
    /// A role's key.
    role: Option<String>,
    /// `pending`, `in_progress`, `provisioned` or `failed`.
    provisioning: Option<String>,
    /// `name` (the default), `loginName` or `createdAt`; a `-` before it for descending.
    sort: Option<String>,
    /// At most so many rows: 1 to 200, 50 if left out.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// The `nextCursor` of the page before, with the same `sort`.
    after: Option<String>,
}

/// List users
#[utoipa::path(get, path = "/accounts/{id}/users", tag = "users", operation_id = "listUsers",
    params(("id" = Uuid, Path, description = "The account"), UserQuery),
    responses((status = 200, description = "Users one may view", body = ListBody<UserRowBody>),
        (status = 422, description = "A parameter is wrong")))]
pub async fn list(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
    Parameters(query): Parameters<UserQuery>,
) -> Result<Json<ListBody<UserRowBody>>, Problem> {
    let (input, after) = query.into_input();
    let order = input.sort.clone().unwrap_or_else(|| "name".to_owned());
    let command = input.parse()?;
    let start = cursor::parse(after.as_deref(), &order)?;
    let page = command.execute(&state.app, &actor, account_id, start).await?;
    let next_cursor = page.next.map(|key| cursor::encode(&key, &order));
    Ok(Json(ListBody { items: page.items.into_iter().map(Into::into).collect(), next_cursor }))
}

/// Create a user
///
/// One transaction: the user, the grant, the password or link, the mail and the provisioning job. A repeated
/// `Idempotency-Key` gets the first answer, without the generated password, and creates nothing.
#[utoipa::path(post, path = "/accounts/{id}/users", tag = "users", operation_id = "createUser",
    params(("id" = Uuid, Path, description = "The account"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 64 visible ASCII characters, kept for 24 hours")),
    request_body = CreateUserRequest,
    responses((status = 201, description = "Created", body = CreatedUserBody,
            headers(("Location" = String), ("ETag" = String), ("Idempotency-Replayed" = Option<String>))),
        (status = 409, description = "The login name is taken")))]
pub async fn create(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
    headers: HeaderMap,
    body: RawJsonBody<CreateUserRequest>,
) -> Result<Response, Problem> {
    let key = idempotency_key(&state.app, &headers, account_id, &body.bytes)?;
    let command = CreateUserInput::from(body.value).parse()?;
    let created = command.execute(&state.app, &actor, account_id, key.as_ref()).await?;
    let (version, repeated) = (created.user.record.version, created.repeated);
    let location = format!("{}/users/{}", super::PREFIX, created.user.record.user.id);
    let body = tagged(version, CreatedUserBody::from(created));
    let mut response = (StatusCode::CREATED, [(header::LOCATION, location)], body).into_response();
    if repeated {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// Show a user
#[utoipa::path(get, path = "/users/{id}", tag = "users", operation_id = "showUser",
    params(("id" = Uuid, Path, description = "The user")),
    responses((status = 200, description = "The user", body = UserBody, headers(("ETag" = String)))))]
pub async fn show(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
) -> Result<Tagged<UserBody>, Problem> {
    let page = ShowUser { user_id }.execute(&state.app, &actor).await?;
    Ok(tagged(page.user.record.version, UserBody::from(&page.user)))
}

/// Change a user
///
/// What is left out stays as it is; null clears company, job title, department and alternative e-mail.
#[utoipa::path(patch, path = "/users/{id}", tag = "users", operation_id = "editUser",
    params(("id" = Uuid, Path, description = "The user"),
        ("If-Match" = Option<String>, Header, description = "The ETag seen; a stale one is refused")),
    request_body = EditUserRequest,
    responses((status = 200, description = "Changed", body = UserBody, headers(("ETag" = String))),
        (status = 409, description = "The login name is taken, the user is the last administrator, or was removed"),
        (status = 412, description = "Somebody else changed it in the meantime")))]
pub async fn edit(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<EditUserRequest>,
) -> Result<Tagged<UserBody>, Problem> {
    let command = EditUser { user_id, changes: body.into(), expected_version: expected_version(&headers)? };
    let user = command.execute(&state.app, &actor).await?;
    Ok(tagged(user.record.version, UserBody::from(&user)))
}

/// Remove a user
///
/// The user is shut out at once and can be restored for 30 days; until then the login name stays reserved.
#[utoipa::path(delete, path = "/users/{id}", tag = "users", operation_id = "removeUser",
    params(("id" = Uuid, Path, description = "The user"),
        ("If-Match" = Option<String>, Header, description = "The ETag seen; a stale one is refused")),
    responses((status = 204, description = "Removed"),
        (status = 409, description = "The user is the last administrator, or was removed already"),
        (status = 412, description = "Somebody else changed it in the meantime")))]
pub async fn remove(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(user_id): Id<UserId>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    RemoveUser { user_id, expected_version: expected_version(&headers)? }.execute(&state.app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl UserQuery {
    fn into_input(self) -> (ListUsersInput, Option<String>) {
        let Self { scope, q, status, role, provisioning, sort, limit, after } = self;
        let sort = sort.map(|sort| sort.trim().to_owned()).filter(|sort| !sort.is_empty());
        (ListUsersInput { scope, q, status, role, provisioning, sort, limit }, after)
    }
}

/// The key with which a request may come twice, and what the request was.
fn idempotency_key(
    app: &App,
    headers: &HeaderMap,
    account_id: AccountId,
    body: &[u8],
) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().unwrap_or_default();
    if key.is_empty() || key.len() > 64 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Problem::field(IDEMPOTENCY_KEY, "malformed", "Use 1 to 64 visible ASCII characters."));
    }
    let request = [account_id.uuid().as_bytes(), body].concat();
    let request_hash = app.ports.tokens.request_digest(&request);
    Ok(Some(IdempotencyKey { key: key.to_owned(), request_hash }))
}
