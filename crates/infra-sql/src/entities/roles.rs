use jiff::Timestamp;
use sea_orm::{ActiveValue::NotSet, FromQueryResult, IntoActiveModel, entity::prelude::*};
use tenantry_app::ports::StorageError;
use tenantry_domain::{
    AccountId, Line, RoleId,
    permission::{Cell, CustomRole, PermissionMatrix, RoleDefinition},
};

use crate::{error::StoredRow, times};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub name: String,
    pub name_key: String,
    pub description: Option<String>,
    pub cells: String,
    pub edits_own_profile: bool,
    pub administers: bool,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The row of a new role.
    pub fn new(role: &CustomRole, created_at: Timestamp) -> Self {
        let RoleDefinition { name, description, edits_own_profile, .. } = &role.definition;
        let cells: Vec<String> = role.definition.matrix().cells().map(|cell| cell.to_string()).collect();
        Self {
            id: role.id.uuid(),
            owner_id: role.owner.uuid(),
            name: name.to_string(),
            name_key: name.as_str().to_lowercase(),
            description: description.as_ref().map(ToString::to_string),
            cells: cells.join(" "),
            edits_own_profile: *edits_own_profile,
            administers: role.definition.matrix().administers_anchor(),
            version: role.version,
            created_at: times::to_column(created_at),
            updated_at: times::to_column(created_at),
        }
    }

    /// The columns that a new definition replaces.
    pub fn replacement(role: &CustomRole, updated_at: Timestamp) -> ActiveModel {
        let row = Self { version: role.version + 1, ..Self::new(role, updated_at) };
        ActiveModel { id: NotSet, owner_id: NotSet, created_at: NotSet, ..row.into_active_model().reset_all() }
    }
}

/// What tells a custom role, as it comes along with a grant or by itself: `role_` stands before each name.
#[derive(Debug, FromQueryResult)]
pub struct JoinedRole {
    id: Uuid,
    owner_id: Uuid,
    name: String,
    description: Option<String>,
    cells: String,
    edits_own_profile: bool,
    version: i64,
}

/// The columns of a [`JoinedRole`] with their names, of a table called `r`.
macro_rules! role_columns {
    () => {
        "r.id AS role_id, r.owner_id AS role_owner_id, r.name AS role_name, r.description AS role_description,
        r.cells AS role_cells, r.edits_own_profile AS role_edits_own_profile, r.version AS role_version"
    };
}
pub(crate) use role_columns;

impl JoinedRole {
    /// The columns, and the names they are joined under.
    pub const COLUMNS: [(Column, &str); 7] = [
        (Column::Id, "role_id"),
        (Column::OwnerId, "role_owner_id"),
        (Column::Name, "role_name"),
        (Column::Description, "role_description"),
        (Column::Cells, "role_cells"),
        (Column::EditsOwnProfile, "role_edits_own_profile"),
        (Column::Version, "role_version"),
    ];

    pub fn into_role(self) -> Result<CustomRole, StorageError> {
        let row = StoredRow::new("roles", self.id);
        let name = row.read("name", Line::parse(&self.name))?;
        let description = row.read("description", Line::parse_optional(self.description.as_deref()))?;
        let matrix = row.found("cells", read_cells(&self.cells))?;
        let definition = RoleDefinition::try_new(name, description, matrix, self.edits_own_profile);
        Ok(CustomRole {
            id: RoleId::new(self.id),
            owner: AccountId::new(self.owner_id),
            version: self.version,
            definition: row.read("cells", definition)?,
        })
    }
}

fn read_cells(stored: &str) -> Option<PermissionMatrix> {
    stored.split_ascii_whitespace().map(Cell::find).collect()
}
