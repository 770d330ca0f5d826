use jiff::Timestamp;
use sea_orm::{FromQueryResult, entity::prelude::*};
use tenantry_app::ports::StorageError;
use tenantry_domain::{
    UserId,
    account::AccountPath,
    permission::{BuiltInRole, Grant},
};

use crate::{error::StoredRow, times};

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
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn new(user_id: UserId, grant: &Grant, created_at: Timestamp) -> Self {
        Self {
            user_id: user_id.uuid(),
            anchor_id: grant.anchor.id().uuid(),
            role: grant.role.key().to_owned(),
            starts_at: grant.starts_at.map(times::to_column),
            ends_at: grant.ends_at.map(times::to_column),
            created_at: times::to_column(created_at),
        }
    }
}

/// A grant as it comes along with its user: `LEFT JOIN`ed under these names, with the anchor's path.
#[derive(Debug, Default, FromQueryResult)]
pub struct JoinedGrant {
    pub grant_role: Option<String>,
    pub grant_starts_at: Option<DateTimeUtc>,
    pub grant_ends_at: Option<DateTimeUtc>,
    pub anchor_path: Option<Vec<u8>>,
}

impl JoinedGrant {
    pub fn into_grant(self, user_id: Uuid) -> Result<Option<Grant>, StorageError> {
        let (Some(role), Some(path)) = (self.grant_role, self.anchor_path) else { return Ok(None) };
        Ok(Some(Grant {
            role: StoredRow::new("grants", user_id).read("role", BuiltInRole::parse(&role))?,
            anchor: StoredRow::new("accounts", user_id).read("path", AccountPath::from_bytes(&path))?,
            starts_at: self.grant_starts_at.map(times::from_column),
            ends_at: self.grant_ends_at.map(times::from_column),
        }))
    }
}

/// The base grant, the one at home, first; the others from the root down.
pub fn sort(grants: &mut [Grant], home: &AccountPath) {
    grants.sort_by_cached_key(|grant| (grant.anchor.id() != home.id(), grant.anchor.to_bytes()));
}
