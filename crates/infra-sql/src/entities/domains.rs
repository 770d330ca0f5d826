use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "domains")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub account_id: Uuid,
    pub is_primary: bool,
    pub created_at: DateTimeUtc,
    pub verified_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
