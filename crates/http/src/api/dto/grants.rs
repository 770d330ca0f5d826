//! What users hold.

use serde::{Deserialize, Serialize};
use tenantry_app::{
    ports::GrantRow,
    users::{Access, GrantInput, SetGrantsInput, UserGrants},
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::time;

/// A role at an account, perhaps for a time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Grant)]
#[serde(rename_all = "camelCase")]
pub struct GrantBody {
    /// The key of a built-in role, or a custom role's id.
    pub role: String,
    /// The role in words.
    pub role_name: String,
    pub anchor_account_id: Uuid,
    pub anchor_account_name: String,
    /// In effect from then on; null for always.
    #[schema(format = DateTime)]
    pub starts_at: Option<String>,
    /// In effect before then; null for ever.
    #[schema(format = DateTime)]
    pub ends_at: Option<String>,
    /// When it was given as it is.
    #[schema(format = DateTime)]
    pub given_at: String,
    /// By whom; null where nobody is known or in view.
    pub given_by: Option<GiverBody>,
}

/// Who gave a grant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Giver)]
#[serde(rename_all = "camelCase")]
pub struct GiverBody {
    pub user_id: Uuid,
    pub display_name: String,
    pub account_name: String,
}

/// All grants of a user, as far as one may see their accounts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Grants)]
#[serde(rename_all = "camelCase")]
pub struct GrantsBody {
    /// The one at the home account first.
    pub items: Vec<GrantBody>,
    /// Always null: they are all here.
    pub next_cursor: Option<String>,
}

/// All grants that a user is to have. Those at accounts outside one's view stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetGrantsRequest {
    /// One of them at the home account, and one at the most at any account.
    #[schema(value_type = Vec<GrantRequest>)]
    grants: Option<Vec<GrantRequest>>,
}

/// A role at an account, perhaps for a time.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GrantRequest {
    /// The key of a built-in role, or a custom role's id.
    #[schema(value_type = String, example = "customer_administrator")]
    role: Option<String>,
    #[schema(value_type = Uuid)]
    anchor_account_id: Option<String>,
    /// From then on; null or left out, from now on.
    #[schema(format = DateTime)]
    starts_at: Option<String>,
    /// Before then; null or left out, for good.
    #[schema(format = DateTime)]
    ends_at: Option<String>,
}

/// What is in effect for a user at an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Access)]
#[serde(rename_all = "camelCase")]
pub struct AccessBody {
    pub account_id: Uuid,
    pub account_name: String,
    /// All grants together: `own` cells hold at the account, `child` cells at every account below it.
    #[schema(example = json!(["own.users.view"]))]
    pub cells: Vec<String>,
}

impl From<GrantRow> for GrantBody {
    fn from(row: GrantRow) -> Self {
        let grant = row.grant;
        Self {
            role: grant.role.key().to_string(),
            role_name: grant.role.label().to_owned(),
            anchor_account_id: grant.anchor.id().uuid(),
            anchor_account_name: row.anchor_name,
            starts_at: grant.starts_at.map(time),
            ends_at: grant.ends_at.map(time),
            given_at: time(row.given_at),
            given_by: row.given_by.map(|giver| GiverBody {
                user_id: giver.user_id.uuid(),
                display_name: giver.display_name,
                account_name: giver.home_name,
            }),
        }
    }
}

impl From<UserGrants> for GrantsBody {
    fn from(grants: UserGrants) -> Self {
        Self { items: grants.grants.into_iter().map(Into::into).collect(), next_cursor: None }
    }
}

impl From<Access> for AccessBody {
    fn from(access: Access) -> Self {
        let account = &access.account.account;
        Self {
            account_id: account.id().uuid(),
            account_name: account.name.to_string(),
            cells: access.effective.cells().map(|cell| cell.to_string()).collect(),
        }
    }
}

impl From<SetGrantsRequest> for SetGrantsInput {
    fn from(request: SetGrantsRequest) -> Self {
        let grant = |grant: GrantRequest| GrantInput {
            role: grant.role,
            anchor_account_id: grant.anchor_account_id,
            starts_at: grant.starts_at,
            ends_at: grant.ends_at,
        };
        Self { grants: request.grants.unwrap_or_default().into_iter().map(grant).collect() }
    }
}
