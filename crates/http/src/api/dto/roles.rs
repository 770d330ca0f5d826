//! Roles.

use serde::{Deserialize, Serialize};
use tenantry_app::{
    ports::{HolderRow, RoleRow},
    roles::{RoleInput, RoleOffer, RolePage},
};
use tenantry_domain::permission::{PermissionMatrix, Role};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Patch, time};

/// A role.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Role)]
#[serde(rename_all = "camelCase")]
pub struct RoleBody {
    /// The key of a built-in role, or a custom role's id: what `role` is elsewhere.
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    /// Whether it is one of the six that never change.
    pub built_in: bool,
    /// Scope, resource and action: `own.users.view`.
    #[schema(example = json!(["own.users.view"]))]
    pub cells: Vec<String>,
    pub edits_own_profile: bool,
    /// The account that defined it; null for a built-in role.
    pub account_id: Option<Uuid>,
    pub account_name: Option<String>,
    /// Rises with every change; the entity tag is this in quotes. Null for a built-in role.
    pub version: Option<i64>,
    #[schema(format = DateTime)]
    pub created_at: Option<String>,
    #[schema(format = DateTime)]
    pub updated_at: Option<String>,
}

/// A role in the list of an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoleOffer)]
#[serde(rename_all = "camelCase")]
pub struct RoleOfferBody {
    #[serde(flatten)]
    pub role: RoleBody,
    /// The cells that keep one from giving it at this account: those one does not hold there.
    pub missing: Vec<String>,
}

/// A role and who has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoleDetails)]
#[serde(rename_all = "camelCase")]
pub struct RoleDetailsBody {
    #[serde(flatten)]
    pub role: RoleBody,
    /// Who has it, of the people one may view; at most 100.
    pub holders: Vec<HolderBody>,
    /// Whether there are more.
    pub more_holders: bool,
    /// The cells one does not hold at the role's account.
    pub missing: Vec<String>,
    /// Whether one may change it, as far as the role itself goes.
    pub may_edit: bool,
}

/// Somebody who has a role.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoleHolder)]
#[serde(rename_all = "camelCase")]
pub struct HolderBody {
    pub user_id: Uuid,
    pub display_name: String,
    pub login_name: String,
    pub anchor_account_id: Uuid,
    pub anchor_account_name: String,
    #[schema(format = DateTime)]
    pub starts_at: Option<String>,
    #[schema(format = DateTime)]
    pub ends_at: Option<String>,
}

/// A new role.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DefineRoleRequest {
    /// At most 100 characters, unique in the account.
    #[schema(value_type = String, example = "Helpdesk")]
    name: Option<String>,
    /// At most 500 characters.
    description: Option<String>,
    /// Scope, resource and action. `add`, `edit` and `remove` need `view` of the same in the same scope.
    #[schema(value_type = Vec<String>, example = json!(["own.users.view", "own.users.edit"]))]
    cells: Option<Vec<String>>,
    /// Left out: true.
    edits_own_profile: Option<bool>,
}

/// Changes to a role. What is left out stays as it is; null clears the description.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EditRoleRequest {
    #[serde(default)]
    #[schema(value_type = String)]
    name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    description: Patch<String>,
    /// All cells.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    cells: Patch<Vec<String>>,
    edits_own_profile: Option<bool>,
}

impl From<DefineRoleRequest> for RoleInput {
    fn from(request: DefineRoleRequest) -> Self {
        Self {
            name: request.name,
            description: Some(request.description),
            cells: request.cells,
            edits_own_profile: request.edits_own_profile,
        }
    }
}

impl From<EditRoleRequest> for RoleInput {
    fn from(request: EditRoleRequest) -> Self {
        Self {
            name: request.name.required(),
            description: request.description.clearable(),
            cells: request.cells.required(),
            edits_own_profile: request.edits_own_profile,
        }
    }
}

/// Names of cells, as `own.users.view`.
pub fn cells(matrix: PermissionMatrix) -> Vec<String> {
    matrix.cells().map(|cell| cell.to_string()).collect()
}

impl RoleBody {
    pub fn new(role: &Role, row: Option<&RoleRow>) -> Self {
        Self {
            id: role.key().to_string(),
            name: role.label().to_owned(),
            description: Some(role.description().to_owned()).filter(|text| !text.is_empty()),
            built_in: row.is_none(),
            cells: cells(role.matrix()),
            edits_own_profile: role.edits_own_profile(),
            account_id: row.map(|row| row.role.owner.uuid()),
            account_name: row.map(|row| row.owner_name.clone()),
            version: row.map(|row| row.role.version),
            created_at: row.map(|row| time(row.created_at)),
            updated_at: row.map(|row| time(row.updated_at)),
        }
    }
}

impl From<RoleRow> for RoleBody {
    fn from(row: RoleRow) -> Self {
        Self::new(&Role::from(row.role.clone()), Some(&row))
    }
}

impl From<RoleOffer> for RoleOfferBody {
    fn from(offer: RoleOffer) -> Self {
        Self { role: RoleBody::new(&offer.role, offer.custom.as_ref()), missing: offer.missing }
    }
}

impl From<RolePage> for RoleDetailsBody {
    fn from(page: RolePage) -> Self {
        Self {
            role: RoleBody::new(&page.role, page.custom.as_ref()),
            holders: page.holders.into_iter().map(Into::into).collect(),
            more_holders: page.more_holders,
            missing: page.missing,
            may_edit: page.may_edit,
        }
    }
}

impl From<HolderRow> for HolderBody {
    fn from(holder: HolderRow) -> Self {
        Self {
            user_id: holder.user_id.uuid(),
            display_name: holder.display_name,
            login_name: holder.login_name,
            anchor_account_id: holder.anchor.id().uuid(),
            anchor_account_name: holder.anchor_name,
            starts_at: holder.starts_at.map(time),
            ends_at: holder.ends_at.map(time),
        }
    }
}
