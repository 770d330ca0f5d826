use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};
use tenantry_app::ports::{AccountPlace, AccountStanding, StorageError};
use tenantry_domain::{
    AccountId,
    account::{Account, AccountKind, AccountPath, AccountStatus},
};
use uuid::Uuid;

use super::{
    inherited::{self, Line},
    padded,
    together::{Answers, Question},
};
use crate::{
    connect::Readers,
    entities::{
        accounts::{Column, Entity},
        domains,
    },
    error::{StoredRow, storage_error},
    times,
};

/// The most ids in one `IN`: those above the accounts of a page of 200 in a deep tree still are one statement.
const CHUNK: usize = 2048;

/// The account, unless it was removed, and when it was created.
pub(crate) async fn find<C: ConnectionTrait>(
    conn: &C,
    account_id: AccountId,
) -> Result<Option<(Account, Timestamp)>, StorageError> {
    find_where(conn, account_id, Column::RemovedAt.is_null()).await
}

/// The account, if it was removed by itself, and when it was created.
pub(crate) async fn find_removed<C: ConnectionTrait>(
    conn: &C,
    account_id: AccountId,
) -> Result<Option<(Account, Timestamp)>, StorageError> {
    find_where(conn, account_id, Column::RemovedWith.eq(account_id.uuid())).await
}

async fn find_where<C: ConnectionTrait>(
    conn: &C,
    account_id: AccountId,
    condition: Expr,
) -> Result<Option<(Account, Timestamp)>, StorageError> {
    let with_domains = Entity::find_by_id(account_id.uuid()).filter(condition).find_with_related(domains::Entity);
    let found = with_domains.all(conn).await.map_err(storage_error)?;
    let Some((row, domains)) = found.into_iter().next() else { return Ok(None) };
    let created_at = times::from_column(row.created_at);
    Ok(Some((row.into_account(domains)?, created_at)))
}

/// An account with what follows from its ancestors, unless it was removed.
pub(super) struct Standings(pub Readers);

#[async_trait]
impl Question for Standings {
    type Key = AccountId;
    type Answer = AccountStanding;

    async fn ask(&self, account_ids: &[AccountId]) -> Result<Answers<Self>, StorageError> {
        let lines = inherited::lines(&self.0, account_ids.iter().map(|id| id.uuid())).await?;
        Ok(lines.into_iter().map(|(id, line)| (AccountId::new(id), line.and_then(read_standing))).collect())
    }
}

fn read_standing(line: Line) -> Result<AccountStanding, StorageError> {
    let (effective_status, inherited) = (line.effective_status()?, line.inherited()?);
    let created_at = times::from_column(line.account.created_at);
    let account = line.account.into_account(line.domains)?;
    Ok(AccountStanding { account, effective_status, inherited, created_at })
}

/// The own status of these accounts, each of them once.
pub(super) async fn statuses<C: ConnectionTrait>(
    conn: &C,
    account_ids: impl IntoIterator<Item = AccountId>,
) -> Result<HashMap<AccountId, String>, StorageError> {
    let mut ids: Vec<Uuid> = account_ids.into_iter().map(AccountId::uuid).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut statuses = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<(Uuid, String)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Status])
            .filter(Column::Id.is_in(padded(chunk.iter().copied())))
            .into_tuple()
            .all(conn)
            .await
            .map_err(storage_error)?;
        statuses.extend(rows.into_iter().map(|(id, status)| (AccountId::new(id), status)));
    }
    Ok(statuses)
}

/// The status that follows from an account and all above it; `statuses` has these.
pub(super) fn effective_status(
    statuses: &HashMap<AccountId, String>,
    path: &AccountPath,
) -> Result<AccountStatus, StorageError> {
    for id in path.iter() {
        let row = StoredRow::new("accounts", id);
        let status = row.found("parent_id", statuses.get(&id))?;
        if row.read("status", AccountStatus::parse(status))? != AccountStatus::Active {
            return Ok(AccountStatus::Suspended);
        }
    }
    Ok(AccountStatus::Active)
}

pub(super) async fn find_places<C: ConnectionTrait>(
    conn: &C,
    account_ids: &[AccountId],
) -> Result<Vec<AccountPlace>, StorageError> {
    let mut places = Vec::with_capacity(account_ids.len());
    for chunk in account_ids.chunks(CHUNK) {
        let rows: Vec<(Uuid, Vec<u8>, String, String)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Path, Column::Kind, Column::Name])
            .filter(Column::Id.is_in(padded(chunk.iter().map(|id| id.uuid()))))
            .filter(Column::RemovedAt.is_null())
            .into_tuple()
            .all(conn)
            .await
            .map_err(storage_error)?;
        for (id, path, kind, name) in rows {
            let row = StoredRow::new("accounts", id);
            let path = row.read("path", AccountPath::from_bytes(&path))?;
            places.push(AccountPlace { path, kind: row.read("kind", AccountKind::parse(&kind))?, name });
        }
    }
    Ok(places)
}

pub(super) async fn names<C: ConnectionTrait>(
    conn: &C,
    account_ids: &[AccountId],
) -> Result<Vec<(AccountId, String)>, StorageError> {
    let mut names = Vec::with_capacity(account_ids.len());
    for chunk in account_ids.chunks(CHUNK) {
        let rows: Vec<(Uuid, String)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Name])
            .filter(Column::Id.is_in(padded(chunk.iter().map(|id| id.uuid()))))
            .into_tuple()
            .all(conn)
            .await
            .map_err(storage_error)?;
        names.extend(rows.into_iter().map(|(id, name)| (AccountId::new(id), name)));
    }
    Ok(names)
}

pub(crate) async fn is_empty<C: ConnectionTrait>(conn: &C) -> Result<bool, StorageError> {
    let first: Option<Uuid> =
        Entity::find().select_only().column(Column::Id).into_tuple().one(conn).await.map_err(storage_error)?;
    Ok(first.is_none())
}
