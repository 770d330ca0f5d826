//! Accounts, as far as they are in view.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use tenantry_app::{
    accounts::{AccountPage, CountAtAccounts, ListAccountsInput, ShowAccount},
    users::{CheckLoginName, LoginNameAvailability},
};
use tenantry_domain::AccountId;
use utoipa::ToSchema;

use super::{
    cursor,
    dto::{AccountDetailsBody, ListBody, ListedAccountBody},
    query::Parameters,
    users::{Tagged, tagged},
};
use crate::{
    problem::Problem,
    request::{ApiActor, HttpState, Id},
};

const ORDER: &str = "name";

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// Only the direct children of this account. Without it: all accounts in view, home included.
    #[param(value_type = Option<Uuid>)]
    parent: Option<String>,
    /// Part of the name or of a domain.
    #[param(max_length = 200)]
    q: Option<String>,
    /// `platform`, `reseller` or `customer`.
    kind: Option<String>,
    /// By the own status: `active`, `suspended` or `removed`. Left out: all but removed ones.
    status: Option<String>,
    /// At most so many rows: 1 to 200, 50 if left out.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// The `nextCursor` of the page before.
    after: Option<String>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub struct LoginNameQuery {
    /// `local@domain`, as typed.
    #[param(value_type = String)]
    login_name: Option<String>,
}

/// Whether a login name can be given.
#[derive(Serialize, ToSchema)]
#[schema(as = LoginNameAvailability)]
#[serde(rename_all = "camelCase")]
pub struct AvailabilityBody {
    login_name: String,
    available: bool,
    /// Why not, for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// List accounts
#[utoipa::path(get, path = "/accounts", tag = "accounts", operation_id = "listAccounts", params(AccountQuery),
    responses((status = 200, description = "Accounts in view, by name", body = ListBody<ListedAccountBody>),
        (status = 404, description = "The parent is not in view"), (status = 422, description = "A parameter is wrong")))]
pub async fn list(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Parameters(query): Parameters<AccountQuery>,
) -> Result<Json<ListBody<ListedAccountBody>>, Problem> {
    let AccountQuery { parent, q, kind, status, limit, after } = query;
    let command = ListAccountsInput { parent, q, kind, status, limit }.parse()?;
    let page = command.execute(&state.app, &actor, cursor::parse(after.as_deref(), ORDER)?).await?;
    let next_cursor = page.next.map(|key| cursor::encode(&key, ORDER));
    let counts = CountAtAccounts { rows: &page.items }.execute(&state.app, &actor).await?;
    let with_counts = page.items.into_iter().zip(counts);
    let items = with_counts.map(|(row, counts)| ListedAccountBody::new(row, counts, actor.authority())).collect();
    Ok(Json(ListBody { items, next_cursor }))
}

/// Show an account
#[utoipa::path(get, path = "/accounts/{id}", tag = "accounts", operation_id = "showAccount",
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 200, description = "The account", body = AccountDetailsBody, headers(("ETag" = String)))))]
pub async fn show(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
) -> Result<Tagged<AccountDetailsBody>, Problem> {
    Ok(tagged_page(ShowAccount { account_id }.execute(&state.app, &actor).await?))
}

/// An account's page, with its entity tag.
pub fn tagged_page(page: AccountPage) -> Tagged<AccountDetailsBody> {
    tagged(page.account.account.version, page.into())
}

/// Ask whether a login name can be given
#[utoipa::path(get, path = "/accounts/{id}/login-names", tag = "accounts", operation_id = "checkLoginName",
    params(("id" = Uuid, Path, description = "The account"), LoginNameQuery),
    responses((status = 200, description = "The answer", body = AvailabilityBody)))]
pub async fn check_login_name(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
    Parameters(query): Parameters<LoginNameQuery>,
) -> Result<Json<AvailabilityBody>, Problem> {
    let login_name = query.login_name.unwrap_or_default();
    let command = CheckLoginName { login_name: login_name.clone() };
    let message = match command.execute(&state.app, &actor, account_id).await? {
        LoginNameAvailability::Free => None,
        LoginNameAvailability::Taken => Some("This login name is taken.".to_owned()),
        LoginNameAvailability::Invalid(message) => Some(message),
    };
    Ok(Json(AvailabilityBody { login_name, available: message.is_none(), message }))
}
