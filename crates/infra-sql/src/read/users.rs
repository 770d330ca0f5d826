use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, QueryTrait,
    prelude::{DateTimeUtc, Uuid},
    sea_query::{Expr, SelectStatement},
};
use tenantry_app::ports::{MailRow, PasswordLink, StorageError, UserDetails, UserRecord};
use tenantry_domain::{UserId, account::AccountPath, permission::Grant, user::ProvisioningState};

use crate::{
    entities::{
        accounts, credentials,
        grants::{self, JoinedGrant},
        mail_outbox, password_links, reserved_login_names,
        roles::{self, JoinedRole},
        users,
    },
    error::{StoredRow, storage_error},
    times,
};

/// What comes along with a user's own columns.
#[derive(Debug, FromQueryResult)]
struct Joined {
    home_path: Vec<u8>,
    home_name: String,
    must_change: Option<bool>,
    password_set_at: Option<DateTimeUtc>,
}

/// The one user for which `condition` is true, all but the newest link, unless the home account was removed.
pub(crate) async fn find<C: ConnectionTrait>(conn: &C, condition: Expr) -> Result<Option<UserDetails>, StorageError> {
    let is_live = Expr::col(("home", accounts::Column::RemovedAt)).is_null();
    Ok(list(conn, condition.and(is_live)).await?.pop())
}

/// All users for which `condition` is true, those of removed accounts included, by id, without their newest links.
pub(crate) async fn list<C: ConnectionTrait>(conn: &C, condition: Expr) -> Result<Vec<UserDetails>, StorageError> {
    let rows = conn.query_all(&with_grants(condition)).await.map_err(storage_error)?;
    let mut users = Vec::new();
    let mut rows = rows.iter().peekable();
    while let Some(first) = rows.next() {
        let user = users::Model::from_query_result(first, "").map_err(storage_error)?;
        let mut grants: Vec<Grant> = read_grant(first, user.id)?.into_iter().collect();
        while let Some(same) = rows.next_if(|row| row.try_get("", "id").is_ok_and(|id: Uuid| id == user.id)) {
            grants.extend(read_grant(same, user.id)?);
        }
        let joined = Joined::from_query_result(first, "").map_err(storage_error)?;
        users.push(joined.into_details(user, grants)?);
    }
    Ok(users)
}

impl Joined {
    fn into_details(self, user: users::Model, mut grants: Vec<Grant>) -> Result<UserDetails, StorageError> {
        let row = StoredRow::new("users", user.id);
        let home =
            StoredRow::new("accounts", user.account_id).read("path", AccountPath::from_bytes(&self.home_path))?;
        grants::sort(&mut grants, &home);
        Ok(UserDetails {
            account_name: self.home_name,
            provisioning: row.read("provisioning_state", ProvisioningState::parse(&user.provisioning_state))?,
            provisioning_error: user.provisioning_error.clone(),
            has_password: self.must_change.is_some(),
            must_change_password: self.must_change.unwrap_or(false),
            password_set_at: self.password_set_at.map(times::from_column),
            newest_link: None,
            last_sign_in_at: user.last_sign_in_at.map(times::from_column),
            created_at: times::from_column(user.created_at),
            updated_at: times::from_column(user.updated_at),
            record: UserRecord { version: user.version, home, grants, user: user.into_user()? },
        })
    }
}

/// Users with home account and credential, one row a grant, by id.
fn with_grants(condition: Expr) -> SelectStatement {
    let user = |column| (users::Entity, column);
    let mut query = users::Entity::find().filter(condition).order_by_asc(users::Column::Id).into_query();
    query
        .join_as(
            JoinType::InnerJoin,
            accounts::Entity,
            "home",
            Expr::col(("home", accounts::Column::Id)).equals(user(users::Column::AccountId)),
        )
        .left_join(
            credentials::Entity,
            Expr::col((credentials::Entity, credentials::Column::UserId)).equals(user(users::Column::Id)),
        )
        .left_join(grants::Entity, Expr::col((grants::Entity, grants::Column::UserId)).equals(user(users::Column::Id)))
        .join_as(
            JoinType::LeftJoin,
            accounts::Entity,
            "anchor",
            Expr::col(("anchor", accounts::Column::Id)).equals((grants::Entity, grants::Column::AnchorId)),
        )
        .left_join(
            roles::Entity,
            Expr::col((roles::Entity, roles::Column::Id)).equals((grants::Entity, grants::Column::RoleId)),
        )
        .expr_as(Expr::col(("home", accounts::Column::Path)), "home_path")
        .expr_as(Expr::col(("home", accounts::Column::Name)), "home_name")
        .expr_as(Expr::col((credentials::Entity, credentials::Column::MustChange)), "must_change")
        .expr_as(Expr::col((credentials::Entity, credentials::Column::SetAt)), "password_set_at")
        .expr_as(Expr::col((grants::Entity, grants::Column::Role)), "grant_role")
        .expr_as(Expr::col((grants::Entity, grants::Column::StartsAt)), "grant_starts_at")
        .expr_as(Expr::col((grants::Entity, grants::Column::EndsAt)), "grant_ends_at")
        .expr_as(Expr::col(("anchor", accounts::Column::Path)), "anchor_path");
    for (column, name) in JoinedRole::COLUMNS {
        query.expr_as(Expr::col((roles::Entity, column)), name);
    }
    query
}

fn read_grant(row: &QueryResult, user_id: Uuid) -> Result<Option<Grant>, StorageError> {
    JoinedGrant::from_query_result(row, "").map_err(storage_error)?.into_grant(user_id)
}

pub(crate) async fn is_login_key_reserved<C: ConnectionTrait>(conn: &C, login_key: &str) -> Result<bool, StorageError> {
    let found = reserved_login_names::Entity::find_by_id(login_key).one(conn).await.map_err(storage_error)?;
    Ok(found.is_some())
}

pub(crate) async fn newest_link<C: ConnectionTrait>(
    conn: &C,
    user_id: UserId,
) -> Result<Option<PasswordLink>, StorageError> {
    let newest = password_links::Entity::find()
        .filter(password_links::Column::UserId.eq(user_id.uuid()))
        .order_by_desc(password_links::Column::RequestedAt)
        .order_by_desc(password_links::Column::Id)
        .one(conn)
        .await
        .map_err(storage_error)?;
    newest.map(password_links::Model::into_link).transpose()
}

pub(super) async fn list_mails<C: ConnectionTrait>(
    conn: &C,
    user_id: UserId,
    limit: u32,
) -> Result<Vec<MailRow>, StorageError> {
    let mails = mail_outbox::Entity::find()
        .filter(mail_outbox::Column::UserId.eq(user_id.uuid()))
        .order_by_desc(mail_outbox::Column::CreatedAt)
        .order_by_desc(mail_outbox::Column::Id)
        .limit(u64::from(limit))
        .all(conn)
        .await
        .map_err(storage_error)?;
    mails.into_iter().map(mail_outbox::Model::into_row).collect()
}
