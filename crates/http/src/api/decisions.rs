//! Asking what somebody may do, and why.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use tenantry_app::permissions::{
    DecisionExplained, ExplainDecisionInput, Explanation, GrantExplained, Grantor, NamedAccount, Remedy,
};
use tenantry_domain::permission::Standing;
use utoipa::ToSchema;
use uuid::Uuid;

use super::dto::{AccountNameBody, time};
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

/// Why. What one may not view is left out.
#[derive(Serialize, ToSchema)]
#[schema(as = Explanation)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum ExplanationBody {
    /// This grant and cell allow it.
    Granted {
        /// The key of a built-in role, or a custom role's id; null, as all about the grant, where its anchor is not in view.
        role: Option<String>,
        role_name: Option<String>,
        anchor_account_id: Option<Uuid>,
        anchor_account_name: Option<String>,
        /// Until when.
        #[schema(format = DateTime)]
        ends_at: Option<String>,
        /// As `child.users.add`.
        cell: String,
    },
    /// The person, the home account or one above it is not active.
    NotActive {
        /// `user-suspended`, `user-removed` or `account-suspended`.
        reason: &'static str,
        /// People who could activate or restore the person, as far as one may view them.
        activators: Vec<PersonBody>,
        /// What would be missing even then; null if nothing.
        remedy: Option<RemedyBody>,
    },
    /// No grant in effect gives it.
    NotHeld {
        /// The smallest change that would allow it.
        remedy: RemedyBody,
    },
}

/// What would allow it: one more grant.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Remedy)]
pub struct RemedyBody {
    /// The cell that is missing, as `own.users.add`.
    cell: String,
    /// The cells of the smallest role that has it.
    smallest_role: Vec<String>,
    /// Where a role with it would have to be given.
    anchor_account_id: Uuid,
    anchor_account_name: String,
    /// The roles that hold it, of those one may view, the smallest first: keys of built-in ones, ids of custom ones.
    roles: Vec<String>,
    /// Names of people who could give one of them, as far as one may view them.
    grantors: Vec<PersonBody>,
    /// Accounts whose holders of Full Access could, whether or not there are any.
    full_access_at: Vec<AccountNameBody>,
}

/// A person with a name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PersonName)]
pub struct PersonBody {
    user_id: Uuid,
    display_name: String,
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
        Self { allowed: decision.allowed, explanation: decision.explanation.into() }
    }
}

impl From<Explanation> for ExplanationBody {
    fn from(explanation: Explanation) -> Self {
        match explanation {
            Explanation::Granted { cell, grant } => Self::granted(cell, grant),
            Explanation::NotActive { standing, activators, remedy } => Self::NotActive {
                reason: reason(standing),
                activators: activators.into_iter().map(Into::into).collect(),
                remedy: remedy.map(Into::into),
            },
            Explanation::NotHeld { remedy } => Self::NotHeld { remedy: remedy.into() },
        }
    }
}

impl ExplanationBody {
    fn granted(cell: String, grant: Option<GrantExplained>) -> Self {
        Self::Granted {
            cell,
            role: grant.as_ref().map(|grant| grant.role.key().to_string()),
            role_name: grant.as_ref().map(|grant| grant.role.label().to_owned()),
            anchor_account_id: grant.as_ref().map(|grant| grant.anchor.id.uuid()),
            anchor_account_name: grant.as_ref().map(|grant| grant.anchor.name.clone()),
            ends_at: grant.and_then(|grant| grant.ends_at).map(time),
        }
    }
}

const fn reason(standing: Standing) -> &'static str {
    match standing {
        Standing::Active | Standing::Suspended => "user-suspended",
        Standing::Removed => "user-removed",
        Standing::AccountSuspended => "account-suspended",
    }
}

impl From<Remedy> for RemedyBody {
    fn from(remedy: Remedy) -> Self {
        let account = |account: NamedAccount| AccountNameBody { id: account.id.uuid(), name: account.name };
        Self {
            cell: remedy.cell,
            smallest_role: remedy.smallest_role,
            anchor_account_id: remedy.anchor.id.uuid(),
            anchor_account_name: remedy.anchor.name,
            roles: remedy.roles.iter().map(|role| role.key().to_string()).collect(),
            grantors: remedy.grantors.into_iter().map(Into::into).collect(),
            full_access_at: remedy.full_access_at.into_iter().map(account).collect(),
        }
    }
}

impl From<Grantor> for PersonBody {
    fn from(grantor: Grantor) -> Self {
        Self { user_id: grantor.user_id.uuid(), display_name: grantor.display_name }
    }
}
