use jiff::Timestamp;
use sea_orm::{Condition, FromQueryResult, QueryResult, entity::prelude::*};
use tenantry_app::ports::StorageError;
use tenantry_domain::{
    RoleId, UserId,
    account::AccountPath,
    permission::{BuiltInRole, Grant, Role, RoleKey},
};

use super::roles::JoinedRole;
use crate::{
    error::{StoredRow, storage_error},
    times,
};

/// What stands in place of a built-in role's key where `role_id` says which role it is.
const CUSTOM: &str = "custom";

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub anchor_id: Uuid,
    pub role: String,
    pub starts_at: Option<DateTimeUtc>,
    pub ends_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub role_id: Option<Uuid>,
    pub given_by: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn new(user_id: UserId, grant: &Grant, given_by: Option<UserId>, given_at: Timestamp) -> Self {
        let (role, role_id) = role_columns(grant.role.key());
        Self {
            user_id: user_id.uuid(),
            anchor_id: grant.anchor.id().uuid(),
            role: role.to_owned(),
            starts_at: grant.starts_at.map(times::to_column),
            ends_at: grant.ends_at.map(times::to_column),
            created_at: times::to_column(given_at),
            role_id: role_id.map(RoleId::uuid),
            given_by: given_by.map(UserId::uuid),
        }
    }

    /// Whether it gives the same, whoever gave it.
    pub fn gives_the_same(&self, other: &Self) -> bool {
        let shape = |row: &Self| (row.anchor_id, row.role_id, row.starts_at, row.ends_at);
        shape(self) == shape(other) && self.role == other.role
    }
}

/// Whether a grant is one of this role: out of one index, either way.
pub fn gives(role: RoleKey) -> Condition {
    let (role, role_id) = role_columns(role);
    Condition::all()
        .add(role_id.map_or_else(|| Column::RoleId.is_null(), |role_id| Column::RoleId.eq(role_id.uuid())))
        .add(Column::Role.eq(role))
}

/// What `role` and `role_id` hold for a role.
const fn role_columns(role: RoleKey) -> (&'static str, Option<RoleId>) {
    match role {
        RoleKey::BuiltIn(role) => (role.key(), None),
        RoleKey::Custom(role_id) => (CUSTOM, Some(role_id)),
    }
}

/// A grant as it comes along with its user: `LEFT JOIN`ed under these names, with the anchor's path and the custom role.
#[derive(Debug, FromQueryResult)]
pub struct JoinedGrant {
    pub grant_role: Option<String>,
    pub grant_starts_at: Option<DateTimeUtc>,
    pub grant_ends_at: Option<DateTimeUtc>,
    pub anchor_path: Option<Vec<u8>>,
    #[sea_orm(nested(prefix = "role_"))]
    pub custom_role: Option<JoinedRole>,
}

impl JoinedGrant {
    pub fn into_grant(self, user_id: Uuid) -> Result<Option<Grant>, StorageError> {
        let (Some(role), Some(path)) = (self.grant_role, self.anchor_path) else { return Ok(None) };
        Ok(Some(Grant {
            role: read_role(&role, self.custom_role, user_id)?,
            anchor: StoredRow::new("accounts", user_id).read("path", AccountPath::from_bytes(&path))?,
            starts_at: self.grant_starts_at.map(times::from_column),
            ends_at: self.grant_ends_at.map(times::from_column),
        }))
    }
}

/// The role of a user's grant, from its column and the custom role joined.
pub fn read_role(stored: &str, custom: Option<JoinedRole>, user_id: Uuid) -> Result<Role, StorageError> {
    let row = StoredRow::new("grants", user_id);
    if stored == CUSTOM {
        row.found("role_id", custom)?.into_role().map(Role::from)
    } else {
        row.read("role", BuiltInRole::parse(stored)).map(Role::from)
    }
}

/// A user's grants, of one row each: the base grant, the one at home, first; the others from the root down.
pub fn read_joined(rows: &[QueryResult], user_id: Uuid, home: &AccountPath) -> Result<Vec<Grant>, StorageError> {
    let mut grants = Vec::with_capacity(rows.len());
    for row in rows {
        grants.extend(JoinedGrant::from_query_result(row, "").map_err(storage_error)?.into_grant(user_id)?);
    }
    grants.sort_by_cached_key(|grant| (grant.anchor.id() != home.id(), grant.anchor.to_bytes()));
    Ok(grants)
}
