//! Asking what somebody may do, and why.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use tenantry_app::permissions::{DecisionExplained, ExplainDecisionInput, Explanation};
use tenantry_domain::permission::BuiltInRole;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    problem::Problem,
    request::{ApiActor, HttpState, JsonBody},
};

/// May this person do that there?
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DecisionRequest {
    /// Left out or null: oneself.
    #[schema(value_type = Option<Uuid>)]
    user_id: Option<String>,
    #[schema(value_type = Uuid)]
    account_id: Option<String>,
    #[schema(value_type = String, example = "users")]
    resource: Option<String>,
    /// `view`, `add`, `edit` or `remove`.
    #[schema(value_type = String, example = "add")]
    action: Option<String>,
}

/// Yes or no, and why.
#[derive(Serialize, ToSchema)]
#[schema(as = Decision)]
pub struct DecisionBody {
    allowed: bool,
    explanation: ExplanationBody,
}

/// Why.
#[derive(Serialize, ToSchema)]
#[schema(as = Explanation)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum ExplanationBody {
    /// This grant and cell allow it.
    Granted {
        /// The role's key.
        role: &'static str,
        anchor_account_id: Uuid,
        /// As `child.users.add`.
        cell: String,
    },
    /// The person, the home account or one above it is not active.
    NotActive,
    /// No grant in effect gives it.
    NotHeld {
        /// The smallest change that would allow it.
        remedy: RemedyBody,
    },
}

/// What would allow it: one of these roles at this account, given by one of these people.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Remedy)]
pub struct RemedyBody {
    /// The cell that is missing, as `own.users.add`.
    cell: String,
    /// Where a role with it would have to be given.
    anchor_account_id: Uuid,
    /// Keys of the roles that hold it, the smallest first.
    roles: Vec<&'static str>,
    /// Names of people who could give one of them, as far as one may view them.
    grantors: Vec<String>,
}

/// Ask whether somebody may do something, and why
#[utoipa::path(post, path = "/decisions", tag = "permissions", operation_id = "explainDecision",
    request_body = DecisionRequest,
    responses((status = 200, description = "The decision", body = DecisionBody),
        (status = 404, description = "The account or the person is not in view")))]
pub async fn explain(
    State(state): State<HttpState>,
    ApiActor(actor): ApiActor,
    JsonBody(body): JsonBody<DecisionRequest>,
) -> Result<Json<DecisionBody>, Problem> {
    let DecisionRequest { user_id, account_id, resource, action } = body;
    let command = ExplainDecisionInput { user_id, account_id, resource, action }.parse()?;
    Ok(Json(command.execute(&state.app, &actor).await?.into()))
}

impl From<DecisionExplained> for DecisionBody {
    fn from(decision: DecisionExplained) -> Self {
        let explanation = match decision.explanation {
            Explanation::Granted { role, anchor_account_id, cell } => {
                ExplanationBody::Granted { role: role.key(), anchor_account_id: anchor_account_id.uuid(), cell }
            }
            Explanation::NotActive => ExplanationBody::NotActive,
            Explanation::NotHeld { remedy } => ExplanationBody::NotHeld {
                remedy: RemedyBody {
                    cell: remedy.cell,
                    anchor_account_id: remedy.anchor_account_id.uuid(),
                    roles: remedy.roles.into_iter().map(BuiltInRole::key).collect(),
                    grantors: remedy.grantors,
                },
            },
        };
        Self { allowed: decision.allowed, explanation }
    }
}
