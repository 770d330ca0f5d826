//! The domains of an account.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use tenantry_app::{
    Actor,
    accounts::{ChangeDomains, DomainChange, ListDomains, RemoveDomain, VerifyDomain},
};
use tenantry_domain::AccountId;
use utoipa::ToSchema;

use super::{dto::DomainListBody, query::Parameters};
use crate::{
    problem::Problem,
    request::{ApiActor, HttpState, Id, JsonBody},
};

/// A further domain.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DomainRequest {
    #[schema(value_type = String, max_length = 253, example = "contoso.example")]
    domain: Option<String>,
}

/// Where to the login names go.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct RemoveDomainQuery {
    /// Another domain of the account, to which the login names at the removed one move.
    #[param(example = "contoso.example")]
    move_to: Option<String>,
}

/// List the domains of an account
#[utoipa::path(get, path = "/accounts/{id}/domains", tag = "accounts", operation_id = "listDomains",
    params(("id" = Uuid, Path, description = "The account")),
    responses((status = 200, description = "The domains", body = DomainListBody)))]
pub async fn list(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
) -> Result<Json<DomainListBody>, Problem> {
    listed(&state, &actor, account_id).await
}

/// Give an account a further domain
///
/// Login names may use it at once. A domain belongs to one account on the whole platform.
#[utoipa::path(post, path = "/accounts/{id}/domains", tag = "accounts", operation_id = "addDomain",
    params(("id" = Uuid, Path, description = "The account")),
    request_body = DomainRequest,
    responses((status = 201, description = "The domains", body = DomainListBody),
        (status = 409, description = "The domain is not available")))]
pub async fn add(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
    JsonBody(body): JsonBody<DomainRequest>,
) -> Result<(StatusCode, Json<DomainListBody>), Problem> {
    let domain = body.domain.unwrap_or_default();
    ChangeDomains::parse(account_id, &domain, DomainChange::Add)?.execute(&state.app, &actor).await?;
    Ok((StatusCode::CREATED, listed(&state, &actor, account_id).await?))
}

/// Make a domain the primary one
///
/// New login names use it unless another is chosen; those there are stay.
#[utoipa::path(post, path = "/accounts/{id}/domains/{domain}/make-primary", tag = "accounts",
    operation_id = "makeDomainPrimary",
    params(("id" = Uuid, Path, description = "The account"), ("domain" = String, Path, description = "One of its domains")),
    responses((status = 200, description = "The domains", body = DomainListBody),
        (status = 404, description = "The account has no such domain")))]
pub async fn make_primary(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Path((account_id, domain)): Path<(String, String)>,
) -> Result<Json<DomainListBody>, Problem> {
    let account_id = parse_id(&account_id)?;
    ChangeDomains::parse(account_id, &domain, DomainChange::MakePrimary)?.execute(&state.app, &actor).await?;
    listed(&state, &actor, account_id).await
}

/// Verify a domain
///
/// Asks the DNS for the TXT record that the list of domains names, and marks the domain as verified if it is there.
#[utoipa::path(post, path = "/accounts/{id}/domains/{domain}/verify", tag = "accounts", operation_id = "verifyDomain",
    params(("id" = Uuid, Path, description = "The account"), ("domain" = String, Path, description = "One of its domains")),
    responses((status = 200, description = "The domains", body = DomainListBody),
        (status = 404, description = "The account has no such domain"),
        (status = 409, description = "The DNS does not show the record"),
        (status = 503, description = "The DNS does not answer")))]
pub async fn verify(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Path((account_id, domain)): Path<(String, String)>,
) -> Result<Json<DomainListBody>, Problem> {
    let account_id = parse_id(&account_id)?;
    VerifyDomain::parse(account_id, &domain)?.execute(&state.app, &actor).await?;
    listed(&state, &actor, account_id).await
}

/// Take a domain away from an account
///
/// While login names use it, this is refused with their number, unless `moveTo` gives them another domain of the account in the same
/// step. That takes `users.edit` too. Nobody may be given the old login names for 30 days; who signs in with one of them is told the
/// new one by mail.
#[utoipa::path(delete, path = "/accounts/{id}/domains/{domain}", tag = "accounts", operation_id = "removeDomain",
    params(("id" = Uuid, Path, description = "The account"), ("domain" = String, Path, description = "One of its domains"),
        RemoveDomainQuery),
    responses((status = 204, description = "The account has it no more"),
        (status = 404, description = "The account has no such domain"),
        (status = 409, description = "It is the primary domain, login names use it, or new login names are taken")))]
pub async fn remove(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    Path((account_id, domain)): Path<(String, String)>,
    Parameters(query): Parameters<RemoveDomainQuery>,
) -> Result<StatusCode, Problem> {
    let command = RemoveDomain::parse(parse_id(&account_id)?, &domain, query.move_to.as_deref())?;
    command.execute(&state.app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn listed(state: &HttpState, actor: &Actor, account_id: AccountId) -> Result<Json<DomainListBody>, Problem> {
    let domains = ListDomains { account_id }.execute(&state.app, actor).await?;
    Ok(Json(domains.into()))
}

fn parse_id(raw: &str) -> Result<AccountId, Problem> {
    raw.parse().map_err(|_| Problem::not_found())
}
