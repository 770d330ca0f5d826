use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, FromQueryResult, JoinType, QueryFilter, QueryResult, Statement, Value,
    prelude::{DateTimeUtc, Uuid},
    sea_query::{Expr, Query, SelectStatement},
};
use tenantry_app::ports::{LoginNames, MovedUser, StorageError, TakenLoginNames};
use tenantry_domain::{
    UserId,
    contact::{DomainName, EmailAddress},
    permission::Grant,
    user::{LoginLocalPart, LoginName, UserStatus},
};

use crate::{
    entities::{
        accounts,
        grants::{self, JoinedGrant},
        reserved_login_names,
        roles::{self, JoinedRole},
        users,
    },
    error::{StoredRow, storage_error, storage_error_of_checked_update},
    times,
    unit_of_work::SqlUnitOfWork,
};

/// Users by their login domain, which is `$1`.
const WANTED: &str = "FROM users AS old WHERE old.login_domain = $1 AND (
    EXISTS (SELECT 1 FROM users AS other WHERE other.login_key = {new})
    OR EXISTS (SELECT 1 FROM reserved_login_names AS reserved WHERE reserved.login_key = {new}))";

#[derive(Debug, FromQueryResult)]
struct Moved {
    id: Uuid,
    login_local: String,
    email: String,
    status: String,
    removed_at: Option<DateTimeUtc>,
    password_of: Option<Uuid>,
}

#[async_trait]
impl LoginNames for SqlUnitOfWork {
    async fn list_grants_at(&self, domain: &DomainName, except: UserId) -> Result<Vec<Grant>, StorageError> {
        let rows = sea_orm::ConnectionTrait::query_all(self, &grants_at(domain, except)).await;
        let rows = rows.map_err(storage_error)?;
        let read =
            |row: &QueryResult| JoinedGrant::from_query_result(row, "").map_err(storage_error)?.into_grant(Uuid::nil());
        rows.iter().filter_map(|row| read(row).transpose()).collect()
    }

    async fn find_taken(
        &self,
        from: &DomainName,
        to: &DomainName,
        limit: u64,
    ) -> Result<TakenLoginNames, StorageError> {
        let wanted = WANTED.replace("{new}", &new_key("old.", from, "$2"));
        let domains = || [from, to].map(|domain| Value::from(domain.as_str()));
        let counted = self.rows(&format!("SELECT COUNT(*) {wanted}"), domains()).await?;
        let count: i64 = counted.first().map_or(Ok(0), |row| row.try_get_by_index(0)).map_err(storage_error)?;
        if count == 0 {
            return Ok(TakenLoginNames::default());
        }
        let new = new_key("old.", from, "$2");
        let sql = format!("SELECT {new} AS login_key {wanted} ORDER BY old.login_key LIMIT {limit}");
        let examples = self.rows(&sql, domains()).await?;
        let examples: Result<_, _> = examples.iter().map(|row| row.try_get("", "login_key")).collect();
        Ok(TakenLoginNames { count: count.unsigned_abs(), examples: examples.map_err(storage_error)? })
    }

    async fn move_all(
        &self,
        from: &DomainName,
        to: &DomainName,
        (moved_at, reserved_until): (Timestamp, Timestamp),
    ) -> Result<Vec<MovedUser>, StorageError> {
        let sql = "SELECT old.id, old.login_local, old.email, old.status, old.removed_at, \
            credentials.user_id AS password_of FROM users AS old \
            LEFT JOIN credentials ON credentials.user_id = old.id WHERE old.login_domain = $1 ORDER BY old.id";
        let rows = self.rows(sql, [from.as_str().into()]).await?;
        let moved = rows.iter().map(|row| read_moved(row, from)).collect::<Result<Vec<_>, _>>()?;
        let sql = "INSERT INTO reserved_login_names (login_key, reserved_until) \
            SELECT login_key, $2 FROM users WHERE login_domain = $1 \
            ON CONFLICT (login_key) DO UPDATE SET reserved_until = excluded.reserved_until";
        self.write(sql, [from.as_str().into(), times::to_column(reserved_until).into()]).await?;
        let new = new_key("", from, "$2");
        // The login name is a line of its own in what is searched, the same as its key.
        let sql = format!(
            "UPDATE users SET login_domain = $2, login_key = {new}, updated_at = $3, version = version + 1, \
            search_text = replace(search_text, $4 || login_key || $4, $4 || {new} || $4) WHERE login_domain = $1"
        );
        let values = [from.as_str().into(), to.as_str().into(), times::to_column(moved_at).into(), "\n".into()];
        self.write(&sql, values).await?;
        Ok(moved)
    }

    async fn sweep_reserved(&self, before: Timestamp) -> Result<(), StorageError> {
        let over = reserved_login_names::Column::ReservedUntil.lte(times::to_column(before));
        reserved_login_names::Entity::delete_many().filter(over).exec(self).await.map_err(storage_error)?;
        Ok(())
    }
}

impl SqlUnitOfWork {
    async fn rows(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<Vec<QueryResult>, StorageError> {
        use sea_orm::ConnectionTrait as _;
        let statement = Statement::from_sql_and_values(self.get_database_backend(), sql, values);
        self.query_all_raw(statement).await.map_err(storage_error)
    }

    async fn write(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<(), StorageError> {
        use sea_orm::ConnectionTrait as _;
        let statement = Statement::from_sql_and_values(self.get_database_backend(), sql, values);
        self.execute_raw(statement).await.map_err(storage_error_of_checked_update)?;
        Ok(())
    }
}

/// The key of a login name with another domain after its `@`.
fn new_key(table: &str, from: &DomainName, to: &str) -> String {
    let kept = from.as_str().len();
    format!("substr({table}login_key, 1, length({table}login_key) - {kept}) || {to}")
}

fn read_moved(row: &QueryResult, from: &DomainName) -> Result<MovedUser, StorageError> {
    let found = Moved::from_query_result(row, "").map_err(storage_error)?;
    let row = StoredRow::new("users", found.id);
    Ok(MovedUser {
        user_id: UserId::new(found.id),
        old: LoginName::new(row.read("login_local", LoginLocalPart::parse(&found.login_local))?, from.clone()),
        email: row.read("email", EmailAddress::parse(&found.email))?,
        status: row.read("status", UserStatus::parse(&found.status))?,
        is_removed: found.removed_at.is_some(),
        has_password: found.password_of.is_some(),
    })
}

/// Different grants only: of many users nearly all hold the same ones.
fn grants_at(domain: &DomainName, except: UserId) -> SelectStatement {
    let grant = |column| Expr::col((grants::Entity, column));
    let user = |column| (users::Entity, column);
    let mut query = Query::select();
    query
        .distinct()
        .from(users::Entity)
        .inner_join(grants::Entity, grant(grants::Column::UserId).equals(user(users::Column::Id)))
        .join_as(
            JoinType::InnerJoin,
            accounts::Entity,
            "anchor",
            Expr::col(("anchor", accounts::Column::Id)).equals((grants::Entity, grants::Column::AnchorId)),
        )
        .left_join(
            roles::Entity,
            Expr::col((roles::Entity, roles::Column::Id)).equals((grants::Entity, grants::Column::RoleId)),
        )
        .expr_as(grant(grants::Column::Role), "grant_role")
        .expr_as(grant(grants::Column::StartsAt), "grant_starts_at")
        .expr_as(grant(grants::Column::EndsAt), "grant_ends_at")
        .expr_as(Expr::col(("anchor", accounts::Column::Path)), "anchor_path")
        .and_where(Expr::col(user(users::Column::LoginDomain)).eq(domain.as_str()))
        .and_where(Expr::col(user(users::Column::Id)).ne(except.uuid()));
    for (column, name) in JoinedRole::COLUMNS {
        query.expr_as(Expr::col((roles::Entity, column)), name);
    }
    query
}
