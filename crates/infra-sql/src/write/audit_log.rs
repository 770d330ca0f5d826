use async_trait::async_trait;
use sea_orm::{EntityTrait, IntoActiveModel};
use tenantry_app::ports::{AuditEntry, AuditLog, StorageError};

use crate::{entities::audit_entries, unit_of_work::SqlUnitOfWork};

#[async_trait]
impl AuditLog for SqlUnitOfWork {
    async fn append(&self, entry: &AuditEntry) -> Result<(), StorageError> {
        let row = audit_entries::Model::new(entry, &*self.audit_key).into_active_model();
        self.insert_later(audit_entries::Entity::insert(row));
        Ok(())
    }
}
