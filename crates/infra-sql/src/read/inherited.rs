use std::sync::LazyLock;

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IdenStatic as _, Iterable as _, QueryFilter,
    QueryOrder, QuerySelect,
};
use tenantry_app::ports::StorageError;
use tenantry_domain::{
    account::{AccountStatus, Inherited, PassedDown},
    contact::DomainName,
};
use uuid::Uuid;

use super::query;
use crate::{
    entities::{
        accounts::{Column, Entity, Model},
        domains,
    },
    error::storage_error,
};

/// What the names of a domain's columns begin with beside those of its account.
const DOMAIN: &str = "domain_";

/// An account and all above it.
#[derive(Default)]
pub(super) struct Line {
    /// The root first.
    pub accounts: Vec<Model>,
    /// Those of the last.
    pub domains: Vec<domains::Model>,
}

/// The line of an account, in one statement; nothing if the account was removed.
pub(super) async fn line<C: ConnectionTrait>(conn: &C, account_id: Uuid) -> Result<Line, StorageError> {
    // With its columns named: a newer node may add some while this one runs.
    static LINE: LazyLock<String> = LazyLock::new(|| {
        let columns: Vec<String> = Column::iter().map(|column| format!("a.{}", column.as_str())).collect();
        let columns = columns.join(", ");
        let of_domain = |column: domains::Column| format!("d.{0} AS {DOMAIN}{0}", column.as_str());
        let domain: Vec<String> = domains::Column::iter().map(of_domain).collect();
        let domain = domain.join(", ");
        format!(
            "WITH RECURSIVE line AS (
                SELECT {columns} FROM accounts a WHERE a.id = $1 AND a.removed_at IS NULL
                UNION ALL SELECT {columns} FROM line JOIN accounts a ON a.id = line.parent_id
            ) SELECT line.*, {domain} FROM line LEFT JOIN domains d ON d.account_id = $1 AND line.id = $1
            ORDER BY length(line.path)"
        )
    });
    let mut line = Line::default();
    for row in query(conn, &LINE, [account_id.into()]).await? {
        line.domains.extend(Option::<domains::Model>::from_query_result(&row, DOMAIN).map_err(storage_error)?);
        // Once for each of its domains.
        let account = Model::from_query_result(&row, "").map_err(storage_error)?;
        if line.accounts.last().is_none_or(|above| above.id != account.id) {
            line.accounts.push(account);
        }
    }
    Ok(line)
}

/// Whether all of a line are active.
pub(super) fn effective_status(line: &Line) -> Result<AccountStatus, StorageError> {
    for account in &line.accounts {
        if account.status()? != AccountStatus::Active {
            return Ok(AccountStatus::Suspended);
        }
    }
    Ok(AccountStatus::Active)
}

/// What the last of a line has from all of it.
pub(super) fn inherited(line: &Line) -> Result<Inherited, StorageError> {
    let line = line.accounts.iter().map(Model::passed_down).collect::<Result<Vec<PassedDown>, _>>()?;
    Ok(Inherited::along(&line))
}

/// What holds at the account with this domain, or else at the root.
pub(super) async fn of_domain<C: ConnectionTrait>(
    conn: &C,
    domain: Option<&DomainName>,
) -> Result<Option<Inherited>, StorageError> {
    let mut found = Line::default();
    if let Some(domain) = domain {
        let owner = domains::Entity::find_by_id(domain.as_str()).one(conn).await.map_err(storage_error)?;
        if let Some(owner) = owner {
            found = line(conn, owner.account_id).await?;
        }
    }
    if found.accounts.is_empty()
        && let Some(root) = find_root(conn).await?
    {
        found = line(conn, root).await?;
    }
    if found.accounts.is_empty() { Ok(None) } else { inherited(&found).map(Some) }
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
