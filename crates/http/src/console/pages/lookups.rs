//! What the script asks while one types. Answers are JSON; without a script nothing of this is needed.

use std::sync::Arc;

use axum::{
    Json,
    extract::{FromRequestParts, Path, State},
    http::request::Parts,
};
use serde::Deserialize;
use tenantry_app::{
    App, UseCaseError,
    passwords::{LookAtLink, PasswordContext},
    users::{CheckLoginName, LoginNameAvailability},
};
use tenantry_domain::{AccountId, contact::Country};

use super::{forms::Query, set_password::token_of, words::region};
use crate::{
    console::views::{Availability, PasswordStrength, RegionRules},
    problem::Problem,
    request::{ApiActor, HttpState, Id, JsonBody, PendingApiActor},
};

/// `GET /console/countries/{code}`
pub async fn country(_: ApiActor, Path(code): Path<String>) -> Result<Json<RegionRules>, Problem> {
    let country = Country::parse(&code).map_err(|_| Problem::not_found())?;
    Ok(Json(region(country)))
}

/// `GET /console/accounts/{account}/users/login-name?local=&domain=`
pub async fn login_name(
    State(app): State<Arc<App>>,
    ApiActor(actor): ApiActor,
    Id(account_id): Id<AccountId>,
    query: Result<Query, super::answers::PageError>,
) -> Result<Json<Availability>, Problem> {
    let query = query.unwrap_or_default();
    let login_name = format!("{}@{}", query.text("local").trim(), query.text("domain").trim());
    let answer = CheckLoginName { login_name: login_name.clone() }.execute(&app, &actor, account_id).await?;
    Ok(Json(match answer {
        LoginNameAvailability::Free => Availability { available: true, message: format!("{login_name} is free") },
        LoginNameAvailability::Taken => {
            let message = format!("{login_name} is taken. Choose another name or another domain.");
            Availability { available: false, message }
        }
        LoginNameAvailability::Invalid(message) => Availability { available: false, message },
    }))
}

/// A password being typed, and what else stands on the form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    password: String,
    #[serde(default)]
    inputs: Vec<String>,
}

/// Whoever may be typing a new password: somebody signed in, or the holder of a link. Scoring costs too much for anybody.
pub struct Typist(PasswordContext);

impl FromRequestParts<HttpState> for Typist {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Problem> {
        let Some(token) = token_of(&parts.headers) else {
            PendingApiActor::from_request_parts(parts, state).await?;
            return Ok(Self(PasswordContext::default()));
        };
        match (LookAtLink { token }).execute(&state.app).await {
            Ok(holder) => Ok(Self(holder.context)),
            Err(UseCaseError::LinkUnusable) => {
                PendingApiActor::from_request_parts(parts, state).await?;
                Ok(Self(PasswordContext::default()))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// More than the form has fields.
const MOST_INPUTS: usize = 20;

/// `POST /console/password-strength`
pub async fn password_strength(
    Typist(known): Typist,
    JsonBody(typed): JsonBody<Typed>,
) -> Result<Json<PasswordStrength>, Problem> {
    let judged = tokio::task::spawn_blocking(move || {
        let inputs = typed.inputs.iter().take(MOST_INPUTS).map(|input| Some(input.as_str()));
        let (of_form, of_link) = (PasswordContext::new(inputs), known);
        let (form, link) = (of_form.strength(&typed.password), of_link.strength(&typed.password));
        if link.score < form.score || (form.acceptable.is_ok() && link.acceptable.is_err()) { link } else { form }
    });
    let strength = judged.await.map_err(|_| UseCaseError::Busy)?;
    let word = match strength.score {
        0 => "Very weak.",
        1 => "Weak.",
        2 => "Fair.",
        3 => "Strong.",
        _ => "Very strong.",
    };
    let message = match strength.acceptable {
        Ok(()) => word.to_owned(),
        Err(problem) => format!("{word} {problem}"),
    };
    Ok(Json(PasswordStrength { score: strength.score, message }))
}
