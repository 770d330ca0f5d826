use sea_orm::entity::prelude::*;
use tenantry_app::ports::{Credential, HashedPassword, PasswordOrigin, StorageError};
use tenantry_domain::UserId;

use crate::{error::StoredRow, times};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credentials")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub hash: String,
    pub origin: String,
    pub must_change: bool,
    pub set_at: DateTimeUtc,
    pub expires_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

const OWN: &str = "own";
const ADMINISTRATOR: &str = "administrator";

impl Model {
    pub fn new(user_id: UserId, credential: &Credential) -> Self {
        let origin = match credential.origin {
            PasswordOrigin::Own => OWN,
            PasswordOrigin::Administrator => ADMINISTRATOR,
        };
        Self {
            user_id: user_id.uuid(),
            hash: credential.hash.0.clone(),
            origin: origin.to_owned(),
            must_change: credential.must_change,
            set_at: times::to_column(credential.set_at),
            expires_at: credential.expires_at.map(times::to_column),
        }
    }

    pub fn into_credential(self) -> Result<Credential, StorageError> {
        let origin = match self.origin.as_str() {
            OWN => PasswordOrigin::Own,
            ADMINISTRATOR => PasswordOrigin::Administrator,
            _ => return Err(StoredRow::new("credentials", self.user_id).corrupt("origin")),
        };
        Ok(Credential {
            hash: HashedPassword(self.hash),
            origin,
            must_change: self.must_change,
            set_at: times::from_column(self.set_at),
            expires_at: self.expires_at.map(times::from_column),
        })
    }
}
