use std::sync::LazyLock;

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, FromQueryResult, IdenStatic as _, Iterable as _,
    JoinType, QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait,
    prelude::{DateTimeUtc, Uuid},
    sea_query::{Expr, SelectStatement},
};
use tenantry_app::ports::{MailRow, PasswordLink, StorageError, UserDetails, UserRecord};
use tenantry_domain::{UserId, account::AccountPath, user::ProvisioningState};

use super::{
    Group, by_key, query_ids,
    together::{Answers, Question},
};
use crate::{
    connect::Readers,
    entities::{
        accounts, credentials, grants, mail_outbox, password_links, reserved_login_names,
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

/// A user with the newest link, unless the home account was removed.
pub(super) struct WithNewestLink(pub Readers);

#[async_trait]
impl Question for WithNewestLink {
    type Key = UserId;
    type Answer = UserDetails;

    async fn ask(&self, user_ids: &[UserId]) -> Result<Answers<Self>, StorageError> {
        let rows = query_ids(&self.0, by_ids(), user_ids.iter().map(|id| id.uuid())).await?;
        let users = by_key::<Uuid>(&rows, "id")?.into_iter();
        Ok(users.map(|group| (UserId::new(group.key), read_with_link(&group))).collect())
    }
}

/// The same text for both databases, as nothing in it is bound. Made once: nothing is read more often.
pub(super) fn by_ids() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let is_one = Expr::cust(r#""users"."id" IN ({ids})"#);
        DbBackend::Sqlite.build(&with_newest_link(with_grants(is_one.and(is_live())))).sql
    });
    &TEXT
}

fn read_with_link(group: &Group<'_, Uuid>) -> Result<UserDetails, StorageError> {
    let link = Option::<password_links::Model>::from_query_result(group.first, "link_").map_err(storage_error)?;
    let newest_link = link.map(password_links::Model::into_link).transpose()?;
    Ok(UserDetails { newest_link, ..read(group)? })
}

/// The one user for which `condition` is true, all but the newest link, unless the home account was removed.
pub(crate) async fn find<C: ConnectionTrait>(conn: &C, condition: Expr) -> Result<Option<UserDetails>, StorageError> {
    Ok(list(conn, condition.and(is_live())).await?.pop())
}

fn is_live() -> Expr {
    Expr::col(("home", accounts::Column::RemovedAt)).is_null()
}

/// All users for which `condition` is true, those of removed accounts included, by id, without their newest links.
pub(crate) async fn list<C: ConnectionTrait>(conn: &C, condition: Expr) -> Result<Vec<UserDetails>, StorageError> {
    let rows = conn.query_all(&with_grants(condition)).await.map_err(storage_error)?;
    by_key::<Uuid>(&rows, "id")?.into_iter().map(|group| read(&group)).collect()
}

/// From one row a grant.
fn read(group: &Group<'_, Uuid>) -> Result<UserDetails, StorageError> {
    let user = users::Model::from_query_result(group.first, "").map_err(storage_error)?;
    Joined::from_query_result(group.first, "").map_err(storage_error)?.into_details(user, group.rows)
}

impl Joined {
    fn into_details(self, user: users::Model, rows: &[QueryResult]) -> Result<UserDetails, StorageError> {
        let row = StoredRow::new("users", user.id);
        let home =
            StoredRow::new("accounts", user.account_id).read("path", AccountPath::from_bytes(&self.home_path))?;
        let grants = grants::read_joined(rows, user.id, &home)?;
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

/// Adds the link that was asked for last.
fn with_newest_link(mut query: SelectStatement) -> SelectStatement {
    // Written out: a limit that is bound would have to be bound each time.
    let newest = Expr::cust(
        "(SELECT l.id FROM password_links l WHERE l.user_id = users.id ORDER BY l.requested_at DESC, l.id DESC LIMIT 1)",
    );
    query.join_as(
        JoinType::LeftJoin,
        password_links::Entity,
        "link",
        Expr::col(("link", password_links::Column::Id)).eq(newest),
    );
    for column in password_links::Column::iter() {
        query.expr_as(Expr::col(("link", column)), format!("link_{}", column.as_str()));
    }
    query
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
