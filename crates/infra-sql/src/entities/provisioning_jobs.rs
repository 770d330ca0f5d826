use sea_orm::entity::prelude::*;
use tenantry_app::ports::{ClaimedJob, StorageError};
use tenantry_domain::{ProvisioningJobId, UserId};

use crate::error::StoredRow;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provisioning_jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub attempts: i32,
    pub due_at: DateTimeUtc,
    pub lease: i64,
    pub leased_until: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn into_claimed(self) -> Result<ClaimedJob, StorageError> {
        Ok(ClaimedJob {
            id: ProvisioningJobId::new(self.id),
            user_id: UserId::new(self.user_id),
            attempt: StoredRow::new("provisioning_jobs", self.id).read("attempts", self.attempts.try_into())?,
            lease: self.lease,
        })
    }
}
