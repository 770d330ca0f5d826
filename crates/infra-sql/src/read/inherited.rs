use std::{iter, sync::LazyLock};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, IdenStatic as _, Iterable as _, QueryFilter,
    QueryOrder, QuerySelect,
};
use tenantry_app::ports::StorageError;
use tenantry_domain::{
    account::{AccountStatus, Inherited, PassedDown},
    contact::DomainName,
};
use uuid::Uuid;

use super::{Group, by_key, query_ids};
use crate::{
    entities::{
        accounts::{Column, Entity, Model},
        domains,
    },
    error::storage_error,
};

/// What the names of a domain's columns begin with beside those of its account.
const DOMAIN: &str = "domain_";
/// The column that says of which account a row's line is.
const LINE_OF: &str = "line_of";

/// An account and all above it.
pub(super) struct Line {
    pub account: Model,
    pub domains: Vec<domains::Model>,
    /// The nearest first.
    above: Vec<Model>,
}

/// The lines of these accounts, in one statement, by id; removed ones are left out.
pub(super) async fn lines<C: ConnectionTrait>(
    conn: &C,
    account_ids: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<(Uuid, Result<Line, StorageError>)>, StorageError> {
    let rows = query_ids(conn, by_ids(conn.get_database_backend()), account_ids).await?;
    Ok(by_key(&rows, LINE_OF)?.into_iter().map(|group| (group.key, Line::read(&group))).collect())
}

pub(super) fn by_ids(backend: DbBackend) -> &'static str {
    static ON_SQLITE: LazyLock<String> = LazyLock::new(|| write_lines("accounts a ON a.id = line.parent_id"));
    // PostgreSQL expects a hundred rows of each line, and may read all accounts rather than find so many one by one.
    static ON_POSTGRES: LazyLock<String> = LazyLock::new(|| {
        write_lines("LATERAL (SELECT * FROM accounts above WHERE above.id = line.parent_id OFFSET 0) a ON TRUE")
    });
    if backend == DbBackend::Sqlite { &ON_SQLITE } else { &ON_POSTGRES }
}

/// `next` is the account above that of a row of `line`, as `a`. Columns are named: a newer node may add some while this one runs.
fn write_lines(next: &str) -> String {
    let columns: Vec<String> = Column::iter().map(|column| format!("a.{}", column.as_str())).collect();
    let columns = columns.join(", ");
    let of_domain = |column: domains::Column| format!("d.{0} AS {DOMAIN}{0}", column.as_str());
    let domain: Vec<String> = domains::Column::iter().map(of_domain).collect();
    let domain = domain.join(", ");
    format!(
        "WITH RECURSIVE line AS (
            SELECT a.id AS {LINE_OF}, {columns} FROM accounts a WHERE a.id IN ({{ids}}) AND a.removed_at IS NULL
            UNION ALL SELECT line.{LINE_OF}, {columns} FROM line JOIN {next}
        ) SELECT line.*, {domain} FROM line
        LEFT JOIN domains d ON d.account_id = line.{LINE_OF} AND line.id = line.{LINE_OF} AND d.account_id IN ({{ids}})
        ORDER BY line.{LINE_OF}, length(line.path) DESC"
    )
}

async fn line<C: ConnectionTrait>(conn: &C, account_id: Uuid) -> Result<Option<Line>, StorageError> {
    lines(conn, [account_id]).await?.pop().map(|(_, line)| line).transpose()
}

impl Line {
    /// From a row for each of its domains, or one if it has none, and then one for each account above.
    fn read(group: &Group<'_, Uuid>) -> Result<Self, StorageError> {
        let account = Model::from_query_result(group.first, "").map_err(storage_error)?;
        let mut line = Self { account, domains: Vec::new(), above: Vec::new() };
        for row in group.rows {
            let id: Uuid = row.try_get("", Column::Id.as_str()).map_err(storage_error)?;
            if id == line.account.id {
                line.domains.extend(Option::<domains::Model>::from_query_result(row, DOMAIN).map_err(storage_error)?);
            } else {
                line.above.push(Model::from_query_result(row, "").map_err(storage_error)?);
            }
        }
        Ok(line)
    }

    /// The root first, and itself last.
    fn accounts(&self) -> impl Iterator<Item = &Model> {
        self.above.iter().rev().chain(iter::once(&self.account))
    }

    /// Whether all of it are active.
    pub fn effective_status(&self) -> Result<AccountStatus, StorageError> {
        for account in self.accounts() {
            if account.status()? != AccountStatus::Active {
                return Ok(AccountStatus::Suspended);
            }
        }
        Ok(AccountStatus::Active)
    }

    /// What the account has from all of it.
    pub fn inherited(&self) -> Result<Inherited, StorageError> {
        let line = self.accounts().map(Model::passed_down).collect::<Result<Vec<PassedDown>, _>>()?;
        Ok(Inherited::along(&line))
    }
}

/// What holds at the account with this domain, or else at the root.
pub(super) async fn of_domain<C: ConnectionTrait>(
    conn: &C,
    domain: Option<&DomainName>,
) -> Result<Option<Inherited>, StorageError> {
    let mut found = None;
    if let Some(domain) = domain {
        let owner = domains::Entity::find_by_id(domain.as_str()).one(conn).await.map_err(storage_error)?;
        if let Some(owner) = owner {
            found = line(conn, owner.account_id).await?;
        }
    }
    if found.is_none()
        && let Some(root) = find_root(conn).await?
    {
        found = line(conn, root).await?;
    }
    found.map(|line| line.inherited()).transpose()
}

async fn find_root<C: ConnectionTrait>(conn: &C) -> Result<Option<Uuid>, StorageError> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ParentId.is_null())
        .filter(Column::RemovedAt.is_null())
        .order_by_asc(Column::Id)
        .into_tuple()
        .one(conn)
        .await
        .map_err(storage_error)
}
