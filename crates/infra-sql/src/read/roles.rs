//! Custom roles, and the grants of a user. Written out, as nothing in these statements changes.

use sea_orm::{
    ConnectionTrait, FromQueryResult,
    prelude::{DateTimeUtc, Uuid},
};
use tenantry_app::ports::{Giver, GrantRow, RoleRow, StorageError};
use tenantry_domain::{
    AccountId, RoleId, UserId,
    account::AccountPath,
    permission::{CustomRole, Grant},
};

use super::{padded, placeholders, query};
use crate::{
    entities::{
        grants::JoinedGrant,
        roles::{JoinedRole, role_columns},
    },
    error::{StoredRow, storage_error},
    times,
};

macro_rules! roles {
    ($which:expr) => {
        concat!(
            "SELECT owner.name AS owner_name, r.created_at, r.updated_at, ",
            role_columns!(),
            " FROM roles r JOIN accounts owner ON owner.id = r.owner_id WHERE ",
            $which,
        )
    };
}

pub(super) const BY_ID: &str = roles!("r.id = $1");
/// `{ids}` stands for a list.
pub(super) const BY_OWNERS: &str = roles!("r.owner_id IN ({ids}) ORDER BY r.name_key, r.id");

/// The base grant, the one at home, first; the others from the root down.
pub(super) const GRANTS: &str = concat!(
    "SELECT g.role AS grant_role, g.starts_at AS grant_starts_at, g.ends_at AS grant_ends_at, anchor.path AS anchor_path,
        anchor.name AS anchor_name, g.created_at AS given_at, giver.id AS giver_id, giver.display_name AS giver_display_name,
        giver_home.path AS giver_home_path, giver_home.name AS giver_home_name, ",
    role_columns!(),
    " FROM grants g
    JOIN users u ON u.id = g.user_id
    JOIN accounts anchor ON anchor.id = g.anchor_id
    LEFT JOIN roles r ON r.id = g.role_id
    LEFT JOIN users giver ON giver.id = g.given_by
    LEFT JOIN accounts giver_home ON giver_home.id = giver.account_id
    WHERE g.user_id = $1
    ORDER BY g.anchor_id <> u.account_id, anchor.path",
);

#[derive(Debug, FromQueryResult)]
struct ShownRole {
    #[sea_orm(nested(prefix = "role_"))]
    role: JoinedRole,
    owner_name: String,
    created_at: DateTimeUtc,
    updated_at: DateTimeUtc,
}

#[derive(Debug, FromQueryResult)]
struct ShownGrant {
    #[sea_orm(nested)]
    grant: JoinedGrant,
    anchor_name: String,
    given_at: DateTimeUtc,
    #[sea_orm(nested(prefix = "giver_"))]
    giver: Option<JoinedGiver>,
}

#[derive(Debug, FromQueryResult)]
struct JoinedGiver {
    id: Uuid,
    display_name: String,
    home_path: Vec<u8>,
    home_name: String,
}

/// The role alone.
pub(crate) async fn find<C: ConnectionTrait>(conn: &C, role_id: RoleId) -> Result<Option<CustomRole>, StorageError> {
    Ok(find_row(conn, role_id).await?.map(|row| row.role))
}

pub(super) async fn find_row<C: ConnectionTrait>(conn: &C, role_id: RoleId) -> Result<Option<RoleRow>, StorageError> {
    let rows = query(conn, BY_ID, [role_id.uuid().into()]).await?;
    rows.first().map(read_role).transpose()
}

pub(super) async fn list<C: ConnectionTrait>(conn: &C, owners: &[AccountId]) -> Result<Vec<RoleRow>, StorageError> {
    if owners.is_empty() {
        return Ok(Vec::new());
    }
    let ids = padded(owners.iter().map(|owner| owner.uuid()));
    let sql = BY_OWNERS.replace("{ids}", &placeholders(1, ids.len()));
    let rows = query(conn, &sql, ids.into_iter().map(Into::into)).await?;
    let mut roles = rows.iter().map(read_role).collect::<Result<Vec<_>, _>>()?;
    // Those of one account stay in the order they came in.
    roles.sort_by_key(|row| owners.iter().position(|owner| *owner == row.role.owner));
    Ok(roles)
}

fn read_role(row: &sea_orm::QueryResult) -> Result<RoleRow, StorageError> {
    let shown = ShownRole::from_query_result(row, "").map_err(storage_error)?;
    Ok(RoleRow {
        role: shown.role.into_role()?,
        owner_name: shown.owner_name,
        created_at: times::from_column(shown.created_at),
        updated_at: times::from_column(shown.updated_at),
    })
}

pub(super) async fn list_grants<C: ConnectionTrait>(conn: &C, user_id: UserId) -> Result<Vec<GrantRow>, StorageError> {
    let mut grants = Vec::new();
    for row in query(conn, GRANTS, [user_id.uuid().into()]).await? {
        let ShownGrant { grant, anchor_name, given_at, giver } =
            ShownGrant::from_query_result(&row, "").map_err(storage_error)?;
        let Some(grant): Option<Grant> = grant.into_grant(user_id.uuid())? else { continue };
        let given_by = giver.map(JoinedGiver::into_giver).transpose()?;
        grants.push(GrantRow { grant, anchor_name, given_at: times::from_column(given_at), given_by });
    }
    Ok(grants)
}

impl JoinedGiver {
    fn into_giver(self) -> Result<Giver, StorageError> {
        let home = AccountPath::from_bytes(&self.home_path);
        Ok(Giver {
            user_id: UserId::new(self.id),
            display_name: self.display_name,
            home: StoredRow::new("accounts", self.id).read("path", home)?,
            home_name: self.home_name,
        })
    }
}
